"""What a page shows, in words, made from the filters that its query declares."""

from collections.abc import Iterator
from enum import StrEnum
from functools import reduce
from typing import Any, get_args

from markupsafe import Markup

from app.db import Snapshot
from app.embed.names import names_of
from app.embed.voice import Said, Voice, clean
from app.kit.countries import CountryCode
from app.kit.dates import PartialDate
from app.kit.declaring import Known, Where
from app.kit.listing import ListQuery


def caption(snapshot: Snapshot, voice: Voice, title: str, query: ListQuery) -> Markup:
    """The title with the words of each given filter around it: Agreements with Vietnam, signed since 2004."""

    def wrapped(so_far: Markup, declared: tuple[str, Where]) -> Markup:
        name, where = declared
        values = voice.either(_spoken(snapshot, voice, query, name))
        return voice.html(words_of(type(query), name, where), list=so_far, values=values)

    given = [(name, where) for name, where in query.declared(Where) if getattr(query, name) not in (None, [])]
    return reduce(wrapped, given, voice.html(title))


def words_of(model: type[Any], name: str, where: Where) -> str:
    """The words of a filter, as this noun says them."""
    return str(model.columns.words.get(name, where.words))


def _spoken(snapshot: Snapshot, voice: Voice, query: ListQuery, name: str) -> Iterator[Said]:
    """The values of a filter."""
    given = getattr(query, name)
    values = sorted(set(given)) if isinstance(given, list) else [given]
    if known := dict(query.declared(Known)).get(name):
        return iter(names_of(snapshot, voice, known.what, values))
    kind = next(iter(get_args(type(query).model_fields[name].annotation)), None)
    return (_said(voice, kind, value) for value in values)


def _said(voice: Voice, kind: Any, value: str) -> Said:
    if isinstance(value, StrEnum):
        return voice.word(value)
    if kind == CountryCode:
        return voice.country(value)
    return voice.day(value) if kind == PartialDate else f"“{clean(value)}”"
