"""Runs the migrations: on the connection that `app.db.schema` gives, or by hand on the owner's database URL."""

from alembic import context
from sqlalchemy import Connection, TextClause, create_engine

from app.db.models import metadata
from app.settings import Settings

# Indexes of expressions: SQLite does not tell what they were or which way a column goes.
EXPRESSIONS = {
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if any(isinstance(part, TextClause) for part in index.expressions)
}
# PostgreSQL writes the number of these two with all of its 308 digits.
UNREADABLE = {"sqlite": EXPRESSIONS, "postgresql": {"ix_observation_value_asc", "ix_observation_value_desc"}}


def run(connection: Connection) -> None:
    """Migrates whatever schema the connection sees."""
    unreadable = UNREADABLE[connection.dialect.name]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=lambda _, name, kind, *__: not (kind == "index" and name in unreadable),
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
