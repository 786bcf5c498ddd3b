"""JSON-LD for search engines, in the vocabulary of schema.org, which has no type for a sister city."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from app.web.i18n import Localizer
from app.web.records import Record
from app.web.templating import http_url

JsonLd = dict[str, object]
AboutBuilder = Callable[[Localizer, Iterable[Record]], JsonLd]
"""Makes the `about` of a dataset from the records of a page; an empty object if there are none."""

PLACE_TYPES = {"city": "City", "province": "AdministrativeArea", "country": "Country"}


def dataset_json_ld(
    localizer: Localizer,
    name: str,
    url: str,
    download_url: str,
    updated: datetime,
    sources: Sequence[Record],
    about: JsonLd,
) -> JsonLd:
    """Describe a page as a `Dataset` with a download in JSON."""
    source_urls = [link for source in sources if (link := http_url(source["url"]))]
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": name,
        "description": localizer.translate("What published documents say of it; every fact is quoted from its source."),
        "url": url,
        "inLanguage": localizer.language,
        "dateModified": updated.date().isoformat(),
        "isAccessibleForFree": True,
        "distribution": {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": download_url},
        **({"isBasedOn": source_urls} if source_urls else {}),
        **about,
    }


def place_json_ld(localizer: Localizer, place: Record) -> JsonLd:
    """Describe a place as a `City`, an `AdministrativeArea` or a `Country`."""
    country = {"containedInPlace": {"@type": "Country", "name": localizer.country(place["country"])}}
    return {
        "@type": PLACE_TYPES[place["kind"]],
        "name": str(localizer.place(place)),
        **(country if place["kind"] != "country" else {}),
    }


def agreement_places(localizer: Localizer, agreements: Iterable[Record]) -> JsonLd:
    """`about` of agreements: their parties, each once."""
    parties = {party["id"]: party for agreement in agreements for party in agreement["parties"]}
    return {"about": [place_json_ld(localizer, party) for party in parties.values()]} if parties else {}


def delegation_events(localizer: Localizer, delegations: Iterable[Record]) -> JsonLd:
    """`about` of delegations: an `Event` for each."""
    events = [_event_json_ld(localizer, delegation) for delegation in delegations]
    return {"about": events} if events else {}


def _event_json_ld(localizer: Localizer, delegation: Record) -> JsonLd:
    date, location = delegation["date"], delegation["location"]
    start = {"startDate": date["edtf"].replace("?", "").split("/")[0]} if date else {}
    place = {"location": place_json_ld(localizer, location["place"])} if location else {}
    return {"@type": "Event", "name": delegation["title"], **start, **place}


def indicator_observations(localizer: Localizer, indicators: Iterable[Record]) -> JsonLd:
    """`about` of indicators: the newest `Observation` of each series that has a value."""
    newest = [series.newest for indicator in indicators for series in indicator["series"]]
    with_value = [observation for observation in newest if observation["value"] is not None]
    return {"about": [_observation_json_ld(localizer, item) for item in with_value]} if newest else {}


def _observation_json_ld(localizer: Localizer, observation: Record) -> JsonLd:
    period = observation["period"]
    return {
        "@type": "Observation",
        "name": observation["indicator"]["name"],
        "observationAbout": place_json_ld(localizer, observation["area"]),
        "value": observation["value"],
        "unitText": observation["indicator"]["unit"],
        "description": f"{localizer.observation_value(observation)}, {localizer.observation_period(observation)}",
        **({"observationDate": period["edtf"].replace("?", "")} if period else {}),
    }
