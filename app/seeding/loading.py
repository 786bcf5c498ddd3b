"""Loads the seeds: checks them, builds a new release beside the old one, and swaps it in."""

import gc
import hashlib
import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app import VERSION, models, schema
from app.backends import NotReady
from app.db import Register, Snapshot
from app.errors import OperatorError
from app.rendered import rendered
from app.seeding.check import check
from app.seeding.compiling import compiled
from app.seeding.filling import indexed_at_last, put, write
from app.seeding.linking import link
from app.seeding.progress import shown
from app.seeding.reading import Finding, digest
from app.seeding.rows import row_of
from app.seeding.subjects import Material
from app.seeding.writing import building
from app.settings import Settings

COMPARED = 1000  # records that are compared at once
SHOWN = 20  # records of each kind of change that a report names


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
            yield from (f"  {what}: {record}" for record in records[:SHOWN])
            if len(records) > SHOWN:
                yield f"  {what}: … and {len(records) - SHOWN} more"


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    version: str
    changes: Changes


def load(settings: Settings) -> Loaded:
    """Builds a release from the seeds and serves it from now on; BrokenSeeds or OperatorError leave the old one."""
    folder = Path(settings.seed_dir)
    seeds, findings = check(folder)
    if findings:
        raise BrokenSeeds(findings)
    version = data_version(folder)
    try:
        with building(settings) as connection:
            build(connection, seeds, version)
            changes = compare(settings, connection)
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        raise OperatorError(f"The database cannot be written: {reason}") from error
    return Loaded(version, changes)


def data_version(folder: Path) -> str:
    """A hash of the seeds and of the software; equal ones are served as equal bytes."""
    return hashlib.sha256(f"{digest(folder)} {VERSION} {schema.head()}".encode()).hexdigest()[:16]


def build(connection: Connection, seeds: Material, version: str) -> None:
    """Writes a whole release into an empty database."""
    with indexed_at_last(connection):
        with uncollected(), compiled(seeds) as (referred, parts, described):
            write(connection, referred)
            for part in shown(parts, seeds.size):
                put(connection, part.tables)
            write(connection, described)
        link(connection)
        loaded_at = datetime.now(UTC).replace(microsecond=0).isoformat()
        write(connection, [row_of(models.Release, version=version, loaded_at=loaded_at)])


@contextmanager
def uncollected() -> Iterator[None]:
    """Within the block Python does not look for cycles: rows have none, and there are many to look through."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def compare(settings: Settings, connection: Connection) -> Changes:
    """What the release being built changes against the one being served; walks both in order, so it needs no memory."""
    register = Register(settings)
    try:
        return register.answer(lambda served: _compared(_sent(served), _sent(connection)))
    except (NotReady, SQLAlchemyError):
        return _compared(iter(()), _sent(connection))
    finally:
        register.close()


Sent = Iterator[tuple[str, str, str]]
"""Noun, id and body of records."""


def _sent(database: Snapshot | Connection) -> Sent:
    """Every record as it is sent, in order, a batch at a time."""
    for kind, record in sorted(models.RECORDS.items()):
        kept = rendered(record)
        some = kept.every(record).order_by(record.id).limit(COMPARED)
        batch = database.execute(some).all()
        while batch:
            yield from ((kind, row.id, kept.body(row)) for row in batch)
            batch = database.execute(some.where(record.id > batch[-1].id)).all()


def _compared(old: Sent, new: Sent) -> Changes:
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
