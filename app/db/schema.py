"""The tables of a database, as an Alembic revision: create them, and check that a database has them."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

ROOT = Path(__file__).parents[2]


class WrongSchema(Exception):
    """The database was built by another version of Citypact."""


def _alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; migrations run on the connection, if one is given."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str:
    """The revision of the tables that this version of the software needs."""
    return str(ScriptDirectory.from_config(_alembic_config()).get_current_head())


def upgrade(connection: Connection) -> None:
    """Create the tables in an empty database, within the transaction of the connection."""
    command.upgrade(_alembic_config(connection), "head")


def require_head(connection: Connection) -> None:
    """Raise WrongSchema if the database is not at the head revision."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current != head():
        raise WrongSchema(
            f"The database has schema {current or 'none'}, this Citypact needs {head()}; run: python -m app load"
        )
