"""Indicators as charts: series of observations for each pair of places, and the geometry of their bars."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from sqlalchemy import func as sql
from sqlalchemy import select
from sqlmodel import col

from app.api.prerendered import rendering_of
from app.api.resources.indicators import IndicatorQuery
from app.api.schemas.observation import NEWEST_PERIOD_FIRST
from app.db import models
from app.db.register import Snapshot
from app.web.records import Record

MAX_OBSERVATIONS = 24
"""How many observations of an indicator a page shows, the newest first; the API has all."""

SHOWN_STATUSES = ("estimated", "provisional")
"""The statuses of an observation that a page shows as a badge."""

# Geometry of a chart, in CSS pixels: the plot area, its bars, and below it the years.
PLOT_HEIGHT, BAR_WIDTH, BAR_GAP, YEARS_HEIGHT = 64, 28, 12, 20


def with_observations(snapshot: Snapshot, query: IndicatorQuery, ids: list[str], bodies: list[str]) -> list[str]:
    """Add to the JSON of each indicator its newest matching observations with evidence, by one statement for all."""
    row, rendering = models.Observation, rendering_of(models.Observation)
    indicator_id = col(row.indicator_id)
    ranked = select(
        col(row.number),
        indicator_id.label("indicator"),
        sql.row_number().over(partition_by=indicator_id, order_by=NEWEST_PERIOD_FIRST).label("rank"),
        sql.count().over(partition_by=indicator_id).label("matching"),
    ).where(indicator_id.in_(ids), *query.observation_conditions())
    newest = ranked.subquery()
    statement = (
        rendering.select(newest.c.indicator, newest.c.matching, with_evidence=True)
        .join(newest, newest.c.number == rendering.table.number)
        .where(newest.c.rank <= MAX_OBSERVATIONS)
        .order_by(newest.c.indicator, newest.c.rank)
    )
    rows = snapshot.execute(statement, query.parameter_values).all()
    groups = {indicator: list(group) for indicator, group in groupby(rows, lambda row: row.indicator)}
    pairs = ((body, groups.get(id_, [])) for id_, body in zip(ids, bodies, strict=True))
    return [
        _add_observations(body, group[0].matching if group else 0, map(rendering.to_json, group))
        for body, group in pairs
    ]


def _add_observations(body: str, matching: int, observations: Iterable[str]) -> str:
    return f'{body[:-1]},"observation_count":{matching},"observations":[{",".join(observations)}]}}'


@dataclass(frozen=True)
class Bar:
    """A bar of a chart whose baseline is zero."""

    width: ClassVar[int] = BAR_WIDTH
    observation: Record
    position: int
    share: float
    """Its value as a share of the largest one."""

    @property
    def x(self) -> int:
        """Left edge."""
        return self.position * (BAR_WIDTH + BAR_GAP)

    @property
    def center_x(self) -> int:
        """Middle between the left and the right edge."""
        return self.x + BAR_WIDTH // 2

    @property
    def height(self) -> float:
        """Height; at least a pixel, so that any value but zero can be seen."""
        return max(round(self.share * PLOT_HEIGHT, 1), 1.0) if self.share else 0

    @property
    def y(self) -> float:
        """Upper edge."""
        return round(PLOT_HEIGHT - self.height, 1)


@dataclass(frozen=True)
class BarChart:
    """A bar chart of a series; the vertical positions are those of SVG, which grow downwards."""

    height: ClassVar[int] = PLOT_HEIGHT + YEARS_HEIGHT
    baseline_y: ClassVar[float] = PLOT_HEIGHT + 0.5
    """Half a pixel lower, so that a line of one pixel is sharp."""
    label_y: ClassVar[int] = PLOT_HEIGHT + 15
    missing_y: ClassVar[int] = PLOT_HEIGHT - 6
    """Where a dash stands for a value that is missing."""
    bars: list[Bar]

    @property
    def width(self) -> int:
        """Width, with a gap behind the last bar."""
        return len(self.bars) * (BAR_WIDTH + BAR_GAP)

    @property
    def baseline_width(self) -> int:
        """Width without that gap."""
        return self.width - BAR_GAP


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
        """The place with regard to which it was measured, if any."""
        place: Record | None = self.observations[0]["counterpart"]
        return place

    @property
    def newest(self) -> Record:
        """The newest observation with a value; if none has one, the newest."""
        with_value = (observation for observation in self.observations if observation["value"] is not None)
        return next(with_value, self.observations[0])

    @property
    def sources(self) -> list[str]:
        """Ids of the sources of all observations, sorted."""
        return sorted({source for observation in self.observations for source in observation["sources"]})

    @property
    def evidence(self) -> list[Record]:
        """The evidence of all observations."""
        return [item for observation in self.observations for item in observation["evidence"]]

    @property
    def topics(self) -> list[Record]:
        """The topics of all observations; one with the same id and role stands once."""
        topics = [topic for observation in self.observations for topic in observation["topics"]]
        return list({(topic["id"], topic["role"]): topic for topic in topics}.values())

    @property
    def chart(self) -> BarChart | None:
        """Chart of the dated observations, the oldest first; None with a negative or with fewer than two values."""
        dated = [observation for observation in reversed(self.observations) if observation["period"]]
        values = [observation["value"] for observation in dated if observation["value"] is not None]
        if len(values) < 2 or min(values) < 0:
            return None
        largest = max(values) or 1
        bars = [Bar(observation, at, (observation["value"] or 0) / largest) for at, observation in enumerate(dated)]
        return BarChart(bars)


def group_into_series(observations: Iterable[Record]) -> list[Series]:
    """Group observations by area and counterpart, in the order of the first of each pair."""
    pairs: dict[tuple[str, str], list[Record]] = {}
    for observation in observations:
        counterpart = observation["counterpart"] or {"id": ""}
        pairs.setdefault((observation["area"]["id"], counterpart["id"]), []).append(observation)
    return [Series(pair) for pair in pairs.values()]


def parse_with_series(body: str) -> Record:
    """Parse the JSON of an indicator and add its observations as `series`."""
    indicator: Record = json.loads(body)
    return {**indicator, "series": group_into_series(indicator["observations"])}
