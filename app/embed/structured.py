"""What a page shows as JSON-LD for search engines (schema.org, which has no type for a sister city)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from app.embed.names import Record
from app.embed.paper import web_address
from app.embed.voice import Voice

Data = dict[str, Any]
PLACES = {"city": "City", "province": "AdministrativeArea", "country": "Country"}


def dataset(
    voice: Voice, name: str, address: str, download: str, updated: datetime, sources: Sequence[Record], about: Data
) -> Data:
    """A page as a `Dataset`."""
    based = [url for source in sources if (url := web_address(source["url"]))]
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": name,
        "description": voice.say("What published documents say of it; every fact is quoted from its source."),
        "url": address,
        "inLanguage": voice.language,
        "dateModified": updated.date().isoformat(),
        "isAccessibleForFree": True,
        "distribution": {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": download},
        **({"isBasedOn": based} if based else {}),
        **about,
    }


def place(voice: Voice, found: Record) -> Data:
    """A place."""
    within = {"containedInPlace": {"@type": "Country", "name": voice.country(found["country"])}}
    return {
        "@type": PLACES[found["kind"]],
        "name": str(voice.place(found)),
        **(within if found["kind"] != "country" else {}),
    }


def places(voice: Voice, agreements: Iterable[Record]) -> Data:
    """What agreements are about: their parties, each once."""
    parties = {party["id"]: party for agreement in agreements for party in agreement["parties"]}
    return {"about": [place(voice, party) for party in parties.values()]} if parties else {}


def events(voice: Voice, delegations: Iterable[Record]) -> Data:
    """What delegations are about: events."""
    found = [_event(voice, delegation) for delegation in delegations]
    return {"about": found} if found else {}


def _event(voice: Voice, delegation: Record) -> Data:
    date, location = delegation["date"], delegation["location"]
    dated = {"startDate": date["edtf"].replace("?", "").split("/")[0]} if date else {}
    placed = {"location": place(voice, location["place"])} if location else {}
    return {"@type": "Event", "name": delegation["title"], **dated, **placed}


def observations(voice: Voice, indicators: Iterable[Record]) -> Data:
    """What indicators are about: the newest observation of each pair of places."""
    newest = [series.newest for indicator in indicators for series in indicator["series"]]
    return {"about": [_observation(voice, found) for found in newest if found["value"] is not None]} if newest else {}


def _observation(voice: Voice, found: Record) -> Data:
    period = {"observationDate": found["period"]["edtf"].replace("?", "")} if found["period"] else {}
    return {
        "@type": "Observation",
        "name": found["indicator"]["name"],
        "observationAbout": place(voice, found["area"]),
        "value": found["value"],
        "unitText": found["indicator"]["unit"],
        "description": f"{voice.value(found)}, {voice.when(found)}",
        **period,
    }


About = Callable[[Voice, Iterable[Record]], Data]
