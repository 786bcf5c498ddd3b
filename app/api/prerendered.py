"""How records are read as the API sends them: rendered when they were loaded, or from a row that says it all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from app.api.schemas.evidence import evidence_json
from app.db import models


@dataclass(frozen=True)
class Rendering:
    """What is read of a record, and the body that it becomes."""

    row: Any
    """The table that it is read from, which has its number and its id."""
    columns: tuple[Any, ...]
    body: Callable[[Any], str]
    evidence: tuple[Any, ...] = ()
    """The columns that are read where its evidence is asked for, too."""

    def read(self, *more: Any, whole: bool) -> Select[Any]:
        """Reads records, whole or without their evidence, and more columns beside."""
        return select(*self.columns, *(self.evidence if whole else ()), *more)

    def every(self, record: Any, *, whole: bool = True) -> Select[Any]:
        """Reads all records of this table; `where` chooses among them."""
        read = self.read(whole=whole)
        return read if self.row is record else read.join(record, record.number == self.row.number)


def _prerendered_json(row: Any) -> str:
    evidence = getattr(row, "evidence", None)
    return str(row.body) if evidence is None else f'{row.body[:-1]},"evidence":{evidence}}}'


_PRERENDERED = Rendering(
    models.Rendition,
    (models.Rendition.id, models.Rendition.body),
    _prerendered_json,
    evidence=(models.Rendition.evidence,),
)

_SOURCE_URL = select(col(models.Source.url)).where(col(models.Source.id) == models.Evidence.source_id).scalar_subquery()
_LINK_COLUMNS = {"number", "subject", "sort_key"}  # the page has a sort key, too
_EVIDENCE_COLUMNS = tuple(
    column for column in models.metadata.tables["evidence"].columns if column.name not in _LINK_COLUMNS
)
_FROM_ROWS = {
    models.Evidence: Rendering(models.Evidence, (*_EVIDENCE_COLUMNS, _SOURCE_URL.label("url")), evidence_json)
}


def rendering_of(record: Any) -> Rendering:
    """How the records of this table are read."""
    return _FROM_ROWS.get(record, _PRERENDERED)
