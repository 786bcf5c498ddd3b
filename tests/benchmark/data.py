"""The data of a benchmark: an invented register on either database, and its agreements as one table for the peers."""

import csv
import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.settings import Settings
from tests.benchmark.writing import Loading, measured

COLUMNS = ("id", "kind", "status", "signed", "country", "partner", "search", "record")


@dataclass(frozen=True)
class Data:
    """What a size of register was loaded into, and how fast."""

    agreements: int
    sqlite: Settings
    postgresql: Settings
    table: Path
    """A SQLite file with the agreements as one table, each with its first two parties."""
    csv: Path
    loadings: dict[str, Loading]
    """What it took to load each database."""


def made(agreements: int, folder: Path, postgresql: Settings) -> Data:
    """A register of this size on both databases, and the table for the peers."""
    sqlite = Settings(database_url=f"sqlite:///{folder}/register.db", seed_dir=str(folder))
    loadings = {
        name: measured(settings, agreements) for name, settings in (("SQLite", sqlite), ("PostgreSQL", postgresql))
    }
    table = folder / "peers.db"
    rows = _flattened(folder / "register.db", table)
    with (folder / "agreements.csv").open("w", newline="") as file:
        csv.writer(file).writerows(itertools.chain([COLUMNS], rows))
    return Data(agreements, sqlite, postgresql, table, folder / "agreements.csv", loadings)


def _flattened(register: Path, table: Path) -> Iterator[tuple[str, ...]]:
    database = sqlite3.connect(table)
    database.execute("ATTACH ? AS register", [str(register)])
    database.execute(
        "CREATE TABLE agreements (id TEXT PRIMARY KEY, kind TEXT, status TEXT, signed TEXT, country TEXT, partner TEXT,"
        " search TEXT, record TEXT)"
    )
    database.execute(
        "INSERT INTO agreements SELECT found.id, found.kind, status, coalesce(signed_start, ''), one.country_code,"
        " other.country_code, (SELECT group_concat(text, ' ') FROM register.mention JOIN register.term ON"
        " term.number = mention.term WHERE mention.subject = found.number), body FROM register.agreement AS found"
        " JOIN register.agreement_party AS one ON one.record = found.number AND one.position = 0"
        " JOIN register.agreement_party AS other ON other.record = found.number AND other.position = 1"
        # The record as Citypact sends it, so that all send as many bytes.
        " JOIN register.rendition AS sent ON sent.number = found.number"
    )
    for column in ("signed", "country", "partner", "status", "kind"):
        database.execute(f"CREATE INDEX ix_{column} ON agreements ({column}, id)")
    database.commit()
    yield from database.execute("SELECT * FROM agreements")
    database.close()
