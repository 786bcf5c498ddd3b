"""Evidence as records carry it: the passage of a source that supports a field."""

import urllib.parse
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.db import models
from app.enums import Basis
from app.openapi.schemas import JsonObject


class Quote(BaseModel):
    """A passage (W3C TextQuoteSelector and TextPositionSelector)."""

    exact: str = Field(description="The words as printed, 100 characters at most.")
    start: int = Field(
        description="Where it begins, in Unicode code points of the text whose sha256 the source carries.",
        ge=0,
        le=2**31 - 1,
        json_schema_extra={"format": "int32"},
    )
    end: int = Field(
        description="Where it ends (exclusive).", ge=1, le=2**31 - 1, json_schema_extra={"format": "int32"}
    )


class RecordEvidence(BaseModel):
    """A passage that supports a field of the record."""

    id: str = Field(description="Stable key: the source's id and a key within it.")
    field: str = Field(description="Supported field; `record` supports every field without evidence of its own.")
    says: str | None = Field(description="What it says, as a normalised value.")
    basis: Basis = Field(description="Whether the passage states it or a curator inferred it.")
    source: str = Field(description="Id of the source.")
    quote: Quote = Field(description="The passage.")
    link: str | None = Field(description="Address of the source that scrolls to the passage. Null: no address known.")
    inferred: str | None = Field(description="What was inferred. Null: nothing.")
    note: str | None = Field(description="A remark of the curator.")
    speaker: str | None = Field(description="Whose words the source reports.")


def text_fragment(url: str | None, quote: str) -> str | None:
    """Return the URL that scrolls to a quote (WICG URL Fragment Text Directives); None if the source has no URL."""
    if url is None:
        return None
    words = urllib.parse.quote(" ".join(quote.split()), safe="").replace("-", "%2D")
    return f"{url}{'' if '#' in url else '#'}:~:text={words}"


def record_evidence(row: models.Evidence, url: str | None) -> RecordEvidence:
    """Return a piece of evidence as its record carries it; `url` is that of the source."""
    return RecordEvidence(
        id=row.id,
        field=row.field,
        says=row.says,
        basis=row.basis,
        source=row.source_id,
        quote=Quote(exact=row.quote, start=row.quote_start, end=row.quote_end),
        link=text_fragment(url, row.quote),
        inferred=row.inferred,
        note=row.note,
        speaker=row.speaker,
    )


def evidence_json(row: Any) -> str:  # a row whose attributes are the selected columns
    """Return the JSON of evidence as the API lists it; the row has the `url` of the source as an additional column."""
    subjects = ((kind, getattr(row, column)) for kind, column in models.SUBJECT_COLUMNS.items())
    subject = next((f'{{"type":"{kind}","id":"{id_}"}}' for kind, id_ in subjects if id_ is not None), "null")
    return f'{record_evidence(row, row.url).model_dump_json()[:-1]},"subject":{subject}}}'


def _make_evidence_optional(schema: JsonObject) -> None:
    schema["required"] = [name for name in schema.get("required", []) if name != "evidence"]


class Evidenced(BaseModel):
    """A record that can carry the passages that support it."""

    model_config = ConfigDict(json_schema_extra=_make_evidence_optional)

    evidence: list[RecordEvidence] = Field(
        default=[],
        description="The passages behind the record; on items, and on lists with `include=evidence`.",
    )
