"""What records of the register are called, looked up for a page."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlmodel import col

from app import models
from app.db import Snapshot
from app.embed.voice import Said, Voice
from app.kit.countries import is_country
from app.rendered import rendered

Record = dict[str, Any]


def records_of(snapshot: Snapshot, noun: str, ids: Iterable[str]) -> dict[str, Record]:
    """These records as the API renders them, by id."""
    record = models.RECORDS[noun]
    kept = rendered(record)
    chosen = kept.every(record, whole=False).where(record.id.in_(sorted(set(ids))))
    return {row.id: json.loads(kept.body(row)) for row in snapshot.execute(chosen)}


def names_of(snapshot: Snapshot, voice: Voice, noun: str, keys: Sequence[str]) -> list[Said]:
    """What these records are called; a key in capitals is a country."""
    if noun == "topic":
        labels = select(col(models.Topic.id), col(models.Topic.label)).where(col(models.Topic.id).in_(keys))
        topics = {row.id: row.label for row in snapshot.execute(labels)}
        return [voice.term("topic", topics[key]) for key in keys]
    noun = noun.removesuffix(" or country")
    found = records_of(snapshot, noun, [key for key in keys if not is_country(key)])
    return [voice.country(key) if is_country(key) else CALLED[noun](voice, found[key]) for key in keys]


def parties(voice: Voice, agreement: Record) -> Said:
    """The parties of an agreement: Daegu – Da Nang."""
    return Markup(" – ").join(voice.place(party) for party in agreement["parties"])


CALLED: dict[str, Callable[[Voice, Record], Said]] = {
    "agreement": parties,
    "city": lambda voice, city: voice.place(city),
    "source": lambda voice, source: voice.foreign(source["title"], source["language"]),
}
