"""Loads the seeds: checks them, builds a new release beside the one that is served, and swaps it in."""

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
from app.seeding.rendering.rows import row_of
from app.seeding.rendering.seed_set import SeedSet
from app.settings import Settings

COMPARE_BATCH = 1000  # records that are compared at once
MAX_NAMED = 20  # records of each kind of change that a report names


ProgressCallback = Callable[[int, int], None]
"""Is called with the number of records that are written, and the number of all."""


class InvalidSeeds(OperatorError):
    """The seeds have problems; nothing was loaded."""

    def __init__(self, findings: list[Finding]) -> None:
        problems = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        super().__init__("\n".join([*map(str, findings), f"{problems} in the seeds; nothing was loaded."]))


@dataclass
class Changes:
    """The records that differ between two releases, each as `noun id`."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Iterate over the lines of the report: the numbers, and the first records of each kind of change."""
        by_kind = {"added": self.added, "changed": self.changed, "withdrawn": self.withdrawn}
        yield ", ".join(f"{len(records)} {kind}" for kind, records in by_kind.items())
        for kind, records in by_kind.items():
            yield from (f"  {kind}: {record}" for record in records[:MAX_NAMED])
            if len(records) > MAX_NAMED:
                yield f"  {kind}: … and {len(records) - MAX_NAMED} more"


@dataclass(frozen=True)
class LoadResult:
    """The version that is now served, and what it changed."""

    version: str
    changes: Changes


def load(settings: Settings, on_progress: ProgressCallback | None = None) -> LoadResult:
    """Build a release from the seeds and serve it; InvalidSeeds and OperatorError leave the old release served."""
    folder = Path(settings.seed_dir)
    seeds, findings = check(folder)
    if findings:
        raise InvalidSeeds(findings)
    version = data_version(folder)
    try:
        with release_target(settings) as connection:
            build_release(connection, seeds, version, on_progress)
            changes = compare_with_served(settings, connection)
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        raise OperatorError(f"The database cannot be written: {reason}") from error
    return LoadResult(version, changes)


def data_version(folder: Path) -> str:
    """Hash the seeds and the software; releases of equal versions are served as equal bytes."""
    return hashlib.sha256(f"{seed_digest(folder)} {VERSION} {schema.head()}".encode()).hexdigest()[:16]


def build_release(
    connection: Connection, seeds: SeedSet, version: str, on_progress: ProgressCallback | None = None
) -> None:
    """Write a release into an empty database."""
    with deferred_indexes(connection):
        with garbage_collection_paused(), compile_register(seeds) as register:
            insert_rows(connection, register.referenced)
            written, total = 0, seeds.size
            for batch in register.batches:
                insert_tables(connection, batch.tables)
                written += batch.records
                if on_progress:
                    on_progress(written, total)
            insert_rows(connection, register.counted)
        insert_derived_links(connection)
        loaded_at = datetime.now(UTC).replace(microsecond=0).isoformat()
        insert_rows(connection, [row_of(models.Release, version=version, loaded_at=loaded_at)])


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Disable Python's cyclic garbage collector within the block: rows form no cycles."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def compare_with_served(settings: Settings, connection: Connection) -> Changes:
    """Compare the release being built with the one being served; its memory does not grow with the releases."""
    register = Register(settings)
    try:
        return register.run(lambda served: _compare_records(_rendered_records(served), _rendered_records(connection)))
    except (NotReady, SQLAlchemyError):
        return _compare_records(iter(()), _rendered_records(connection))
    finally:
        register.close()


RenderedRecords = Iterator[tuple[str, str, str]]
"""Noun, id and JSON of records, in the order of nouns and ids."""


def _rendered_records(database: Snapshot | Connection) -> RenderedRecords:
    """Read all records as the API sends them, a batch at a time."""
    for noun, record in sorted(models.RECORDS.items()):
        rendering = rendering_of(record)
        query = rendering.select_all(record).order_by(record.id).limit(COMPARE_BATCH)
        batch = database.execute(query).all()
        while batch:
            yield from ((noun, row.id, rendering.to_json(row)) for row in batch)
            batch = database.execute(query.where(record.id > batch[-1].id)).all()


def _compare_records(old: RenderedRecords, new: RenderedRecords) -> Changes:
    changes = Changes()
    old_record: tuple[str, str, str] | None = None
    for noun, key, is_new, body in heapq.merge(
        ((noun, key, False, body) for noun, key, body in old), ((noun, key, True, body) for noun, key, body in new)
    ):
        name = f"{noun} {key}"
        if not is_new:
            changes.withdrawn.append(name)
            old_record = (noun, key, body)
        elif old_record is not None and old_record[:2] == (noun, key):
            changes.withdrawn.pop()
            if old_record[2] != body:
                changes.changed.append(name)
        else:
            changes.added.append(name)
    return changes
