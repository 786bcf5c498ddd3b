"""A listening socket is stopped without a privilege, and without resetting a connection that waits in its queue."""

import subprocess
import sys

import pytest

from tests.support.privileges import unprivileged
from tests.support.serving import ROOT

pytestmark = pytest.mark.slow

SCRIPT = """
import socket
from app.server.draining import stop_accepting

listening = socket.create_server(("127.0.0.1", 0))
waiting = [socket.create_connection(listening.getsockname()) for _ in range(5)]
for client in waiting:
    client.sendall(b"asked")
stop_accepting([listening])
try:
    socket.create_connection(listening.getsockname())
except ConnectionRefusedError:
    print("refused")
accepted = [listening.accept()[0] for _ in waiting]
listening.close()
for connection in accepted:
    connection.sendall(connection.recv(5))
print(*(client.recv(5).decode() for client in waiting))
"""


def test_the_accept_queue_is_drained_and_new_clients_are_refused() -> None:
    command = [*unprivileged(), sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)

    assert (done.stdout, done.stderr) == ("refused\nasked asked asked asked asked\n", "")
