"""Observations and their filters, shared by two resources: observations, and indicators with their newest value."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer, WithJsonSchema
from sqlalchemy import SQLColumnExpression
from sqlalchemy import func as sql
from sqlmodel import col

from app.api.schemas.evidence import Evidenced
from app.api.schemas.shared import NULL_MEANS_UNSAID, EdtfDate, IndicatorRef, Place, ReferenceCatalog, TopicUse, date_of
from app.db import models
from app.enums import Direction, ObservationStatus, PeriodKind, Relation, TopicRole, Trend
from app.query.filters import repeatable
from app.query.shared_filters import CITY_OR_COUNTRY, ByDate, ByPlace, BySource, ByTopic, FilterColumns, Party, place_in


class ObservationFilters(ByPlace, ByDate, ByTopic, BySource):
    """The filters of observations, by which indicators are filtered, too."""

    columns = FilterColumns(
        key=models.Observation.number,
        places=models.ObservationPlace,
        dates=(models.Observation.period_start, models.Observation.period_end),
        subject="observation_id",
        captions={"country": "{list} on {values}", "city": "{list} on {values}"},
    )

    area: Annotated[
        list[Party], place_in(models.Observation.area_id, "{list}, measured in {values}"), CITY_OR_COUNTRY
    ] = repeatable("The area that was measured: a country code (the country as such) or a city id.")
    counterpart: Annotated[
        list[Party], place_in(models.Observation.counterpart_id, "{list}, with regard to {values}"), CITY_OR_COUNTRY
    ] = repeatable("The other side of the measure: a country code (the country as such) or a city id.")


# Undated observations last; ties by id.
NEWEST_PERIOD_FIRST: tuple[SQLColumnExpression[object], ...] = (
    sql.coalesce(col(models.Observation.period_start), "").desc(),
    col(models.Observation.number).asc(),
)


def _drop_zero_fraction(value: float) -> int | float:
    """Return an integral value as an integer, unless a double may not hold it exactly (from 2⁵³ on)."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


Value = Annotated[
    float,
    PlainSerializer(_drop_zero_fraction),
    WithJsonSchema({"type": "number", "format": "double"}, mode="serialization"),
]
"""A double; JSON has an integral one without a fraction."""


class Flow(BaseModel):
    """From where to where something moves, by the direction of the indicator."""

    origin: str = Field(description="Id of the place that it comes from.")
    destination: str = Field(description="Id of the place that it goes to.")


class Observation(Evidenced):
    """One reported value of an indicator."""

    id: str = Field(description="Stable key.")
    indicator: IndicatorRef = Field(description="What was measured.")
    area: Place = Field(description="The place that it was measured for.")
    counterpart: Place | None = Field(description="The other side of the measure. Null: it has none.")
    flow: Flow | None = Field(description="Origin and destination. Null: nothing flows.")
    value: Value | None = Field(description="The value in full units. Null: the source gives no number.")
    relation: Relation | None = Field(
        description='How the true value relates to `value`: `gt` for "over 70 billion". Null: no value.'
    )
    status: ObservationStatus = Field(description="SDMX observation status.")
    printed: str | None = Field(description=f"The value, or what stands in its place, as printed. {NULL_MEANS_UNSAID}")
    trend: Trend | None = Field(description=f"Which way it went. {NULL_MEANS_UNSAID}")
    cause: str | None = Field(description=f"Why. {NULL_MEANS_UNSAID}")
    period: EdtfDate | None = Field(description=f"When it holds. {NULL_MEANS_UNSAID}")
    period_kind: PeriodKind = Field(description="How the period is meant.")
    topics: list[TopicUse] = Field(description="Goods and sectors that the sources name with it.")
    note: str | None = Field(description="A remark of the curator.")
    sources: list[str] = Field(description="Ids of the sources that support it.")


def flow_of(direction: Direction, area: str, counterpart: str | None) -> Flow | None:
    """Return the origin and the destination of what an indicator of this direction measures; None if nothing moves."""
    if counterpart is None or direction is Direction.none:
        return None
    origin, destination = (counterpart, area) if direction is Direction.in_ else (area, counterpart)
    return Flow(origin=origin, destination=destination)


def render_observation(
    row: models.Observation,
    direction: Direction,
    topics: Iterable[tuple[str, TopicRole]],
    sources: Iterable[str],
    catalogue: ReferenceCatalog,
) -> Observation:
    """Return an observation as the API sends it, without its evidence; `sources` are ids, topics have roles."""
    return Observation(
        id=row.id,
        indicator=catalogue.indicators[row.indicator_id],
        area=catalogue.places[row.area_id],
        counterpart=catalogue.places[row.counterpart_id] if row.counterpart_id else None,
        flow=flow_of(direction, row.area_id, row.counterpart_id),
        value=row.value,
        relation=row.relation,
        status=row.status,
        printed=row.printed,
        trend=row.trend,
        cause=row.cause,
        period=date_of(row, "period"),
        period_kind=row.period_kind,
        topics=catalogue.topic_uses(topics),
        note=row.note,
        sources=sorted(sources),
    )
