"""Text metrics without a font: estimated widths and line counts, rather too large than too small.

Lengths are in CSS pixels; the sizes of fonts are those of static/embed.css.
"""

import math
import unicodedata
from collections.abc import Iterable

SMALL_FONT = 14
WIDE_ADVANCE = 0.93
"""Advance width, in em, of a character whose East Asian Width (UAX #11) is wide, such as a Hangul syllable."""
NARROW_ADVANCE = 0.57
"""Advance width, in em, of any other character, on average over a text in a wide font."""
SPACE_ADVANCE = 0.27
BOLD_FACTOR = 1.2
FILL_FACTOR = 0.82
"""What is wider than a line is broken at any letter and fills its lines, so less has to be reserved for it."""
COLUMN_GAP = 8


def text_width(text: object, font_size: float = SMALL_FONT) -> float:
    """Estimate the width of a text on one line."""
    letters = str(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in letters)
    return font_size * (WIDE_ADVANCE * wide + NARROW_ADVANCE * (len(letters) - wide))


def word_widths(text: object, font_size: float = SMALL_FONT) -> list[float]:
    """Estimate the widths of the words of a text."""
    return [text_width(word, font_size) for word in str(text).split()]


def bold_word_widths(text: object, font_size: float) -> list[float]:
    """Estimate the widths of the words of a bold text."""
    return [BOLD_FACTOR * width for width in word_widths(text, font_size)]


def count_lines(widths: Iterable[float], line_width: float, gap: float = COLUMN_GAP) -> int:
    """Count the lines that boxes of these widths take with a gap between them; a wider one takes several lines."""
    count, used = 0, math.inf
    for width in widths:
        if used + gap + width <= line_width:
            used += gap + width
        else:
            count += max(math.ceil(FILL_FACTOR * width / line_width), 1)
            used = min(width, line_width)
    return count


def count_text_lines(text: object, line_width: float, font_size: float = SMALL_FONT) -> int:
    """Count the lines that a text takes, broken between words."""
    return count_lines(word_widths(text, font_size), line_width, font_size * SPACE_ADVANCE)
