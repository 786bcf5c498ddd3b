"""How the register is asked: at once or in a thread, and what becomes of a statement that fails."""

import pytest
from sqlalchemy import Integer, Select, literal, select, text
from sqlalchemy import func as sql
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.db import Snapshot, TakesLong
from tests.serving import Served, serving


def count_to(most: int) -> Select[int]:
    """A statement that takes the longer the more it counts."""
    numbers = select(literal(1, Integer).label("number")).cte("numbers", recursive=True)
    following = select(numbers.c.number + 1).where(numbers.c.number < most)
    return select(sql.count().label("counted")).select_from(numbers.union_all(following))


def counted(snapshot: Snapshot, most: int) -> int:
    """The answer to such a statement."""
    ((found,),) = snapshot.prepared(("count to", most), lambda: count_to(most), {})
    return int(found)


def test_what_takes_long_is_not_answered_at_once(small: Served) -> None:
    with pytest.raises(TakesLong):
        small.register.at_once(lambda snapshot: counted(snapshot, 1_000_000))

    assert small.register.answer(lambda snapshot: counted(snapshot, 1_000_000)) == 1_000_000


def test_sqlite_answers_at_once_what_takes_no_time(small: Served, database: str) -> None:
    def ask() -> int:
        try:
            return small.register.at_once(lambda snapshot: counted(snapshot, 3))
        except TakesLong:  # a busy machine makes anything take long
            return 0

    expected = {"sqlite": 3, "postgresql": 0}[database]

    assert expected == max(ask() for _ in range(1000))


def test_an_error_of_the_driver_is_one_of_sqlalchemy(small: Served, database: str) -> None:
    expected = {"sqlite": OperationalError, "postgresql": ProgrammingError}[database]
    nowhere = select(text("1 AS one")).select_from(text("nowhere"))

    with pytest.raises(expected):
        small.register.answer(lambda snapshot: snapshot.prepared("nowhere", lambda: nowhere, {}))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_count_may_take_longer_than_a_page(small: Served) -> None:
    with serving(small.settings.model_copy(update={"statement_timeout_ms": 20})) as hasty:
        with pytest.raises(OperationalError):
            hasty.register.answer(lambda snapshot: counted(snapshot, 1_000_000))

        assert hasty.register.answer(lambda found: found.counted("count", lambda: count_to(1_000_000), {})) == 1_000_000
