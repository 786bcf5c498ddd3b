"""What records of the register are called, looked up for a page."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlmodel import col

from app.api.prerendered import rendering_of
from app.db import models
from app.db.register import Snapshot
from app.values.countries import is_country
from app.web.i18n import DisplayText, Localizer

Record = dict[str, Any]


def records_of(snapshot: Snapshot, noun: str, ids: Iterable[str]) -> dict[str, Record]:
    """These records as the API renders them, by id."""
    record = models.RECORDS[noun]
    kept = rendering_of(record)
    chosen = kept.select_all(record, with_evidence=False).where(record.id.in_(sorted(set(ids))))
    return {row.id: json.loads(kept.to_json(row)) for row in snapshot.execute(chosen)}


def names_of(snapshot: Snapshot, localizer: Localizer, noun: str, keys: Sequence[str]) -> list[DisplayText]:
    """What these records are called; a key in capitals is a country."""
    if noun == "topic":
        labels = select(col(models.Topic.id), col(models.Topic.label)).where(col(models.Topic.id).in_(keys))
        topics = {row.id: row.label for row in snapshot.execute(labels)}
        return [localizer.term("topic", topics[key]) for key in keys]
    noun = noun.removesuffix(" or country")
    found = records_of(snapshot, noun, [key for key in keys if not is_country(key)])
    return [localizer.country(key) if is_country(key) else RECORD_NAMERS[noun](localizer, found[key]) for key in keys]


def parties_name(localizer: Localizer, agreement: Record) -> DisplayText:
    """The parties of an agreement: Daegu – Da Nang."""
    return Markup(" – ").join(localizer.place(party) for party in agreement["parties"])


RECORD_NAMERS: dict[str, Callable[[Localizer, Record], DisplayText]] = {
    "agreement": parties_name,
    "city": lambda localizer, city: localizer.place(city),
    "source": lambda localizer, source: localizer.foreign(source["title"], source["language"]),
}
