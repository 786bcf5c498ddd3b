"""SQLite and PostgreSQL lead to the same bytes for every request (contract section 1)."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.conftest import DATABASES, settings_for
from tests.support.examples import EXAMPLES, LISTS, SORTS
from tests.support.serving import Served, loaded, serving

pytestmark = pytest.mark.slow

PUBLIC = "https://citypact.example"
SEEDS = ("small", "real")
ERRORS = [
    "city=nobody",
    "country=Vietnam&sort=x",
    "limit=0",
    "cursor=abc",
    "field=x",
    "partner=daeg&city=seul",
    "topic=a",
]
SEARCHES = ["q=%25", "q=_", "q=danang", "q=구광역", "q=ĐÀ NẴNG", "q=Bac Nihn", "q=o", "q=vi et", "participant=e", "q=é"]


@pytest.fixture(scope="module", params=SEEDS)
def pair(request: pytest.FixtureRequest) -> Iterator[list[Served]]:
    """The same register, served from each database under the same public address."""
    with ExitStack() as stack:
        settings = [settings_for(request, database, f"{request.param}_parity") for database in DATABASES]
        public = [each.model_copy(update={"public_url": PUBLIC}) for each in settings]
        yield [stack.enter_context(serving(loaded(each))) for each in public]


def requests(path: str, ids: list[str]) -> Iterator[str]:
    """Yield requests of a list and its items: examples, errors, searches, orders, ids and misspelt ids."""
    yield path
    yield from (f"{path}?{query}" for queries in EXAMPLES[path].values() for query in queries)
    yield from (f"{path}?{query}" for query in (*ERRORS, *SEARCHES))
    yield from (f"{path}?sort={sort}{more}" for other, sort in SORTS if other == path for more in ("", "&limit=2"))
    yield from (f"{path}?include=evidence", f"{path}?country=VN&country=KR", f"{path}?city=daegu&partner=VN")
    yield from (f"{path}/{key}" for key in [*ids, "daeg", "harbour-gazet"])


def comparable(served: Served, path: str) -> tuple[int, bytes, str | None, str | None]:
    """Return what must be equal of a response: status, bytes, entity tag and the link to the next page."""
    response = served.get(path)
    return response.status_code, response.content, response.headers.get("etag"), response.headers.get("link")


@pytest.mark.parametrize("path", LISTS)
def test_both_databases_lead_to_the_same_responses(pair: list[Served], path: str) -> None:
    addresses = list(requests(path, pair[0].ids(f"{path}?limit=200")))
    on_sqlite, on_postgresql = ({address: comparable(served, address) for address in addresses} for served in pair)

    assert on_sqlite == on_postgresql
    assert {200, 400, 404} == {status for status, *_ in on_sqlite.values()}


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_both_databases_lead_to_the_same_pages(pair: list[Served], path: str, sort: str) -> None:
    pages_by_database = []
    for served in pair:
        pages, address = [], f"{PUBLIC}{path}?sort={sort}&limit=7"
        while address:
            page = served.get(address.removeprefix(PUBLIC)).json()
            pages.append((address, page))
            address = page["next"]
        pages_by_database.append(pages)

    assert pages_by_database[0] == pages_by_database[1]


def test_both_databases_have_the_same_data_version(pair: list[Served]) -> None:
    versions = [served.get("/readyz").json()["data_version"] for served in pair]

    assert versions[0] == versions[1]
