"""Lists by key that take no memory: on disk, in a file without a name that is gone when they are."""

import sqlite3
from collections.abc import Iterable


class DiskMultimap:
    """What belongs to each key."""

    def __init__(self) -> None:
        self._pairs = sqlite3.connect("")  # SQLite keeps what is small in memory
        self._pairs.execute("CREATE TABLE pair (key TEXT, value TEXT, PRIMARY KEY (key, value)) WITHOUT ROWID")

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Adds values, each with its key."""
        self._pairs.executemany("INSERT OR IGNORE INTO pair VALUES (?, ?)", pairs)

    def close(self) -> None:
        """Removes them all."""
        self._pairs.close()

    def __getitem__(self, key: str) -> list[str]:
        """The values of a key, in order."""
        return [value for (value,) in self._pairs.execute("SELECT value FROM pair WHERE key = ? ORDER BY value", [key])]
