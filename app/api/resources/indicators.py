"""Indicators: what is measured, with the newest value and the number of values that match."""

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field
from sqlalchemy import and_, exists, select
from sqlalchemy import func as sql
from sqlmodel import col
from starlette.responses import Response

from app.api.prerendered import RowSelect, rendering_of
from app.api.request_context import RequestContextDep
from app.api.routes import RecordId, item_route, list_route, resource_router
from app.api.schemas.observation import NEWEST_PERIOD_FIRST, Observation, ObservationFilters
from app.api.schemas.page import Count, Page
from app.db import models
from app.db.register import Snapshot
from app.enums import Aggregation, Direction, Measure, Unit
from app.query.conditions import Clause
from app.query.filters import SearchText, single
from app.query.list_select import filter_conditions
from app.query.text_search import TEXT_SEARCH


class IndicatorQuery(ObservationFilters):
    """Query of the list of indicators; all filters but `q` are about observations, one of which must match."""

    noun = "indicator"
    record = models.Indicator
    sort_columns: ClassVar[Mapping[str, object]] = {"id": models.Indicator.id, "name": models.Indicator.sort_name}

    q: Annotated[SearchText | None, TEXT_SEARCH] = single("Words in the name or the description; each must occur.")
    sort: Literal["id", "name"] = single("Order; ties by id.", "id")

    def observation_conditions(self) -> list[Clause]:
        """Return the where-clauses of the filters about observations."""
        return filter_conditions(self, ObservationFilters.model_fields)

    @property
    def driving_filters(self) -> list[str]:
        """No filter: all are about observations."""
        return []

    @classmethod
    def record_filters(cls) -> Collection[str]:
        """Return the search alone: all other filters are about observations."""
        return ("q",)

    def further_conditions(self) -> list[Clause]:
        """Return the condition that an observation of the indicator matches, if a filter is about observations."""
        if not (of_observations := self.observation_conditions()):
            return []
        same_indicator = col(models.Observation.indicator_id) == models.Indicator.id
        return [exists().where(same_indicator, *of_observations)]


class Indicator(BaseModel):
    """An economic indicator, with the newest of the matching values and how many match."""

    id: str = Field(description="Stable key.")
    name: str = Field(description="English name.")
    description: str = Field(description="What it measures, and what area and counterpart mean for it.")
    unit: Unit = Field(description="Unit of the values, always in full units.")
    measure: Measure = Field(description="Kind of quantity.")
    aggregation: Aggregation = Field(description="Stock or flow.")
    direction: Direction = Field(description="From which side to which something moves.")
    observation_count: Count = Field(description="How many observations match.")
    latest: Observation | None = Field(
        description="Of those that match, the one of the newest period with a value. Null: none has a value."
    )


class IndicatorPage(Page[Indicator]):
    """One page of indicators."""


class Definition(BaseModel):
    """The fields of an indicator that do not depend on the query."""

    id: str
    name: str
    description: str
    unit: Unit
    measure: Measure
    aggregation: Aggregation
    direction: Direction


def render(row: models.Indicator) -> Definition:
    """Return the part of an indicator that is rendered when the register is loaded."""
    return Definition.model_validate(row, from_attributes=True)


def with_matching_observations(
    snapshot: Snapshot, query: IndicatorQuery | None, ids: list[str], items: list[str]
) -> list[str]:
    """Return the items with the number and the newest of the matching observations; runs two statements for all."""
    of_indicator = col(models.Observation.indicator_id)
    matching = and_(of_indicator.in_(ids), *(query.observation_conditions() if query else []))
    values = query.parameter_values if query else {}
    counts = snapshot.execute(
        select(of_indicator, sql.count().label("matching")).where(matching).group_by(of_indicator), values
    )
    count_of = {row.indicator_id: row.matching for row in counts}
    to_json = rendering_of(models.Observation).to_json
    latest_of = {row.indicator: to_json(row) for row in snapshot.execute(_newest_statement(matching), values)}
    return [
        f'{item[:-1]},"observation_count":{count_of.get(id_, 0)},"latest":{latest_of.get(id_, "null")}}}'
        for id_, item in zip(ids, items, strict=True)
    ]


def _newest_statement(matching: Clause) -> RowSelect:
    """Return the select of the newest observation with a value of each indicator, among those that match."""
    row, rendering = models.Observation, rendering_of(models.Observation)
    rank = sql.row_number().over(partition_by=col(row.indicator_id), order_by=NEWEST_PERIOD_FIRST).label("rank")
    ranked = (
        select(col(row.number), col(row.indicator_id).label("indicator"), rank)
        .where(matching, col(row.value).is_not(None))
        .subquery()
    )
    statement = rendering.select(ranked.c.indicator, with_evidence=False)
    return statement.join(ranked, ranked.c.number == rendering.table.number).where(ranked.c.rank == 1)


router = resource_router("indicators")


@list_route(router, "/indicators", IndicatorQuery, IndicatorPage, example="area=VN&limit=1")
async def list_indicators(context: RequestContextDep) -> Response:
    """Economic indicators, each with its newest matching value."""
    return await context.list_response(IndicatorQuery, with_matching_observations)


@item_route(router, "/indicators/{id}", Indicator, example="investment_total")
async def get_indicator(id: RecordId, context: RequestContextDep) -> Response:
    """One economic indicator with its newest value."""
    return await context.item_response(IndicatorQuery, id, with_matching_observations)
