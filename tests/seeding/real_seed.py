"""The seeds of the two real documents, checked against their texts where these are available."""

from collections.abc import Iterator
from functools import cache

from app.seeding.checking.check import check
from app.seeding.reading import Seeds, evidence_of
from app.seeding.seed_schema import EvidenceSeed
from tests.seeding.registers import REAL_TEXTS
from tests.support.serving import REAL_SEED


@cache
def real_seeds() -> Seeds:
    seeds, findings = check(REAL_SEED, REAL_TEXTS)
    assert findings == []
    return seeds


def real_evidence() -> Iterator[tuple[str, str, str, EvidenceSeed]]:
    """Iterate over all evidence: the id of its source, kind and id of its subject, and the evidence."""
    for document in real_seeds().documents:
        for kind, key, item in evidence_of(document):
            yield document.seed.source.id, kind, key, item
