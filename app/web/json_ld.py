"""What a page shows as JSON-LD for search engines (schema.org, which has no type for a sister city)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from app.web.i18n import Localizer
from app.web.record_names import Record
from app.web.templating import http_url

JsonLd = dict[str, Any]
PLACE_TYPES = {"city": "City", "province": "AdministrativeArea", "country": "Country"}


def dataset_json_ld(
    localizer: Localizer,
    name: str,
    address: str,
    download: str,
    updated: datetime,
    sources: Sequence[Record],
    about: JsonLd,
) -> JsonLd:
    """A page as a `Dataset`."""
    based = [url for source in sources if (url := http_url(source["url"]))]
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": name,
        "description": localizer.translate("What published documents say of it; every fact is quoted from its source."),
        "url": address,
        "inLanguage": localizer.language,
        "dateModified": updated.date().isoformat(),
        "isAccessibleForFree": True,
        "distribution": {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": download},
        **({"isBasedOn": based} if based else {}),
        **about,
    }


def place_json_ld(localizer: Localizer, found: Record) -> JsonLd:
    """A place."""
    within = {"containedInPlace": {"@type": "Country", "name": localizer.country(found["country"])}}
    return {
        "@type": PLACE_TYPES[found["kind"]],
        "name": str(localizer.place(found)),
        **(within if found["kind"] != "country" else {}),
    }


def agreement_places(localizer: Localizer, agreements: Iterable[Record]) -> JsonLd:
    """What agreements are about: their parties, each once."""
    parties = {party["id"]: party for agreement in agreements for party in agreement["parties"]}
    return {"about": [place_json_ld(localizer, party) for party in parties.values()]} if parties else {}


def delegation_events(localizer: Localizer, delegations: Iterable[Record]) -> JsonLd:
    """What delegations are about: events."""
    found = [_event(localizer, delegation) for delegation in delegations]
    return {"about": found} if found else {}


def _event(localizer: Localizer, delegation: Record) -> JsonLd:
    date, location = delegation["date"], delegation["location"]
    dated = {"startDate": date["edtf"].replace("?", "").split("/")[0]} if date else {}
    placed = {"location": place_json_ld(localizer, location["place"])} if location else {}
    return {"@type": "Event", "name": delegation["title"], **dated, **placed}


def indicator_observations(localizer: Localizer, indicators: Iterable[Record]) -> JsonLd:
    """What indicators are about: the newest observation of each pair of places."""
    newest = [series.newest for indicator in indicators for series in indicator["series"]]
    return (
        {"about": [_observation(localizer, found) for found in newest if found["value"] is not None]} if newest else {}
    )


def _observation(localizer: Localizer, found: Record) -> JsonLd:
    period = {"observationDate": found["period"]["edtf"].replace("?", "")} if found["period"] else {}
    return {
        "@type": "Observation",
        "name": found["indicator"]["name"],
        "observationAbout": place_json_ld(localizer, found["area"]),
        "value": found["value"],
        "unitText": found["indicator"]["unit"],
        "description": f"{localizer.observation_value(found)}, {localizer.observation_period(found)}",
        **period,
    }


AboutBuilder = Callable[[Localizer, Iterable[Record]], JsonLd]
