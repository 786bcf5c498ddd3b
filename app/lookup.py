"""Closed vocabularies that are data: which of the asked keys the register has, and what was probably meant."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, true
from sqlmodel import col

from app.db import Snapshot
from app.errors import ParameterError, ProblemError
from app.kit.declaring import MOST_REPEATS, Known
from app.kit.listing import ListQuery
from app.kit.text import fold, nearest

NEIGHBOURS = 100  # keys on each side of an unknown one that are looked at for a suggestion


def unknown_keys(snapshot: Snapshot, model: type[ListQuery], values: Mapping[str, list[str]]) -> list[ParameterError]:
    """An error for each value that is no key of the register; keys once seen cost no statement."""
    return [
        ParameterError(
            parameter=name,
            value=value,
            reason=f"No {known.what} of the register is called so.",
            suggestion=suggested_key(snapshot, known, value) or known.otherwise(value),
        )
        for name, known in model.declared(Known)
        for value in _missing(snapshot, known, _looked_up(known, values.get(name, [])))
    ]


def _looked_up(known: Known, values: Sequence[str]) -> list[str]:
    # More are refused anyway, and each would cost statements for its suggestion.
    return list(dict.fromkeys(value for value in values[:MOST_REPEATS] if not known.unless(value)))


def _missing(snapshot: Snapshot, known: Known, values: Sequence[str]) -> Iterator[str]:
    unseen = [value for value in values if not snapshot.release.known.get((known.what, value))]
    if not unseen:
        return
    for (value,) in snapshot.prepared((known.what, len(unseen)), lambda: _found(known, unseen), _numbered(unseen)):
        snapshot.release.known.keep((known.what, value), True)
    yield from (value for value in unseen if not snapshot.release.known.get((known.what, value)))


def _numbered(values: Sequence[str]) -> dict[str, str]:
    return {f"value_{index}": value for index, value in enumerate(values)}


def _found(known: Known, values: Sequence[str]) -> Select[Any]:
    stand_ins: list[Any] = [bindparam(name) for name in _numbered(values)]
    return select(known.column).where(col(known.column).in_(stand_ins), _among(known)).distinct()


def suggested_key(snapshot: Snapshot, known: Known, value: str) -> str | None:
    """The key whose name this is, or else the one that looks most like it among its neighbours in the index."""
    if known.hints:
        folded, target = known.hints
        hinted = (
            select(target).join(known.column.class_).where(col(folded) == fold(value), _among(known)).order_by(target)
        )
        if found := snapshot.execute(hinted.limit(1)).scalar():
            return str(found)
    keys, column = select(known.column).where(_among(known)).distinct(), col(known.column)
    before = keys.where(column < value).order_by(column.desc()).limit(NEIGHBOURS)
    behind = keys.where(column >= value).order_by(column).limit(NEIGHBOURS)
    return nearest(value, [*snapshot.execute(before).scalars(), *snapshot.execute(behind).scalars()])


def _among(known: Known) -> ColumnElement[bool]:
    return true() if known.among is None else known.among


def no_such_record(snapshot: Snapshot, known: Known, value: str) -> ProblemError:
    """A 404 that names the record that was probably meant and does not repeat what was asked."""
    suggestion = suggested_key(snapshot, known, value)
    meant = f"; did you mean {suggestion}?" if suggestion else "."
    return ProblemError(404, f"No {known.what} with this id{meant}")
