"""Every table and nothing else.

The database is a build artefact of the seeds: it is written once, whole, by `load`, and only read afterwards.
Its constraints refuse what the checks of the seeds should have refused before.

Records are numbered in the order of their ids, so that an index that ends with the number breaks ties by id.
What links a record with something that is asked for (a place, a topic, a source) has a copy of the key that the
record is listed by: an index of the links is a list in its order, however long it is, or what it finds can be sorted
before any record is read.
"""

from typing import Any

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from app.db.models.links import (
    SUBJECT_COLUMNS,
    AgreementParty,
    DelegationPlace,
    Evidence,
    EvidencePlace,
    ObservationPlace,
    Topic,
    TopicUse,
)
from app.db.models.records import Agreement, Delegation, Indicator, Observation, Participant, Place, PlaceName, Source
from app.db.models.releases import Release, Rendition
from app.db.models.search_terms import Mention, Suffix, Term

__all__ = [
    "RECORDS",
    "SUBJECT_COLUMNS",
    "Agreement",
    "AgreementParty",
    "Delegation",
    "DelegationPlace",
    "Evidence",
    "EvidencePlace",
    "Indicator",
    "Mention",
    "Observation",
    "ObservationPlace",
    "Participant",
    "Place",
    "PlaceName",
    "Release",
    "Rendition",
    "Source",
    "Suffix",
    "Term",
    "Topic",
    "TopicUse",
    "metadata",
]

metadata: MetaData = SQLModel.metadata

RECORDS: dict[str, Any] = {
    "city": Place,
    "agreement": Agreement,
    "delegation": Delegation,
    "indicator": Indicator,
    "observation": Observation,
    "source": Source,
    "evidence": Evidence,
}
"""The table of each noun of the API."""
