"""`check` reports all problems of the seeds in one run, each with its place and a remedy."""

from pathlib import Path

import pytest

from app.seeding.reading import Finding
from tests.seeding.tiny import FILES, edit, findings, write_seeds

GAZETTE = "sources/gazette.yaml"
AGREEMENT = "agreement aston--beville"
SIGNED = '{edtf: "2001-05-03", printed: 3 May 2001}'
DATE_REMEDY = "Correct `edtf`, `printed` or `basis`, or add the evidence that says so."
TWICE = "Give one of them another id; more evidence for a record goes under `attests`."


def test_valid_seeds_have_no_findings(tmp_path: Path) -> None:
    assert findings(*write_seeds(tmp_path)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(
            "places.yaml",
            "country: GB",
            "country: XX",
            [("place aston", "XX is no ISO 3166-1 code", "Correct `country`.")],
            id="a country that ISO 3166 does not have",
        ),
        pytest.param(
            "places.yaml",
            "iso_3166_2: GB-BIR",
            "iso_3166_2: FR-IDF",
            [
                (
                    "place aston",
                    "`iso_3166_2` FR-IDF is no ISO 3166-2 code of GB",
                    "Correct it, or leave it out.",
                )
            ],
            id="a subdivision of another country",
        ),
        pytest.param(
            "places.yaml",
            "admin1: FR-IDF",
            "admin1: FR-ZZZ",
            [("place beville", "`admin1` FR-ZZZ is no ISO 3166-2 code of FR", "Correct it, or leave it out.")],
            id="a subdivision that ISO 3166 does not have",
        ),
        pytest.param(
            "places.yaml",
            "- {id: beville",
            "- {id: de, kind: city, country: FR, names: {en: De}}\n- {id: beville",
            [("place de", "the id is a country code", "Give the place a longer id.")],
            id="a city with a country code as id",
        ),
        pytest.param(
            "places.yaml",
            "name: Astn",
            "name: Asten",
            [
                (
                    "place aston",
                    "no document prints the misspelling Asten",
                    "Quote it under `attests` of its document with `field: aliases` and `says: Asten`.",
                )
            ],
            id="a misspelling that no document prints",
        ),
        pytest.param(
            GAZETTE,
            "area: aston",
            "area: astom",
            [("observation aston-schools", "there is no place astom", "Did you mean aston?")],
            id="a reference to nothing",
        ),
        pytest.param(
            GAZETTE,
            "indicator: schools_count",
            "indicator: xyz",
            [("observation aston-schools", "there is no indicator xyz", "Add the indicator, or correct the id.")],
            id="a reference to nothing with no similar id",
        ),
        pytest.param(
            GAZETTE,
            "attests:\n",
            "attests:\n  - {type: delegation, id: trip, evidence: [{key: x, field: date, quote: So they, at: 76}]}\n",
            [("attests delegation trip", "there is no delegation trip", "Add the delegation, or correct the id.")],
            id="an attest of nothing",
        ),
        pytest.param(
            "topics.yaml",
            "- {id: schools",
            "- {id: schools, label: others}\n- {id: schools",
            [("topic schools", "stands 2 times: in topics.yaml, topics.yaml", TWICE)],
            id="an id twice in a file",
        ),
        pytest.param(
            GAZETTE,
            "key: day",
            "key: tie",
            [("evidence gazette-tie", f"stands 2 times: in {GAZETTE}, {GAZETTE}", TWICE)],
            id="an evidence key twice",
        ),
        pytest.param(
            GAZETTE,
            "field: record\n        quote: became",
            "field: aim\n        quote: became",
            [
                (
                    AGREEMENT,
                    f"`{name}` has no evidence",
                    f"Add evidence with `field: {name}` (or `record`), or leave the field out: no source says so.",
                )
                for name in ("kind", "status", "parties")
            ]
            + [
                (
                    AGREEMENT,
                    f"nothing says that {party} is one of the `parties`",
                    f"Add evidence with `field: parties` and `says: {party}`.",
                )
                for party in ("aston", "beville")
            ],
            id="fields without evidence",
        ),
        pytest.param(
            GAZETTE,
            "says: schools, ",
            "",
            [
                (
                    "observation aston-schools",
                    "nothing says that schools is one of the `topics`",
                    "Add evidence with `field: topics` and `says: schools`.",
                )
            ],
            id="a topic that no evidence says",
        ),
        pytest.param(
            GAZETTE,
            SIGNED,
            '{edtf: "2001", printed: 3 May 2001}',
            [
                (AGREEMENT, "`signed` 2001: its evidence is more precise", DATE_REMEDY),
                (AGREEMENT, "`signed` 2001: `printed` has 3, 5, which the date has not", DATE_REMEDY),
            ],
            id="a year where a day is printed",
        ),
        pytest.param(
            GAZETTE,
            SIGNED,
            '{edtf: "2001-05-04", printed: 3 May 2001}',
            [
                (
                    AGREEMENT,
                    "`signed` 2001-05-04: its day is neither printed nor said by any evidence",
                    DATE_REMEDY,
                ),
                (AGREEMENT, "`signed` 2001-05-04: its evidence says another date", DATE_REMEDY),
                (AGREEMENT, "`signed` 2001-05-04: `printed` has 3, which the date has not", DATE_REMEDY),
            ],
            id="another day than is printed",
        ),
        pytest.param(
            GAZETTE,
            "printed: 12 schools\n",
            "printed: 12 schools\n    period: {edtf: '2001-05-03', printed: So they say, basis: inferred, note: N.}\n"
            "    period_kind: current\n",
            [
                (
                    "observation aston-schools",
                    f"`period` 2001-05-03: its {part} is neither printed nor said by any evidence",
                    DATE_REMEDY,
                )
                for part in ("year", "month", "day")
            ]
            + [
                (
                    "observation aston-schools",
                    "the period is `current` but not the date of publication",
                    "Use the date of publication, or another `period_kind`.",
                )
            ],
            id="a current period of a source without a date",
        ),
    ],
)
def test_a_problem_is_reported(
    tmp_path: Path, file: str, old: str, new: str, expected: list[tuple[str, str, str]]
) -> None:
    seeds, texts = write_seeds(tmp_path)
    edit(seeds / file, old, new)

    assert findings(seeds, texts) == [Finding(file, *rest) for rest in expected]


def test_a_source_in_a_file_of_another_name(tmp_path: Path) -> None:
    seeds, texts = write_seeds(tmp_path)
    (seeds / GAZETTE).rename(seeds / "sources/paper.yaml")

    expected = Finding(
        "sources/paper.yaml", "source gazette", "is in a file of another name", "Name it sources/gazette.yaml."
    )
    assert findings(seeds, texts) == [expected]


def test_an_id_in_two_files(tmp_path: Path) -> None:
    seeds, texts = write_seeds(tmp_path)
    (seeds / "sources/copy.yaml").write_text(FILES[GAZETTE].replace("  id: gazette", "  id: copy", 1))

    both = f"stands 2 times: in sources/copy.yaml, {GAZETTE}"
    expected = [
        Finding(GAZETTE, "agreement aston--beville", both, TWICE),
        Finding(GAZETTE, "observation aston-schools", both, TWICE),
    ]
    assert findings(seeds, texts) == expected


def test_all_problems_are_reported_in_one_run(tmp_path: Path) -> None:
    seeds, texts = write_seeds(tmp_path)
    edit(seeds / "places.yaml", "kind: city, country: FR", "kind: town, country: FR")
    edit(seeds / "topics.yaml", "label: schools", "lable: schools")
    edit(seeds / "indicators.yaml", "unit: count", "unit: counts")
    edit(seeds / GAZETTE, "area: aston", "area: astom")
    edit(seeds / GAZETTE, "at: 60", "at: 61")
    edit(seeds / GAZETTE, "key: day", "key: tie")
    edit(seeds / GAZETTE, SIGNED, '{edtf: "2002-05-03", printed: 3 May 2001}')
    edit(seeds / GAZETTE, "length: ", "length: 1")

    expected = [
        ("places.yaml", "place beville"),
        ("topics.yaml", "topic schools"),
        ("topics.yaml", "topic schools"),
        ("indicators.yaml", "indicator schools_count"),
        (GAZETTE, "evidence gazette-tie"),
        (GAZETTE, "observation aston-schools"),
        (GAZETTE, AGREEMENT),
        (GAZETTE, AGREEMENT),
        (GAZETTE, AGREEMENT),
        (GAZETTE, "source gazette"),
        (GAZETTE, "observation aston-schools, evidence figure"),
    ]
    assert [(finding.file, finding.record) for finding in findings(seeds, texts)] == expected
