"""How tall an iframe is that cannot grow with its page: as tall as the page while nothing in it is opened."""

STACKED_UNDER = 768  # as embed.css does

# Measured in a browser: what stands around the rows, and one row, stacked and side by side.
AROUND = 175
ROW = {
    "agreements": {True: 131, False: 99},
    "delegations": {True: 227, False: 180},
    "indicators": {True: 255, False: 147},
}
LEAST = 240


def height_of(page: str, rows: int, width: int | None = None) -> int:
    """The height in CSS pixels for so many rows; where the width is not known, one between phone and screen."""
    stacked = width is not None and width < STACKED_UNDER
    return max(AROUND + ROW[page][stacked] * rows, LEAST)
