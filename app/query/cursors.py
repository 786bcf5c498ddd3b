"""Opaque cursors of keyset pagination: the last record of a page, bound to the list that the page belongs to."""

import base64
import hashlib
import json
import math

_CHECKSUM_BYTES = 9


class CursorError(ValueError):
    """A text is not a cursor of the list."""


def encode(binding: str, key: str | float, last_id: str) -> str:
    """Return the cursor behind the record with this sort key and id, in the list that the binding names."""
    payload = json.dumps([key, last_id], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_checksum(binding, payload) + payload).decode().rstrip("=")


def decode(binding: str, cursor: str, kind: type[str] | type[float]) -> tuple[str | float, str]:
    """Return the sort key, which is of this kind, and the id of a cursor.

    Raises CursorError if the cursor was altered or belongs to another list.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key, last_id = json.loads(raw[_CHECKSUM_BYTES:])
        # Anybody can compute a checksum, and Base64 has several encodings of the same bytes.
        if not (_is_comparable(key, kind) and _is_comparable(last_id, str) and encode(binding, key, last_id) == cursor):
            raise CursorError(cursor)
    except (TypeError, ValueError) as error:
        raise CursorError(cursor) from error
    return key, last_id


def _is_comparable(value: object, kind: type[str] | type[float]) -> bool:
    """Return whether a value is of this kind and a database can compare its own values with it."""
    if isinstance(value, float):
        return kind is float and math.isfinite(value)
    return kind is str and isinstance(value, str) and "\0" not in value


def _checksum(binding: str, payload: bytes) -> bytes:
    return hashlib.blake2b(binding.encode() + b"\0" + payload, digest_size=_CHECKSUM_BYTES).digest()
