"""How tall an iframe must be that cannot grow with its page: the texts are laid out roughly, rather too tall.

The sizes are those of embed.css, in pixels; what a reader's own fonts take is known to the browser alone.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from app.web.charts import Series
from app.web.i18n import Localizer
from app.web.record_names import Record

PHONE_WIDTH = 320
SCREEN_WIDTH = 768
"""From this width on embed.css sets rows as a table."""
MARGINS = 32
BOLD_FACTOR = 1.2
FILL_FACTOR = 0.82
"""What is broken anywhere fills its lines, so the reserve for wide letters is not needed for each."""
MIN_HEIGHT = 240
MARKED_STATUSES = ("estimated", "provisional")


def text_width(text: object, size: float = 14) -> float:
    """About how wide a text is: a Korean syllable nearly as wide as high, other letters over half, as in wide fonts."""
    letters = str(text)
    square = sum(unicodedata.east_asian_width(letter) in "WF" for letter in letters)
    return size * (0.93 * square + 0.57 * (len(letters) - square))


def count_lines(widths: Iterable[float], room: float, gap: float = 8) -> int:
    """How many lines things of these widths need; one that is wider than a line takes several."""
    count, used = 0, math.inf
    for width in widths:
        if used + gap + width <= room:
            used += gap + width
        else:
            count += max(math.ceil(FILL_FACTOR * width / room), 1)
            used = min(width, room)
    return count


def word_widths(text: object, size: float = 14) -> list[float]:
    """The widths of the words of a text."""
    return [text_width(word, size) for word in str(text).split()]


def count_text_lines(text: object, room: float, size: float = 14) -> int:
    """How many lines a text needs, broken between words."""
    return count_lines(word_widths(text, size), room, size * 0.27)


@dataclass(frozen=True)
class LayoutContext:
    """What rows are laid out on: a width, a language, and the sources that they name."""

    localizer: Localizer
    sources: dict[str, Record]
    width: int

    @property
    def room(self) -> int:
        """The width of a row."""
        return self.width - MARGINS

    def proof(self, sources: Sequence[str], evidence: Sequence[Any], room: float) -> int:
        """The sources of a record and, still closed, its quotations."""
        label = text_width(self.localizer.translate("Source"))
        named = [label, *(text_width(self.sources[key]["publisher"]) + 14 for key in sources)]
        counted = (
            text_width(self.localizer.translate_plural("{number} quotation", "{number} quotations", len(evidence))) + 13
        )
        beside = count_lines(named, room) == 1 and count_lines([sum(named) + 8 * len(sources), counted], room, 12) == 1
        return 25 * (count_lines(named, room) + (0 if beside else 1))

    def cells(self, heading: Sequence[float], badge: str, date: str, status: str, shares: Sequence[float]) -> int:
        """What stands above the sources of a row: side by side in these shares, below each other on a phone."""
        if self.width < SCREEN_WIDTH:
            said = [text_width(badge, 13) * BOLD_FACTOR + 15, text_width(date), text_width(status)]
            return 28 * count_lines(heading, self.room, 6) + 28 * count_lines(said, self.room)
        first, second, third, fourth = ((self.room - 48) * share / sum(shares) for share in shares)
        beside = max(
            count_lines(heading, first, 6), count_text_lines(date, third, 17), count_text_lines(status, fourth, 16)
        )
        # All stand on the last line of the badge.
        return 28 * (beside + count_text_lines(badge, second - 20, 14 * BOLD_FACTOR) - 1)

    def people(self, people: Sequence[Record]) -> int:
        """The persons of a delegation, beside each other where there is room."""
        beside = max(1, min(len(people), (self.room + 32) // 288))
        room = (self.room - 32 * (beside - 1)) / beside
        tall = [45 + 23 * count_text_lines("; ".join(who["titles"]), room) for who in people]
        return sum(max(tall[at : at + beside]) + 4 for at in range(0, len(tall), beside))

    def figure(self, series: Series, room: float) -> int:
        """The newest value of a pair of places, and the series behind it."""
        localizer, found = self.localizer, series.newest
        place = series.counterpart and localizer.place(series.counterpart)
        against = localizer.translate("with regard to {place}", place=place) if place else ""
        marks = [localizer.label(found["status"], "ObservationStatus")] if found["status"] in MARKED_STATUSES else []
        marks += [localizer.label(found["trend"], "Trend")] if found["trend"] else []
        when = text_width(localizer.observation_period(found)) + sum(text_width(mark, 13) + 20 for mark in marks)
        printed = [text_width(f"{localizer.translate('as printed:')} “{found['printed']}”")] if found["printed"] else []
        more = len(series.observations) > 1
        return (
            10
            + 25 * count_text_lines(f"{localizer.place(series.area)} {against}", room, 15)
            + 34
            * count_lines((BOLD_FACTOR * word for word in word_widths(localizer.observation_value(found), 26)), room, 7)
            + 23 * count_lines([when, *printed], room, 12)
            + (25 if more else 0)
            + (96 if more and series.columns else 0)
            + self.proof(series.sources, series.evidence, room)
        )


def agreement_height(context: LayoutContext, row: Record) -> int:
    """The height of an agreement."""
    localizer = context.localizer
    parties = [
        text_width(localizer.place(party), 17) * BOLD_FACTOR + text_width(localizer.country(party["country"])) + 24
        for party in row["parties"]
    ]
    date = localizer.date(row["signed"]) if row["signed"] else localizer.translate("no date known")
    kind, status = localizer.label(row["kind"], "AgreementKind"), localizer.label(row["status"], "AgreementStatus")
    cells = context.cells(parties, kind, date, status, (2.2, 1.7, 1.7, 1))
    return 27 + cells + context.proof(row["sources"], row["evidence"], context.room)


def delegation_height(context: LayoutContext, row: Record) -> int:
    """The height of a visit or a meeting."""
    localizer = context.localizer
    heading = [BOLD_FACTOR * word for word in word_widths(escape(localizer.headline(row)).striptags(), 17)]
    date = localizer.date(row["date"]) if row["date"] else localizer.translate("no date known")
    part = f", {localizer.label(row['day_part'], 'DayPart')}" if row["day_part"] else ""
    kind, status = localizer.label(row["kind"], "DelegationKind"), localizer.label(row["status"], "DelegationStatus")
    cells = context.cells(heading, kind, date + part, status, (2.6, 1.3, 1.7, 1))
    people = context.people([who for who in row["participants"] if who["name"]])
    return 32 + cells + people + context.proof(row["sources"], row["evidence"], context.room)


def indicator_height(context: LayoutContext, row: Record, room: float) -> int:
    """The height of the card of an indicator in a column of this width."""
    inner = room - (34 if context.width >= SCREEN_WIDTH else 30)
    name = [BOLD_FACTOR * word for word in word_widths(context.localizer.term("indicator", row["name"]), 16)]
    figures = [context.figure(series, inner) + 13 for series in row["series"]]
    more = 25 if row["observation_count"] > len(row["observations"]) else 0
    return 20 + 23 * count_lines(name, inner, 4) + sum(figures) + more


Layout = Callable[[LayoutContext, Sequence[Record]], int]
"""The height of the rows of a page."""


def table_layout(one: Callable[[LayoutContext, Record], int]) -> Layout:
    """Rows of such a height below each other, on a screen under a line that names the columns."""
    return lambda context, rows: (36 if context.width >= SCREEN_WIDTH else 0) + sum(one(context, row) for row in rows)


def card_layout(context: LayoutContext, rows: Sequence[Record]) -> int:
    """Cards, as many in a row as there is room for; each row is as high as its highest."""
    columns = max(1, (context.room + 16) // (352 + 16))
    room = (context.room - 16 * (columns - 1)) / columns
    tall = [indicator_height(context, row, room) for row in rows]
    return sum(max(tall[at : at + columns]) + 16 for at in range(0, len(tall), columns))


def page_height(context: LayoutContext, title: str | None, layout: Layout, rows: Sequence[Record], more: bool) -> int:
    """The height of a page, its `<details>` still closed."""
    head = 34 + 28 * count_text_lines(title, context.room, 20 * BOLD_FACTOR) if title else 12
    body = layout(context, rows) if rows else 100
    return max(head + body + (58 if more else 0) + (72 if context.width < SCREEN_WIDTH else 48), MIN_HEIGHT)
