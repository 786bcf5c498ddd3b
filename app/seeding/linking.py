"""Fills the tables that follow from others: which places observations and evidence involve, and in what order."""

from typing import Any

from sqlalchemy import Connection, Select, insert, select
from sqlalchemy import func as sql
from sqlmodel import col

from app import models

INVOLVED = (models.AgreementParty, models.DelegationPlace, models.ObservationPlace)


def link(connection: Connection) -> None:
    """Links the observations and the evidence that are written with their places; the database does it fastest."""
    for column in (models.Observation.area_id, models.Observation.counterpart_id):
        _fill(connection, models.ObservationPlace, _measured(column), models.ObservationPlace.sort_end)
    for table in INVOLVED:
        _fill(connection, models.EvidencePlace, _about(table, col(table.record), col(table.place_id)))
    _fill(connection, models.EvidencePlace, _about(models.Place, col(models.Place.number), col(models.Place.id)))


def _fill(connection: Connection, table: Any, rows: Select[Any], *more: Any) -> None:
    columns = (table.record, table.place_id, table.country_code, table.sort_key, *more)
    connection.execute(insert(table).from_select(columns, rows))


def _measured(column: Any) -> Select[Any]:
    """The place in this column of each observation."""
    row, place = models.Observation, models.Place
    dates = (sql.coalesce(col(date), "") for date in (row.period_start, row.period_end))
    columns: tuple[Any, ...] = (row.number, place.id, place.country_code, *dates)
    return select(*columns).join(place, col(place.id) == column)


def _about(table: Any, record: Any, place_id: Any) -> Select[Any]:
    """The places of what each passage is about."""
    row = models.Evidence
    columns: tuple[Any, ...] = (row.number, place_id, table.country_code, row.id)
    return select(*columns).join(table, record == row.subject)
