"""`load` swaps in a complete new release, or leaves the old one as it was."""

import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from app import cli
from app.db.register import Register
from app.seeding.checking.check import check
from app.seeding.loading.load import Changes, data_version, load
from app.seeding.loading.release_targets import release_target
from app.settings import Settings
from tests.conftest import settings_for
from tests.seeding.tiny import edit
from tests.support.commands import environment, run, started, wait_until
from tests.support.serving import SMALL_SEED

pytestmark = pytest.mark.slow

GAZETTE = "sources/harbour-gazette.yaml"


@pytest.fixture
def settings(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Settings:
    """Settings of a register that was loaded once, with seeds that may be changed."""
    shutil.copytree(SMALL_SEED, tmp_path / "seed")
    changed = settings_for(request, database, "small_load").model_copy(update={"seed_dir": str(tmp_path / "seed")})
    load(changed)
    return changed


def served_version(settings: Settings) -> str:
    """Return the version that a server would serve."""
    register = Register(settings)
    try:
        return register.release().version
    finally:
        register.close()


def change_seeds(settings: Settings) -> None:
    """Add evidence, change a label that two records show, and withdraw an observation and its evidence."""
    seed = Path(settings.seed_dir)
    document = (seed / GAZETTE).read_text()
    start = document.index("  - id: isvik-visitors")
    end = document.index("  - id: nz-visitors-portavela")
    (seed / GAZETTE).write_text(document[:start] + document[end:])
    courier = seed / "sources/hill-courier.yaml"
    text_before = courier.read_text()
    courier.write_text(text_before[: text_before.index("  - type: observation")])
    edit(seed / "topics.yaml", "label: choir music", "label: choirs")
    edit(
        seed / GAZETTE,
        "{key: title,",
        "{key: name, field: remark, quote: THE HARBOUR GAZETTE, at: 0}\n    - {key: title,",
    )


def test_a_load_prints_what_it_changed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    change_seeds(settings)

    code = cli.main(["load"])
    assert (code, capsys.readouterr().out.splitlines()) == (
        0,
        [
            f"Data version {data_version(Path(settings.seed_dir))} is now served.",
            "1 added, 5 changed, 3 withdrawn",
            "  added: evidence harbour-gazette-name",
            "  changed: agreement alta-serra--portavela",
            "  changed: city isvik",
            "  changed: delegation alta-serra-meets-isvik-2004",
            "  changed: delegation tarahui-meets-portavela",
            "  changed: source hill-courier",
            "  withdrawn: evidence harbour-gazette-visitors-isvik",
            "  withdrawn: evidence hill-courier-visitors",
            "  withdrawn: observation isvik-visitors",
        ],
    )


def test_a_second_load_changes_nothing(settings: Settings) -> None:
    version_before = served_version(settings)

    assert (load(settings).changes, served_version(settings)) == (Changes(), version_before)


def test_a_load_reports_its_progress(settings: Settings) -> None:
    reported: list[tuple[int, int]] = []
    load(settings, lambda written, total: reported.append((written, total)))

    size = check(Path(settings.seed_dir))[0].size
    assert (reported[-1], {total for _, total in reported}) == ((size, size), {size})
    assert reported == sorted(reported)


def test_a_change_of_one_letter_is_reported(settings: Settings) -> None:
    edit(Path(settings.seed_dir) / GAZETTE, "cause: storms", "cause: stormy")

    assert load(settings).changes == Changes(changed=["observation portavela-fish-is-2001"])


def test_all_changes_are_counted_and_the_first_are_named() -> None:
    changes = Changes(added=[f"city c{number:02}" for number in range(22)])

    lines = list(changes.lines())
    assert (lines[0], lines[1], lines[-1], len(lines)) == (
        "22 added, 0 changed, 0 withdrawn",
        "  added: city c00",
        "  added: … and 2 more",
        22,
    )


def test_invalid_seeds_leave_the_old_release_served(settings: Settings) -> None:
    version_before = served_version(settings)
    edit(Path(settings.seed_dir) / GAZETTE, "area: isvik", "area: isvk")

    done = run(settings, "load")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"{GAZETTE}: observation isvik-visitors: there is no place isvk\n    -> Did you mean isvik?\n"
        "1 problem in the seeds; nothing was loaded.\n",
    )
    assert served_version(settings) == version_before


def test_a_second_load_at_the_same_time_is_refused(settings: Settings) -> None:
    with release_target(settings):
        second = run(settings, "load")

    assert (second.returncode, second.stderr) == (1, "Another load is under way; wait until it has ended.\n")


def test_an_error_during_a_load_leaves_the_old_release_served(settings: Settings) -> None:
    before = (served_version(settings), files_or_schemas(settings))
    with pytest.raises(ZeroDivisionError):
        fail_during_load(settings)

    assert (served_version(settings), files_or_schemas(settings)) == before


def fail_during_load(settings: Settings) -> None:
    with release_target(settings) as connection:
        connection.execute(text("INSERT INTO topic VALUES ('new', 'new')"))
        raise ZeroDivisionError


def files_or_schemas(settings: Settings) -> list[str]:
    """List the files or the schemas of the register, with those of its releases."""
    url = settings.load_url
    if url.startswith("sqlite"):
        return sorted(path.name for path in Path(url.removeprefix("sqlite:///")).parent.iterdir())
    with owner_engine(settings) as engine, engine.connect() as connection:
        names = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'citypact%' ORDER BY 1"))
        return list(names)


@contextmanager
def owner_engine(settings: Settings) -> Iterator[Engine]:
    """Connect as the owner of the database."""
    engine = create_engine(settings.load_url, isolation_level="AUTOCOMMIT")
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("bytes_written", [0, 1], ids=["created", "written"])
def test_a_load_that_is_killed_leaves_a_complete_release_on_sqlite(settings: Settings, bytes_written: int) -> None:
    new = Path(settings.load_url.removeprefix("sqlite:///") + ".new")
    version_before = served_version(settings)
    edit(Path(settings.seed_dir) / "topics.yaml", "label: choir music", "label: choirs")
    after = data_version(Path(settings.seed_dir))

    def has_written() -> bool:
        return process.poll() is not None or (new.exists() and new.stat().st_size >= bytes_written)

    with started(settings, "load") as process:
        wait_until(has_written, every=0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()

    # A load that was quicker than the signal has replaced the release.
    assert served_version(settings) == (
        version_before if process.returncode == -signal.SIGKILL and new.exists() else after
    )
    assert load(settings).version == after == served_version(settings)
    assert files_or_schemas(settings) == ["register.db", "register.db.lock"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("point", ["CREATE SCHEMA", "CREATE TABLE", "GRANT"])
def test_a_load_that_is_killed_leaves_the_old_release_on_postgresql(settings: Settings, point: str) -> None:
    version_before = served_version(settings)
    edit(Path(settings.seed_dir) / "topics.yaml", "label: choir music", "label: choirs")
    with owner_engine(settings) as engine, engine.connect() as connection:

        def paused() -> bool:
            return bool(connection.scalar(text("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")))

        pause_at(engine, point)
        with started(settings, "load") as process:
            wait_until(paused)
            process.send_signal(signal.SIGKILL)
            process.wait()
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"))
        wait_until(lambda: not paused())
        connection.execute(text("DROP EVENT TRIGGER pause"))

    assert (served_version(settings), files_or_schemas(settings)) == (version_before, ["citypact_1"])
    assert load(settings).version == data_version(Path(settings.seed_dir)) == served_version(settings)


def pause_at(engine: Engine, point: str) -> None:
    """Make the database wait after each command of this kind."""
    with engine.connect() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION public.pause() RETURNS event_trigger LANGUAGE plpgsql "
                "AS $$ BEGIN PERFORM pg_sleep(20); END $$"
            )
        )
        connection.execute(
            text(
                f"CREATE EVENT TRIGGER pause ON ddl_command_end WHEN TAG IN ('{point}') EXECUTE FUNCTION public.pause()"
            )
        )


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_previous_release_stays_for_requests_under_way_on_postgresql(settings: Settings) -> None:
    load(settings)
    load(settings)

    assert files_or_schemas(settings) == ["citypact_2", "citypact_3"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_file_can_be_served_from_a_read_only_file_system(settings: Settings) -> None:
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    connection = sqlite3.connect(file)
    try:
        modes = [connection.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in ("journal_mode", "integrity_check")]
    finally:
        connection.close()

    assert modes == ["delete", "ok"]
    assert file.stat().st_mode & 0o444 == 0o444
    assert files_or_schemas(settings) == ["register.db", "register.db.lock"]


def test_the_version_depends_only_on_seeds_and_software(settings: Settings, tmp_path: Path) -> None:
    copy = shutil.copytree(SMALL_SEED, tmp_path / "elsewhere")

    assert served_version(settings) == data_version(copy) == data_version(SMALL_SEED)


@pytest.mark.parametrize(
    "change",
    [
        lambda seed: (seed / "topics.yaml").write_text("[]"),
        lambda seed: (seed / GAZETTE).rename(seed / "sources/other.yaml"),
        lambda seed: (seed / "sources/new.yaml").touch(),
    ],
)
def test_every_change_of_the_seeds_changes_the_version(tmp_path: Path, change: Callable[[Path], object]) -> None:
    copy = shutil.copytree(SMALL_SEED, tmp_path / "seed")
    change(copy)

    assert data_version(copy) != data_version(SMALL_SEED)
