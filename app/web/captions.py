"""What a page shows, in words, made from the filters that its query declares."""

from collections.abc import Iterator
from enum import StrEnum
from functools import reduce
from typing import Any, get_args

from markupsafe import Markup

from app.db.register import Snapshot
from app.query.filters import Filter, ReferenceCheck
from app.query.list_query import ListQuery
from app.values.countries import CountryCode
from app.values.dates import PartialDate
from app.web.i18n import DisplayText, Localizer, strip_bidi
from app.web.record_names import names_of


def caption(snapshot: Snapshot, localizer: Localizer, title: str, query: ListQuery) -> Markup:
    """The title with the words of each given filter around it: Agreements with Vietnam, signed since 2004."""

    def wrapped(so_far: Markup, declared: tuple[str, Filter]) -> Markup:
        name, where = declared
        values = localizer.choice(_value_names(snapshot, localizer, query, name))
        return localizer.html(caption_of(type(query), name, where), list=so_far, values=values)

    given = [(name, where) for name, where in query.declarations(Filter) if getattr(query, name) not in (None, [])]
    return reduce(wrapped, given, localizer.html(title))


def caption_of(model: type[Any], name: str, where: Filter) -> str:
    """The words of a filter, as this noun says them."""
    return str(model.columns.captions.get(name, where.caption))


def _value_names(snapshot: Snapshot, localizer: Localizer, query: ListQuery, name: str) -> Iterator[DisplayText]:
    """The values of a filter."""
    given = getattr(query, name)
    values = sorted(set(given)) if isinstance(given, list) else [given]
    if known := dict(query.declarations(ReferenceCheck)).get(name):
        return iter(names_of(snapshot, localizer, known.noun, values))
    kind = next(iter(get_args(type(query).model_fields[name].annotation)), None)
    return (_value_name(localizer, kind, value) for value in values)


def _value_name(localizer: Localizer, kind: Any, value: str) -> DisplayText:
    if isinstance(value, StrEnum):
        return localizer.label(value)
    if kind == CountryCode:
        return localizer.country(value)
    return localizer.day(value) if kind == PartialDate else f"“{strip_bidi(value)}”"
