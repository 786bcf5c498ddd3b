"""Checks that the keys in a query are in the register, and suggests the keys that were probably meant."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import BindParameter, ColumnElement, bindparam, select, true
from sqlmodel import col

from app.db.register import Snapshot
from app.errors import ParameterError, ProblemError
from app.query.filters import MAX_REPEATS, ReferenceCheck
from app.query.list_query import ListQuery
from app.query.sql_elements import ModelColumn, RowSelect, table_column
from app.values.text import fold, nearest

MAX_NEIGHBOURS = 100  # keys on each side of an unknown key that are compared with it


def unknown_key_errors(
    snapshot: Snapshot, model: type[ListQuery], values: Mapping[str, list[str]]
) -> list[ParameterError]:
    """Return an error for each value that is not a key of the register; keys found before cost no statement."""
    return [
        ParameterError(
            parameter=name,
            value=value,
            reason=f"No {check.noun} of the register is called so.",
            suggestion=suggest_key(snapshot, check, value) or check.suggest(value),
        )
        for name, check in model.reference_checks.items()
        for value in _unknown_keys(snapshot, check, _keys_to_check(check, values.get(name, [])))
    ]


def _keys_to_check(check: ReferenceCheck, values: Sequence[str]) -> list[str]:
    # The parameter is refused if it has more values, and each would cost statements for its suggestion.
    return list(dict.fromkeys(value for value in values[:MAX_REPEATS] if not check.skip_if(value)))


def _unknown_keys(snapshot: Snapshot, check: ReferenceCheck, keys: Sequence[str]) -> Iterator[str]:
    known_keys = snapshot.release.known_keys
    new = [key for key in keys if not known_keys.get((check.noun, key))]
    if not new:
        return
    for (key,) in snapshot.fetch((check.noun, len(new)), lambda: _key_select(check, new), _values_by_parameter(new)):
        known_keys.put((check.noun, key), True)
    yield from (key for key in new if not known_keys.get((check.noun, key)))


def _values_by_parameter(keys: Sequence[str]) -> dict[str, str]:
    return {f"value_{index}": key for index, key in enumerate(keys)}


def _key_select(check: ReferenceCheck, keys: Sequence[str]) -> RowSelect:
    parameters: list[BindParameter[str]] = [bindparam(name) for name in _values_by_parameter(keys)]
    column = col(check.column)
    return select(column).where(column.in_(parameters), _restriction(check)).distinct()


def suggest_key(snapshot: Snapshot, check: ReferenceCheck, value: str) -> str | None:
    """Return the key whose name the value is, or else the most similar of the keys next to it in the index."""
    if check.names and (key := snapshot.execute(_keys_of_name(check, check.names, value).limit(1)).scalar()):
        return str(key)
    column = col(check.column)
    keys = select(column).where(_restriction(check)).distinct()
    before = keys.where(column < value).order_by(column.desc()).limit(MAX_NEIGHBOURS)
    behind = keys.where(column >= value).order_by(column).limit(MAX_NEIGHBOURS)
    return nearest(value, [*snapshot.execute(before).scalars(), *snapshot.execute(behind).scalars()])


def _keys_of_name(check: ReferenceCheck, names: tuple[ModelColumn, ModelColumn], value: str) -> RowSelect:
    folded, key = col(names[0]), col(names[1])
    named = select(key).join(table_column(check.column).table)
    return named.where(folded == fold(value), _restriction(check)).order_by(key)


def _restriction(check: ReferenceCheck) -> ColumnElement[bool]:
    return true() if check.restriction is None else check.restriction


def record_not_found(snapshot: Snapshot, check: ReferenceCheck, record_id: str) -> ProblemError:
    """Return a 404 that names the record that was probably meant; it does not repeat the id."""
    suggestion = suggest_key(snapshot, check, record_id)
    question = f"; did you mean {suggestion}?" if suggestion else "."
    return ProblemError(404, f"No {check.noun} with this id{question}")
