"""What the documents may name: checks that each return the names that do not exist."""

import pkgutil
import re
import shlex
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from app.settings import Settings
from tests.support.documents import ROOT, Document, read

SUFFIXES = r"(?:py|toml|ya?ml|md|txt|json|sql|conf|sh|css|js|html|po|template|mako|lua)"
PATH = re.compile(rf"(?:\.?[\w*-][\w.*-]*/)+[\w.*-]*|[\w.*-]+\.{SUFFIXES}|Makefile|Dockerfile|LICENSE")
# What a command writes need not be there before.
WRITTEN = re.compile(r"(?:>|mkdir -p|-o|--output|--output-path) \S+")
MAKEFILE = (ROOT / "Makefile").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()


def unknown_targets(document: Document) -> list[str]:
    """Targets of make."""
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    return [name for name in _of_make(document, r"\bmake ([a-z][\w-]*)") if name not in targets]


def unknown_variables(document: Document) -> list[str]:
    """Variables that make is given and neither the Makefile nor a program of the tests reads."""
    given = _of_make(document, r"\b([A-Z]+)=")
    return [name for name in given if not re.search(rf"\b{name}\b", MAKEFILE + _programs())]


def _of_make(document: Document, pattern: str) -> list[str]:
    return [name for code in document.code if re.search(r"\bmake\b", code) for name in re.findall(pattern, code)]


@cache
def _programs() -> str:
    return "".join(path.read_text() for path in (ROOT / "tests/benchmark").glob("*.py"))


def unknown_settings(document: Document) -> list[str]:
    """Variables that begin with CITYPACT_, of the service, of compose or of make."""
    settings = {f"CITYPACT_{name.upper()}" for name in Settings.model_fields}
    known = settings | set(re.findall(r"CITYPACT_[A-Z_]+", COMPOSE + MAKEFILE))
    return [name for name in re.findall(r"CITYPACT_[A-Z_]+", document.text) if name not in known]


def unknown_services(document: Document) -> list[str]:
    """Services and profiles of compose."""
    services = YAML(typ="safe").load(COMPOSE)["services"]
    known = {*services, *(profile for service in services.values() for profile in service.get("profiles", ()))}
    pattern = r"docker compose run (?:--\S+ )*([\w-]+)|COMPOSE_PROFILES=([\w-]+)"
    named = (name for code in document.code for found in re.findall(pattern, code) for name in found if name)
    return [name for name in named if name not in known]


def unknown_paths(document: Document) -> list[str]:
    """Files and folders; what stands in angle brackets stands for any name."""
    return [path for code in document.code for path in _paths(code) if not _exists(path)]


def _paths(code: str) -> Iterator[str]:
    for word in re.sub(r"<[^>]*>", "*", WRITTEN.sub("", code)).split():
        if PATH.fullmatch(word):
            yield word


def _exists(path: str) -> bool:
    if path.startswith(".venv/"):
        return (Path(sys.prefix) / path.removeprefix(".venv/")).exists()
    made = re.findall(r"^/(\S+)$", (ROOT / ".gitignore").read_text(), re.MULTILINE)
    return path.split("/")[0] in made or any(ROOT.glob(path))


def unknown_modules(document: Document) -> list[str]:
    """Modules of app and tests, and what is in them."""
    named = (word for code in document.code for word in code.split())
    return [name for name in named if re.fullmatch(r"(?:app|tests)(?:\.\w+)+", name) and not _is_there(name)]


def _is_there(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def broken_links(document: Document) -> list[str]:
    """Links that lead nowhere; those to other hosts are only looked at."""
    return [link for link in document.links if not _leads(document, link)]


def _leads(document: Document, link: str) -> bool:
    if re.match(r"https://\w", link):
        return True
    file, _, anchor = link.partition("#")
    if not file:
        return anchor in document.anchors
    target = (document.path.parent / file).resolve()
    return target.is_relative_to(ROOT) and target.exists() and (not anchor or anchor in read(target).anchors)


def unknown_requirements(document: Document) -> list[str]:
    """Packages that a reader is told to install and that no lock has."""
    locked = "".join(lock.read_text() for lock in ROOT.glob("requirements*.txt"))
    named = (name for code in document.code for name in re.findall(r"^pip install (.+)$", code))
    return [
        name for names in named for name in shlex.split(names) if not re.search(rf"^{name}==", locked, re.MULTILINE)
    ]


CHECKS = (
    unknown_targets,
    unknown_variables,
    unknown_settings,
    unknown_services,
    unknown_paths,
    unknown_modules,
    unknown_requirements,
    broken_links,
)
