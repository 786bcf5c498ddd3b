"""Run the migrations on the connection that `app.db.schema` passes; under `alembic`, on the owner's database URL."""

from alembic import context
from sqlalchemy import Connection, create_engine

from app.db.models import metadata
from app.settings import Settings


def run_migrations(connection: Connection) -> None:
    """Migrate the schema that the connection's search path names."""
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


passed: Connection | None = context.config.attributes.get("connection")
if passed is not None:
    run_migrations(passed)
else:
    with create_engine(Settings().load_url).begin() as connection:
        run_migrations(connection)
