"""How the records of a list can be found: the access paths among which the planner chooses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccessPath:
    """How to find records."""

    driver: str | None = None
    """The filter whose records are looked through; None: all records, or whatever the database thinks best."""
    ordered: bool = False
    """Whether they are looked through in the order of the list until a page is full; else all, and then sorted."""
    count_only: bool = False
    """Whether it is only asked how many there are."""


SCAN_AND_SORT, ORDERED_SCAN = AccessPath(), AccessPath(ordered=True)


def driven_by(name: str) -> AccessPath:
    """Look through what this filter lists in order."""
    return AccessPath(name, ordered=True)


def driven_and_sorted(name: str) -> AccessPath:
    """Look through all that this filter finds."""
    return AccessPath(name)
