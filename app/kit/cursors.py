"""Opaque cursors: where a page ended, bound to the list that it is a page of."""

import base64
import binascii
import hashlib
import json

_SUM = 9  # bytes of the checksum


class CursorError(ValueError):
    """This is not a cursor of this list."""


def encode(binding: str, key: str | float, last_id: str) -> str:
    """A cursor behind the record with this key and id, for the list that the binding names."""
    payload = json.dumps([key, last_id], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_checksum(binding, payload) + payload).decode().rstrip("=")


def decode(binding: str, cursor: str) -> tuple[str | float, str]:
    """The key and the id in a cursor; CursorError if it was altered or belongs to another list."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        checksum, payload = raw[:_SUM], raw[_SUM:]
        if checksum != _checksum(binding, payload):
            raise CursorError(cursor)
        key, last_id = json.loads(payload)
    except (binascii.Error, ValueError) as error:
        raise CursorError(cursor) from error
    if encode(binding, key, last_id) != cursor:  # two spellings of the same bytes
        raise CursorError(cursor)
    return key, last_id


def _checksum(binding: str, payload: bytes) -> bytes:
    return hashlib.blake2b(binding.encode() + b"\0" + payload, digest_size=_SUM).digest()
