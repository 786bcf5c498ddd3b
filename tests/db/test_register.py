"""Reads of the register, inline or in a thread: time budgets, errors, and new releases."""

import logging
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer, Select, literal, select, text
from sqlalchemy import func as sql
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app.db.register import OpenRelease, Register, Snapshot, WouldBlock
from tests.support.commands import wait_until
from tests.support.serving import REAL_SEED, SMALL_SEED, Served, loaded, serving, sqlite_settings


def count_to(last: int) -> Select[int]:
    """A statement that counts the numbers up to the last, and takes time in proportion to it."""
    numbers = select(literal(1, Integer).label("number")).cte("numbers", recursive=True)
    following = select(numbers.c.number + 1).where(numbers.c.number < last)
    return select(sql.count().label("counted")).select_from(numbers.union_all(following))


def counted(snapshot: Snapshot, last: int) -> int:
    """The number that such a statement counts."""
    ((number,),) = snapshot.fetch(("count to", last), lambda: count_to(last), {})
    return int(number)


def test_a_slow_statement_is_not_read_inline(small: Served) -> None:
    with pytest.raises(WouldBlock):
        small.register.try_inline(lambda snapshot: counted(snapshot, 100_000))

    assert small.register.run(lambda snapshot: counted(snapshot, 100_000)) == 100_000


def test_only_sqlite_reads_a_fast_statement_inline(small: Served, database: str) -> None:
    def read_inline() -> int:
        try:
            return small.register.try_inline(lambda snapshot: counted(snapshot, 3))
        except WouldBlock:  # on a busy machine any statement may exceed the budget
            return 0

    expected = {"sqlite": 3, "postgresql": 0}[database]

    assert expected == max(read_inline() for _ in range(1000))


def test_an_error_of_the_driver_is_raised_as_sqlalchemys(small: Served, database: str) -> None:
    expected = {"sqlite": OperationalError, "postgresql": ProgrammingError}[database]
    missing = select(text("1 AS one")).select_from(text("missing"))

    with pytest.raises(expected):
        small.register.run(lambda snapshot: snapshot.fetch("missing", lambda: missing, {}))


def read_after_closing(snapshot: Snapshot) -> int:
    """Close the connection below SQLAlchemy, then read."""
    result: Any = snapshot.execute(text("SELECT 1"))
    result.connection.connection.driver_connection.close()
    return counted(snapshot, 3)


def test_a_lost_connection_is_an_error_of_sqlalchemy_and_is_replaced(small: Served) -> None:
    with pytest.raises(DBAPIError):
        small.register.run(read_after_closing)

    assert small.register.run(lambda snapshot: counted(snapshot, 3)) == 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_lost_inline_connection_makes_the_read_block(small: Served) -> None:
    with serving(small.settings) as served:
        served.register.release()
        with pytest.raises(WouldBlock):
            served.register.try_inline(read_after_closing)


def test_a_fault_does_not_end_the_checks_for_new_releases(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "other").mkdir()
    loaded(sqlite_settings(tmp_path / "other", REAL_SEED))
    with serving(loaded(sqlite_settings(tmp_path, SMALL_SEED))) as served:
        first = served.register.release().version
        damage(tmp_path / "register.db")
        wait_until(lambda: "ValueError" in caplog.text)
        (tmp_path / "other/register.db").replace(tmp_path / "register.db")
        # No request is made: only the thread that checks can find it.
        wait_until(lambda: served.register.version != first)
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]

    assert [record.getMessage() for record in errors] == ["fault while looking for a newer release"]


def damage(register: Path) -> None:
    """Replace the register by one whose release has an invalid time."""
    damaged = register.with_name("damaged.db")
    damaged.write_bytes(register.read_bytes())
    connection = sqlite3.connect(damaged)
    connection.execute("UPDATE release SET loaded_at = 'one day'")
    connection.commit()
    connection.close()
    damaged.replace(register)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_count_may_take_longer_than_other_statements(small: Served) -> None:
    with serving(small.settings.model_copy(update={"statement_timeout_ms": 20})) as served:
        with pytest.raises(OperationalError):
            served.register.run(lambda snapshot: counted(snapshot, 1_000_000))

        assert (
            served.register.run(lambda snapshot: snapshot.fetch_count("count", lambda: count_to(1_000_000), {}))
            == 1_000_000
        )


def test_threads_that_notice_a_new_release_at_once_open_it_once(tmp_path: Path) -> None:
    register = Register(loaded(sqlite_settings(tmp_path, SMALL_SEED)))
    file, threads = tmp_path / "register.db", 4
    barrier = threading.Barrier(threads)

    def release() -> OpenRelease:
        barrier.wait()
        return register.release()

    opened: list[set[int]] = []
    with ThreadPoolExecutor(threads) as executor:
        for _ in range(10):
            before = register.release()
            shutil.copy(file, tmp_path / "new.db")
            (tmp_path / "new.db").replace(file)
            releases = [future.result() for future in [executor.submit(release) for _ in range(threads)]]
            assert before not in releases
            opened.append({id(release) for release in releases})
    register.close()

    assert [len(releases) for releases in opened] == [1] * 10
