"""Compiles what records refer to: places, topics, indicators and sources.

Their rows are needed before those of the records; the JSON of places and sources shows counts, which are known after.
"""

from app.api.resources import cities, indicators, sources
from app.db import models
from app.enums import PlaceKind, SubjectType
from app.seeding.rendering.context import CompileContext, InvolvementCounts
from app.seeding.rendering.rows import Rows, row_of
from app.seeding.rendering.seed_columns import date_columns
from app.seeding.rendering.subjects import Subject, evidence_rows, rendition_row
from app.seeding.seed_schema import IndicatorSeed, PlaceSeed, SourceSeed
from app.values.text import fold


def referenced_rows(context: CompileContext) -> Rows:
    """Compile the rows that records refer to."""
    yield from (_place_row(context, number, place) for number, place in context.places.items())
    yield from (name for place in context.places.values() for name in _place_name_rows(context, place))
    yield from (row_of(models.Topic, id=topic.id, label=topic.label) for topic in context.seeds.topics)
    for number, indicator in context.indicators.items():
        yield from _indicator_rows(context, number, indicator)
    yield from (_source_row(number, source) for number, source in context.sources.items())


def counted_rows(context: CompileContext, counts: InvolvementCounts) -> Rows:
    """Compile the evidence, the mentions and the JSON of places and sources, with the counts of all records."""
    context.counts = counts
    for number, place in context.places.items():
        yield from _counted_place_rows(context, number, place)
    for number, source in context.sources.items():
        yield from _counted_source_rows(context, number, source)


def _place_row(context: CompileContext, number: int, place: PlaceSeed) -> models.Place:
    location = place.location.model_dump() if place.location else {}
    english = context.references.places[place.id].name
    return row_of(
        models.Place, vars(place), **location, number=number, country_code=place.country, sort_name=fold(english)
    )


def _place_name_rows(context: CompileContext, place: PlaceSeed) -> list[models.PlaceName]:
    return [
        row_of(models.PlaceName, place_id=place.id, kind=kind, name=name, folded=fold(name))
        for kind, name in dict.fromkeys(context.names[place.id])
    ]


def _counted_place_rows(context: CompileContext, number: int, place: PlaceSeed) -> Rows:
    row = _place_row(context, number, place)
    subject = Subject(SubjectType.place, row.id, number, row.sort_name, [row.id])
    rows, evidence = evidence_rows(context, subject, context.attested.get(("place", place.id), []))
    yield from rows
    names = (name for _, name in context.names[place.id])
    yield from context.terms.mentions(cities.CityQuery.noun, number, row.sort_name, names)
    if place.kind is not PlaceKind.country:
        counts = cities.Counts(**context.counts.records_of_place(place.id))
        reference = context.references.places[place.id]
        city = cities.render(row, reference, _place_name_rows(context, place), counts)
        yield rendition_row(number, city, evidence)


def _indicator_rows(context: CompileContext, number: int, indicator: IndicatorSeed) -> Rows:
    row = row_of(models.Indicator, vars(indicator), number=number, sort_name=fold(indicator.name))
    yield row
    texts = [indicator.name, indicator.description]
    yield from context.terms.mentions(indicators.IndicatorQuery.noun, number, row.id, texts)
    yield rendition_row(number, indicators.render(row), None)


def _source_row(number: int, source: SourceSeed) -> models.Source:
    return row_of(models.Source, vars(source), **date_columns("published", source.published), number=number)


def _counted_source_rows(context: CompileContext, number: int, source: SourceSeed) -> Rows:
    row = _source_row(number, source)
    subject = Subject(SubjectType.source, row.id, number, row.published_start or "")
    rows, _ = evidence_rows(context, subject, [(source.id, evidence) for evidence in source.evidence])
    yield from rows
    texts = [source.title, source.publisher]
    yield from context.terms.mentions(sources.SourceQuery.noun, number, subject.sort_key, texts)
    yield rendition_row(number, sources.render(row, context.counts.evidence[source.id]), None)
