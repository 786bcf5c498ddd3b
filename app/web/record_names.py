"""Names of records, countries and topics in the language of a page."""

from collections.abc import Callable, Sequence

from markupsafe import Markup
from sqlalchemy import select
from sqlmodel import col

from app.db import models
from app.db.register import Snapshot
from app.values.countries import is_country
from app.web.i18n import DisplayText, Localizer
from app.web.records import Record, load_records


def names_of(snapshot: Snapshot, localizer: Localizer, noun: str, keys: Sequence[str]) -> list[DisplayText]:
    """Look up the names behind these keys, in their order; a key in upper case is the code of a country."""
    if noun == "topic":
        statement = select(col(models.Topic.id), col(models.Topic.label)).where(col(models.Topic.id).in_(keys))
        labels = {row.id: row.label for row in snapshot.execute(statement)}
        return [localizer.term("topic", labels[key]) for key in keys]
    noun = noun.removesuffix(" or country")
    records = load_records(snapshot, noun, [key for key in keys if not is_country(key)])
    return [localizer.country(key) if is_country(key) else RECORD_NAMERS[noun](localizer, records[key]) for key in keys]


def parties_name(localizer: Localizer, agreement: Record) -> DisplayText:
    """Name an agreement by its parties: Daegu – Da Nang."""
    return Markup(" – ").join(localizer.place(party) for party in agreement["parties"])


RECORD_NAMERS: dict[str, Callable[[Localizer, Record], DisplayText]] = {
    "agreement": parties_name,
    "city": lambda localizer, city: localizer.place(city),
    "source": lambda localizer, source: localizer.foreign(source["title"], source["language"]),
}
