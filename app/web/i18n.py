"""Says what the register holds in one language: dates, numbers, places and words, with their uncertainty."""

import datetime
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_decimal
from markupsafe import Markup, escape

from app.values import countries
from app.web.message_catalogs import load_catalog

# In their own language, as a language menu should be.
LANGUAGE_NAMES = {"ko": "한국어", "vi": "Tiếng Việt", "en": "English"}

# How a day is written; CLDR's long form but where a municipal website would not use it.
DAY_FORMATS = {"en": "long", "ko": "long", "vi": "dd/MM/y"}
COMPACT_THRESHOLD = 1_000_000

# Directions that a text could force upon what stands beside it.
BIDI_CONTROLS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))

# The Korean particle whose form depends on the last sound of the word before it.
_KOREAN_PARTICLE = re.compile(r"([가-힣])과\(와\)")


HEADLINES = {"visit": "{guests} visits {hosts}", "meeting": "{hosts} meets {guests}"}


class ForeignText(NamedTuple):
    """Words of another language than the page's."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> str:
        return str(Markup('<span lang="{}" dir="auto">{}</span>').format(self.language, strip_bidi(self.text)))


DisplayText = str | ForeignText
"""Words to show: of the page's language, or marked as foreign."""


def strip_bidi(text: str) -> str:
    """The text without marks that change the direction of what stands beside it."""
    return text.translate(BIDI_CONTROLS)


def with_korean_particles(text: str) -> str:
    """Korean with 과 or 와 as the sound before it asks."""
    return _KOREAN_PARTICLE.sub(lambda found: found[1] + ("와" if (ord(found[1]) - 0xAC00) % 28 == 0 else "과"), text)


class Localizer:
    """One language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale(language)
        self.messages = load_catalog(language)

    def translate(self, message: str, **values: object) -> str:
        """A message with its values filled in."""
        said = self.messages.gettext(message)
        return with_korean_particles(said.format(**values) if values else said)

    def html(self, message: str, **values: object) -> Markup:
        """A message whose values may be words of another language."""
        cleaned = {name: strip_bidi(value) if type(value) is str else value for name, value in values.items()}
        filled = Markup(escape(self.messages.gettext(message))).format(**cleaned)  # noqa: S704 - escaped, both
        return Markup(with_korean_particles(filled))  # noqa: S704 - the particles are letters

    def translate_plural(self, one: str, many: str, number: int) -> str:
        """A message in the number that it needs."""
        return self.messages.ngettext(one, many, number).format(number=self.number(number))

    def label(self, value: StrEnum | str, vocabulary: str = "") -> str:
        """A value of a closed vocabulary."""
        return str(self.messages.pgettext(vocabulary or type(value).__name__, str(value)))

    def term(self, vocabulary: str, english: str) -> DisplayText:
        """A word of the register itself: translated where the catalogue has it, otherwise the English."""
        said = str(self.messages.pgettext(vocabulary, english))
        return said if said != english or self.language == "en" else self.foreign(english)

    def foreign(self, text: str, language: str = "en") -> DisplayText:
        """Words as they are, marked if they are not of this language."""
        return text if language == self.language else ForeignText(text, language)

    def country(self, code: str) -> str:
        """The name of a country, by CLDR."""
        return countries.country_name(code, self.language)

    def place(self, place: dict[str, Any]) -> DisplayText:
        """The name of a place as the API renders it; the English one if it has none in this language."""
        return place["names"].get(self.language) or self.foreign(place["name"])

    def choice(self, words: Iterable[DisplayText]) -> Markup:
        """A choice: A, B or C."""
        joined = format_list([str(escape(word)) for word in words], style="or", locale=self.locale)
        return Markup(joined)  # noqa: S704 - each word is escaped

    def number(self, value: float) -> str:
        """A number, by CLDR: millions in words, where that loses nothing."""
        if abs(value) >= COMPACT_THRESHOLD:
            form = "long" if "long" in self.locale.compact_decimal_formats else "short"
            compact, exact = (
                format_compact_decimal(value, format_type=form, locale=self.locale, fraction_digits=digits)  # type: ignore[arg-type]  # Babel's literal
                for digits in (2, 9)
            )
            if compact == exact:
                return compact
        return format_decimal(value, locale=self.locale)

    def day(self, text: str) -> str:
        """A year, a month or a day, at its own precision."""
        year, *rest = (int(part) for part in text.replace("?", "").split("-"))
        date = datetime.date(year, *[*rest, 1, 1][:2])
        if len(rest) == 2:
            return format_date(date, DAY_FORMATS[self.language], locale=self.locale)
        return format_skeleton("yMMMM" if rest else "y", date, locale=self.locale)

    def period(self, edtf: str) -> str:
        """An EDTF date, or a span of two."""
        return " – ".join(self.day(part) for part in edtf.split("/"))

    def date(self, date: dict[str, Any]) -> str:
        """A date as the API renders it, and what of it was inferred."""
        said = self.period(date["edtf"])
        if date["uncertain"]:
            return self.translate("{date} (year inferred)", date=said)
        return self.translate("{date} (inferred)", date=said) if date["basis"] == "inferred" else said

    def headline(self, delegation: dict[str, Any]) -> DisplayText | Markup:
        """A delegation in a line: its title in English, elsewhere who met whom."""
        if self.language == "en":
            return str(delegation["title"])
        sides: dict[str, dict[str, DisplayText]] = {"host": {}, "guest": {}}
        for who in delegation["participants"]:
            sides[who["side"]][who["represents"]["id"]] = self.place(who["represents"])
        if not all(sides.values()):
            return self.foreign(delegation["title"])
        hosts, guests = (Markup(", ").join(sides[side].values()) for side in ("host", "guest"))
        words = HEADLINES[delegation["kind"]]
        return self.html(words, hosts=hosts, guests=guests)

    def observation_value(self, observation: dict[str, Any]) -> str:
        """An observed value with its unit and its bound: more than 70 billion USD."""
        if observation["value"] is None:
            return self.label(observation["status"], "ObservationStatus")
        unit = self.label(observation["indicator"]["unit"], "Unit")
        measured = unit.format(value=self.number(observation["value"]))
        return self.label(observation["relation"], "Relation").format(value=measured)

    def observation_period(self, observation: dict[str, Any]) -> str:
        """The period of an observation, as it is meant: as of October 2020."""
        kind = self.label(observation["period_kind"], "PeriodKind")
        return kind.format(period=self.date(observation["period"])) if observation["period"] else kind


@cache
def localizer_for(language: str) -> Localizer:
    """The voice of a language."""
    return Localizer(language)
