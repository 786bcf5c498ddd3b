"""Ends listening so that no connection is lost that the kernel has already taken."""

import ctypes
import socket
import struct
import sys
from collections.abc import Iterable

DRAINED_IN = 0.1  # seconds in which whoever listens takes up what waits in the queue

SO_ATTACH_FILTER = 26
# A filter of the classic BPF, for a packet that starts with its TCP header: drop it if SYN is set.
NO_SYN = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in (
        (0x30, 0, 0, 13),  # load the byte with the flags
        (0x45, 0, 1, 0x02),  # SYN? then the next, else the one after
        (0x06, 0, 0, 0),  # keep 0 bytes
        (0x06, 0, 0, 0xFFFF),  # keep all
    )
)


def take_no_more(sockets: Iterable[socket.socket]) -> None:
    """The kernel begins no new connection on these; those in the queue can still be accepted.

    To close a socket that listens resets all who wait in its queue. Elsewhere than on Linux that cannot be helped.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(NO_SYN, len(NO_SYN))
    filtered = struct.pack("HL", len(NO_SYN) // 8, ctypes.addressof(program))
    for listening in sockets:
        listening.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, filtered)
