"""Loads the seeds: checks them, builds a new release beside the old one, and swaps it in."""

import gc
import hashlib
import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app import VERSION
from app.api.prerendered import rendering_of
from app.db import models, schema
from app.db.backends import NotReady
from app.db.register import Register, Snapshot
from app.errors import OperatorError
from app.seeding.checking.check import check
from app.seeding.loading.bulk_insert import deferred_indexes, insert_rows, insert_tables
from app.seeding.loading.derived_links import insert_derived_links
from app.seeding.loading.release_targets import release_target
from app.seeding.reading import Finding, seed_digest
from app.seeding.rendering.register import compile_register
from app.seeding.rendering.row_compiler import SeedSet
from app.seeding.rendering.rows import row_of
from app.settings import Settings

COMPARE_BATCH = 1000  # records that are compared at once
MAX_NAMED = 20  # records of each kind of change that a report names

ProgressCallback = Callable[[int, int], None]
"""Is told how many records are written, and how many there are."""


class BrokenSeeds(OperatorError):
    """The seeds have faults; nothing was loaded."""

    def __init__(self, findings: list[Finding]) -> None:
        problems = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        super().__init__("\n".join([*map(str, findings), f"{problems} in the seeds; nothing was loaded."]))


@dataclass
class Changes:
    """What differs between two releases, as `noun id`."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The changes in words."""
        found = {"added": self.added, "changed": self.changed, "withdrawn": self.withdrawn}
        yield ", ".join(f"{len(records)} {what}" for what, records in found.items())
        for what, records in found.items():
            yield from (f"  {what}: {record}" for record in records[:MAX_NAMED])
            if len(records) > MAX_NAMED:
                yield f"  {what}: … and {len(records) - MAX_NAMED} more"


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    version: str
    changes: Changes


def load(settings: Settings, on_progress: ProgressCallback | None = None) -> Loaded:
    """Builds a release from the seeds and serves it from now on; BrokenSeeds or OperatorError leave the old one."""
    folder = Path(settings.seed_dir)
    seeds, findings = check(folder)
    if findings:
        raise BrokenSeeds(findings)
    version = data_version(folder)
    try:
        with release_target(settings) as connection:
            build_release(connection, seeds, version, on_progress)
            changes = compare_with_served(settings, connection)
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        raise OperatorError(f"The database cannot be written: {reason}") from error
    return Loaded(version, changes)


def data_version(folder: Path) -> str:
    """A hash of the seeds and of the software; equal ones are served as equal bytes."""
    return hashlib.sha256(f"{seed_digest(folder)} {VERSION} {schema.head()}".encode()).hexdigest()[:16]


def build_release(
    connection: Connection, seeds: SeedSet, version: str, on_progress: ProgressCallback | None = None
) -> None:
    """Writes a whole release into an empty database."""
    with deferred_indexes(connection):
        with garbage_collection_paused(), compile_register(seeds) as (referred, parts, described):
            insert_rows(connection, referred)
            written, total = 0, seeds.size
            for part in parts:
                insert_tables(connection, part.tables)
                written += part.records
                if on_progress:
                    on_progress(written, total)
            insert_rows(connection, described)
        insert_derived_links(connection)
        loaded_at = datetime.now(UTC).replace(microsecond=0).isoformat()
        insert_rows(connection, [row_of(models.Release, version=version, loaded_at=loaded_at)])


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Within the block Python does not look for cycles: rows have none, and there are many to look through."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def compare_with_served(settings: Settings, connection: Connection) -> Changes:
    """What the release being built changes against the one being served; walks both in order, so it needs no memory."""
    register = Register(settings)
    try:
        return register.run(lambda served: _compare_records(_sent_records(served), _sent_records(connection)))
    except (NotReady, SQLAlchemyError):
        return _compare_records(iter(()), _sent_records(connection))
    finally:
        register.close()


SentRecords = Iterator[tuple[str, str, str]]
"""Noun, id and body of records."""


def _sent_records(database: Snapshot | Connection) -> SentRecords:
    """Every record as it is sent, in order, a batch at a time."""
    for kind, record in sorted(models.RECORDS.items()):
        kept = rendering_of(record)
        some = kept.select_all(record).order_by(record.id).limit(COMPARE_BATCH)
        batch = database.execute(some).all()
        while batch:
            yield from ((kind, row.id, kept.to_json(row)) for row in batch)
            batch = database.execute(some.where(record.id > batch[-1].id)).all()


def _compare_records(old: SentRecords, new: SentRecords) -> Changes:
    changes = Changes()
    before: tuple[str, str, str] | None = None
    for kind, key, side, body in heapq.merge(
        ((kind, key, 0, body) for kind, key, body in old), ((kind, key, 1, body) for kind, key, body in new)
    ):
        record = f"{kind} {key}"
        if side == 0:
            changes.withdrawn.append(record)
            before = (kind, key, body)
        elif before is not None and before[:2] == (kind, key):
            changes.withdrawn.pop()
            if before[2] != body:
                changes.changed.append(record)
        else:
            changes.added.append(record)
    return changes
