"""SQLite and PostgreSQL answer every question with the same bytes (contract section 1)."""

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
    """One register, served from each database under the same public address."""
    with ExitStack() as stack:
        settings = [settings_for(request, database, f"{request.param}_parity") for database in DATABASES]
        public = [each.model_copy(update={"public_url": PUBLIC}) for each in settings]
        yield [stack.enter_context(serving(loaded(each))) for each in public]


def questions(path: str, ids: list[str]) -> Iterator[str]:
    """Everything that a list and its items are asked here."""
    yield path
    yield from (f"{path}?{query}" for queries in EXAMPLES[path].values() for query in queries)
    yield from (f"{path}?{query}" for query in (*ERRORS, *SEARCHES))
    yield from (f"{path}?sort={sort}{more}" for other, sort in SORTS if other == path for more in ("", "&limit=2"))
    yield from (f"{path}?include=evidence", f"{path}?country=VN&country=KR", f"{path}?city=daegu&partner=VN")
    yield from (f"{path}/{key}" for key in [*ids, "daeg", "harbour-gazet"])


def answer(served: Served, path: str) -> tuple[int, bytes, str | None, str | None]:
    """What must be equal: status, bytes, tag and the link to the next page."""
    response = served.get(path)
    return response.status_code, response.content, response.headers.get("etag"), response.headers.get("link")


@pytest.mark.parametrize("path", LISTS)
def test_both_databases_answer_with_the_same_bytes(pair: list[Served], path: str) -> None:
    asked = list(questions(path, pair[0].ids(f"{path}?limit=200")))
    on_sqlite, on_postgresql = ({question: answer(served, question) for question in asked} for served in pair)

    assert on_sqlite == on_postgresql
    assert {200, 400, 404} == {status for status, *_ in on_sqlite.values()}


@pytest.mark.parametrize(("path", "sort"), SORTS)
def test_both_databases_page_alike(pair: list[Served], path: str, sort: str) -> None:
    walks = []
    for served in pair:
        pages, address = [], f"{PUBLIC}{path}?sort={sort}&limit=7"
        while address:
            page = served.get(address.removeprefix(PUBLIC)).json()
            pages.append((address, page))
            address = page["next"]
        walks.append(pages)

    assert walks[0] == walks[1]


def test_readiness_names_the_same_version(pair: list[Served]) -> None:
    versions = [served.get("/readyz").json()["data_version"] for served in pair]

    assert versions[0] == versions[1]
