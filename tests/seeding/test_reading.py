"""Invalid records are reported with their place, and cause no further findings."""

from pathlib import Path

import pytest

from app.seeding.reading import Finding
from tests.seeding.tiny import edit, findings, write_seeds

GAZETTE = "sources/gazette.yaml"
AGREEMENT = "agreement aston--beville"
SIGNED = '{edtf: "2001-05-03", printed: 3 May 2001}'
INFERRED = "`inferred` must say what was inferred where the basis is not `stated`, and be absent where it is"
NO_SUCH_FIELD = "Take it out, or correct its name."


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(
            GAZETTE,
            "value: 12",
            "vlaue: 12",
            [
                ("observation aston-schools", "observations.0.vlaue: no such field", NO_SUCH_FIELD),
            ],
            id="an unknown field",
        ),
        pytest.param(
            GAZETTE,
            "  publisher: The Gazette\n",
            "",
            [("source gazette", "source.publisher: is missing", "Add it.")],
            id="a missing field",
        ),
        pytest.param(
            GAZETTE,
            'edtf: "2001-05-03"',
            "edtf: 2001-05-03",
            [
                (
                    AGREEMENT,
                    "agreements.0.signed.edtf: datetime.date(2001, 5, 3) is not text",
                    "Put it between quotes.",
                )
            ],
            id="a date without quotes",
        ),
        pytest.param(
            GAZETTE,
            'edtf: "2001-05-03"',
            'edtf: "2019-02-30"',
            [(AGREEMENT, "agreements.0.signed.edtf: '2019-02-30' is not a date of the calendar", "Correct the value.")],
            id="30 February",
        ),
        pytest.param(
            GAZETTE,
            'edtf: "2001-05-03"',
            'edtf: "3 May 2001"',
            [
                (
                    AGREEMENT,
                    "agreements.0.signed.edtf: '3 May 2001' is not an EDTF date such as '2004', '2018-09', "
                    "'2019?-02-22' or '2004-06/2004-08'",
                    "Correct the value.",
                )
            ],
            id="a date that is not EDTF",
        ),
        pytest.param(
            GAZETTE,
            SIGNED,
            '{edtf: "2001-05-03", printed: 3 May 2001, basis: inferred}',
            [
                (
                    AGREEMENT,
                    "agreements.0.signed: the date is inferred, so a `note` must say what was inferred, and from what",
                    "Correct the value.",
                )
            ],
            id="an inferred date without a note",
        ),
        pytest.param(
            GAZETTE,
            "quote: on 3 May 2001, at: 39",
            "quote: on 3 May 2001, at: 39, basis: mixed",
            [("evidence day", f"agreements.0.evidence.1: {INFERRED}", "Correct the value.")],
            id="inferred evidence that does not say what was inferred",
        ),
        pytest.param(
            GAZETTE,
            "kind: sister_city",
            "kind: sistercity",
            [
                (
                    AGREEMENT,
                    "agreements.0.kind: 'sistercity' is not one of the allowed words: Input should be "
                    "'friendship_city', 'sister_city', 'friendly_relations', 'memorandum' or 'other'",
                    "Use one of them.",
                )
            ],
            id="a value that is not in the enum",
        ),
        pytest.param(
            GAZETTE,
            "parties: [aston, beville]",
            "parties: [aston, aston]",
            [(AGREEMENT, "agreements.0: a place is named twice among the `parties`", "Correct the value.")],
            id="the same party twice",
        ),
        pytest.param(
            GAZETTE,
            "area: aston",
            "area: aston\n    counterpart: aston",
            [
                (
                    "observation aston-schools",
                    "observations.0: `area` and `counterpart` are the same place",
                    "Correct the value.",
                )
            ],
            id="an area that is its own counterpart",
        ),
        pytest.param(
            GAZETTE,
            "  language: en",
            "  language: en\n  url: https://gazette.example",
            [("source gazette", "source: `url` and `url_basis` go together", "Correct the value.")],
            id="a URL without its basis",
        ),
        pytest.param(
            GAZETTE,
            "printed: 12 schools",
            "printed: 12 schools\n    period_kind: during",
            [
                (
                    "observation aston-schools",
                    "observations.0: `period_kind` says how the `period` is meant; without a period it is `none`",
                    "Correct the value.",
                )
            ],
            id="a kind of period without a period",
        ),
        pytest.param(
            GAZETTE,
            "    relation: eq\n",
            "",
            [
                (
                    "observation aston-schools",
                    "observations.0: `value` and `relation` go together; where both are absent the status is `missing`",
                    "Correct the value.",
                )
            ],
            id="a value without a relation",
        ),
        pytest.param(
            GAZETTE,
            "value: 12",
            "value: .nan",
            [
                (
                    "observation aston-schools",
                    "observations.0.value: Input should be a finite number",
                    "Correct the value.",
                )
            ],
            id="a value that is not finite",
        ),
        pytest.param(
            GAZETTE,
            "publisher: The Gazette",
            'publisher: "The\\u0007Gazette"',
            [("source gazette", "source.publisher: has control characters", "Correct the value.")],
            id="a control character",
        ),
        pytest.param(
            "places.yaml",
            "en: Béville",
            'en: "Be\\u0301ville"',
            [
                (
                    "place beville",
                    "names.en: has spaces around it or is not in Unicode normal form C",
                    "Correct the value.",
                )
            ],
            id="not in normal form C",
        ),
        pytest.param(
            GAZETTE,
            "quote: became Sister Cities",
            f"quote: {'x' * 101}",
            [
                (
                    "evidence tie",
                    "agreements.0.evidence.0.quote: is longer than 100",
                    "Shorten it; a quote has the few words that carry the fact.",
                )
            ],
            id="a quote of 101 characters",
        ),
        pytest.param(
            "places.yaml",
            "country: GB",
            "country: gb",
            [
                (
                    "place aston",
                    "country: 'gb' has not the right form: String should match pattern '^[A-Z]{2}$'",
                    "Write it in that form.",
                )
            ],
            id="a country in lower case",
        ),
        pytest.param(
            "places.yaml",
            "- {id: beville",
            "- {id: france, kind: country, country: FR}\n- {id: beville",
            [
                (
                    "place france",
                    "record: a country, and only a country, has its code in lower case as id",
                    "Correct the value.",
                )
            ],
            id="a country with another id than its code",
        ),
        pytest.param(
            "places.yaml",
            ", names: {en: Aston}",
            "",
            [
                (
                    "place aston",
                    "record: a city or province needs `names`; a country has none, they come from CLDR",
                    "Correct the value.",
                )
            ],
            id="a city without names",
        ),
    ],
)
def test_an_invalid_record(tmp_path: Path, file: str, old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    seeds, texts = write_seeds(tmp_path)
    edit(seeds / file, old, new)

    assert findings(seeds, texts) == [Finding(file, *rest) for rest in expected]
