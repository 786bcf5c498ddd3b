"""What finds records by words and by people has a copy of the key that they are listed by, as their other links have.

Revision: 20261122_words_in_order, after 20261122_passages_once
Date: 2026-11-22 14:40:00
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_words_in_order"
down_revision = "20261122_passages_once"
branch_labels = None
depends_on = None

# Text in byte order on both databases.
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")

# What each kind of record is listed by, and its table.
LISTED = {
    "agreement": ("signed_start", "agreement"),
    "delegation": ("date_start", "delegation"),
    "source": ("published_start", "source"),
    "city": ("sort_name", "place"),
    "indicator": ("id", "indicator"),
}
INDEXES = {
    "mention": ("ix_mention_noun", ["noun", "term", "subject"]),
    "participant": ("ix_participant_term", ["term", "record"]),
}


def upgrade() -> None:
    """Copies the keys."""
    for table, (index, _) in INDEXES.items():
        op.drop_index(index, table)
        op.add_column(table, sa.Column("sort_key", KEY, nullable=False, server_default=""))
    for noun, listed in LISTED.items():
        _copy("mention", "subject", *listed, where=f"noun = '{noun}'")
    _copy("participant", "record", *LISTED["delegation"], where="true")
    for table, (index, columns) in INDEXES.items():
        op.create_index(index, table, [*columns, "sort_key"])


def downgrade() -> None:
    """Takes them out again."""
    for table, (index, columns) in INDEXES.items():
        op.drop_index(index, table)
        op.drop_column(table, "sort_key")
        op.create_index(index, table, columns)


def _copy(table: str, number: str, key: str, records: str, where: str) -> None:
    found = f"SELECT coalesce({key}, '') FROM {records} WHERE {records}.number = {table}.{number}"  # noqa: S608
    op.execute(f"UPDATE {table} SET sort_key = ({found}) WHERE {where}")  # noqa: S608 - our own names
