"""Every filter and every sort is served by an index.

The plans are those for large tables: SQLite's planner is asked without the statistics of the small ones, PostgreSQL's
is told to scan and to sort only where it cannot do otherwise. A walk along an index that probes another one for
each row counts as served: so the first page of a frequent country is found at once.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine

from tests.support.examples import QUERIES, SORTS
from tests.support.serving import Served, serving

pytestmark = pytest.mark.slow

FILTERS = [(path, query) for path, _, query, _ in QUERIES]

Explain = Callable[[str, Any], list[str]]


@pytest.fixture(scope="module")
def forgetful(small: Served) -> Iterator[Served]:
    """The small register, served by somebody who counts every total again."""
    with serving(small.settings.model_copy(update={"remembered_totals": 1})) as served:
        yield served


@pytest.fixture(scope="module")
def explain(small: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explain]:
    """Gives the lines of the plan for a statement, as if the tables were large."""
    engine = small.register.release().engine
    preparations: tuple[str, ...] = ()
    if engine.dialect.name == "sqlite":
        copy = tmp_path_factory.mktemp("plans") / "register.db"
        shutil.copy(Path(small.settings.database_url.removeprefix("sqlite:///")), copy)
        engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM sqlite_stat1")
        prefix = "EXPLAIN QUERY PLAN"
    else:
        preparations, prefix = ("SET enable_seqscan = off", "SET enable_sort = off"), "EXPLAIN (COSTS OFF)"
    with closing(engine.connect()) as connection:
        for preparation in preparations:
            connection.exec_driver_sql(preparation)
        yield lambda sql, parameters: lines(connection.exec_driver_sql(f"{prefix} {sql}", parameters))


def lines(plan: Any) -> list[str]:
    """The lines of a plan; what is nested is indented, as PostgreSQL does it."""
    return [row[0] if len(row) == 1 else f"{'  ' if row[1] else ''}{row[3]}" for row in plan]


def scans(plan: list[str]) -> list[str]:
    """The lines of a plan that read a whole table; a page, its parts and what is counted were found before."""
    return [
        line for line in plan if re.search(r"Seq Scan on|^ *SCAN (?!CONSTANT|\(|anon_|page$|found$|ranges$)\w+$", line)
    ]


def sorts(plan: list[str]) -> list[str]:
    """The lines of a plan that sort more than the page, which is sorted last."""
    return [line for line in plan if re.search(r"^ .*(\bSort$|TEMP B-TREE)", line)]


@pytest.mark.parametrize(("path", "query"), FILTERS)
def test_a_filter_is_served_by_an_index(forgetful: Served, explain: Explain, path: str, query: str) -> None:
    forgetful.get(path)
    with forgetful.statements_with_values() as statements:
        forgetful.get(f"{path}?{query}")
    plans = {sql: explain(sql, parameters) for sql, parameters in statements}

    assert any("count(*) AS count_1" in sql for sql in plans)
    assert {sql: scans(plan) for sql, plan in plans.items()} == {sql: [] for sql in plans}


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_a_sort_is_served_by_an_index(small: Served, explain: Explain, path: str, sort: str) -> None:
    following = small.get(f"{path}?sort={sort}&limit=1").json()["next"]
    for address, halves in ((f"{path}?sort={sort}", 0), (following, 1)):  # a page is found as two halves, then sorted
        with small.statements_with_values() as statements:
            small.get(address)
        plan = explain(*next((sql, parameters) for sql, parameters in statements if "sort_key" in sql))

        assert scans(plan) == []
        assert len(sorts(plan)) <= halves


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_sqlite_walks_a_list_in_its_order_whatever_it_knows_of_the_tables(small: Served, path: str, sort: str) -> None:
    with small.statements_with_values() as statements:
        small.get(f"{path}?sort={sort}")
    sql, parameters = next((sql, parameters) for sql, parameters in statements if "sort_key" in sql)
    with small.register.release().engine.connect() as connection:
        plan = lines(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters))

    assert sorts(plan) == []


def plan_of_page(served: Served, explain: Explain, address: str) -> list[str]:
    """The plan of the statement that finds the page at this address."""
    with served.statements_with_values() as statements:
        served.get(address)
    return explain(*next((sql, parameters) for sql, parameters in statements if "AS page" in sql))


def test_what_is_gathered_is_sorted_and_not_looked_for_along_the_order(small: Served, explain: Explain) -> None:
    """Where a country has few observations, most of those with the least values are of others."""
    gathered = plan_of_page(small, explain, "/observations?country=NZ&sort=value&limit=200")

    assert not [line for line in gathered if "ix_observation_value" in line]
    assert len(sorts(gathered)) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("address", ["/agreements?q=portavela&limit=1", "/delegations?participant=a&limit=1"])
def test_who_walks_finds_the_terms_of_a_word_once(small: Served, explain: Explain, address: str) -> None:
    walked = plan_of_page(small, explain, address)

    assert [line for line in walked if "hashed SubPlan" in line]
    assert not [line for line in walked if "Semi Join" in line]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("address", "gathered"), [("/agreements?q=portavela choir", 1), ("/delegations?participant=ana velho&limit=200", 2)]
)
def test_who_gathers_finds_the_terms_of_a_word_first(
    small: Served, explain: Explain, address: str, gathered: int
) -> None:
    """PostgreSQL guesses that hardly any text begins with a word; in a join it would look through them for each row."""
    plan = plan_of_page(small, explain, address)

    assert len([line for line in plan if line.strip().startswith("InitPlan")]) == gathered
    assert "\n".join(plan).count("term = ANY") == gathered


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["/agreements?q=portavela choir", "/agreements?q=choir&country=PT"])
def test_who_gathers_goes_from_the_terms_of_a_word_to_their_records(
    small: Served, explain: Explain, address: str
) -> None:
    plan = "\n".join(plan_of_page(small, explain, address))

    assert plan.count("ix_mention_noun (noun=? AND term=?)") == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("address", ["/agreements?q=choir&country=PT", "/agreements?city=isvik&partner=PT&limit=1"])
def test_who_looks_for_other_links_does_so_for_each_record(small: Served, explain: Explain, address: str) -> None:
    """PostgreSQL would find all links of a country, of which a large register has a million, and join them."""
    plan = plan_of_page(small, explain, address)

    assert [line for line in plan if "SubPlan" in line]
    assert not [line for line in plan if "Semi Join" in line]


def test_the_oldest_of_a_country_are_found_among_its_links_alone(small: Served, explain: Explain) -> None:
    plan = plan_of_page(small, explain, "/agreements?country=NZ&sort=signed&limit=200")

    assert [line for line in plan if "ix_agreement_party_country_code" in line]
    assert not [line for line in plan if re.search(r"\bagreement\b", line)]


@pytest.mark.parametrize("address", ["/agreements?q=choir&country=PT", "/agreements?q=portavela choir&sort=signed"])
def test_what_words_find_is_sorted_and_looked_at_among_their_mentions_alone(
    small: Served, explain: Explain, address: str
) -> None:
    plan = plan_of_page(small, explain, address)

    assert [line for line in plan if "ix_mention_noun" in line]
    assert not [line for line in plan if re.search(r"agreement\b(?!')", line)]


@pytest.mark.parametrize("window", ["since=2000", "until=2003", "since=2000&until=2005&undated=include"])
def test_a_window_of_a_country_is_counted_and_found_among_its_links_alone(
    forgetful: Served, explain: Explain, window: str
) -> None:
    with forgetful.statements_with_values() as statements:
        forgetful.get(f"/delegations?country=IS&{window}")
    plans = ["\n".join(explain(sql, parameters)) for sql, parameters in statements if "delegation_place" in sql]

    assert len(plans) >= 2
    for plan in plans:
        assert "ix_delegation_place_country_code" in plan
        assert not re.search(r"\bdelegation\b", plan)
