"""Participants belong to the number of a delegation, by which its other links are found, too.

Revision: 20261122_participants_by_number, after 20261121_first_tables
Date: 2026-11-22 08:55:00
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261122_participants_by_number"
down_revision = "20261121_first_tables"
branch_labels = None
depends_on = None

# Text in byte order on both databases.
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
LONG = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

OTHERS = "position, side, place_id, name, term, titles, basis"


def upgrade() -> None:
    """Puts the number of the delegation in the place of its id."""
    _replace(
        sa.Column("record", sa.Integer(), nullable=False), "number", "id", "delegation_id", sqlite_with_rowid=False
    )


def downgrade() -> None:
    """Puts the id of the delegation in the place of its number."""
    _replace(sa.Column("delegation_id", KEY, nullable=False), "id", "number", "record")


def _replace(column: sa.Column[Any], refers_to: str, found_by: str, before: str, **more: Any) -> None:
    """Makes the table anew with this column, which refers to another one of the delegation than the one before did."""
    op.drop_index("ix_participant_term", "participant")
    op.execute(
        f"CREATE TABLE kept AS SELECT delegation.{refers_to} AS delegation, {OTHERS} "  # noqa: S608 - our own names
        f"FROM participant JOIN delegation ON delegation.{found_by} = participant.{before}"
    )
    op.drop_table("participant")
    op.create_table(
        "participant",
        column,
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("side", _one_of("side", "host", "guest"), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("name", LONG, nullable=True),
        sa.Column("term", sa.Integer(), nullable=True),
        sa.Column("titles", LONG, nullable=False),
        sa.Column("basis", _one_of("participant_basis", "stated", "mixed", "inferred"), nullable=False),
        sa.CheckConstraint("name IS NULL OR length(name) > 0", name=op.f("ck_participant_name_not_empty")),
        sa.CheckConstraint("term IS NULL OR name IS NOT NULL", name=op.f("ck_participant_term_of_name")),
        sa.ForeignKeyConstraint(
            [column.name], [f"delegation.{refers_to}"], name=op.f(f"fk_participant_{column.name}_delegation")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_participant_place_id_place")),
        sa.ForeignKeyConstraint(["term"], ["term.number"], name=op.f("fk_participant_term_term")),
        sa.PrimaryKeyConstraint(column.name, "position", name=op.f("pk_participant")),
        **more,
    )
    op.execute(f"INSERT INTO participant ({column.name}, {OTHERS}) SELECT delegation, {OTHERS} FROM kept")  # noqa: S608
    op.drop_table("kept")
    op.create_index("ix_participant_term", "participant", ["term", column.name])


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
