"""Writes the offsets that are missing into the seed files, and leaves the rest of them as it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from app.seeding.quotes import locate, read_text


def fix(folder: Path, texts: Path) -> int:
    """How many offsets were written: those of quotes that stand just once in their text."""
    return sum(_fix_file(path, texts) for path in sorted((folder / "sources").glob("*.yaml")))


def _fix_file(path: Path, texts: Path) -> int:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000  # long lines stay one line
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        data = yaml.load(path)
        text = read_text(texts / data["source"]["file"])
    except (YAMLError, OSError, UnicodeDecodeError, KeyError, TypeError):
        return 0  # `check` says what is wrong with it
    written = 0
    for evidence in _without_offset(data):
        if len(places := locate(evidence["quote"], text)) == 1:
            evidence["at"] = places[0]
            written += 1
    if written:
        yaml.dump(data, path)
    return written


def _without_offset(data: Any) -> Iterator[Any]:
    """Everything in a seed file that has a quote but no offset."""
    if isinstance(data, dict):
        if isinstance(data.get("quote"), str) and data.get("at") is None:
            yield data
        yield from (found for value in data.values() for found in _without_offset(value))
    elif isinstance(data, list):
        yield from (found for value in data for found in _without_offset(value))
