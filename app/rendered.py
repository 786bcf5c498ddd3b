"""How records are read as the API sends them: rendered when they were loaded, or from a row that says it all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from app import models
from app.evidence import passage


@dataclass(frozen=True)
class Rendered:
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


def _as_loaded(row: Any) -> str:
    evidence = getattr(row, "evidence", None)
    return str(row.body) if evidence is None else f'{row.body[:-1]},"evidence":{evidence}}}'


_LOADED = Rendered(
    models.Rendition,
    (models.Rendition.id, models.Rendition.body),
    _as_loaded,
    evidence=(models.Rendition.evidence,),
)

_URL = select(col(models.Source.url)).where(col(models.Source.id) == models.Evidence.source_id).scalar_subquery()
_LINKING = {"number", "subject", "sort_key"}  # the page has a sort key, too
_SAYING = tuple(column for column in models.metadata.tables["evidence"].columns if column.name not in _LINKING)
_OWN = {models.Evidence: Rendered(models.Evidence, (*_SAYING, _URL.label("url")), passage)}


def rendered(record: Any) -> Rendered:
    """How the records of this table are read."""
    return _OWN.get(record, _LOADED)
