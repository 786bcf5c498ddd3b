"""A passage is rendered from its row of evidence when it is asked for; it is no longer kept rendered, too.

Revision: 20261122_passages_once, after 20261122_ends_in_links
Date: 2026-11-22 14:30:00
"""

import json
import urllib.parse
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261122_passages_once"
down_revision = "20261122_ends_in_links"
branch_labels = None
depends_on = None

# What a passage can be about, and the column that says so.
SUBJECTS = {
    "agreement": "agreement_id",
    "delegation": "delegation_id",
    "observation": "observation_id",
    "place": "place_id",
    "source": "about_source_id",
}
AT_ONCE = 1000  # passages


def upgrade() -> None:
    """Deletes what was rendered of passages."""
    op.execute("DELETE FROM rendition WHERE number IN (SELECT number FROM evidence)")


def downgrade() -> None:
    """Renders all passages again."""
    connection = op.get_bind()
    read = sa.text("SELECT evidence.*, url FROM evidence JOIN source ON source.id = evidence.source_id")
    passages = connection.execute(read.execution_options(yield_per=AT_ONCE))
    put = sa.text("INSERT INTO rendition (number, id, body) VALUES (:number, :id, :body)")
    for some in passages.mappings().partitions():
        connection.execute(put, [{"number": row["number"], "id": row["id"], "body": _body(row)} for row in some])


def _body(row: Any) -> str:
    about = ((kind, row[column]) for kind, column in SUBJECTS.items())
    body = {
        **{name: row[name] for name in ("id", "field", "says", "basis")},
        "source": row["source_id"],
        "quote": {"exact": row["quote"], "start": row["quote_start"], "end": row["quote_end"]},
        "link": _link(row["url"], row["quote"]),
        **{name: row[name] for name in ("inferred", "note", "speaker")},
        "subject": next(({"type": kind, "id": key} for kind, key in about if key is not None), None),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _link(url: str | None, quote: str) -> str | None:
    if url is None:
        return None
    words = urllib.parse.quote(" ".join(quote.split()), safe="").replace("-", "%2D")
    return f"{url}{'' if '#' in url else '#'}:~:text={words}"
