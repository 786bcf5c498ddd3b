"""Conditional requests and content codings (RFC 9110)."""

import email.utils
import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import brotli
from starlette.responses import Response

IDENTITY = "identity"
_ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
    IDENTITY: lambda body: body,
}
_TAG = re.compile(r'(?:W/)?("[^"]*")')


@lru_cache(maxsize=1024)
def coding(accept_encoding: str) -> str:
    """The content coding to answer with: `br`, `gzip` or `identity`, the client's preference first."""
    weights = weighted(accept_encoding)
    rest = weights.get("*", 0.0)
    offered = {name: weights.get(name, rest) for name in ("br", "gzip")}
    best = max(offered, key=lambda name: offered[name])
    return best if offered[best] > 0 and offered[best] >= weights.get(IDENTITY, 0.0) else IDENTITY


def weighted(header: str) -> dict[str, float]:
    """What a client accepts, in lower case, each with its weight."""
    return dict(_weighted(part) for part in header.lower().split(",") if part.strip())


def _weighted(part: str) -> tuple[str, float]:
    name, _, quality = part.partition(";")
    weight = quality.strip().removeprefix("q=")
    try:
        return name.strip(), float(weight) if weight else 1.0
    except ValueError:
        return name.strip(), 0.0


def encode(body: bytes, name: str) -> bytes:
    """The body in a content coding; the same bytes each time."""
    return _ENCODE[name](body)


def etag(version: str, url: str, coding_name: str) -> str:
    """A strong entity tag of one representation: the data version, the canonical URL and the coding."""
    digest = hashlib.blake2b(f"{version}\n{url}".encode(), digest_size=12).hexdigest()
    return f'"{digest}"' if coding_name == IDENTITY else f'"{digest}-{coding_name}"'


@lru_cache(maxsize=16)
def http_date(moment: datetime) -> str:
    """The moment as HTTP writes it."""
    return email.utils.format_datetime(moment.astimezone(UTC), usegmt=True)


def not_modified(headers: Mapping[str, str], tag: str, modified: datetime | None) -> bool:
    """Whether the client already has this: If-None-Match (lists, weak forms, `*`), else If-Modified-Since."""
    if (match := headers.get("if-none-match")) is not None:
        return match.strip() == "*" or tag in _TAG.findall(match)
    if modified and (since := headers.get("if-modified-since")):
        try:
            return modified.replace(microsecond=0) <= email.utils.parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False
    return False


@dataclass(frozen=True)
class Representation:
    """One representation of a resource: how it is coded, tagged and cached; its body comes later, if at all."""

    tag: str
    modified: datetime | None
    """When it last changed; None where only the tag knows."""
    coding: str
    max_age: int

    def answer(self, body: bytes, headers: Mapping[str, str], media_type: str = "application/json") -> Response:
        """The whole representation."""
        coded = {} if self.coding == IDENTITY else {"Content-Encoding": self.coding}
        return Response(encode(body, self.coding), 200, {**self._headers(), **coded, **headers}, media_type)

    def unchanged(self, headers: Mapping[str, str] | None = None) -> Response:
        """The answer to a client that has it already."""
        return Response(status_code=304, headers={**self._headers(), **(headers or {})})

    def _headers(self) -> dict[str, str]:
        kept = f"public, max-age={self.max_age}, stale-while-revalidate=86400, stale-if-error=604800"
        return {
            "ETag": self.tag,
            **({"Last-Modified": http_date(self.modified)} if self.modified else {}),
            "Cache-Control": kept,
            "Vary": "Accept-Encoding",
        }


def represent(version: str, modified: datetime | None, url: str, accept_encoding: str, max_age: int) -> Representation:
    """The representation of a canonical URL for a client that accepts these codings."""
    name = coding(accept_encoding)
    return Representation(etag(version, url, name), modified, name, max_age)
