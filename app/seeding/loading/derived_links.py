"""Fills the tables that follow from others: which places observations and evidence involve, and in what order."""

from typing import Any

from sqlalchemy import Connection, Select, and_, false, insert, select
from sqlalchemy import func as sql
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.db import models

PLACE_LINKS = (models.AgreementParty, models.DelegationPlace, models.ObservationPlace)


def insert_derived_links(connection: Connection) -> None:
    """Links the observations and the evidence that are written with their places; the database does it fastest."""
    sides = (models.Observation.area_id, models.Observation.counterpart_id)
    for side, other in (sides, sides[::-1]):
        _insert_links(
            connection, models.ObservationPlace, _observation_places(side, other), models.ObservationPlace.sort_end
        )
    for table in PLACE_LINKS:
        _insert_links(
            connection,
            models.EvidencePlace,
            _evidence_places(table, col(table.record), col(table.place_id), table.repeated),
        )
    place = models.Place
    _insert_links(connection, models.EvidencePlace, _evidence_places(place, col(place.number), col(place.id), false()))


def _insert_links(connection: Connection, table: Any, rows: Select[Any], *more: Any) -> None:
    columns = (table.record, table.place_id, table.country_code, table.sort_key, table.repeated, *more)
    connection.execute(insert(table).from_select(columns, rows))


def _observation_places(side: Any, other_side: Any) -> Select[Any]:
    """The place on this side of each observation."""
    row, place, other = models.Observation, models.Place, aliased(models.Place)
    start, end = (sql.coalesce(col(date), "") for date in (row.period_start, row.period_end))
    repeated = and_(col(other.country_code) == place.country_code, col(other.id) < place.id)
    columns: tuple[Any, ...] = (row.number, place.id, place.country_code, start, sql.coalesce(repeated, false()), end)
    return select(*columns).join(place, col(place.id) == side).outerjoin(other, col(other.id) == other_side)


def _evidence_places(table: Any, record: Any, place_id: Any, repeated: Any) -> Select[Any]:
    """The places of what each passage is about."""
    row = models.Evidence
    columns: tuple[Any, ...] = (row.number, place_id, table.country_code, row.id, repeated)
    return select(*columns).join(table, record == row.subject)
