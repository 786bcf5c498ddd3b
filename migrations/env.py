"""Runs the migrations: on the connection that `app.schema` gives, or by hand on the owner's database URL."""

from alembic import context
from sqlalchemy import Connection, create_engine

from app.models import metadata
from app.settings import Settings


def comparable(_: object, name: str | None, kind: str, *__: object) -> bool:
    """Whether a part of the schema reads back as it was written."""
    # PostgreSQL writes the number of these two expressions with all of its 308 digits.
    return not (kind == "index" and name in ("ix_observation_value_asc", "ix_observation_value_desc"))


def run(connection: Connection) -> None:
    """Migrates whatever schema the connection sees."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=comparable,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(Settings().load_url).connect() as connection:
        run(connection)
        connection.commit()
