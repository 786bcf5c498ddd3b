"""Stops accepting connections without resetting those that wait in the accept queue."""

import contextlib
import socket
import sys
from collections.abc import Iterable

DRAIN_SECONDS = 0.1  # seconds in which whoever listens accepts what waits in the queue

SO_BINDTOIFINDEX = 62  # include/uapi/asm-generic/socket.h; the socket module does not have it
NO_INTERFACE = 2**31 - 1  # an index that no network interface has


def stop_accepting(sockets: Iterable[socket.socket]) -> None:
    """Have the kernel refuse new connections to these listening sockets; those in the accept queue stay.

    To close a listening socket resets every connection in its accept queue. One that is bound to an interface that
    does not exist is found by no SYN segment any more: whoever connects is refused, as if nobody listened, while
    handshakes under way are completed and accepted. Linux allows it without a privilege since 5.7. Where it cannot be
    done nothing happens, and what is in the queue when the socket is closed is reset.
    """
    if sys.platform != "linux":
        return
    for listening in sockets:
        with contextlib.suppress(OSError):
            listening.setsockopt(socket.SOL_SOCKET, SO_BINDTOIFINDEX, NO_INTERFACE)
