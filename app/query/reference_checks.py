"""Closed vocabularies that are data: which of the asked keys the register has, and what was probably meant."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, true
from sqlmodel import col

from app.db.register import Snapshot
from app.errors import ParameterError, ProblemError
from app.query.filters import MAX_REPEATS, ReferenceCheck
from app.query.list_query import ListQuery
from app.values.text import fold, nearest

MAX_NEIGHBOURS = 100  # keys on each side of an unknown one that are looked at for a suggestion


def unknown_key_errors(
    snapshot: Snapshot, model: type[ListQuery], values: Mapping[str, list[str]]
) -> list[ParameterError]:
    """An error for each value that is no key of the register; keys once seen cost no statement."""
    return [
        ParameterError(
            parameter=name,
            value=value,
            reason=f"No {known.noun} of the register is called so.",
            suggestion=suggest_key(snapshot, known, value) or known.suggest(value),
        )
        for name, known in model.declarations(ReferenceCheck)
        for value in _missing(snapshot, known, _keys_to_check(known, values.get(name, [])))
    ]


def _keys_to_check(known: ReferenceCheck, values: Sequence[str]) -> list[str]:
    # More are refused anyway, and each would cost statements for its suggestion.
    return list(dict.fromkeys(value for value in values[:MAX_REPEATS] if not known.skip_if(value)))


def _missing(snapshot: Snapshot, known: ReferenceCheck, values: Sequence[str]) -> Iterator[str]:
    unseen = [value for value in values if not snapshot.release.known_keys.get((known.noun, value))]
    if not unseen:
        return
    for (value,) in snapshot.fetch((known.noun, len(unseen)), lambda: _key_select(known, unseen), _bind_values(unseen)):
        snapshot.release.known_keys.put((known.noun, value), True)
    yield from (value for value in unseen if not snapshot.release.known_keys.get((known.noun, value)))


def _bind_values(values: Sequence[str]) -> dict[str, str]:
    return {f"value_{index}": value for index, value in enumerate(values)}


def _key_select(known: ReferenceCheck, values: Sequence[str]) -> Select[Any]:
    stand_ins: list[Any] = [bindparam(name) for name in _bind_values(values)]
    return select(known.column).where(col(known.column).in_(stand_ins), _restriction(known)).distinct()


def suggest_key(snapshot: Snapshot, known: ReferenceCheck, value: str) -> str | None:
    """The key whose name this is, or else the one that looks most like it among its neighbours in the index."""
    if known.names:
        folded, target = known.names
        hinted = (
            select(target)
            .join(known.column.class_)
            .where(col(folded) == fold(value), _restriction(known))
            .order_by(target)
        )
        if found := snapshot.execute(hinted.limit(1)).scalar():
            return str(found)
    keys, column = select(known.column).where(_restriction(known)).distinct(), col(known.column)
    before = keys.where(column < value).order_by(column.desc()).limit(MAX_NEIGHBOURS)
    behind = keys.where(column >= value).order_by(column).limit(MAX_NEIGHBOURS)
    return nearest(value, [*snapshot.execute(before).scalars(), *snapshot.execute(behind).scalars()])


def _restriction(known: ReferenceCheck) -> ColumnElement[bool]:
    return true() if known.restriction is None else known.restriction


def record_not_found(snapshot: Snapshot, known: ReferenceCheck, value: str) -> ProblemError:
    """A 404 that names the record that was probably meant and does not repeat what was asked."""
    suggestion = suggest_key(snapshot, known, value)
    meant = f"; did you mean {suggestion}?" if suggestion else "."
    return ProblemError(404, f"No {known.noun} with this id{meant}")
