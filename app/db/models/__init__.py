"""All tables of the database.

The database is a build artefact of the seeds: `load` writes it once, after that it is only read. Its constraints refuse
what the checks of the seeds should have refused before.

Records are numbered in the order of their ids, so an index that ends with the number breaks ties by id. A row that
links a record with a place, a topic, a source or a search term has a copy of the key that the record is listed by. So
an index of such rows has the records of one place in the order of the list, and records can be sorted before they
are read.
"""

from typing import Any

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from app.db.models.evidence import SUBJECT_COLUMNS, Evidence
from app.db.models.place_links import AgreementParty, DelegationPlace, EvidencePlace, ObservationPlace
from app.db.models.records import Agreement, Delegation, Indicator, Observation, Participant, Place, PlaceName, Source
from app.db.models.releases import Release, Rendition
from app.db.models.search_terms import Mention, Suffix, Term
from app.db.models.topics import Topic, TopicUse

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

# Untyped: the attributes of a model have the types of a row's values, but they are columns.
RECORDS: dict[str, Any] = {
    "city": Place,
    "agreement": Agreement,
    "delegation": Delegation,
    "indicator": Indicator,
    "observation": Observation,
    "source": Source,
    "evidence": Evidence,
}
"""The model of each noun of the API."""
