"""Answers a request from what was rendered when the register was loaded, and from the rows of passages."""

import asyncio
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy import Select, bindparam, select
from sqlalchemy import func as sql
from starlette.responses import Response

from app.db import Register, Snapshot, TakesLong
from app.enums import Include
from app.errors import as_json, bad_request, unavailable
from app.kit.asking import ask
from app.kit.caching import IDENTITY, Representation, coding, not_modified, represent
from app.kit.declaring import Known
from app.kit.linked import GATHER, WALK, Way, gathered_by, led_by
from app.kit.listing import ListQuery, NoParameters
from app.lookup import no_such_record, unknown_keys
from app.rendered import rendered
from app.settings import Settings

Q = TypeVar("Q", bound=BaseModel)
T = TypeVar("T")

DEADLINE = 4.0  # seconds that a request waits for the database

Complete = Callable[[Snapshot, Any, list[str], list[str]], list[str]]
"""Completes the rendered bodies of a page with what depends on the query: (snapshot, query, ids, bodies)."""


def as_rendered(_: Snapshot, __: Any, ___: list[str], bodies: list[str]) -> list[str]:
    """The bodies as they were rendered; what most nouns need."""
    return bodies


NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Found:
    """One page of what a query matches, not yet written down."""

    bodies: list[str]
    total: int
    cursor: str | None
    """Where the next page begins; None: this is the last."""


@dataclass(frozen=True)
class Written:
    """A body as it goes out, but for its coding, and the headers that depend on it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


class Reader:
    """What a route needs to answer one request."""

    def __init__(self, register: Register, settings: Settings, request: Request) -> None:
        self.register, self.settings = register, settings
        self.path: str = request.scope["path"]
        self.query_string: bytes = request.scope["query_string"]
        self.headers = request.headers
        self.accepted = self.headers.get("accept-encoding", "")
        self.deadline = asyncio.get_running_loop().time() + DEADLINE

    async def page(self, model: type[ListQuery], complete: Complete = as_rendered) -> Response:
        """One page of the records that match the query string, as this query model reads it."""
        return await self.answer_soon(lambda snapshot: self._page(snapshot, model, complete))

    async def item(self, model: type[ListQuery], record_id: str, complete: Complete = as_rendered) -> Response:
        """One record with its evidence; an id that is not there is a 404 that names the nearest."""
        return await self.answer_soon(lambda snapshot: self._item(snapshot, model, record_id, complete))

    async def answer_soon(self, make: Callable[[Snapshot], Response]) -> Response:
        """What `make` makes: at once where nothing has to be waited for, which costs half as much, else in a thread."""
        if coding(self.accepted) == IDENTITY:  # to compress an answer takes longer than a thread
            with suppress(TakesLong):
                return self.register.at_once(make)
        return await self.answer(make)

    async def answer(self, make: Callable[[Snapshot], Response]) -> Response:
        """What is made of a snapshot of the register."""
        return await self.work(lambda: self.register.answer(make))

    async def work(self, task: Callable[[], T]) -> T:
        """Does what waits for the database in a thread, of as many as there are connections; a 503 if it takes long."""
        deadline = asyncio.timeout_at(self.deadline)
        try:
            async with deadline:
                return await asyncio.get_running_loop().run_in_executor(self.register.threads, task)
        except TimeoutError:
            if not deadline.expired():
                raise
            raise unavailable(f"This took longer than {DEADLINE:.0f} seconds; try again.") from None

    def understood(self, snapshot: Snapshot, model: type[Q], query_string: bytes | None = None) -> Q:
        """The query that was asked, or this one; one 400 with all that is wrong with it."""
        asked = ask(model, self.query_string if query_string is None else query_string)
        unknown = unknown_keys(snapshot, model, asked.values) if issubclass(model, ListQuery) else []
        if asked.query is None or unknown:
            raise bad_request([*asked.errors, *unknown])
        return asked.query

    def conditional(
        self, snapshot: Snapshot, canonical: str, write: Callable[[], Written], headers: Mapping[str, str] = NONE
    ) -> Response:
        """What `write` makes for this canonical query; a client that has it already gets a 304, and nothing is read."""
        representation = self._represent(snapshot, canonical)
        if not_modified(self.headers.raw, representation.tag, representation.modified):
            return representation.unchanged(headers)
        written = write()
        return representation.answer(written.body, {**headers, **written.headers}, written.media_type)

    def _page(self, snapshot: Snapshot, model: type[ListQuery], complete: Complete) -> Response:
        query = self.understood(snapshot, model)
        return self.conditional(snapshot, query.encoded(), lambda: self._list(query, find(snapshot, query, complete)))

    def _list(self, query: ListQuery, found: Found) -> Written:
        address = found.cursor and f"{self.settings.base_url}{self.path}?{query.encoded(cursor=found.cursor)}"
        ending = f'"total":{found.total},"next":{as_json(address).decode()}'
        link = {"Link": f'<{address}>; rel="next"'} if address else {}
        return Written(f'{{"items":[{",".join(found.bodies)}],{ending}}}'.encode(), link)

    def _item(self, snapshot: Snapshot, model: type[ListQuery], record_id: str, complete: Complete) -> Response:
        self.understood(snapshot, NoParameters)
        found = snapshot.prepared(("item", model), lambda: _item_of(model), {"record": record_id})
        if not found:
            raise no_such_record(snapshot, Known(model.noun, model.record.id, among=model.among()), record_id)
        body = rendered(model.record).body
        return self.conditional(
            snapshot, "", lambda: Written(complete(snapshot, None, [record_id], [body(found[0])])[0].encode())
        )

    def _represent(self, snapshot: Snapshot, canonical: str) -> Representation:
        release = snapshot.release
        url = f"{self.settings.base_url}{self.path}?{canonical}"
        return represent(release.version, release.loaded_at, url, self.accepted, self.settings.max_age)


def find(snapshot: Snapshot, query: ListQuery, complete: Complete = as_rendered) -> Found:
    """The page of records that a query asks for."""
    total = total_of(snapshot, query)
    way = _best(ways_to_page(snapshot, query, total)) if total else GATHER
    page = ("page", way, *query.shape, query.sort_key, query.cursor is None, _asks_evidence(query))
    rows = snapshot.prepared(page, lambda: page_of(query, way), query.values) if total else []
    shown = rows[: query.limit]
    bodies = complete(snapshot, query, [row.id for row in shown], list(map(rendered(query.record).body, shown)))
    cursor = query.next_cursor(shown[-1].sort_key, shown[-1].id) if len(rows) > query.limit else None
    return Found(bodies, total, cursor)


def total_of(snapshot: Snapshot, query: ListQuery) -> int:
    """How many records match; counted once for a filter and a release."""
    return _counted(snapshot, f"{query.noun}?{query.filtered}", lambda: query)


def _counted(snapshot: Snapshot, filtered: str, asked: Callable[[], ListQuery]) -> int:
    totals = snapshot.release.totals
    if (total := totals.get(filtered)) is not None:
        return total
    query = asked()
    way = _best({GATHER: math.inf, **_leading(snapshot, query)})
    counted = snapshot.counted(("count", way, *query.shape), lambda: _count_of(query, way), query.values)
    return totals.keep(filtered, counted)


def _leading(snapshot: Snapshot, query: ListQuery) -> dict[Way, float]:
    """The ways of the filters that could lead, and how many records each lists; one that is alone need not know."""
    if len(query.leaders) == 1:
        return {_counting(query, query.leaders[0]): 0}
    return {_counting(query, name): _alone(snapshot, query, name) for name in query.leaders}


def _counting(query: ListQuery, name: str) -> Way:
    return replace(led_by(name) if query.in_order(name) else gathered_by(name), counts=True)


def _alone(snapshot: Snapshot, query: ListQuery, name: str) -> int:
    """How many records match this filter of the query."""
    return _counted(snapshot, f"{query.noun}?{query.written[name]}", lambda: query.alone(name))


def ways_to_page(snapshot: Snapshot, query: ListQuery, total: int) -> dict[Way, float]:
    """The ways to a page, and how many records each looks at."""
    everything = _counted(snapshot, f"{query.noun}?", type(query))
    if total == everything:
        return {WALK: 0}
    leading = {name: _alone(snapshot, query, name) for name in query.leaders}
    led = {led_by(name): query.limit * size / total for name, size in leading.items() if query.in_order(name)}
    gathered = {gathered_by(name): float(size) for name, size in leading.items()} or {GATHER: total}
    return {WALK: query.limit * everything / total, **gathered, **led}


def _best(ways: Mapping[Way, float]) -> Way:
    return min(ways, key=lambda way: ways[way])


def _asks_evidence(query: ListQuery) -> bool:
    return Include.evidence in getattr(query, "include", ())


def _item_of(model: type[ListQuery]) -> Select[Any]:
    return rendered(model.record).every(model.record).where(model.record.id == bindparam("record"))


def page_of(query: ListQuery, way: Way) -> Select[Any]:
    """The statement that finds a page on this way: what is read of its records, sort keys, and one more, if any."""
    page, kept = query.page(way).subquery("page"), rendered(query.record)
    key = page.c.sort_key
    read = kept.read(key, whole=_asks_evidence(query)).join_from(page, kept.row, page.c.number == kept.row.number)
    return read.order_by(key.desc() if query.order.descending else key, kept.row.id)


def _count_of(query: ListQuery, way: Way) -> Select[Any]:
    return select(sql.count()).select_from(query.found(way).statement.subquery("found"))


async def get_reader(request: Request) -> Reader:
    """The reader of this request; opens nothing yet."""
    state = request.app.state
    return Reader(state.register, state.settings, request)


ReaderDep = Annotated[Reader, Depends(get_reader)]
