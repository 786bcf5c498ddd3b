"""Cities: the subnational places that the sources name."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field
from sqlalchemy import BindParameter, and_
from sqlalchemy.orm import aliased
from sqlmodel import col
from starlette.responses import Response

from app.api.request_context import RequestContextDep
from app.api.routes import RecordId, item_route, list_route, resource_router
from app.api.schemas.evidence import Evidenced
from app.api.schemas.page import Count, Page
from app.api.schemas.shared import Names, Place
from app.db import models
from app.enums import AliasKind, CityKind, NameKind, PlaceKind
from app.query.conditions import Clause, JoinFilter
from app.query.filters import Filter, SearchText, equals, repeatable, single
from app.query.shared_filters import CITY_OR_COUNTRY, BySource, FilterColumns, Party, WithEvidence, place_matches
from app.query.text_search import TEXT_SEARCH
from app.values.countries import CountryCode


def has_agreement_with(_: object, partners: list[BindParameter[str]]) -> JoinFilter:
    """Match the cities that are a party of an agreement of which one of the partners is another party."""
    party, other = aliased(models.AgreementParty), aliased(models.AgreementParty)
    same_agreement = and_(col(other.record) == party.record, col(other.place_id) != party.place_id)
    return JoinFilter(models.Place.id, party.place_id, and_(same_agreement, place_matches(other, partners)))


IS_CITY = col(models.Place.kind) != PlaceKind.country


class CityQuery(WithEvidence, BySource):
    """Query of the list of cities."""

    noun = "city"
    record = models.Place
    sort_columns: ClassVar[Mapping[str, object]] = {
        "name": models.Place.sort_name,
        "country": models.Place.country_code,
    }
    columns = FilterColumns(
        key=models.Place.number,
        subject="place_id",
    )

    country: Annotated[list[CountryCode], equals(models.Place.country_code)] = repeatable(
        "ISO 3166-1 alpha-2 code, in either case: the city lies in the country."
    )
    partner: Annotated[list[Party], Filter(has_agreement_with), CITY_OR_COUNTRY] = repeatable(
        "A country code or a city id: the city has an agreement with it."
    )
    kind: Annotated[list[CityKind], equals(models.Place.kind)] = repeatable("Kind of place.")
    q: Annotated[SearchText | None, TEXT_SEARCH] = single(
        "Words in any name of the city: case, accents and spaces do not matter, printed misspellings count.",
        examples=["danang"],
    )
    sort: Literal["name", "country"] = single("Order; ties by id.", "name")

    @classmethod
    def restriction(cls) -> Clause:
        """Return the condition that tells cities from countries."""
        return IS_CITY


class Alias(BaseModel):
    """Another spelling of a name."""

    name: str = Field(description="The spelling.")
    kind: AliasKind = Field(description="Whether it is right or a source's mistake.")


class Location(BaseModel):
    """A point (WGS 84)."""

    lat: float = Field(description="Degrees north.", ge=-90, le=90, json_schema_extra={"format": "double"})
    lon: float = Field(description="Degrees east.", ge=-180, le=180, json_schema_extra={"format": "double"})


class City(Evidenced):
    """A subnational place (city or province) that the sources name."""

    id: str = Field(description="Stable key.")
    name: str = Field(description="English name for display.")
    names: Names = Field(description="Names by language (ISO 639-1).")
    native_name: str | None = Field(description="Official name in its own language.")
    aliases: list[Alias] = Field(description="Other spellings, among them all that the sources print.")
    kind: CityKind = Field(description="City or province.")
    country: str = Field(description="Country that it lies in (ISO 3166-1 alpha-2).")
    iso_3166_2: str | None = Field(
        description="Its own ISO 3166-2 code, of the time of the sources. Null: it has none."
    )
    admin1: str | None = Field(description="ISO 3166-2 code of the division that it lies in. Null: it is one itself.")
    location: Location | None = Field(description="Where it is. Null: not known to the register.")
    geonames_id: int | None = Field(
        description="GeoNames id. Null: none.", ge=1, le=2**53 - 1, json_schema_extra={"format": "int64"}
    )
    wikidata_id: str | None = Field(description="Wikidata id. Null: none.")
    agreement_count: Count = Field(description="How many agreements involve it.")
    delegation_count: Count = Field(description="How many delegations involve it.")
    observation_count: Count = Field(description="How many observations involve it.")


class CityPage(Page[City]):
    """One page of cities."""


class Counts(BaseModel):
    """The numbers of records that involve a place."""

    agreement: int = 0
    delegation: int = 0
    observation: int = 0


_ALIASES = {NameKind.variant: AliasKind.variant, NameKind.misspelling: AliasKind.misspelling}


def render(row: models.Place, place: Place, names: Iterable[models.PlaceName], counts: Counts) -> City:
    """Return a city as the API sends it, without its evidence; `place` has the names of `row` for display."""
    named = [(NameKind(name.kind), name.name) for name in names]
    return City(
        id=row.id,
        name=place.name,
        names=place.names,
        native_name=next((name for kind, name in named if kind is NameKind.native), None),
        aliases=[Alias(name=name, kind=_ALIASES[kind]) for kind, name in named if kind in _ALIASES],
        kind=CityKind(row.kind),
        country=row.country_code,
        iso_3166_2=row.iso_3166_2,
        admin1=row.admin1,
        location=None if row.lat is None or row.lon is None else Location(lat=row.lat, lon=row.lon),
        geonames_id=row.geonames_id,
        wikidata_id=row.wikidata_id,
        agreement_count=counts.agreement,
        delegation_count=counts.delegation,
        observation_count=counts.observation,
    )


router = resource_router("cities")


@list_route(router, "/cities", CityQuery, CityPage, example="country=VN&limit=1")
async def list_cities(context: RequestContextDep) -> Response:
    """Cities and provinces that the sources name, by name."""
    return await context.list_response(CityQuery)


@item_route(router, "/cities/{id}", City, example="ho-chi-minh-city")
async def get_city(id: RecordId, context: RequestContextDep) -> Response:
    """One city and the passages that support what is said of it."""
    return await context.item_response(CityQuery, id)
