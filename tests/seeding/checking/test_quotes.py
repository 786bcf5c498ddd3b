"""Every quote is compared with its text, letter by letter."""

from pathlib import Path

import pytest

from app.seeding.reading import Finding
from tests.seeding.tiny import FILES, TEXT, edit, findings, write_seeds

GAZETTE = "sources/gazette.yaml"
AGREEMENT = "agreement aston--beville"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(
            GAZETTE,
            "quote: became Sister Cities",
            "quote: became Sizter Cities",
            [
                (
                    f"{AGREEMENT}, evidence tie",
                    "the quote 'became Sizter Cities' is not in the text; at 18 the text has 'became Sister Cities'",
                    "Copy it from the text, letter by letter.",
                )
            ],
            id="a quote with another letter",
        ),
        pytest.param(
            GAZETTE,
            "at: 18",
            "at: 19",
            [
                (
                    f"{AGREEMENT}, evidence tie",
                    "the quote 'became Sister Cities' has the offset 19, but stands at 18",
                    "Write at: 18.",
                )
            ],
            id="a wrong offset",
        ),
        pytest.param(
            GAZETTE,
            "\n        at: 18",
            "",
            [
                (
                    f"{AGREEMENT}, evidence tie",
                    "the quote 'became Sister Cities' has no offset, but stands at 18",
                    "Write at: 18 (check --fix does it).",
                )
            ],
            id="an offset that is missing",
        ),
        pytest.param(
            GAZETTE,
            "quote: became Sister Cities\n        at: 18",
            "quote: Aston",
            [
                (
                    f"{AGREEMENT}, evidence tie",
                    "the quote 'Aston' has no offset, but stands at 2 places: 0, 54",
                    "Write one of them as `at`.",
                )
            ],
            id="a quote at two places without an offset",
        ),
        pytest.param(
            GAZETTE,
            'sha256: "',
            f'sha256: "{"0" * 64}" # "',
            [
                (
                    "source gazette",
                    "the text is not the one that was quoted: its sha256 differs",
                    f"If this is the right text, write sha256: {FILES[GAZETTE].split(chr(34))[1]} "
                    "and check every quote.",
                )
            ],
            id="the sha256 of another text",
        ),
        pytest.param(
            GAZETTE,
            f"length: {len(TEXT)}",
            "length: 7",
            [("source gazette", f"the text has {len(TEXT)} code points", f"Write length: {len(TEXT)}")],
            id="another length",
        ),
        pytest.param(
            GAZETTE,
            "printed: 12 schools",
            "printed: twelve schools",
            [
                (
                    "observation aston-schools",
                    "`printed` 'twelve schools' is not in the text",
                    "Write it as the text prints it.",
                )
            ],
            id="a printed form that is not printed",
        ),
    ],
)
def test_a_quote_that_differs_from_the_text(
    tmp_path: Path, file: str, old: str, new: str, expected: list[tuple[str, str, str]]
) -> None:
    seeds, texts = write_seeds(tmp_path)
    edit(seeds / file, old, new)

    assert findings(seeds, texts) == [Finding(file, *rest) for rest in expected]


def test_a_missing_offset_is_reported_without_the_texts(tmp_path: Path) -> None:
    seeds, _ = write_seeds(tmp_path)
    edit(seeds / GAZETTE, "\n        at: 18", "")

    remedy = "Run: python -m app check --texts DIR --fix"
    assert findings(seeds) == [Finding(GAZETTE, f"{AGREEMENT}, evidence tie", "the quote has no offset", remedy)]
