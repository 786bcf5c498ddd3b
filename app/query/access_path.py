"""The access paths of a list: the ways to find its records, of which `app.query.planner` chooses one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccessPath:
    """A way to find the records of a list."""

    driver: str | None = None
    """The filter by whose index records are found; None: none, or on SCAN_AND_SORT, what the database chooses."""
    ordered: bool = False
    """Whether records are found in the order of the list, so that the scan ends with the page; else all are sorted."""
    count_only: bool = False
    """Whether the records are only counted."""


SCAN_AND_SORT, ORDERED_SCAN = AccessPath(), AccessPath(ordered=True)
