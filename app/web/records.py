"""Records of the register as pages read them: the JSON of the API, parsed."""

import json
from collections.abc import Iterable
from typing import Any

from app.api.prerendered import rendering_of
from app.db import models
from app.db.register import Snapshot

Record = dict[str, Any]  # Any: the models of app/api/schemas wrote the JSON; pages and templates read it by key
"""A record, or an object within one such as a place or a date."""


def load_records(snapshot: Snapshot, noun: str, ids: Iterable[str]) -> dict[str, Record]:
    """Load the records of a noun that have these ids, without their evidence, by id."""
    table = models.RECORDS[noun]
    rendering = rendering_of(table)
    statement = rendering.select_all(table, with_evidence=False).where(table.id.in_(sorted(set(ids))))
    return {row.id: json.loads(rendering.to_json(row)) for row in snapshot.execute(statement)}
