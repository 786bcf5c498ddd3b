"""The verb `check`: find everything that is wrong with the seeds."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text
from typer import Option

from app.cli.settings import seed_folder, settings_from_environment
from app.errors import OperatorError
from app.seeding.checking.check import check
from app.seeding.checking.fixes import write_offsets
from app.seeding.checking.quotes import text_path
from app.seeding.reading import Finding, Seeds


def run_check(
    texts: Annotated[
        Path | None, Option(metavar="DIR", help="source texts to hold every quote and sha256 against")
    ] = None,
    fix: Annotated[bool, Option("--fix", help="write missing offsets into the seeds; keeps comments")] = False,
) -> int:
    """Find everything that is wrong with the seeds.

    Prints every problem of the seeds at once, each with file, record, reason and remedy; exit code 1 if there is one.
    Without --texts, quotes are not held against the documents, and it says so.
    """
    folder = seed_folder(settings_from_environment())
    if texts and not texts.is_dir():
        raise OperatorError(f"{texts} is not a folder; give the one that holds the source texts.")
    if fix:
        _write_missing_offsets(folder, texts)
    seeds, findings = check(folder, texts)
    _print_findings(findings)
    for sentence in _unchecked_quotes(seeds, texts):
        print(sentence)
    print(f"{_count_noun(len(seeds.documents), 'document')}, {_count_noun(len(findings), 'problem')}.")
    return 1 if findings else 0


def _write_missing_offsets(folder: Path, texts: Path | None) -> None:
    if not texts:
        raise OperatorError("--fix finds the offsets in the texts; say where they are with --texts DIR.")
    print(f"{_count_noun(write_offsets(folder, texts), 'offset')} written.")


def _print_findings(findings: Iterable[Finding]) -> None:
    """Print findings as lines of text; to a terminal in colours, wrapped and indented."""
    console = Console(highlight=False) if sys.stdout.isatty() else None
    for finding in findings:
        if console:
            console.print(_styled(finding))
        else:
            print(finding)


def _styled(finding: Finding) -> Group:
    head = Text.assemble((finding.file, "cyan"), ": ", (finding.record, "bold"))
    reason, remedy = Text(finding.reason, "red"), Text(f"-> {finding.remedy}", "green")
    return Group(head, Padding(reason, (0, 0, 0, 2)), Padding(remedy, (0, 0, 1, 2)))


def _unchecked_quotes(seeds: Seeds, texts: Path | None) -> Iterator[str]:
    """Sentences about the quotes that could not be held against a text."""
    if not texts:
        yield "The quotes were not held against the source texts; to do that, say where they are with --texts DIR."
        return
    for document in seeds.documents:
        if not text_path(document, texts):
            missing = document.seed.source.file
            yield f"{document.file}: its quotes were not held against {missing}, which is not in {texts}."


def _count_noun(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
