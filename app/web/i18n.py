"""Localization: messages, dates, numbers and names in one language, from the catalogues and Unicode's CLDR (Babel)."""

import datetime
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_decimal
from markupsafe import Markup, escape

from app.values import countries
from app.web.message_catalogs import load_catalog
from app.web.records import Record

# Each in its own language, as WCAG asks of a language menu.
LANGUAGE_NAMES = {"ko": "한국어", "vi": "Tiếng Việt", "en": "English"}

# CLDR's long form of a day, except where municipal websites write it differently.
DAY_FORMATS = {"en": "long", "ko": "long", "vi": "dd/MM/y"}
COMPACT_THRESHOLD = 1_000_000
"""From this number on, numbers are written with words such as million."""

# The bidirectional formatting characters of Unicode (UAX #9): they could reorder the text around a value.
BIDI_CONTROLS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))

# The particle "and, with": 과 after a syllable with a final consonant, 와 after one without.
_KOREAN_PARTICLE = re.compile(r"([가-힣])과\(와\)")
_HANGUL_BASE, _FINALS = 0xAC00, 28  # Unicode lists Hangul syllables with 28 finals each, the first of which is none

HEADLINES = {"visit": "{guests} visits {hosts}", "meeting": "{hosts} meets {guests}"}


class ForeignText(NamedTuple):
    """Text in another language than that of the page; as HTML a `<span>` with `lang`."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> str:
        return str(Markup('<span lang="{}" dir="auto">{}</span>').format(self.language, strip_bidi(self.text)))


DisplayText = str | ForeignText
"""Text to show: in the page's language, or marked as foreign."""


def strip_bidi(text: str) -> str:
    """Remove bidirectional formatting characters."""
    return text.translate(BIDI_CONTROLS)


def with_korean_particles(text: str) -> str:
    """Replace 과(와) after a Hangul syllable by 과 or 와, whichever its final consonant asks for."""

    def particle(match: re.Match[str]) -> str:
        has_final = (ord(match[1]) - _HANGUL_BASE) % _FINALS != 0
        return match[1] + ("과" if has_final else "와")

    return _KOREAN_PARTICLE.sub(particle, text)


class Localizer:
    """Formats what pages show in one language; messages are looked up by their English text (gettext)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale(language)
        self.messages = load_catalog(language)

    def translate(self, message: str, **values: object) -> str:
        """Translate a message and fill in its values, as plain text."""
        translated = self.messages.gettext(message)
        return with_korean_particles(translated.format(**values) if values else translated)

    def translate_html(self, message: str, **values: object) -> Markup:
        """Translate a message and fill in its values, escaped, as HTML; foreign values keep their `lang`."""
        cleaned = {name: strip_bidi(value) if type(value) is str else value for name, value in values.items()}
        filled = Markup(escape(self.messages.gettext(message))).format(**cleaned)  # noqa: S704 - escaped, both
        return Markup(with_korean_particles(filled))  # noqa: S704 - the particles are letters

    def translate_plural(self, singular: str, plural: str, number: int) -> str:
        """Translate a message with a `{number}` in the plural form that the number takes."""
        return self.messages.ngettext(singular, plural, number).format(number=self.number(number))

    def label(self, value: StrEnum | str, vocabulary: str = "") -> str:
        """Label of a value of a closed vocabulary, by default of the value's enum."""
        return str(self.messages.pgettext(vocabulary or type(value).__name__, str(value)))

    def term(self, vocabulary: str, english: str) -> DisplayText:
        """Translation of an English term of the register; the English marked as foreign where there is none."""
        translated = str(self.messages.pgettext(vocabulary, english))
        return translated if translated != english or self.language == "en" else self.foreign(english)

    def foreign(self, text: str, language: str = "en") -> DisplayText:
        """The text unchanged, marked as foreign if its language is not the page's."""
        return text if language == self.language else ForeignText(text, language)

    def country(self, code: str) -> str:
        """Name of a country by its ISO 3166-1 code (CLDR)."""
        return countries.country_name(code, self.language)

    def place(self, place: Record) -> DisplayText:
        """Name of a place; the English one marked as foreign if it has none in this language."""
        return place["names"].get(self.language) or self.foreign(place["name"])

    def or_list(self, items: Iterable[DisplayText]) -> Markup:
        """Join items to a list of alternatives (CLDR): A, B, or C."""
        joined = format_list([str(escape(item)) for item in items], style="or", locale=self.locale)
        return Markup(joined)  # noqa: S704 - each item is escaped

    def number(self, value: float) -> str:
        """Format a number (CLDR), in its compact form from a million on if that is exact."""
        if abs(value) >= COMPACT_THRESHOLD:
            form = "long" if "long" in self.locale.compact_decimal_formats else "short"
            compact, exact = (
                format_compact_decimal(value, format_type=form, locale=self.locale, fraction_digits=digits)  # type: ignore[arg-type]  # Babel's literal
                for digits in (2, 9)
            )
            if compact == exact:
                return compact
        return format_decimal(value, locale=self.locale)

    def partial_date(self, text: str) -> str:
        """Format a year, a month or a day (YYYY, YYYY-MM, YYYY-MM-DD) at its own precision (CLDR)."""
        year, *rest = (int(part) for part in text.replace("?", "").split("-"))
        date = datetime.date(year, *[*rest, 1, 1][:2])
        if len(rest) == 2:
            return format_date(date, DAY_FORMATS[self.language], locale=self.locale)
        return format_skeleton("yMMMM" if rest else "y", date, locale=self.locale)

    def interval(self, edtf: str) -> str:
        """Format an EDTF date, or an interval of two (ISO 8601-2)."""
        return " – ".join(self.partial_date(part) for part in edtf.split("/"))

    def date(self, date: Record) -> str:
        """Format the date of a record, and say what of it was inferred."""
        interval = self.interval(date["edtf"])
        if date["uncertain"]:
            return self.translate("{date} (year inferred)", date=interval)
        return self.translate("{date} (inferred)", date=interval) if date["basis"] == "inferred" else interval

    def headline(self, delegation: Record) -> DisplayText | Markup:
        """Headline of a delegation: in English its title, else who visits or meets whom."""
        if self.language == "en":
            return str(delegation["title"])
        sides: dict[str, dict[str, DisplayText]] = {"host": {}, "guest": {}}
        for participant in delegation["participants"]:
            place = participant["represents"]
            sides[participant["side"]][place["id"]] = self.place(place)
        if not all(sides.values()):
            return self.foreign(delegation["title"])
        hosts, guests = (Markup(", ").join(sides[side].values()) for side in ("host", "guest"))
        message = HEADLINES[delegation["kind"]]
        return self.translate_html(message, hosts=hosts, guests=guests)

    def observation_value(self, observation: Record) -> str:
        """Value of an observation with its unit and relation: more than 70 billion USD; its status if it has none."""
        if observation["value"] is None:
            return self.label(observation["status"], "ObservationStatus")
        unit = self.label(observation["indicator"]["unit"], "Unit")
        quantity = unit.format(value=self.number(observation["value"]))
        return self.label(observation["relation"], "Relation").format(value=quantity)

    def observation_period(self, observation: Record) -> str:
        """Period of an observation with its kind: as of October 2020."""
        kind = self.label(observation["period_kind"], "PeriodKind")
        return kind.format(period=self.date(observation["period"])) if observation["period"] else kind


@cache
def localizer_for(language: str) -> Localizer:
    """The localizer of a language, made once."""
    return Localizer(language)
