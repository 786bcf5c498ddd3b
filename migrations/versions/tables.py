"""Creates every table of `app.db.models`.

Until 1.0.0 this is the only migration: a database is always built from empty, so no data has to be migrated. Its
revision is a hash of the tables' DDL, so a database with other tables is refused. When a table changes,
tests/db/test_migrations.py fails and says what the revision must be.
"""

from alembic import op

from app.db.models import metadata

revision = "67badb283b89"
down_revision = None


def upgrade() -> None:
    """Create the tables and their indexes."""
    metadata.create_all(op.get_bind(), checkfirst=False)
