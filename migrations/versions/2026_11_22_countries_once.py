"""Places of a record say whether it has another one of their country, so that a country's records are there once.

Revision: 20261122_countries_once, after 20261122_words_in_order
Date: 2026-11-22 15:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_countries_once"
down_revision = "20261122_words_in_order"
branch_labels = None
depends_on = None

# Each table of places, and the order of its index.
DATED = (sa.literal_column("sort_key DESC"), "record", "sort_end")
LINKS = {
    "agreement_party": DATED,
    "delegation_place": DATED,
    "observation_place": DATED,
    "evidence_place": ("sort_key", "record"),
}


def upgrade() -> None:
    """Marks all places of a record in one country but that with the least id."""
    for links, order in LINKS.items():
        op.drop_index(f"ix_{links}_country_code", links)
        op.add_column(links, sa.Column("repeated", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.execute(
            f"UPDATE {links} SET repeated = EXISTS (SELECT 1 FROM {links} AS other "  # noqa: S608 - our own names
            f"WHERE other.record = {links}.record AND other.country_code = {links}.country_code "
            f"AND other.place_id < {links}.place_id)"
        )
        op.create_index(f"ix_{links}_country_code", links, ["country_code", *order, "repeated"])


def downgrade() -> None:
    """Takes the marks off again."""
    for links, order in LINKS.items():
        op.drop_index(f"ix_{links}_country_code", links)
        op.drop_column(links, "repeated")
        op.create_index(f"ix_{links}_country_code", links, ["country_code", *order])
