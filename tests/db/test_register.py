"""How the register is asked: at once or in a thread, and what becomes of a statement that fails."""

import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer, Select, literal, select, text
from sqlalchemy import func as sql
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app.db.register import Snapshot, WouldBlock
from tests.support.commands import wait_until
from tests.support.serving import REAL_SEED, SMALL_SEED, Served, loaded, serving, sqlite_settings


def count_to(most: int) -> Select[int]:
    """A statement that takes the longer the more it counts."""
    numbers = select(literal(1, Integer).label("number")).cte("numbers", recursive=True)
    following = select(numbers.c.number + 1).where(numbers.c.number < most)
    return select(sql.count().label("counted")).select_from(numbers.union_all(following))


def counted(snapshot: Snapshot, most: int) -> int:
    """The answer to such a statement."""
    ((found,),) = snapshot.fetch(("count to", most), lambda: count_to(most), {})
    return int(found)


def test_what_takes_long_is_not_answered_at_once(small: Served) -> None:
    with pytest.raises(WouldBlock):
        small.register.try_inline(lambda snapshot: counted(snapshot, 100_000))

    assert small.register.run(lambda snapshot: counted(snapshot, 100_000)) == 100_000


def test_sqlite_answers_at_once_what_takes_no_time(small: Served, database: str) -> None:
    def ask() -> int:
        try:
            return small.register.try_inline(lambda snapshot: counted(snapshot, 3))
        except WouldBlock:  # a busy machine makes anything take long
            return 0

    expected = {"sqlite": 3, "postgresql": 0}[database]

    assert expected == max(ask() for _ in range(1000))


def test_an_error_of_the_driver_is_one_of_sqlalchemy(small: Served, database: str) -> None:
    expected = {"sqlite": OperationalError, "postgresql": ProgrammingError}[database]
    nowhere = select(text("1 AS one")).select_from(text("nowhere"))

    with pytest.raises(expected):
        small.register.run(lambda snapshot: snapshot.fetch("nowhere", lambda: nowhere, {}))


def lose_connection(snapshot: Snapshot) -> int:
    result: Any = snapshot.execute(text("SELECT 1"))
    result.connection.connection.driver_connection.close()
    return counted(snapshot, 3)


def test_a_connection_that_was_lost_is_an_error_of_sqlalchemy(small: Served) -> None:
    with pytest.raises(DBAPIError):
        small.register.run(lose_connection)

    assert small.register.run(lambda snapshot: counted(snapshot, 3)) == 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_connection_that_was_lost_at_once_is_asked_for_in_a_thread(small: Served) -> None:
    with serving(small.settings) as served:
        served.register.release()
        with pytest.raises(WouldBlock):
            served.register.try_inline(lose_connection)


def test_a_fault_does_not_end_the_watch_for_new_releases(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "other").mkdir()
    loaded(sqlite_settings(tmp_path / "other", REAL_SEED))
    with serving(loaded(sqlite_settings(tmp_path, SMALL_SEED))) as served:
        first = served.register.release().version
        damage(tmp_path / "register.db")
        wait_until(lambda: "ValueError" in caplog.text)
        (tmp_path / "other/register.db").replace(tmp_path / "register.db")
        # Nobody asks: only the watch can find it.
        wait_until(lambda: served.register.version() != first)
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]

    assert [record.getMessage() for record in errors] == ["fault while looking for a newer release"]


def damage(register: Path) -> None:
    """Replace the register by one that is none of ours in a way that nothing expects."""
    damaged = register.with_name("damaged.db")
    damaged.write_bytes(register.read_bytes())
    connection = sqlite3.connect(damaged)
    connection.execute("UPDATE release SET loaded_at = 'one day'")
    connection.commit()
    connection.close()
    damaged.replace(register)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_count_may_take_longer_than_a_page(small: Served) -> None:
    with serving(small.settings.model_copy(update={"statement_timeout_ms": 20})) as hasty:
        with pytest.raises(OperationalError):
            hasty.register.run(lambda snapshot: counted(snapshot, 1_000_000))

        assert (
            hasty.register.run(lambda found: found.fetch_count("count", lambda: count_to(1_000_000), {})) == 1_000_000
        )
