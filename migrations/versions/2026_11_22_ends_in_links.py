"""Places that a record involves have the latest day of its date, too, so that a window of dates is counted among them.

Revision: 20261122_ends_in_links, after 20261122_participants_by_number
Date: 2026-11-22 12:10:00
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_ends_in_links"
down_revision = "20261122_participants_by_number"
branch_labels = None
depends_on = None

# Text in byte order on both databases.
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")

# Each table of places, the table of the records, and the column with the end of their date.
LINKS = (
    ("agreement_party", "agreement", "signed_end"),
    ("delegation_place", "delegation", "date_end"),
    ("observation_place", "observation", "period_end"),
)
ORDER = (sa.literal_column("sort_key DESC"), "record")


def upgrade() -> None:
    """Adds the end of the date to each link, and to the indexes."""
    for links, records, end in LINKS:
        _drop_indexes(links)
        op.add_column(links, sa.Column("sort_end", KEY, nullable=False, server_default=""))
        op.execute(
            f"UPDATE {links} SET sort_end = "  # noqa: S608 - our own names
            f"(SELECT coalesce({end}, '') FROM {records} WHERE {records}.number = {links}.record)"
        )
        _create_indexes(links, "sort_end")


def downgrade() -> None:
    """Takes the end of the date out of each link again."""
    for links, _, _ in LINKS:
        _drop_indexes(links)
        op.drop_column(links, "sort_end")
        _create_indexes(links)


def _drop_indexes(links: str) -> None:
    for column in ("place_id", "country_code"):
        op.drop_index(f"ix_{links}_{column}", links)


def _create_indexes(links: str, *more: str) -> None:
    for column in ("place_id", "country_code"):
        op.create_index(f"ix_{links}_{column}", links, [column, *ORDER, *more])
