"""Sets of strings by key, outside of Python's memory."""

import sqlite3
from collections.abc import Iterable


class DiskMultimap:
    """Sets by key in a temporary SQLite database; SQLite writes it to a nameless file once its cache is full."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("")  # a temporary database (sqlite.org, In-Memory Databases)
        self._connection.execute("CREATE TABLE pair (key TEXT, value TEXT, PRIMARY KEY (key, value)) WITHOUT ROWID")

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add pairs of a key and a value."""
        self._connection.executemany("INSERT OR IGNORE INTO pair VALUES (?, ?)", pairs)

    def close(self) -> None:
        """Delete all pairs."""
        self._connection.close()

    def __getitem__(self, key: str) -> list[str]:
        """Return the values of a key in ascending order; an unknown key has none."""
        query = "SELECT value FROM pair WHERE key = ? ORDER BY value"
        return [value for (value,) in self._connection.execute(query, [key])]
