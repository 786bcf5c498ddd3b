"""The schema of the database, kept by Alembic: bring it to head, and tell whether it is there."""

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


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, on this connection if one is given."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str:
    """The revision that this version of the software needs."""
    return str(ScriptDirectory.from_config(configuration()).get_current_head())


def upgrade(connection: Connection) -> None:
    """Brings an empty database to head, within the transaction of the connection."""
    command.upgrade(configuration(connection), "head")


def require_head(connection: Connection) -> None:
    """WrongSchema if the database is not at head."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found != head():
        raise WrongSchema(
            f"The database has schema {found or 'none'}, this Citypact needs {head()}; run: python -m app load"
        )
