"""Opaque cursors: where a page ended, bound to the list that it is a page of."""

import base64
import hashlib
import json
import math
from typing import Any

_CHECKSUM_BYTES = 9  # bytes of the checksum


class CursorError(ValueError):
    """This is not a cursor of this list."""


def encode(binding: str, key: str | float, last_id: str) -> str:
    """A cursor behind the record with this key and id, for the list that the binding names."""
    payload = json.dumps([key, last_id], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_checksum(binding, payload) + payload).decode().rstrip("=")


def decode(binding: str, cursor: str, kind: type[str] | type[float]) -> tuple[str | float, str]:
    """The key, of this kind, and the id in a cursor; CursorError if it was altered or belongs to another list."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key, last_id = json.loads(raw[_CHECKSUM_BYTES:])
        # Anybody can compute a checksum, and the same bytes can be spelt in several ways.
        if not (_is_comparable(key, kind) and _is_comparable(last_id, str) and encode(binding, key, last_id) == cursor):
            raise CursorError(cursor)
    except (TypeError, ValueError) as error:
        raise CursorError(cursor) from error
    return key, last_id


def _is_comparable(value: Any, kind: type[str] | type[float]) -> bool:
    """Whether a database can compare its own values with this one."""
    return type(value) is kind and (math.isfinite(value) if isinstance(value, float) else "\0" not in value)


def _checksum(binding: str, payload: bytes) -> bytes:
    return hashlib.blake2b(binding.encode() + b"\0" + payload, digest_size=_CHECKSUM_BYTES).digest()
