"""The evidence of the real seeds quotes the words from which each claim was extracted."""

import csv

from app.seeding.seed_schema import EvidenceSeed
from tests.seeding.real_seed import real_evidence, real_seeds
from tests.seeding.registers import REAL_TEXTS

# The claims that are facts of the register; others are, for example, the navigation of the web pages.
CLAIMS_IN_THE_REGISTER = 130


def claims() -> dict[str, dict[str, str]]:
    """Return the claims that were extracted from the texts, by evidence id; none without the texts."""
    if REAL_TEXTS is None:
        return {}
    files = {document.seed.source.file: document.seed.source.id for document in real_seeds().documents}
    with (REAL_TEXTS / "claims.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    return {f"{files[row['document']]}-{row['fact_id'].lower()}": row for row in rows}


def test_every_claim_is_quoted_from_the_words_that_make_it() -> None:
    by_id = {f"{source}-{item.key}": item for source, _, _, item in real_evidence()}
    quoted_claims = {key for key, item in by_id.items() if item.key[0] in "ab" and item.key[1:].isdigit()}
    outside = [
        key
        for key, claim in claims().items()
        if key in by_id and not is_within(by_id[key], int(claim["start"]), int(claim["end"]))
    ]

    assert len(quoted_claims) >= CLAIMS_IN_THE_REGISTER
    assert outside == []
    assert not claims() or quoted_claims <= claims().keys()


def is_within(evidence: EvidenceSeed, start: int, end: int) -> bool:
    return evidence.at is not None and start <= evidence.at and evidence.at + len(evidence.quote) <= end
