"""Estimates the height of an iframe that cannot grow with its page, so that nothing in it is cut or scrolls.

Each size is one of static/embed.css in CSS pixels (1 rem is 16), rounded up: `_FONT` is the size of a font, `_LINE` the
height of a line. The fonts of a reader are known to the browser alone, so an estimate is rather too large;
tests/web/embeds/test_host_pages.py compares it with Chromium.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import escape

from app.web.charts import SHOWN_STATUSES, BarChart, Series
from app.web.embeds.text_metrics import (
    BOLD_FACTOR,
    SMALL_FONT,
    bold_word_widths,
    count_lines,
    count_text_lines,
    text_width,
)
from app.web.i18n import Localizer
from app.web.records import Record

PHONE_WIDTH = 320
SCREEN_WIDTH = 768
"""From this width on, rows are a table; below, each is a block of its own."""
MIN_HEIGHT = 240

# The page: `.embed main`, `header`, `h1`, `.empty`, `.more`, `.embed footer`.
PAGE_PADDING_X, PAGE_PADDING_TOP = 2 * 16, 12
HEADER_SPACING = PAGE_PADDING_TOP + 8 + 2 + 12  # padding and border below the title, margin below the header
TITLE_FONT, TITLE_LINE = 20, 28
EMPTY_MESSAGE = 100
PAGINATION = 58
FOOTER, PHONE_FOOTER = 48, 72  # one line, two lines

# Rows: `.rows tr`, `.rows th`, `.badge`, `.people`.
TABLE_HEAD = 36
ROW_LINE = 28  # of the heading; the other cells have less
ROW_GAPS = 48  # three column gaps
AGREEMENT_COLUMNS = (2.2, 1.7, 1.7, 1)  # fractions of the width (fr)
DELEGATION_COLUMNS = (2.6, 1.3, 1.7, 1)
AGREEMENT_SPACING = 27  # padding, border and gaps of a row
DELEGATION_SPACING = 32  # the same, and the margins of the list of people
HEADING_FONT, HEADING_GAP = 17, 6
PARTY_EXTRA = 24  # spaces and the dash around the name of a party
DATE_FONT, STATUS_FONT = 17, 16
BADGE_PADDING = 20  # and border, on both sides
PHONE_BADGE_FONT, PHONE_BADGE_PADDING = 13, 15
PERSON_MIN_WIDTH, PERSON_COLUMN_GAP, PERSON_ROW_GAP = 256, 32, 4
PERSON_LINES = 45  # a line for the side, one for the name

# Sources: `.proof`. A link is at least 24 high.
LINK_LINE = 25
LINK_ICON, SUMMARY_ICON = 14, 13
SOURCE_GAP, QUOTATIONS_GAP = 8, 12

# Cards: `.cards`, `.figure`, `.places`, `.value`, `.said`, `.chart`.
CARD_MIN_WIDTH, CARD_GAP = 352, 16
CARD_PADDING_X, PHONE_CARD_PADDING_X = 2 * 16 + 2, 2 * 14 + 2  # and border
CARD_PADDING_Y = 20
CARD_TITLE_FONT, CARD_TITLE_LINE, CARD_TITLE_GAP = 16, 23, 4
FIGURE_MARGIN = 13  # and border; also counted above the first figure, for the card's border and wider padding
FIGURE_PADDING = 10
PLACES_FONT, PLACES_LINE = 15, 25
VALUE_FONT, VALUE_LINE, VALUE_GAP = 26, 34, 7
PERIOD_LINE, PERIOD_GAP = 23, 12
FIGURE_BADGE_PADDING = 20
CHART = BarChart.height + 12  # and margins
SMALL_LINE = 23


@dataclass(frozen=True)
class LayoutContext:
    """What the layout of a page depends on: its language, its sources by id, and the width of the iframe."""

    localizer: Localizer
    sources: dict[str, Record]
    width: int

    @property
    def is_phone(self) -> bool:
        """Whether the page is laid out for a phone."""
        return self.width < SCREEN_WIDTH

    @property
    def content_width(self) -> int:
        """Width of the page without its padding."""
        return self.width - PAGE_PADDING_X

    def sources_height(self, sources: Sequence[str], evidence: Sequence[Record], width: float) -> int:
        """Height of the sources of a record, and of its quotations while closed."""
        label = text_width(self.localizer.translate("Source"))
        widths = [label, *(text_width(self.sources[key]["publisher"]) + LINK_ICON for key in sources)]
        summary = self.localizer.translate_plural("{number} quotation", "{number} quotations", len(evidence))
        source_line = sum(widths) + SOURCE_GAP * len(sources)
        lines = count_lines(widths, width, SOURCE_GAP)
        both = count_lines([source_line, text_width(summary) + SUMMARY_ICON], width, QUOTATIONS_GAP)
        return LINK_LINE * (lines if lines == 1 == both else lines + 1)

    def cells_height(
        self, heading: Sequence[float], badge: str, date: str, status: str, columns: tuple[float, ...]
    ) -> int:
        """Height of the cells of a row, given the widths of its heading's words: in columns, on a phone in lines."""
        if self.is_phone:
            badge_width = text_width(badge, PHONE_BADGE_FONT) * BOLD_FACTOR + PHONE_BADGE_PADDING
            details = [badge_width, text_width(date), text_width(status)]
            heading_lines = count_lines(heading, self.content_width, HEADING_GAP)
            return ROW_LINE * heading_lines + ROW_LINE * count_lines(details, self.content_width)
        first, second, third, fourth = ((self.content_width - ROW_GAPS) * column / sum(columns) for column in columns)
        lines = max(
            count_lines(heading, first, HEADING_GAP),
            count_text_lines(date, third, DATE_FONT),
            count_text_lines(status, fourth, STATUS_FONT),
        )
        # The cells of a row share a baseline, which is that of the last line of the badge.
        return ROW_LINE * (lines + count_text_lines(badge, second - BADGE_PADDING, SMALL_FONT * BOLD_FACTOR) - 1)

    def people_height(self, people: Sequence[Record]) -> int:
        """Height of the people of a delegation, in as many columns as there is room for."""
        room = (self.content_width + PERSON_COLUMN_GAP) // (PERSON_MIN_WIDTH + PERSON_COLUMN_GAP)
        columns = max(1, min(len(people), room))
        width = (self.content_width - PERSON_COLUMN_GAP * (columns - 1)) / columns
        heights = [
            PERSON_LINES + SMALL_LINE * count_text_lines("; ".join(person["titles"]), width) for person in people
        ]
        return grid_height(heights, columns, PERSON_ROW_GAP)

    def series_height(self, series: Series, width: float) -> int:
        """Height of a series of observations, its table closed."""
        localizer, newest = self.localizer, series.newest
        counterpart = series.counterpart and localizer.place(series.counterpart)
        regard = localizer.translate("with regard to {place}", place=counterpart) if counterpart else ""
        period = text_width(localizer.observation_period(newest))
        period += sum(text_width(badge, PHONE_BADGE_FONT) + FIGURE_BADGE_PADDING for badge in self._badges(newest))
        value = bold_word_widths(localizer.observation_value(newest), VALUE_FONT)
        has_table = len(series.observations) > 1
        return (
            FIGURE_PADDING
            + PLACES_LINE * count_text_lines(f"{localizer.place(series.area)} {regard}", width, PLACES_FONT)
            + VALUE_LINE * count_lines(value, width, VALUE_GAP)
            + PERIOD_LINE * count_lines([period, *self._printed_width(newest)], width, PERIOD_GAP)
            + (LINK_LINE if has_table else 0)
            + (CHART if has_table and series.chart else 0)
            + self.sources_height(series.sources, series.evidence, width)
        )

    def _badges(self, observation: Record) -> Iterator[str]:
        if observation["status"] in SHOWN_STATUSES:
            yield self.localizer.label(observation["status"], "ObservationStatus")
        if observation["trend"]:
            yield self.localizer.label(observation["trend"], "Trend")

    def _printed_width(self, observation: Record) -> Iterator[float]:
        if observation["printed"]:
            yield text_width(f"{self.localizer.translate('as printed:')} “{observation['printed']}”")


def grid_height(heights: Sequence[int], columns: int, row_gap: int) -> int:
    """Height of a grid whose rows are as high as their highest cell, with a gap below each."""
    return sum(max(heights[start : start + columns]) + row_gap for start in range(0, len(heights), columns))


def agreement_height(context: LayoutContext, agreement: Record) -> int:
    """Height of the row of an agreement."""
    localizer = context.localizer
    parties = [
        text_width(localizer.place(party), HEADING_FONT) * BOLD_FACTOR
        + text_width(localizer.country(party["country"]))
        + PARTY_EXTRA
        for party in agreement["parties"]
    ]
    date = localizer.date(agreement["signed"]) if agreement["signed"] else localizer.translate("no date known")
    kind = localizer.label(agreement["kind"], "AgreementKind")
    status = localizer.label(agreement["status"], "AgreementStatus")
    cells = context.cells_height(parties, kind, date, status, AGREEMENT_COLUMNS)
    sources = context.sources_height(agreement["sources"], agreement["evidence"], context.content_width)
    return AGREEMENT_SPACING + cells + sources


def delegation_height(context: LayoutContext, delegation: Record) -> int:
    """Height of the row of a visit or a meeting."""
    localizer = context.localizer
    heading = bold_word_widths(escape(localizer.headline(delegation)).striptags(), HEADING_FONT)
    date = localizer.date(delegation["date"]) if delegation["date"] else localizer.translate("no date known")
    day_part = f", {localizer.label(delegation['day_part'], 'DayPart')}" if delegation["day_part"] else ""
    kind = localizer.label(delegation["kind"], "DelegationKind")
    status = localizer.label(delegation["status"], "DelegationStatus")
    cells = context.cells_height(heading, kind, date + day_part, status, DELEGATION_COLUMNS)
    people = context.people_height([person for person in delegation["participants"] if person["name"]])
    sources = context.sources_height(delegation["sources"], delegation["evidence"], context.content_width)
    return DELEGATION_SPACING + cells + people + sources


def indicator_height(context: LayoutContext, indicator: Record, card_width: float) -> int:
    """Height of the card of an indicator."""
    width = card_width - (PHONE_CARD_PADDING_X if context.is_phone else CARD_PADDING_X)
    name = bold_word_widths(context.localizer.term("indicator", indicator["name"]), CARD_TITLE_FONT)
    title = CARD_TITLE_LINE * count_lines(name, width, CARD_TITLE_GAP)
    figures = sum(context.series_height(series, width) + FIGURE_MARGIN for series in indicator["series"])
    link_to_all = LINK_LINE if indicator["observation_count"] > len(indicator["observations"]) else 0
    return CARD_PADDING_Y + title + figures + link_to_all


Layout = Callable[[LayoutContext, Sequence[Record]], int]
"""Computes the height of all rows of a page."""


def table_layout(row_height: Callable[[LayoutContext, Record], int]) -> Layout:
    """Layout of rows below each other, under a table head unless on a phone."""
    return lambda context, rows: (0 if context.is_phone else TABLE_HEAD) + sum(row_height(context, row) for row in rows)


def card_layout(context: LayoutContext, indicators: Sequence[Record]) -> int:
    """Layout of cards in as many columns as there is room for."""
    columns = max(1, (context.content_width + CARD_GAP) // (CARD_MIN_WIDTH + CARD_GAP))
    width = (context.content_width - CARD_GAP * (columns - 1)) / columns
    heights = [indicator_height(context, indicator, width) for indicator in indicators]
    return grid_height(heights, columns, CARD_GAP)


def page_height(
    context: LayoutContext, title: str | None, layout: Layout, rows: Sequence[Record], *, has_next: bool
) -> int:
    """Height of a page with every `<details>` closed; without a title if that is None."""
    title_lines = count_text_lines(title, context.content_width, TITLE_FONT * BOLD_FACTOR) if title else 0
    header = HEADER_SPACING + TITLE_LINE * title_lines if title else PAGE_PADDING_TOP
    body = layout(context, rows) if rows else EMPTY_MESSAGE
    footer = PHONE_FOOTER if context.is_phone else FOOTER
    return max(header + body + (PAGINATION if has_next else 0) + footer, MIN_HEIGHT)
