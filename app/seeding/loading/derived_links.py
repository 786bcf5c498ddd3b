"""Fills the tables that follow from others: the places of observations and of evidence."""

from sqlalchemy import Connection, Selectable, SQLColumnExpression, and_, false, insert, select
from sqlalchemy import func as sql
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col

from app.db import models

PLACE_LINKS = (models.AgreementParty, models.DelegationPlace, models.ObservationPlace)
LINK_COLUMNS = ("record", "place_id", "country_code", "sort_key", "repeated")


def insert_derived_links(connection: Connection) -> None:
    """Link the observations and the evidence in the database with their places, by statements of the database."""
    area, counterpart = col(models.Observation.area_id), col(models.Observation.counterpart_id)
    for side, other_side in ((area, counterpart), (counterpart, area)):
        _insert_links(connection, models.ObservationPlace, _observation_places(side, other_side), "sort_end")
    for table in PLACE_LINKS:
        links = _evidence_places(
            table, col(table.record), col(table.place_id), col(table.country_code), col(table.repeated)
        )
        _insert_links(connection, models.EvidencePlace, links)
    place = models.Place
    own = _evidence_places(place, col(place.number), col(place.id), col(place.country_code), false())
    _insert_links(connection, models.EvidencePlace, own)


def _insert_links(connection: Connection, table: type[SQLModel], links: Selectable, *more_columns: str) -> None:
    connection.execute(insert(table).from_select((*LINK_COLUMNS, *more_columns), links))


def _observation_places(
    side: SQLColumnExpression[str | None], other_side: SQLColumnExpression[str | None]
) -> Selectable:
    """Select the place on this side of each observation."""
    observation, place, other = models.Observation, models.Place, aliased(models.Place)
    start, end = (sql.coalesce(col(date), "") for date in (observation.period_start, observation.period_end))
    repeated = sql.coalesce(and_(col(other.country_code) == place.country_code, col(other.id) < place.id), false())
    return (
        select(col(observation.number), col(place.id), col(place.country_code), start, repeated, end)
        .join(place, col(place.id) == side)
        .outerjoin(other, col(other.id) == other_side)
    )


def _evidence_places(
    table: type[SQLModel],
    record: SQLColumnExpression[int],
    place_id: SQLColumnExpression[str],
    country_code: SQLColumnExpression[str],
    repeated: SQLColumnExpression[bool],
) -> Selectable:
    """Select the places that the subjects in this table involve, for each piece of evidence about them."""
    evidence = models.Evidence
    columns = (col(evidence.number), place_id, country_code, col(evidence.id), repeated)
    return select(*columns).join(table, record == evidence.subject)
