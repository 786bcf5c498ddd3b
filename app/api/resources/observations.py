"""Observations: single reported values."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from sqlalchemy import and_, select, true
from sqlalchemy import func as sql
from sqlmodel import col
from starlette.responses import Response

from app.api.request_context import RequestContextDep
from app.api.routes import RecordId, item_route, list_route, resource_router
from app.api.schemas.observation import NEWEST_PERIOD_FIRST, Observation, ObservationFilters
from app.api.schemas.page import Page
from app.db import models
from app.enums import Basis, ObservationStatus
from app.query.conditions import Clause
from app.query.filters import Filter, equals, repeatable, single
from app.query.list_query import ListQuery
from app.query.list_select import filter_conditions
from app.query.shared_filters import INDICATOR, WithEvidence


def newest_of_each_series(query: ListQuery, latest: bool) -> Clause | None:
    """Match the newest value per indicator, area and counterpart, among the records that match the other filters."""
    if not latest:
        return None
    row = models.Observation
    others = filter_conditions(query.model_copy(update={"latest": False}), query.filters)
    series = (row.indicator_id, row.area_id, sql.coalesce(col(row.counterpart_id), ""))
    rank = sql.row_number().over(partition_by=series, order_by=NEWEST_PERIOD_FIRST).label("rank")
    ranked = select(col(row.number), rank).where(and_(true(), *others), col(row.value).is_not(None)).subquery()
    return col(row.number).in_(select(ranked.c.number).where(ranked.c.rank == 1))


def _strict_boolean(text: object) -> object:
    # pydantic alone also accepts yes, on and 1
    if text not in ("true", "false"):
        raise PydanticCustomError("boolean", "not a boolean")
    return text


class ObservationQuery(WithEvidence, ObservationFilters):
    """Query of the list of observations."""

    noun = "observation"
    record = models.Observation
    sort_columns: ClassVar[Mapping[str, object]] = {
        "period": models.Observation.period_start,
        "indicator": models.Observation.indicator_id,
        "value": models.Observation.value,
    }

    indicator: Annotated[list[str], equals(models.Observation.indicator_id), INDICATOR] = repeatable(
        "Indicator id.", examples=["investment_total"]
    )
    status: Annotated[list[ObservationStatus], equals(models.Observation.status)] = repeatable("Status of the value.")
    basis: Annotated[list[Basis], equals(models.Observation.period_basis)] = repeatable("Basis of the period.")
    latest: Annotated[bool, BeforeValidator(_strict_boolean), Filter(newest_of_each_series)] = single(
        "`true`: of the records that match the other filters, per indicator, area and counterpart only the newest "
        "period with a value.",
        False,
    )
    sort: Literal["-period", "period", "indicator", "value", "-value"] = single(
        "Order; `-` is descending: the newest or the largest first. Undated and missing ones last, ties by id.",
        "-period",
    )


class ObservationPage(Page[Observation]):
    """One page of observations."""


router = resource_router("observations")


@list_route(router, "/observations", ObservationQuery, ObservationPage, example="area=VN&indicator=investment_total")
async def list_observations(context: RequestContextDep) -> Response:
    """Reported values of economic indicators, the newest period first."""
    return await context.list_response(ObservationQuery)


@item_route(router, "/observations/{id}", Observation, example="vn-investment-kr")
async def get_observation(id: RecordId, context: RequestContextDep) -> Response:
    """One reported value and the passages that support it."""
    return await context.item_response(ObservationQuery, id)
