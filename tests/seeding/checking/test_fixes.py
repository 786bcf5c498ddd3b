"""`check --fix` writes missing offsets, and changes no other byte."""

import re
from pathlib import Path

import pytest

from app.seeding.checking.fixes import write_offsets
from tests.seeding.registers import WITH_TEXTS
from tests.seeding.tiny import FILES, TEXT, edit, findings, write_seeds

GAZETTE = "sources/gazette.yaml"
AT = TEXT.find("became")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{key: tie, field: record, quote: became Sister}", "{key: tie, field: record, quote: became Sister, at: 18}"),
        ('{quote: "became Sister" , key: tie}', '{quote: "became Sister", at: 18 , key: tie}'),
        ("{quote: became Sister, at: , key: tie}", "{quote: became Sister, at: 18 , key: tie}"),
        ("quote: became Sister\n        key: tie", "quote: became Sister\n        at: 18\n        key: tie"),
        (
            "quote:  became Sister   # why\n        key: x",
            "quote:  became Sister   # why\n        at: 18\n        key: x",
        ),
        ("quote: became Sister\n\n        # why\n", "quote: became Sister\n        at: 18\n\n        # why\n"),
        (
            "quote: became\n          Sister\n        key: x",
            "quote: became\n          Sister\n        at: 18\n        key: x",
        ),
        (
            "quote: >-\n          became\n          Sister\n\n",
            "quote: >-\n          became\n          Sister\n        at: 18\n\n",
        ),
        ("quote: became Sister\n        at: null\n", "quote: became Sister\n        at: 18\n"),
        ("quote: became Sister\n        at:\n", "quote: became Sister\n        at: 18\n"),
        ("quote: became Sister\r\n        key: x\r\n", "quote: became Sister\r\n        at: 18\r\n        key: x\r\n"),
        ("quote: became Sister", "quote: became Sister\n        at: 18"),
    ],
)
def test_an_offset_is_written_behind_its_quote(tmp_path: Path, before: str, after: str) -> None:
    seeds, texts = write_seeds(tmp_path)
    head = "source: {file: gazette.txt}     # kept\nattests:\n\n-   evidence:\n      - "
    (seeds / GAZETTE).write_bytes(f"{head}{before}".encode())

    assert (write_offsets(seeds, texts), (seeds / GAZETTE).read_bytes().decode()) == (1, f"{head}{after}")


@pytest.mark.parametrize(
    "quote",
    ["Aston", "not in the text", "became Sister, at: 3", "[became Sister]", "became Sister, at: wrong"],
)
def test_an_offset_that_is_not_certain_is_not_written(tmp_path: Path, quote: str) -> None:
    seeds, texts = write_seeds(tmp_path)
    (seeds / GAZETTE).write_text(content := f"source: {{file: gazette.txt}}\nattests: [{{quote: {quote}}}]\n")

    assert (write_offsets(seeds, texts), (seeds / GAZETTE).read_text()) == (0, content)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"- source", b"source: {file: gone.txt}", b"source: {id: a}"])
def test_a_file_that_cannot_be_read_is_not_changed(tmp_path: Path, content: bytes) -> None:
    seeds, texts = write_seeds(tmp_path)
    (seeds / GAZETTE).write_bytes(content)

    assert (write_offsets(seeds, texts), (seeds / GAZETTE).read_bytes()) == (0, content)


def test_fixed_seeds_have_no_findings_and_no_further_fixes(tmp_path: Path) -> None:
    seeds, texts = write_seeds(tmp_path)
    edit(seeds / GAZETTE, f"        at: {AT}\n", "")
    edit(seeds / GAZETTE, ", at: 39", "")

    assert [write_offsets(seeds, texts), write_offsets(seeds, texts)] == [2, 0]
    assert findings(seeds, texts) == []


@pytest.mark.parametrize(("seeds", "texts"), WITH_TEXTS.values(), ids=WITH_TEXTS)
def test_nothing_but_offsets_is_written(tmp_path: Path, seeds: Path, texts: Path) -> None:
    stripped = {path.name: without_offsets(path.read_bytes()) for path in (seeds / "sources").iterdir()}
    (tmp_path / "sources").mkdir()
    for name, content in stripped.items():
        (tmp_path / "sources" / name).write_bytes(content)

    assert write_offsets(tmp_path, texts) >= 30
    assert {path.name: without_offsets(path.read_bytes()) for path in (tmp_path / "sources").iterdir()} == stripped


def without_offsets(seed: bytes) -> bytes:
    return re.sub(rb", at: [0-9]+|\n +at: [0-9]+", b"", seed)


def test_comments_are_preserved(tmp_path: Path) -> None:
    seeds, texts = write_seeds(tmp_path)
    edit(seeds / GAZETTE, f"        at: {AT}\n", "")

    assert write_offsets(seeds, texts) == 1
    assert (seeds / GAZETTE).read_text() == FILES[GAZETTE]
