"""Schemas that several resources embed: a place, a date, a topic, an indicator."""

from collections.abc import Iterable
from functools import lru_cache

from pydantic import BaseModel, Field

from app.enums import Basis, Measure, PlaceKind, Precision, TopicRole, Unit
from app.values import dates

NULL_MEANS_UNSAID = "Null: no source says so."


class Names(BaseModel):
    """A place's names; null where the register has none in that language."""

    en: str = Field(description="English name.")
    ko: str | None = Field(description="Korean name.")
    vi: str | None = Field(description="Vietnamese name.")


class Place(BaseModel):
    """A place as other records name it."""

    id: str = Field(description="Stable key.")
    name: str = Field(description="English name for display.")
    names: Names = Field(description="Names by language (ISO 639-1).")
    kind: PlaceKind = Field(description="What the place is.")
    country: str = Field(description="Country that it is or lies in (ISO 3166-1 alpha-2).")


class EdtfDate(BaseModel):
    """A date that says how much of it is known."""

    edtf: str = Field(description="The date in EDTF (ISO 8601-2), such as `2004` or `2019?-02-22`.")
    earliest: str = Field(description="First day that it can be, YYYY-MM-DD.", json_schema_extra={"format": "date"})
    latest: str = Field(description="Last day that it can be, YYYY-MM-DD.", json_schema_extra={"format": "date"})
    precision: Precision = Field(description="To what it is known.")
    uncertain: bool = Field(description="Whether a part of it is uncertain.")
    basis: Basis = Field(description="Whether the source states it or a curator inferred it.")
    printed: str | None = Field(description="As the source prints it.")
    note: str | None = Field(description="What was inferred, and from what.")


class TopicUse(BaseModel):
    """A topic that a record names, and in which role."""

    id: str = Field(description="Stable key of the topic.")
    label: str = Field(description="English label.")
    role: TopicRole = Field(description="In which role the record names it.")


class IndicatorRef(BaseModel):
    """An indicator as an observation names it."""

    id: str = Field(description="Stable key.")
    name: str = Field(description="English name.")
    unit: Unit = Field(description="Unit of the values.")
    measure: Measure = Field(description="Kind of quantity.")


def date_of(row: object, name: str) -> EdtfDate | None:
    """Return the date in the columns `{name}_edtf`, `_basis`, `_printed` and `_note` of a row, or None."""
    if (edtf := getattr(row, f"{name}_edtf")) is None:
        return None
    return _edtf_date(
        edtf, getattr(row, f"{name}_basis"), getattr(row, f"{name}_printed"), getattr(row, f"{name}_note")
    )


@lru_cache(maxsize=65536)
def _edtf_date(edtf: str, basis: Basis, printed: str | None, note: str | None) -> EdtfDate:
    date = dates.parse_edtf(edtf)
    return EdtfDate(
        edtf=edtf,
        earliest=date.earliest,
        latest=date.latest,
        precision=Precision(date.precision),
        uncertain=date.uncertain,
        basis=basis,
        printed=printed,
        note=note,
    )


class ReferenceCatalog(BaseModel):
    """What many records refer to, by its id; used to render them."""

    places: dict[str, Place]
    topics: dict[str, str]
    indicators: dict[str, IndicatorRef]

    def topic_uses(self, uses: Iterable[tuple[str, TopicRole]]) -> list[TopicUse]:
        """Return topics, given as ids and roles, as a record carries them."""
        return [TopicUse(id=topic, label=self.topics[topic], role=role) for topic, role in uses]
