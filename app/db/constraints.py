"""CHECK constraints that several tables have."""

from sqlalchemy import CheckConstraint


def date_checks(name: str) -> list[CheckConstraint]:
    """The checks of a date: its columns are all null or all filled, and its bounds are dates in order."""
    given = f"{name}_edtf IS NOT NULL"
    parts = (f"({name}_{part} IS NOT NULL) = ({given})" for part in ("start", "end", "basis"))
    notes = (f"({name}_{part} IS NULL OR {given})" for part in ("printed", "note"))
    shape = f"({name}_edtf IS NULL OR ({name}_start LIKE '____-__-__' AND {name}_end LIKE '____-__-__'))"
    return [
        CheckConstraint(" AND ".join([*parts, *notes]), name=f"{name}_complete"),
        CheckConstraint(f"{shape} AND ({name}_edtf IS NULL OR {name}_start <= {name}_end)", name=f"{name}_bounds"),
    ]


def exclusive_arc(least: int, *columns: str, name: str) -> CheckConstraint:
    """The check of an exclusive arc: at most one of these columns is filled, and at least `least` (0 or 1)."""
    filled = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    return CheckConstraint(f"({filled}) BETWEEN {least} AND 1", name=name)
