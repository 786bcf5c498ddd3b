"""Seed files that cannot be read, or are at a place where none is read, are reported."""

from pathlib import Path

import pytest

from app.seeding.reading import Finding
from tests.seeding.tiny import FILES, edit, findings, write_seeds

GAZETTE = "sources/gazette.yaml"


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    seeds, texts = write_seeds(tmp_path)
    (seeds / "indicators.yaml").unlink()
    (seeds / "indicators.yaml").mkdir()

    expected = Finding("indicators.yaml", "file", "cannot be read: Is a directory", "Make it readable.")
    assert findings(seeds, texts) == [expected]


@pytest.mark.parametrize(
    ("file", "content", "record", "reason", "remedy"),
    [
        ("topics.yaml", b"", "file", "is empty, not a list", "Write a list as the other seeds have."),
        (GAZETTE, b"", "file", "is empty, not a mapping", "Write a mapping as the other seeds have."),
        (GAZETTE, b"- a list", "file", "is a list, not a mapping", "Write a mapping as the other seeds have."),
        ("topics.yaml", b"label: \xff", "byte 7", "is not UTF-8", "Save the file in UTF-8."),
        (
            "topics.yaml",
            b"- {id: a\n- b",
            "line 2",
            "is not YAML: expected ',' or '}', but got '<stream end>'",
            "Mend the YAML there; dates need quotes.",
        ),
        (
            "topics.yaml",
            b"- {id: a,\n   id: b}",
            "line 2",
            'found duplicate key "id" with value "b" (original value: "a")',
            "Keep one of the two keys.",
        ),
        (
            "topics.yaml",
            b"- {id: a, label: 2019-02-30}",
            "file",
            "is not YAML: day is out of range for month",
            "Mend the YAML there; dates need quotes.",
        ),
        (
            "topics.yaml",
            b"- {id: a, label: b\x00}",
            "file",
            "is not YAML: unacceptable character #x0000: special characters are not allowed",
            "Mend the YAML there; dates need quotes.",
        ),
    ],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, file: str, content: bytes, record: str, reason: str, remedy: str
) -> None:
    seeds, texts = write_seeds(tmp_path)
    (seeds / file).write_bytes(content)

    assert findings(seeds, texts) == [Finding(file, record, reason, remedy)]


def test_a_missing_file(tmp_path: Path) -> None:
    seeds, _ = write_seeds(tmp_path)
    (seeds / "topics.yaml").unlink()

    expected = [Finding("topics.yaml", "file", "is not there", "Write topics.yaml; it may be an empty list: []")]
    assert [finding for finding in findings(seeds) if finding.file == "topics.yaml"] == expected


@pytest.mark.parametrize(
    "file", ["gazette.yaml", "sources/gazette.yml", "sources/old/gazette.yaml", "a/b/gazette.yaml"]
)
def test_a_file_at_a_place_where_none_is_read(tmp_path: Path, file: str) -> None:
    seeds, texts = write_seeds(tmp_path)
    (seeds / file).parent.mkdir(parents=True, exist_ok=True)
    (seeds / file).write_text(FILES[GAZETTE])

    remedy = "Documents are sources/<source id>.yaml; besides there are places, topics and indicators.yaml."
    assert findings(seeds, texts) == [Finding(file, "file", "is not read", remedy)]


def test_invalid_records_cause_no_further_findings(tmp_path: Path) -> None:
    seeds, texts = write_seeds(tmp_path)
    edit(seeds / "places.yaml", "id: aston, kind: city", "id: aston, kind: town")
    edit(seeds / "topics.yaml", "label: schools", "label: 1")

    assert [finding.file for finding in findings(seeds, texts)] == ["places.yaml", "topics.yaml"]


def test_a_finding_is_printed_with_file_record_reason_and_remedy() -> None:
    finding = Finding("places.yaml", "place aston", "XX is no ISO 3166-1 code", "Correct `country`.")

    assert str(finding) == "places.yaml: place aston: XX is no ISO 3166-1 code\n    -> Correct `country`."
