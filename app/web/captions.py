"""Captions of pages: the title of a list, with the filters of its query in words."""

from collections.abc import Iterable
from enum import StrEnum
from functools import reduce
from typing import get_args

from markupsafe import Markup

from app.db.register import Snapshot
from app.query.filters import Filter
from app.query.list_query import ListQuery
from app.query.shared_filters import ByCountry
from app.values.countries import CountryCode
from app.values.dates import PartialDate
from app.web.i18n import DisplayText, Localizer, strip_bidi
from app.web.record_names import names_of


def caption(snapshot: Snapshot, localizer: Localizer, title: str, query: ByCountry) -> Markup:
    """Wrap a title in the caption of each given filter: Agreements with Vietnam, signed since 2004."""

    def wrap(text: Markup, declaration: tuple[str, Filter]) -> Markup:
        name, declared = declaration
        values = localizer.or_list(_value_names(snapshot, localizer, query, name))
        return localizer.translate_html(filter_caption(type(query), name, declared), list=text, values=values)

    return reduce(wrap, query.given_filters.items(), localizer.translate_html(title))


def filter_caption(model: type[ByCountry], name: str, declared: Filter) -> str:
    """Caption of a filter, a message of the catalogues; a noun may have its own."""
    return model.columns.captions.get(name, declared.caption)


def _value_names(snapshot: Snapshot, localizer: Localizer, query: ListQuery, name: str) -> Iterable[DisplayText]:
    given = getattr(query, name)
    values = sorted(set(given)) if isinstance(given, list) else [given]
    if reference := query.reference_checks.get(name):
        return names_of(snapshot, localizer, reference.noun, values)
    value_type = next(iter(get_args(type(query).model_fields[name].annotation)), None)
    return [_value_name(localizer, value_type, value) for value in values]


def _value_name(localizer: Localizer, value_type: object, value: str) -> DisplayText:
    if isinstance(value, StrEnum):
        return localizer.label(value)
    if value_type == CountryCode:
        return localizer.country(value)
    return localizer.partial_date(value) if value_type == PartialDate else f"“{strip_bidi(value)}”"
