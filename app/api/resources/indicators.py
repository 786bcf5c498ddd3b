"""Indicators: what is measured, with the newest value and the number of values that match."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field
from sqlalchemy import and_, exists, select
from sqlalchemy import func as sql
from sqlmodel import col
from starlette.responses import Response

from app.api.prerendered import rendering_of
from app.api.request_context import RequestContextDep
from app.api.routes import Page, RecordId, item_route, list_route, noun_router
from app.api.schemas.observation import NEWEST_PERIOD_FIRST, Observation, ObservationFilters
from app.db import models
from app.db.register import Snapshot
from app.enums import Aggregation, Direction, Measure, Unit
from app.query.access_path import SCAN_AND_SORT, AccessPath
from app.query.conditions import Clause
from app.query.filters import SearchText, single
from app.query.text_search import TEXT_SEARCH


class IndicatorQuery(ObservationFilters):
    """What indicators can be asked: the filters of observations; an indicator matches if one of its values does."""

    noun: ClassVar[str] = "indicator"
    record: ClassVar[Any] = models.Indicator
    sort_columns: ClassVar[dict[str, Any]] = {"id": models.Indicator.id, "name": models.Indicator.sort_name}

    q: Annotated[SearchText | None, TEXT_SEARCH] = single("Words in the name or the description; each must occur.")
    sort: Literal["id", "name"] = single("Order; ties by id.", "id")

    def of_observations(self) -> list[Clause]:
        """The where-clauses for the observations that count."""
        return super().conditions(ObservationFilters.model_fields)

    @property
    def driving_filters(self) -> list[str]:
        """None: the filters are about observations."""
        return []

    def conditions(
        self, fields: Iterable[str] | None = ("q",), *, access_path: AccessPath = SCAN_AND_SORT
    ) -> list[Clause]:
        """The where-clauses for the indicators themselves."""
        own, asked = super().conditions(fields, access_path=access_path), self.of_observations()
        matched = exists().where(col(models.Observation.indicator_id) == models.Indicator.id, *asked)
        return [*own, matched] if asked else own


class Indicator(BaseModel):
    """An economic indicator, with the newest of the matching values and how many match."""

    id: str = Field(description="Stable key.")
    name: str = Field(description="English name.")
    description: str = Field(description="What it measures, and what area and counterpart mean for it.")
    unit: Unit = Field(description="Unit of the values, always in full units.")
    measure: Measure = Field(description="Kind of quantity.")
    aggregation: Aggregation = Field(description="Stock or flow.")
    direction: Direction = Field(description="From which side to which something moves.")
    observation_count: int = Field(
        description="How many observations match.", ge=0, le=2**53 - 1, json_schema_extra={"format": "int64"}
    )
    latest: Observation | None = Field(
        description="Of those that match, the one of the newest period with a value. Null: none has a value."
    )


class IndicatorPage(Page[Indicator]):
    """One page of indicators."""


class Definition(BaseModel):
    """The part of an indicator that does not depend on what is asked."""

    id: str
    name: str
    description: str
    unit: Unit
    measure: Measure
    aggregation: Aggregation
    direction: Direction


def render(row: models.Indicator) -> Definition:
    """The part of an indicator that is rendered when the register is loaded."""
    return Definition.model_validate(row, from_attributes=True)


def with_matching(snapshot: Snapshot, query: IndicatorQuery | None, ids: list[str], bodies: list[str]) -> list[str]:
    """The bodies with the count and the newest of the matching observations, by two statements for all of them."""
    row, kept = models.Observation, rendering_of(models.Observation)
    values = query.values if query else {}
    matching = and_(col(row.indicator_id).in_(ids), *(query.of_observations() if query else []))
    counted = (
        select(col(row.indicator_id), sql.count().label("matching")).where(matching).group_by(col(row.indicator_id))
    )
    rank = sql.row_number().over(partition_by=col(row.indicator_id), order_by=NEWEST_PERIOD_FIRST).label("rank")
    ranked = select(col(row.number), col(row.indicator_id).label("indicator"), rank).where(
        matching, col(row.value).is_not(None)
    )
    first = ranked.subquery()
    newest = (
        kept.read(first.c.indicator, whole=False)
        .join(first, first.c.number == kept.row.number)
        .where(first.c.rank == 1)
    )
    counts = {row.indicator_id: row.matching for row in snapshot.execute(counted, values)}
    latest = {row.indicator: kept.body(row) for row in snapshot.execute(newest, values)}
    return [
        f'{body[:-1]},"observation_count":{counts.get(id_, 0)},"latest":{latest.get(id_, "null")}}}'
        for id_, body in zip(ids, bodies, strict=True)
    ]


router = noun_router("indicators")


@list_route(router, "/indicators", IndicatorQuery, IndicatorPage, example="area=VN&limit=1")
async def list_indicators(context: RequestContextDep) -> Response:
    """Economic indicators, each with its newest matching value."""
    return await context.page(IndicatorQuery, with_matching)


@item_route(router, "/indicators/{id}", Indicator, example="investment_total")
async def get_indicator(id: RecordId, context: RequestContextDep) -> Response:
    """One economic indicator with its newest value."""
    return await context.item(IndicatorQuery, id, with_matching)
