"""The figures of an indicator: for each pair of places the newest value, and the series behind it."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func as sql
from sqlalchemy import select
from sqlmodel import col

from app.api.prerendered import rendering_of
from app.api.resources.indicators import IndicatorQuery
from app.api.schemas.observation import NEWEST_PERIOD_FIRST
from app.db import models
from app.db.register import Snapshot
from app.web.record_names import Record

MAX_OBSERVATIONS = 24
"""How many observations of an indicator a page shows; the newest. The rest is in the API."""


def with_observations(snapshot: Snapshot, query: IndicatorQuery, ids: list[str], bodies: list[str]) -> list[str]:
    """The bodies with the newest of the matching observations and their evidence, by one statement for all of them."""
    row, kept = models.Observation, rendering_of(models.Observation)
    of_indicator = col(row.indicator_id)
    ranked = select(
        col(row.number),
        of_indicator.label("indicator"),
        sql.row_number().over(partition_by=of_indicator, order_by=NEWEST_PERIOD_FIRST).label("rank"),
        sql.count().over(partition_by=of_indicator).label("matching"),
    ).where(of_indicator.in_(ids), *query.observation_conditions())
    newest = ranked.subquery()
    chosen = (
        kept.select(newest.c.indicator, newest.c.matching, with_evidence=True)
        .join(newest, newest.c.number == kept.table.number)
        .where(newest.c.rank <= MAX_OBSERVATIONS)
        .order_by(newest.c.indicator, newest.c.rank)
    )
    grouped = {
        name: list(rows)
        for name, rows in groupby(snapshot.execute(chosen, query.values).all(), lambda row: row.indicator)
    }
    return [_with_observations(body, grouped.get(id_, []), kept.to_json) for id_, body in zip(ids, bodies, strict=True)]


def _with_observations(body: str, rows: Sequence[Any], shown: Callable[[Any], str]) -> str:
    observations = ",".join(map(shown, rows))
    matching = rows[0].matching if rows else 0
    return f'{body[:-1]},"observation_count":{matching},"observations":[{observations}]}}'


@dataclass(frozen=True)
class Series:
    """The observations of one pair of places, the newest first."""

    observations: list[Record]

    @property
    def area(self) -> Record:
        """The place that was measured."""
        place: Record = self.observations[0]["area"]
        return place

    @property
    def counterpart(self) -> Record | None:
        """The other side."""
        place: Record | None = self.observations[0]["counterpart"]
        return place

    @property
    def newest(self) -> Record:
        """The newest observation with a value, else the newest."""
        return next((found for found in self.observations if found["value"] is not None), self.observations[0])

    @property
    def sources(self) -> list[str]:
        """The ids of the sources of all of them."""
        return sorted({source for found in self.observations for source in found["sources"]})

    @property
    def evidence(self) -> list[Record]:
        """The passages behind all of them."""
        return [item for found in self.observations for item in found["evidence"]]

    @property
    def topics(self) -> list[Record]:
        """The goods and sectors that go with all of them, each once in a role."""
        topics = [topic for found in self.observations for topic in found["topics"]]
        return list({(topic["id"], topic["role"]): topic for topic in topics}.values())

    @property
    def columns(self) -> list["Bar"]:
        """The dated observations as columns, the oldest first; none where there are not two values to compare."""
        dated = [found for found in reversed(self.observations) if found["period"]]
        values = [found["value"] for found in dated if found["value"] is not None]
        if len(values) < 2 or min(values) < 0:
            return []
        return [Bar(found, at, (found["value"] or 0) / (max(values) or 1)) for at, found in enumerate(dated)]


CHART_HEIGHT, BAR_WIDTH, BAR_GAP = 64, 28, 12


@dataclass(frozen=True)
class Bar:
    """One column of a chart whose base is zero."""

    observation: Record
    position: int
    share: float
    """Of the largest value."""

    @property
    def x(self) -> int:
        """Its left edge."""
        return self.position * (BAR_WIDTH + BAR_GAP)

    @property
    def height(self) -> float:
        """Its height; a value that is not zero can be seen."""
        return max(round(self.share * CHART_HEIGHT, 1), 1.0) if self.share else 0

    @property
    def y(self) -> float:
        """Its upper edge."""
        return round(CHART_HEIGHT - self.height, 1)


def series_of(observations: Iterable[Record]) -> list[Series]:
    """The observations by pair of places, in the order of their newest."""
    pairs: dict[tuple[str, str], list[Record]] = {}
    for found in observations:
        counterpart = found["counterpart"] or {"id": ""}
        pairs.setdefault((found["area"]["id"], counterpart["id"]), []).append(found)
    return [Series(found) for found in pairs.values()]


def with_series(body: str) -> Record:
    """An indicator with its observations, as its template needs it."""
    indicator: Record = json.loads(body)
    return {**indicator, "series": series_of(indicator["observations"])}
