"""Answers a request from what was rendered when the register was loaded, and from the rows of passages."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy import Select, bindparam
from starlette.responses import Response

from app.api.prerendered import rendering_of
from app.db.register import Register, Snapshot, WouldBlock
from app.enums import Include
from app.errors import as_json, bad_request, unavailable
from app.middleware.conditional import (
    IDENTITY,
    Representation,
    is_not_modified,
    make_representation,
    negotiate_encoding,
)
from app.query.access_path import AccessPath
from app.query.filters import ReferenceCheck
from app.query.list_query import ListQuery, NoParameters
from app.query.parsing import Parameters, parse_parameters, parse_query
from app.query.planner import count_matching, page_path
from app.query.reference_checks import record_not_found, unknown_key_errors
from app.settings import Settings

Q = TypeVar("Q", bound=BaseModel)
T = TypeVar("T")

DEADLINE_SECONDS = 4.0  # seconds that a request waits for the database

CompleteBodies = Callable[[Snapshot, Any, list[str], list[str]], list[str]]
"""Completes the rendered bodies of a page with what depends on the query: (snapshot, query, ids, bodies)."""


def unchanged_bodies(_: Snapshot, __: Any, ___: list[str], bodies: list[str]) -> list[str]:
    """The bodies as they were rendered; what most nouns need."""
    return bodies


NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class ResultPage:
    """One page of what a query matches, not yet written down."""

    bodies: list[str]
    total: int
    cursor: str | None
    """Where the next page begins; None: this is the last."""


@dataclass(frozen=True)
class ResponseBody:
    """A body as it goes out, but for its coding, and the headers that depend on it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


class RequestContext:
    """What a route needs to answer one request."""

    def __init__(self, register: Register, settings: Settings, request: Request) -> None:
        self.register, self.settings = register, settings
        self.path: str = request.scope["path"]
        self.query_string: bytes = request.scope["query_string"]
        self.headers = request.headers
        self.accept_encoding = self.headers.get("accept-encoding", "")
        self.deadline = asyncio.get_running_loop().time() + DEADLINE_SECONDS

    async def page(self, model: type[ListQuery], complete: CompleteBodies = unchanged_bodies) -> Response:
        """One page of the records that match the query string, as this query model reads it."""
        return await self.run_inline_or_in_thread(lambda snapshot: self._page(snapshot, model, complete))

    async def item(
        self, model: type[ListQuery], record_id: str, complete: CompleteBodies = unchanged_bodies
    ) -> Response:
        """One record with its evidence; an id that is not there is a 404 that names the nearest."""
        return await self.run_inline_or_in_thread(lambda snapshot: self._item(snapshot, model, record_id, complete))

    async def run_inline_or_in_thread(self, make: Callable[[Snapshot], Response]) -> Response:
        """What `make` makes: at once where nothing has to be waited for, which costs half as much, else in a thread."""
        if negotiate_encoding(self.accept_encoding) == IDENTITY:  # to compress an answer takes longer than a thread
            with suppress(WouldBlock):
                return self.register.try_inline(make)
        return await self.run_in_thread(make)

    async def run_in_thread(self, make: Callable[[Snapshot], Response]) -> Response:
        """What is made of a snapshot of the register."""
        return await self.run_with_deadline(lambda: self.register.run(make))

    async def run_with_deadline(self, task: Callable[[], T]) -> T:
        """Does what waits for the database in a thread, of as many as there are connections; a 503 if it takes long."""
        deadline = asyncio.timeout_at(self.deadline)
        try:
            async with deadline:
                return await asyncio.get_running_loop().run_in_executor(self.register.threads, task)
        except TimeoutError:
            if not deadline.expired():
                raise
            raise unavailable(f"This took longer than {DEADLINE_SECONDS:.0f} seconds; try again.") from None

    def parse(self, snapshot: Snapshot, model: type[Q], parameters: Parameters | None = None) -> Q:
        """The query of these parameters, by default of the request's; one 400 with all that is wrong with it."""
        asked = parse_query(model, self.query_string) if parameters is None else parse_parameters(model, parameters)
        unknown = unknown_key_errors(snapshot, model, asked.values) if issubclass(model, ListQuery) else []
        if asked.query is None or unknown:
            raise bad_request([*asked.errors, *unknown])
        return asked.query

    def conditional_response(
        self,
        snapshot: Snapshot,
        canonical: str,
        write: Callable[[], ResponseBody],
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Response:
        """What `write` makes for this canonical query; a client that has it already gets a 304, and nothing is read."""
        representation = self._representation(snapshot, canonical)
        if is_not_modified(self.headers.raw, representation.tag, representation.modified):
            return representation.not_modified_response(headers)
        written = write()
        return representation.response(written.body, {**headers, **written.headers}, written.media_type)

    def _page(self, snapshot: Snapshot, model: type[ListQuery], complete: CompleteBodies) -> Response:
        query = self.parse(snapshot, model)
        return self.conditional_response(
            snapshot, query.query_string(), lambda: self._list(query, find_page(snapshot, query, complete))
        )

    def _list(self, query: ListQuery, found: ResultPage) -> ResponseBody:
        address = found.cursor and f"{self.settings.base_url}{self.path}?{query.query_string(cursor=found.cursor)}"
        ending = f'"total":{found.total},"next":{as_json(address).decode()}'
        link = {"Link": f'<{address}>; rel="next"'} if address else {}
        return ResponseBody(f'{{"items":[{",".join(found.bodies)}],{ending}}}'.encode(), link)

    def _item(self, snapshot: Snapshot, model: type[ListQuery], record_id: str, complete: CompleteBodies) -> Response:
        self.parse(snapshot, NoParameters)
        found = snapshot.fetch(("item", model), lambda: _item_statement(model), {"record": record_id})
        if not found:
            raise record_not_found(
                snapshot, ReferenceCheck(model.noun, model.record.id, restriction=model.restriction()), record_id
            )
        body = rendering_of(model.record).body
        return self.conditional_response(
            snapshot, "", lambda: ResponseBody(complete(snapshot, None, [record_id], [body(found[0])])[0].encode())
        )

    def _representation(self, snapshot: Snapshot, canonical: str) -> Representation:
        release = snapshot.release
        url = f"{self.settings.base_url}{self.path}?{canonical}"
        return make_representation(release.version, release.loaded_at, url, self.accept_encoding, self.settings.max_age)


def find_page(snapshot: Snapshot, query: ListQuery, complete: CompleteBodies = unchanged_bodies) -> ResultPage:
    """The page of records that a query asks for."""
    total = count_matching(snapshot, query)
    access_path = page_path(snapshot, query, total)
    page = ("page", access_path, *query.statement_key, query.sort_name, query.cursor is None, _asks_evidence(query))
    rows = snapshot.fetch(page, lambda: page_statement(query, access_path), query.values) if total else []
    shown = rows[: query.limit]
    bodies = complete(snapshot, query, [row.id for row in shown], list(map(rendering_of(query.record).body, shown)))
    cursor = query.next_cursor(shown[-1].sort_key, shown[-1].id) if len(rows) > query.limit else None
    return ResultPage(bodies, total, cursor)


def _asks_evidence(query: ListQuery) -> bool:
    return Include.evidence in getattr(query, "include", ())


def _item_statement(model: type[ListQuery]) -> Select[Any]:
    return rendering_of(model.record).every(model.record).where(model.record.id == bindparam("record"))


def page_statement(query: ListQuery, access_path: AccessPath) -> Select[Any]:
    """The statement that finds a page on this way: what is read of its records, sort keys, and one more, if any."""
    page, kept = query.page_select(access_path).subquery("page"), rendering_of(query.record)
    key = page.c.sort_key
    read = kept.read(key, whole=_asks_evidence(query)).join_from(page, kept.row, page.c.number == kept.row.number)
    return read.order_by(key.desc() if query.order.descending else key, kept.row.id)


async def get_request_context(request: Request) -> RequestContext:
    """The reader of this request; opens nothing yet."""
    state = request.app.state
    return RequestContext(state.register, state.settings, request)


RequestContextDep = Annotated[RequestContext, Depends(get_request_context)]
