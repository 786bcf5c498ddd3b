"""Stops accepting connections without a reset of those in the accept queue."""

import contextlib
import socket
import sys
from collections.abc import Iterable

DRAIN_SECONDS = 0.1  # in which the listening processes accept the connections in the queue

SO_BINDTOIFINDEX = 62  # include/uapi/asm-generic/socket.h; the socket module does not have it
NO_INTERFACE = 2**31 - 1  # an index that no network interface has


def stop_accepting(sockets: Iterable[socket.socket]) -> None:
    """Have the kernel refuse new connections to these listening sockets; those in the accept queue stay.

    Closing a listening socket would reset every connection in its accept queue. Therefore the sockets are bound to a
    network interface that does not exist (SO_BINDTOIFINDEX): no SYN segment finds them any more, so new clients are
    refused, while pending handshakes complete. Linux allows that without a privilege since 5.7. Elsewhere nothing
    happens here, and what is in the queue when the socket is closed is reset.
    """
    if sys.platform != "linux":
        return
    for listening in sockets:
        with contextlib.suppress(OSError):
            listening.setsockopt(socket.SOL_SOCKET, SO_BINDTOIFINDEX, NO_INTERFACE)
