"""Answers a request from what was rendered when the register was loaded."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy import func as sql
from sqlmodel import col
from starlette.responses import Response

from app import models
from app.db import Register, Snapshot, TakesLong
from app.enums import Include
from app.errors import as_json, bad_request
from app.kit.asking import ask
from app.kit.caching import IDENTITY, Representation, coding, not_modified, represent
from app.kit.listing import Known, ListQuery, NoParameters
from app.lookup import no_such_record, unknown_keys
from app.settings import Settings

Q = TypeVar("Q", bound=BaseModel)
T = TypeVar("T")

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

    async def page(self, model: type[ListQuery], complete: Complete = as_rendered) -> Response:
        """One page of the records that match the query string, as this query model reads it."""
        return await self.answer_soon(lambda snapshot: self._page(snapshot, model, complete))

    async def item(self, noun: str, record_id: str, complete: Complete = as_rendered) -> Response:
        """One record with its evidence; an id that is not there is a 404 that names the nearest."""
        return await self.answer_soon(lambda snapshot: self._item(snapshot, noun, record_id, complete))

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
        """Does what waits for the database in a thread, of as many as there are connections."""
        return await asyncio.get_running_loop().run_in_executor(self.register.threads, task)

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
        if not_modified(self.headers, representation.tag, representation.modified):
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

    def _item(self, snapshot: Snapshot, noun: str, record_id: str, complete: Complete) -> Response:
        self.understood(snapshot, NoParameters)
        found = snapshot.prepared("item", _rendered, {"noun": noun, "record": record_id})
        if not found:
            among = col(models.Rendition.kind) == noun
            raise no_such_record(snapshot, Known(noun, models.Rendition.id, among=among), record_id)
        return self.conditional(
            snapshot, "", lambda: Written(complete(snapshot, None, [record_id], [_body(found[0])])[0].encode())
        )

    def _represent(self, snapshot: Snapshot, canonical: str) -> Representation:
        release = snapshot.release
        url = f"{self.settings.base_url}{self.path}?{canonical}"
        return represent(release.version, release.loaded_at, url, self.accepted, self.settings.max_age)


def find(snapshot: Snapshot, query: ListQuery, complete: Complete = as_rendered) -> Found:
    """The page of records that a query asks for."""
    total = total_of(snapshot, query)
    walking = _walks(snapshot, query, total)
    page = ("page", walking, *query.shape, query.sort_key, query.cursor is None, _asks_evidence(query))
    rows = snapshot.prepared(page, lambda: _page_of(query, walking), query.values)
    shown = rows[: query.limit]
    bodies = complete(snapshot, query, [row.id for row in shown], [_body(row) for row in shown])
    cursor = query.next_cursor(shown[-1].sort_key, shown[-1].id) if len(rows) > query.limit else None
    return Found(bodies, total, cursor)


def total_of(snapshot: Snapshot, query: ListQuery) -> int:
    """How many records match; counted once for a filter and a release."""
    totals, filtered = snapshot.release.totals, f"{query.noun}?{query.filtered}"
    if (total := totals.get(filtered)) is not None:
        return total
    return totals.keep(filtered, snapshot.counted(("count", *query.shape), lambda: _count_of(query), query.values))


def _walks(snapshot: Snapshot, query: ListQuery, total: int) -> bool:
    """Whether to walk the list until the page is full takes fewer steps than to gather all that match."""
    everything = total_of(snapshot, type(query)())
    return total == everything or total * total > query.limit * everything


def _asks_evidence(query: ListQuery) -> bool:
    return Include.evidence in getattr(query, "include", ())


def _rendered() -> Select[Any]:
    row = models.Rendition
    columns: tuple[Any, ...] = (row.body, row.evidence)
    return select(*columns).where(col(row.kind) == bindparam("noun"), col(row.id) == bindparam("record"))


def _page_of(query: ListQuery, walking: bool) -> Select[Any]:
    rendition, record = models.Rendition, query.record
    rendered = and_(col(rendition.kind) == query.noun, col(rendition.id) == record.id)
    columns = [record.id, rendition.body, *([rendition.evidence] if _asks_evidence(query) else [])]
    # Outer, though none is ever missing: else SQLite may begin with the renditions and then sort all of them.
    found = select(*columns).outerjoin(rendition, rendered).where(*query.conditions(walking=walking))
    return query.page(found, walking=walking)


def _count_of(query: ListQuery) -> Select[Any]:
    return select(sql.count()).select_from(query.record).where(*query.conditions())


def _body(row: Any) -> str:
    """A rendered record, with its evidence where that was selected."""
    evidence = getattr(row, "evidence", None)
    return row.body if evidence is None else f'{row.body[:-1]},"evidence":{evidence}}}'


async def get_reader(request: Request) -> Reader:
    """The reader of this request; opens nothing yet."""
    state = request.app.state
    return Reader(state.register, state.settings, request)


ReaderDep = Annotated[Reader, Depends(get_reader)]
