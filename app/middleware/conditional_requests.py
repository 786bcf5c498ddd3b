"""Conditional requests and content codings (RFC 9110)."""

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import brotli
from starlette.responses import Response

from app.values.http_dates import format_http_date, parse_http_date

IDENTITY = "identity"
_ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
    IDENTITY: lambda body: body,
}
_TAG = re.compile(r'(?:W/)?("[^"]*")')
_WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
MAX_LIST_MEMBERS = 100  # of a list in a header; the rest is ignored


@lru_cache(maxsize=1024)
def negotiate_encoding(accept_encoding: str) -> str:
    """The content coding of the response (RFC 9110, 12.5.3): `br`, `gzip` or `identity`, as the client prefers."""
    weights = parse_weights(accept_encoding)
    rest = weights.get("*", 0.0)
    offered = {name: weights.get(name, rest) for name in ("br", "gzip")}
    best = max(offered, key=lambda name: offered[name])
    return best if offered[best] > 0 and offered[best] >= weights.get(IDENTITY, 0.0) else IDENTITY


def parse_weights(header: str) -> dict[str, float]:
    """The members of an Accept-* header in lower case, each with its weight from 0 to 1."""
    members = header.lower().split(",", MAX_LIST_MEMBERS)[:MAX_LIST_MEMBERS]
    return dict(_parse_weight(member) for member in members if member.strip())


def _parse_weight(member: str) -> tuple[str, float]:
    """A name and its weight (RFC 9110, 12.4.2); 0, not acceptable, if the weight is malformed."""
    name, _, written = member.partition(";")
    if not (written := written.strip()):
        return name.strip(), 1.0
    weight = _WEIGHT.fullmatch(written)
    return name.strip(), float(weight[1]) if weight else 0.0


def encode(body: bytes, name: str) -> bytes:
    """The body in a content coding; deterministic."""
    return _ENCODE[name](body)


def etag(version: str, url: str, coding_name: str) -> str:
    """A strong entity tag: the hash of data version and canonical URL, with the coding."""
    digest = hashlib.blake2b(f"{version}\n{url}".encode(), digest_size=12).hexdigest()
    return f'"{digest}"' if coding_name == IDENTITY else f'"{digest}-{coding_name}"'


def is_not_modified(fields: Sequence[tuple[bytes, bytes]], tag: str, modified: datetime | None) -> bool:
    """Whether the client has this representation: by If-None-Match, else by If-Modified-Since (RFC 9110, 13)."""
    if matches := [value for name, value in fields if name == b"if-none-match"]:
        match = b",".join(matches).decode("latin-1")
        return match.strip() == "*" or tag in _TAG.findall(match)
    dates = [value for name, value in fields if name == b"if-modified-since"]
    if modified is None or len(dates) != 1:  # of several dates, none is a condition (RFC 9110, 13.1.3)
        return False
    since = parse_http_date(dates[0].decode("latin-1").strip())
    return since is not None and modified.replace(microsecond=0) <= since


@dataclass(frozen=True)
class Representation:
    """The metadata of one representation of a resource; its body is rendered only if the client needs it."""

    tag: str
    modified: datetime | None
    """When it last changed; None: it has an entity tag only."""
    coding: str
    max_age: int

    def response(self, body: bytes, headers: Mapping[str, str], media_type: str = "application/json") -> Response:
        """The 200 with this body."""
        coded = {} if self.coding == IDENTITY else {"Content-Encoding": self.coding}
        return Response(encode(body, self.coding), 200, {**self._headers(), **coded, **headers}, media_type)

    def not_modified_response(self, headers: Mapping[str, str] | None = None) -> Response:
        """The 304 for a client that has it already."""
        return Response(status_code=304, headers={**self._headers(), **(headers or {})})

    def _headers(self) -> dict[str, str]:
        kept = f"public, max-age={self.max_age}, stale-while-revalidate=86400, stale-if-error=604800"
        return {
            "ETag": self.tag,
            **({"Last-Modified": format_http_date(self.modified)} if self.modified else {}),
            "Cache-Control": kept,
            "Vary": "Accept-Encoding",
        }


def make_representation(
    version: str, modified: datetime | None, url: str, accept_encoding: str, max_age: int
) -> Representation:
    """The representation of a canonical URL for a client that accepts these codings."""
    name = negotiate_encoding(accept_encoding)
    return Representation(etag(version, url, name), modified, name, max_age)
