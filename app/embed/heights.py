"""How tall an iframe must be that cannot grow with its page: the texts are laid out roughly, rather too tall.

The sizes are those of embed.css, in pixels; what a reader's own fonts take is known to the browser alone.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from app.embed.figures import Series
from app.embed.names import Record
from app.embed.voice import Voice

PHONE = 320
SCREEN = 768
"""From this width on embed.css sets rows as a table."""
MARGINS = 32
BOLD = 1.2
FILLED = 0.82
"""What is broken anywhere fills its lines, so the reserve for wide letters is not needed for each."""
LEAST = 240
MARKED = ("estimated", "provisional")


def width_of(text: object, size: float = 14) -> float:
    """About how wide a text is: a Korean syllable nearly as wide as high, other letters over half, as in wide fonts."""
    letters = str(text)
    square = sum(unicodedata.east_asian_width(letter) in "WF" for letter in letters)
    return size * (0.93 * square + 0.57 * (len(letters) - square))


def lines(widths: Iterable[float], room: float, gap: float = 8) -> int:
    """How many lines things of these widths need; one that is wider than a line takes several."""
    count, used = 0, math.inf
    for width in widths:
        if used + gap + width <= room:
            used += gap + width
        else:
            count += max(math.ceil(FILLED * width / room), 1)
            used = min(width, room)
    return count


def words(text: object, size: float = 14) -> list[float]:
    """The widths of the words of a text."""
    return [width_of(word, size) for word in str(text).split()]


def text_lines(text: object, room: float, size: float = 14) -> int:
    """How many lines a text needs, broken between words."""
    return lines(words(text, size), room, size * 0.27)


@dataclass(frozen=True)
class Sheet:
    """What rows are laid out on: a width, a language, and the sources that they name."""

    voice: Voice
    sources: dict[str, Record]
    width: int

    @property
    def room(self) -> int:
        """The width of a row."""
        return self.width - MARGINS

    def proof(self, sources: Sequence[str], evidence: Sequence[Any], room: float) -> int:
        """The sources of a record and, still closed, its quotations."""
        label = width_of(self.voice.say("Source"))
        named = [label, *(width_of(self.sources[key]["publisher"]) + 14 for key in sources)]
        counted = width_of(self.voice.counted("{number} quotation", "{number} quotations", len(evidence))) + 13
        beside = lines(named, room) == 1 and lines([sum(named) + 8 * len(sources), counted], room, 12) == 1
        return 25 * (lines(named, room) + (0 if beside else 1))

    def cells(self, heading: Sequence[float], badge: str, date: str, status: str, shares: Sequence[float]) -> int:
        """What stands above the sources of a row: side by side in these shares, below each other on a phone."""
        if self.width < SCREEN:
            said = [width_of(badge, 13) * BOLD + 15, width_of(date), width_of(status)]
            return 28 * lines(heading, self.room, 6) + 28 * lines(said, self.room)
        first, second, third, fourth = ((self.room - 48) * share / sum(shares) for share in shares)
        beside = max(lines(heading, first, 6), text_lines(date, third, 17), text_lines(status, fourth, 16))
        # All stand on the last line of the badge.
        return 28 * (beside + text_lines(badge, second - 20, 14 * BOLD) - 1)

    def people(self, people: Sequence[Record]) -> int:
        """The persons of a delegation, beside each other where there is room."""
        beside = max(1, min(len(people), (self.room + 32) // 288))
        room = (self.room - 32 * (beside - 1)) / beside
        tall = [45 + 23 * text_lines("; ".join(who["titles"]), room) for who in people]
        return sum(max(tall[at : at + beside]) + 4 for at in range(0, len(tall), beside))

    def figure(self, series: Series, room: float) -> int:
        """The newest value of a pair of places, and the series behind it."""
        voice, found = self.voice, series.newest
        place = series.counterpart and voice.place(series.counterpart)
        against = voice.say("with regard to {place}", place=place) if place else ""
        marks = [voice.word(found["status"], "ObservationStatus")] if found["status"] in MARKED else []
        marks += [voice.word(found["trend"], "Trend")] if found["trend"] else []
        when = width_of(voice.when(found)) + sum(width_of(mark, 13) + 20 for mark in marks)
        printed = [width_of(f"{voice.say('as printed:')} “{found['printed']}”")] if found["printed"] else []
        more = len(series.observations) > 1
        return (
            10
            + 25 * text_lines(f"{voice.place(series.area)} {against}", room, 15)
            + 34 * lines((BOLD * word for word in words(voice.value(found), 26)), room, 7)
            + 23 * lines([when, *printed], room, 12)
            + (25 if more else 0)
            + (96 if more and series.columns else 0)
            + self.proof(series.sources, series.evidence, room)
        )


def agreement(sheet: Sheet, row: Record) -> int:
    """The height of an agreement."""
    voice = sheet.voice
    parties = [
        width_of(voice.place(party), 17) * BOLD + width_of(voice.country(party["country"])) + 24
        for party in row["parties"]
    ]
    date = voice.date(row["signed"]) if row["signed"] else voice.say("no date known")
    kind, status = voice.word(row["kind"], "AgreementKind"), voice.word(row["status"], "AgreementStatus")
    cells = sheet.cells(parties, kind, date, status, (2.2, 1.7, 1.7, 1))
    return 27 + cells + sheet.proof(row["sources"], row["evidence"], sheet.room)


def delegation(sheet: Sheet, row: Record) -> int:
    """The height of a visit or a meeting."""
    voice = sheet.voice
    heading = [BOLD * word for word in words(escape(voice.headline(row)).striptags(), 17)]
    date = voice.date(row["date"]) if row["date"] else voice.say("no date known")
    part = f", {voice.word(row['day_part'], 'DayPart')}" if row["day_part"] else ""
    kind, status = voice.word(row["kind"], "DelegationKind"), voice.word(row["status"], "DelegationStatus")
    cells = sheet.cells(heading, kind, date + part, status, (2.6, 1.3, 1.7, 1))
    people = sheet.people([who for who in row["participants"] if who["name"]])
    return 32 + cells + people + sheet.proof(row["sources"], row["evidence"], sheet.room)


def indicator(sheet: Sheet, row: Record, room: float) -> int:
    """The height of the card of an indicator in a column of this width."""
    inner = room - (34 if sheet.width >= SCREEN else 30)
    name = [BOLD * word for word in words(sheet.voice.term("indicator", row["name"]), 16)]
    figures = [sheet.figure(series, inner) + 13 for series in row["series"]]
    more = 25 if row["observation_count"] > len(row["observations"]) else 0
    return 20 + 23 * lines(name, inner, 4) + sum(figures) + more


Layout = Callable[[Sheet, Sequence[Record]], int]
"""The height of the rows of a page."""


def table(one: Callable[[Sheet, Record], int]) -> Layout:
    """Rows of such a height below each other, on a screen under a line that names the columns."""
    return lambda sheet, rows: (36 if sheet.width >= SCREEN else 0) + sum(one(sheet, row) for row in rows)


def cards(sheet: Sheet, rows: Sequence[Record]) -> int:
    """Cards, as many in a row as there is room for; each row is as high as its highest."""
    columns = max(1, (sheet.room + 16) // (352 + 16))
    room = (sheet.room - 16 * (columns - 1)) / columns
    tall = [indicator(sheet, row, room) for row in rows]
    return sum(max(tall[at : at + columns]) + 16 for at in range(0, len(tall), columns))


def height_of(sheet: Sheet, title: str | None, layout: Layout, rows: Sequence[Record], more: bool) -> int:
    """The height of a page, its `<details>` still closed."""
    head = 34 + 28 * text_lines(title, sheet.room, 20 * BOLD) if title else 12
    body = layout(sheet, rows) if rows else 100
    return max(head + body + (58 if more else 0) + (72 if sheet.width < SCREEN else 48), LEAST)
