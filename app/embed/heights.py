"""How tall an iframe must be that cannot grow with its page: as tall as the page when nothing in it is opened."""

STACKED_UNDER = 768  # as embed.css does

# Measured in a browser: what stands around the rows, and one row, stacked and as a table.
AROUND = {True: 210, False: 190}
ROW = {
    "agreements": {True: 118, False: 92},
    "delegations": {True: 150, False: 100},
    "indicators": {True: 190, False: 170},
}
LEAST = 240


def height_of(page: str, rows: int, width: int | None = None) -> int:
    """The height in CSS pixels for so many rows; for a phone, if the width is not known."""
    stacked = width is None or width < STACKED_UNDER
    return max(AROUND[stacked] + ROW[page][stacked] * rows, LEAST)
