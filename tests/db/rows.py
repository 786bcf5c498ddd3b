"""A valid row of each table, and for each CHECK constraint the rows that it must reject."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Enum

from app.db import models

TABLES = models.metadata.tables

PLACE_LINK = {"place_id": "aston", "country_code": "GB", "sort_key": "", "repeated": False}

# A valid row of each table, in an order that the foreign keys allow.
VALID: dict[str, dict[str, Any]] = {
    "place": {
        "number": 1,
        "id": "aston",
        "kind": "city",
        "country_code": "GB",
        "sort_name": "aston",
    },
    "place_name": {"place_id": "aston", "kind": "en", "name": "Aston", "folded": "aston"},
    "source": {
        "number": 2,
        "id": "gazette",
        "title": "Gazette",
        "publisher": "Gazette",
        "publisher_basis": "stated",
        "language": "en",
        "sha256": "0" * 64,
        "length": 7,
    },
    "topic": {"id": "fish", "label": "fish"},
    "term": {"number": 1, "text": "ana"},
    "suffix": {"text": "ana", "term": 1},
    "mention": {"subject": 1, "term": 1, "noun": "city", "sort_key": "aston"},
    "indicator": {
        "number": 3,
        "id": "schools",
        "name": "Schools",
        "description": "Schools",
        "unit": "count",
        "measure": "count",
        "aggregation": "stock",
        "direction": "none",
        "sort_name": "schools",
    },
    "agreement": {"number": 4, "id": "tie", "kind": "sister_city", "status": "signed"},
    "delegation": {"number": 5, "id": "visit", "kind": "visit", "status": "held", "title": "Visit"},
    "observation": {
        "number": 6,
        "id": "count",
        "indicator_id": "schools",
        "area_id": "aston",
        "value": 7.0,
        "relation": "eq",
        "status": "normal",
        "period_kind": "none",
    },
    "participant": {
        "record": 5,
        "position": 0,
        "side": "guest",
        "place_id": "aston",
        "titles": "[]",
        "basis": "stated",
        "sort_key": "",
    },
    "topic_use": {
        "number": 7,
        "topic_id": "fish",
        "role": "headline",
        "agreement_id": "tie",
        "subject": 4,
        "sort_key": "",
    },
    "evidence": {
        "number": 8,
        "id": "gazette-a",
        "source_id": "gazette",
        "agreement_id": "tie",
        "subject": 4,
        "sort_key": "",
        "field": "signed",
        "basis": "stated",
        "quote": "signed",
        "quote_start": 0,
        "quote_end": 6,
    },
    "agreement_party": {"record": 4, **PLACE_LINK, "sort_end": "", "position": 0},
    "delegation_place": {"record": 5, **PLACE_LINK, "sort_end": ""},
    "observation_place": {"record": 6, **PLACE_LINK, "sort_end": ""},
    "evidence_place": {"record": 8, **PLACE_LINK},
    "rendition": {"number": 1, "id": "aston", "body": "{}"},
    "release": {"version": "v", "loaded_at": "2026-01-01T00:00:00+00:00"},
}


def date(name: str, **changed: str | None) -> dict[str, Any]:
    """The columns of a date, some of them changed."""
    complete = {"edtf": "2004", "start": "2004-01-01", "end": "2004-12-31", "basis": "stated"}
    return {f"{name}_{part}": value for part, value in {**complete, **changed}.items()}


def invalid_dates(name: str) -> dict[str, list[dict[str, Any]]]:
    """Dates that are incomplete, malformed, or end before they start; by constraint."""
    return {
        f"{name}_complete": [
            *(date(name, **{part: None}) for part in ("start", "end", "basis")),
            date(name, edtf=None),
            {f"{name}_printed": "in 2004"},
            {f"{name}_note": "a note"},
        ],
        f"{name}_bounds": [date(name, start="2005-01-01"), date(name, start="2004"), date(name, end="2004")],
    }


# What each CHECK rejects: changes of the valid row, by table and constraint.
INVALID: dict[str, dict[str, list[dict[str, Any]]]] = {
    "term": {"not_empty": [{"text": ""}]},
    "place": {
        "country_code_form": [{"country_code": "gb"}, {"country_code": "GBR"}, {"country_code": ""}],
        "country_id": [{"id": "gb"}, {"kind": "country"}],
        "location_complete": [{"lat": 1.0}, {"lon": 1.0}],
        "location_bounds": [{"lat": 90.5, "lon": 0.0}, {"lat": 0.0, "lon": -180.5}],
    },
    "place_name": {"not_empty": [{"name": ""}, {"folded": ""}]},
    "source": {
        **invalid_dates("published"),
        "text_identified": [{"sha256": "0"}, {"length": 0}],
        "url_complete": [{"url": "https://gazette.example"}, {"url_basis": "stated"}],
    },
    "agreement": {**invalid_dates("signed"), **invalid_dates("negotiation_started")},
    "delegation": {
        **invalid_dates("date"),
        "location_complete": [{"location_id": "aston"}, {"location_basis": "stated"}],
    },
    "participant": {
        "name_not_empty": [{"name": ""}],
        "term_of_name": [{"term": 1}],
    },
    "observation": {
        **{
            name: [{"period_kind": "during" if row.get("period_edtf") else "none", **row} for row in rows]
            for name, rows in invalid_dates("period").items()
        },
        "relation_of_value": [{"relation": None}, {"value": None, "status": "missing"}],
        "missing_value": [{"status": "missing"}, {"value": None, "relation": None}],
        "value_finite": [{"value": float("inf")}, {"value": float("-inf")}, {"value": 1.7e308}],
        "counterpart_differs": [{"counterpart_id": "aston"}],
        "period_kind_of_period": [{"period_kind": "during"}, date("period")],
    },
    "topic_use": {
        "one_owner": [{"agreement_id": None}, {"delegation_id": "visit"}, {"observation_id": "count"}],
    },
    "evidence": {
        "one_subject": [
            {"delegation_id": "visit"},
            {"observation_id": "count"},
            {"place_id": "aston"},
            {"about_source_id": "gazette"},
        ],
        "quote_offsets": [{"quote_start": -6, "quote_end": 0}],
        "quote_length": [{"quote_end": 7}, {"quote": "x" * 101, "quote_end": 101}],
        "inferred_of_basis": [{"basis": "mixed"}, {"inferred": "the year"}],
    },
}


# Values that other constraints require, so that the value of the enum is the only one that is wrong.
COMPANIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("source", "published_basis"): date("published"),
    ("source", "url_basis"): {"url": "https://gazette.example"},
    ("agreement", "signed_basis"): date("signed"),
    ("agreement", "negotiation_started_basis"): date("negotiation_started"),
    ("delegation", "date_basis"): date("date"),
    ("delegation", "location_basis"): {"location_id": "aston"},
    ("observation", "period_basis"): {**date("period"), "period_kind": "during"},
    ("evidence", "basis"): {"inferred": "the year"},
}


def checks(table: str) -> dict[str, CheckConstraint]:
    """The CHECK constraints of a table by name, those of enums included."""
    return {str(check.name): check for check in TABLES[table].constraints if isinstance(check, CheckConstraint)}


def enum_columns(table: str) -> dict[str, str]:
    """The columns of enums by the name of their constraint."""
    return {
        f"ck_{table}_{column.type.name}": column.name
        for column in TABLES[table].columns
        if isinstance(column.type, Enum)
    }


def invalid_rows() -> Iterator[Any]:
    """A test case for each invalid row: the table, the constraint that must reject it, and what is changed."""
    for table, constraints in INVALID.items():
        for name, rows in constraints.items():
            for number, row in enumerate(rows):
                yield pytest.param(table, f"ck_{table}_{name}", row, id=f"{table} {name} {number}")
    for table in TABLES:
        for name, column in enum_columns(table).items():
            changes = {**COMPANIONS.get((table, column), {}), column: "no such value"}
            yield pytest.param(table, name, changes, id=f"{table} {column}")
