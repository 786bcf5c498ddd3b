"""Every filter and every sort is served by an index.

The plans are those for large tables: SQLite plans without the statistics of the small tables, and PostgreSQL is told to
scan and to sort only where there is no other plan. A scan along an index that looks each row up in another index counts
as served, because it finds the first page of a frequent country at once.
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
def without_totals(small: Served) -> Iterator[Served]:
    """The small register, served with a cache of one total, so that every new filter is counted."""
    with serving(small.settings.model_copy(update={"remembered_totals": 1})) as served:
        yield served


@pytest.fixture(scope="module")
def explain(small: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explain]:
    """A function that returns the plan of a statement as if the tables were large, line by line."""
    engine = small.register.release().engine
    settings: tuple[str, ...] = ()
    if engine.dialect.name == "sqlite":
        copy = tmp_path_factory.mktemp("plans") / "register.db"
        shutil.copy(Path(small.settings.database_url.removeprefix("sqlite:///")), copy)
        engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM sqlite_stat1")
        prefix = "EXPLAIN QUERY PLAN"
    else:
        settings, prefix = ("SET enable_seqscan = off", "SET enable_sort = off"), "EXPLAIN (COSTS OFF)"
    with closing(engine.connect()) as connection:
        for setting in settings:
            connection.exec_driver_sql(setting)
        yield lambda sql, parameters: lines(connection.exec_driver_sql(f"{prefix} {sql}", parameters))


def lines(plan: Any) -> list[str]:
    """The lines of a plan, with nested steps indented as PostgreSQL indents them."""
    return [row[0] if len(row) == 1 else f"{'  ' if row[1] else ''}{row[3]}" for row in plan]


def scans(plan: list[str]) -> list[str]:
    """The lines of a plan that read a whole table; subqueries, which only hold rows already found, are not counted."""
    return [
        line for line in plan if re.search(r"Seq Scan on|^ *SCAN (?!CONSTANT|\(|anon_|page$|found$|ranges$)\w+$", line)
    ]


def sorts(plan: list[str]) -> list[str]:
    """The lines of a plan that sort more rows than those of the page."""
    return [line for line in plan if re.search(r"^ .*(\bSort$|TEMP B-TREE)", line)]


@pytest.mark.parametrize(("path", "query"), FILTERS)
def test_a_filter_is_served_by_an_index(without_totals: Served, explain: Explain, path: str, query: str) -> None:
    without_totals.get(path)
    with without_totals.statements_with_values() as statements:
        without_totals.get(f"{path}?{query}")
    plans = {sql: explain(sql, parameters) for sql, parameters in statements}

    assert any("count(*) AS count_1" in sql for sql in plans)
    assert {sql: scans(plan) for sql, plan in plans.items()} == {sql: [] for sql in plans}


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_a_sort_is_served_by_an_index(small: Served, explain: Explain, path: str, sort: str) -> None:
    following = small.get(f"{path}?sort={sort}&limit=1").json()["next"]
    # The statement of a later page unites two ranges.
    for address, ranges in ((f"{path}?sort={sort}", 0), (following, 1)):
        with small.statements_with_values() as statements:
            small.get(address)
        plan = explain(*next((sql, parameters) for sql, parameters in statements if "sort_key" in sql))

        assert scans(plan) == []
        assert len(sorts(plan)) <= ranges


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_sqlite_scans_a_list_in_order_also_with_statistics(small: Served, path: str, sort: str) -> None:
    with small.statements_with_values() as statements:
        small.get(f"{path}?sort={sort}")
    sql, parameters = next((sql, parameters) for sql, parameters in statements if "sort_key" in sql)
    with small.register.release().engine.connect() as connection:
        plan = lines(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters))

    assert sorts(plan) == []


def plan_of_page(served: Served, explain: Explain, address: str) -> list[str]:
    """The plan of the statement that selects the page at this address."""
    with served.statements_with_values() as statements:
        served.get(address)
    return explain(*next((sql, parameters) for sql, parameters in statements if "AS page" in sql))


def test_the_path_scan_and_sort_does_not_use_the_index_of_the_order(small: Served, explain: Explain) -> None:
    """Along that index, most observations are of other countries than one that has few."""
    plan = plan_of_page(small, explain, "/observations?country=NZ&sort=value&limit=200")

    assert not [line for line in plan if "ix_observation_value" in line]
    assert len(sorts(plan)) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("address", ["/agreements?q=portavela&limit=1", "/delegations?participant=a&limit=1"])
def test_an_ordered_scan_finds_the_terms_of_a_word_once(small: Served, explain: Explain, address: str) -> None:
    plan = plan_of_page(small, explain, address)

    assert [line for line in plan if "hashed SubPlan" in line]
    assert not [line for line in plan if "Semi Join" in line]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("address", "init_plans"),
    [("/agreements?q=portavela choir", 1), ("/delegations?participant=ana velho&limit=200", 2)],
)
def test_a_path_driven_by_words_finds_their_terms_first(
    small: Served, explain: Explain, address: str, init_plans: int
) -> None:
    """PostgreSQL expects hardly any suffix to start with a word, so in a join it would scan them for each row."""
    plan = plan_of_page(small, explain, address)

    assert len([line for line in plan if line.strip().startswith("InitPlan")]) == init_plans
    assert "\n".join(plan).count("term = ANY") == init_plans


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["/agreements?q=portavela choir", "/agreements?q=choir&country=PT"])
def test_a_path_driven_by_words_goes_from_their_terms_to_the_records(
    small: Served, explain: Explain, address: str
) -> None:
    plan = "\n".join(plan_of_page(small, explain, address))

    assert plan.count("ix_mention_noun (noun=? AND term=?)") == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("address", ["/agreements?q=choir&country=PT", "/agreements?city=isvik&partner=PT&limit=1"])
def test_the_links_of_other_filters_are_looked_up_for_each_record(
    small: Served, explain: Explain, address: str
) -> None:
    """PostgreSQL would join all links of a country, of which a large register has a million."""
    plan = plan_of_page(small, explain, address)

    assert [line for line in plan if "SubPlan" in line]
    assert not [line for line in plan if "Semi Join" in line]


def test_the_oldest_records_of_a_country_are_found_by_the_index_of_links_alone(small: Served, explain: Explain) -> None:
    plan = plan_of_page(small, explain, "/agreements?country=NZ&sort=signed&limit=200")

    assert [line for line in plan if "ix_agreement_party_country_code" in line]
    assert not [line for line in plan if re.search(r"\bagreement\b", line)]


@pytest.mark.parametrize("address", ["/agreements?q=choir&country=PT", "/agreements?q=portavela choir&sort=signed"])
def test_the_records_of_words_are_sorted_by_the_index_of_mentions_alone(
    small: Served, explain: Explain, address: str
) -> None:
    plan = plan_of_page(small, explain, address)

    assert [line for line in plan if "ix_mention_noun" in line]
    assert not [line for line in plan if re.search(r"agreement\b(?!')", line)]


@pytest.mark.parametrize("dates", ["since=2000", "until=2003", "since=2000&until=2005&undated=include"])
def test_a_range_of_dates_in_a_country_is_found_by_the_index_of_links_alone(
    without_totals: Served, explain: Explain, dates: str
) -> None:
    with without_totals.statements_with_values() as statements:
        without_totals.get(f"/delegations?country=IS&{dates}")
    plans = ["\n".join(explain(sql, parameters)) for sql, parameters in statements if "delegation_place" in sql]

    assert len(plans) >= 2
    for plan in plans:
        assert "ix_delegation_place_country_code" in plan
        assert not re.search(r"\bdelegation\b", plan)
