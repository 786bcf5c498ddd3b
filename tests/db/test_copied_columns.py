"""Every copy that speeds up a filter equals what it copies, in a register that is built as `load` builds it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from app.seeding.loading.load import build_release
from app.seeding.loading.release_targets import release_target
from app.settings import Settings
from tests.benchmark.register import InventedRegister


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection to an invented register of twenty agreements."""
    settings = Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('copies')}/register.db")
    with release_target(settings) as connection:
        build_release(connection, InventedRegister(20), "version")
        yield connection


# Each table of links, the column that refers to a record, the table of records, and what the copies are of.
LINKS = [
    ("agreement_party", "record", "agreement", {"sort_key": "signed_start", "sort_end": "signed_end"}),
    ("delegation_place", "record", "delegation", {"sort_key": "date_start", "sort_end": "date_end"}),
    ("observation_place", "record", "observation", {"sort_key": "period_start", "sort_end": "period_end"}),
    ("evidence_place", "record", "evidence", {"sort_key": "id"}),
    ("participant", "record", "delegation", {"sort_key": "date_start"}),
    ("mention", "subject", "agreement", {"sort_key": "signed_start"}),
    ("mention", "subject", "delegation", {"sort_key": "date_start"}),
    ("mention", "subject", "source", {"sort_key": "published_start"}),
    ("mention", "subject", "place", {"sort_key": "sort_name"}),
    ("mention", "subject", "indicator", {"sort_key": "id"}),
]


@pytest.mark.parametrize(("links", "reference", "records", "copies"), LINKS)
def test_a_link_has_the_sort_key_and_the_last_day_of_its_record(
    built: Connection, links: str, reference: str, records: str, copies: dict[str, str]
) -> None:
    noun = "city" if records == "place" else records
    of_noun = f" AND noun = '{noun}'" if links == "mention" else ""
    for copy, original in copies.items():
        joined = f"SELECT link.{copy} AS copy, coalesce({records}.{original}, '') AS original FROM {links} AS link "
        rows = built.execute(text(f"{joined} JOIN {records} ON {records}.number = link.{reference}{of_noun}")).all()

        assert [row.copy for row in rows] == [row.original for row in rows]
        assert len({row.copy for row in rows}) > 1


@pytest.mark.parametrize(
    ("links", "flags"),
    [
        ("agreement_party", {False, True}),
        ("delegation_place", {False}),  # every invented delegation goes abroad
        ("observation_place", {False, True}),
        ("evidence_place", {False, True}),
    ],
)
def test_all_places_of_a_record_in_one_country_but_the_one_with_the_least_id_are_repeated(
    built: Connection, links: str, flags: set[bool]
) -> None:
    rows = built.execute(text(f"SELECT record, country_code, place_id, repeated FROM {links} ORDER BY place_id")).all()
    seen: set[tuple[int, str]] = set()
    for row in rows:
        assert bool(row.repeated) == ((row.record, row.country_code) in seen)
        seen.add((row.record, row.country_code))

    assert {bool(row.repeated) for row in rows} == flags
