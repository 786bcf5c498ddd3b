"""SQLAlchemy caches statements with custom SQL elements, and never takes one such statement for another."""

from collections.abc import Callable, Iterator
from itertools import combinations

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, event, make_url, select

from app.query.sql_elements import Expression, InSubquery, NoIndex, NoOrderIndex

ITEM = Table("item", MetaData(), Column("number", Integer), Column("name", String), Column("code", String))
NAME, CODE = ITEM.c.name, ITEM.c.code

# Makes an element; its SQL on SQLite and on PostgreSQL.
ELEMENTS: dict[str, tuple[Callable[[], Expression], str, str]] = {
    "no index": (lambda: NoIndex(NAME), "+item.name", "item.name"),
    "no index, another column": (lambda: NoIndex(CODE), "+item.code", "item.code"),
    "no order index, text": (lambda: NoOrderIndex(NAME, is_number=False), "+item.name", "(item.name || '')"),
    "no order index, number": (lambda: NoOrderIndex(NAME, is_number=True), "+item.name", "(item.name + 0)"),
    "in a subquery": (
        lambda: InSubquery(NAME, select(CODE)),
        "item.name IN (SELECT item.code \nFROM item)",
        "item.name = ANY (ARRAY(SELECT item.code \nFROM item))",
    ),
    "in a subquery, another column": (
        lambda: InSubquery(CODE, select(CODE)),
        "item.code IN (SELECT item.code \nFROM item)",
        "item.code = ANY (ARRAY(SELECT item.code \nFROM item))",
    ),
    "in another subquery": (
        lambda: InSubquery(NAME, select(NAME)),
        "item.name IN (SELECT item.name \nFROM item)",
        "item.name = ANY (ARRAY(SELECT item.name \nFROM item))",
    ),
}
PAIRS = list(combinations(ELEMENTS, 2))


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        ITEM.create(connection)
        connection.execute(ITEM.insert(), [{"number": 1, "name": "a", "code": "b"}])
        yield connection
    engine.dispose()


@pytest.mark.parametrize("name", ELEMENTS)
def test_the_sql_of_an_element_on_both_databases(name: str) -> None:
    make, on_sqlite, on_postgresql = ELEMENTS[name]

    assert str(make().compile(dialect=make_url("sqlite://").get_dialect()())) == on_sqlite
    assert str(make().compile(dialect=make_url("postgresql+psycopg://").get_dialect()())) == on_postgresql


@pytest.mark.parametrize("name", ELEMENTS)
def test_equal_statements_are_compiled_once(connection: Connection, name: str) -> None:
    make, *_ = ELEMENTS[name]

    assert compiled_statements(connection, make(), make()) == 1


@pytest.mark.parametrize(("name", "other"), PAIRS)
def test_statements_that_differ_only_in_an_element_are_compiled_each(
    connection: Connection, name: str, other: str
) -> None:
    (make, *_), (make_other, *_) = ELEMENTS[name], ELEMENTS[other]

    assert compiled_statements(connection, make(), make_other()) == 2


@pytest.mark.parametrize(("name", "other"), PAIRS)
def test_each_statement_is_executed_with_the_sql_of_its_own_element(
    connection: Connection, name: str, other: str
) -> None:
    (make, sql, _), (make_other, other_sql, _) = ELEMENTS[name], ELEMENTS[other]
    executed: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *arguments: executed.append(arguments[2]))
    for each in (make, make_other, make):
        connection.execute(select(ITEM.c.number).where(each().is_not(None)))

    assert [statement.partition("WHERE ")[2] for statement in executed] == [
        f"{each} IS NOT NULL" for each in (sql, other_sql, sql)
    ]


def test_a_value_in_a_subquery_is_not_cached(connection: Connection) -> None:
    def numbers(code: str) -> list[int]:
        statement = select(ITEM.c.number).where(InSubquery(NAME, select(NAME).where(CODE.in_([code]))))
        return list(connection.execute(statement).scalars())

    assert [numbers("b"), numbers("c"), numbers("b")] == [[1], [], [1]]


def compiled_statements(connection: Connection, *elements: Expression) -> int:
    """Execute a statement with each element, and return how many statements SQLAlchemy has compiled and cached."""
    cache: dict[object, object] = {}
    caching = connection.execution_options(compiled_cache=cache)
    for element in elements:
        caching.execute(select(ITEM.c.number).where(element.is_not(None)))
    return len(cache)
