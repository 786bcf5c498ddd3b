"""A faulty database: `serve` refuses it in one sentence; a running server answers 503 and recovers."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from app import cli
from app.db import schema
from app.db.register import Register
from app.seeding.loading.load import load
from app.settings import Settings
from tests.conftest import settings_for
from tests.support.commands import environment, run, wait_until
from tests.support.serving import SMALL_SEED, Served, free_port, serving, sqlite_settings

pytestmark = pytest.mark.slow

LISTS = ("/cities", "/agreements", "/delegations", "/indicators", "/observations", "/sources", "/evidence")
HEAD = schema.head()


def file_of(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def change_revision(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'later'")
    connection.close()


def replace_with_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def replace_with_symlink_loop(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.name)


def delete_release(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM release")
    connection.close()


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "The database {file} cannot be opened (No such file or directory)"),
    "empty": (lambda file: file.write_bytes(b""), f"The database has schema none, this Citypact needs {HEAD}"),
    "truncated": (truncate, "The database cannot be read (database disk image is malformed)"),
    "not SQLite": (lambda file: file.write_text("x" * 9000), "The database cannot be read (file is not a database)"),
    "of a later schema": (change_revision, f"The database has schema later, this Citypact needs {HEAD}"),
    "a folder": (replace_with_folder, "The database cannot be read (disk I/O error)"),
    "unreadable": (
        replace_with_symlink_loop,
        "The database {file} cannot be opened (Too many levels of symbolic links)",
    ),
    "without a release": (delete_release, "The database holds no release"),
}


# Without a response cache, so that every request reads the database.
UNCACHED = {"cache_bytes": 0}


@pytest.fixture
def sqlite_register(tmp_path: Path) -> Settings:
    settings = sqlite_settings(tmp_path, SMALL_SEED).model_copy(update={"port": free_port(), **UNCACHED})
    load(settings)
    return settings


def serve_exit_code(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of `serve` with these settings, run in this process."""
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    return cli.main(["serve"])


@pytest.mark.parametrize("fault", FAULTS)
def test_serve_refuses_a_faulty_file(
    sqlite_register: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    damage, sentence = FAULTS[fault]
    damage(file_of(sqlite_register))

    code = serve_exit_code(sqlite_register, monkeypatch)
    expected = f"{sentence.format(file=file_of(sqlite_register))}; run: python -m app load\n"
    assert (code, capsys.readouterr().err) == (1, expected)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_recovers_from_a_faulty_file(sqlite_register: Settings, fault: str) -> None:
    damage, _ = FAULTS[fault]
    with serving(sqlite_register) as served:
        before = statuses(served)
        copy = file_of(sqlite_register).with_name("broken.db")
        copy.write_bytes(file_of(sqlite_register).read_bytes())
        damage(copy)
        file_of(sqlite_register).unlink()
        if copy.exists() or copy.is_symlink():
            copy.rename(file_of(sqlite_register))
        during = statuses(served)
        remove_folder(file_of(sqlite_register))
        load(sqlite_register)

        assert during == UNAVAILABLE
        assert statuses(served) == before == AVAILABLE


def remove_folder(path: Path) -> None:
    """Remove the folder at this path; a load replaces anything else."""
    if path.is_dir():
        path.rmdir()


AVAILABLE = {"/healthz": 200, "/readyz": 200} | dict.fromkeys(LISTS, 200)
UNAVAILABLE = {"/healthz": 200, "/readyz": 503} | dict.fromkeys(LISTS, 503)


def statuses(served: Served) -> dict[str, int]:
    """The status of each path; the body and the headers of each 503 are checked."""
    by_path = {}
    for path in AVAILABLE:
        response = served.get(path)
        by_path[path] = response.status_code
        if response.status_code == 503:
            assert response.json() == {
                "type": "about:blank",
                "title": "Service Unavailable",
                "status": 503,
                "detail": "The register cannot be read at the moment; try again.",
            }
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.headers["Cache-Control"] == "no-store"
            assert int(response.headers["Retry-After"]) > 0
    return by_path


def test_a_load_replaces_a_faulty_file(sqlite_register: Settings) -> None:
    file_of(sqlite_register).write_text("no database")
    load(sqlite_register)

    register = Register(sqlite_register)
    assert len(register.release().version) == 16
    register.close()


@pytest.fixture
def postgres_register(request: pytest.FixtureRequest) -> Settings:
    settings = settings_for(request, "postgresql", "small_faults").model_copy(update={"port": free_port(), **UNCACHED})
    load(settings)
    return settings


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_connection_in_use_is_closed_when_it_is_returned_to_a_closed_register(
    request: pytest.FixtureRequest, kind: str
) -> None:
    register = Register(request.getfixturevalue(f"{kind}_register"))
    with register.release().engine.connect() as used:
        driver: Any = used.connection.driver_connection
        register.close()
        assert used.scalar(text("SELECT 1")) == 1

    with pytest.raises((sqlite3.ProgrammingError, psycopg.OperationalError), match="closed"):
        driver.execute("SELECT 1")


@contextmanager
def superuser(settings: Settings) -> Iterator[Callable[..., None]]:
    """A function that executes a statement as the superuser, in another database of the server."""
    engine = create_engine(make_url(settings.load_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:

        def execute(statement: str, **values: str) -> None:
            connection.execute(text(statement), values)

        yield execute
    engine.dispose()


@contextmanager
def down(settings: Settings) -> Iterator[None]:
    """Within the block the database accepts no connections, and has none."""
    name = make_url(settings.load_url).database
    with superuser(settings) as execute:
        execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name", name=name)
        try:
            yield
        finally:
            execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_a_server_recovers_when_its_database_was_down(postgres_register: Settings) -> None:
    with serving(postgres_register) as served:
        before = statuses(served)
        with down(postgres_register):
            during = statuses(served)
        wait_until(lambda: served.get("/readyz").status_code == 200, seconds=5)

        assert during == UNAVAILABLE
        assert statuses(served) == before == AVAILABLE


def unknown_role(settings: Settings) -> str:
    return make_url(settings.database_url).set(username="nobody_knows").render_as_string(hide_password=False)


def unknown_database(settings: Settings) -> str:
    return make_url(settings.load_url).set(database="nowhere").render_as_string(hide_password=False)


def nobody_listens(_: Settings) -> str:
    return f"postgresql+psycopg://reader:secret@127.0.0.1:{free_port()}/register"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (unknown_role, 'role "nobody_knows" does not exist'),
        (unknown_database, 'database "nowhere" does not exist'),
        (nobody_listens, "Connection refused"),
    ],
)
@pytest.mark.parametrize("verb", ["serve", "load"])
def test_an_unreachable_database_is_reported_without_the_password(
    postgres_register: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    url: Callable[[Settings], str],
    reason: str,
    verb: str,
) -> None:
    changed = {"database_url": url(postgres_register), "owner_url": None}
    for name, value in environment(postgres_register.model_copy(update=changed)).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CITYPACT_OWNER_URL", raising=False)

    code = cli.main([verb])
    (sentence,) = capsys.readouterr().err.splitlines()
    assert (code, reason in sentence, "secret" in sentence) == (1, True, False)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DROP SCHEMA citypact_1 CASCADE", "The database holds no release that this role may read"),
        (
            "REVOKE ALL ON SCHEMA citypact_1 FROM citypact_reader",
            "The database holds no release that this role may read",
        ),
        (
            "UPDATE citypact_1.alembic_version SET version_num = 'later'",
            f"The database has schema later, this Citypact needs {HEAD}",
        ),
        ("DROP TABLE citypact_1.alembic_version", f"The database has schema none, this Citypact needs {HEAD}"),
        ("DELETE FROM citypact_1.release", "The database holds no release"),
        (
            "REVOKE ALL ON ALL TABLES IN SCHEMA citypact_1 FROM citypact_reader",
            "The database cannot be read (permission denied for table alembic_version)",
        ),
    ],
)
def test_serve_refuses_a_faulty_database(
    postgres_register: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    statement: str,
    sentence: str,
) -> None:
    engine = create_engine(postgres_register.load_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()

    code = serve_exit_code(postgres_register, monkeypatch)
    assert (code, capsys.readouterr().err) == (1, f"{sentence}; run: python -m app load\n")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_prints_one_sentence_and_no_traceback(tmp_path: Path, workers: str) -> None:
    done = run(sqlite_settings(tmp_path, SMALL_SEED), "serve", "--workers", workers)

    sentence = f"The database {tmp_path}/register.db cannot be opened (No such file or directory)"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{sentence}; run: python -m app load\n")
