"""The limits: a bare ASGI application and a FastAPI route without work; both send what the file in ANSWER holds.

Its first line has the headers as JSON, the rest is the body.
"""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response

_first, _, BODY = Path(os.environ.get("ANSWER", os.devnull)).read_bytes().partition(b"\n")
HEADERS: dict[str, str] = json.loads(_first or b"{}")
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(name.encode(), value.encode()) for name, value in HEADERS.items()],
}


async def bare(_scope: Any, _receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
    """Nothing but the bytes."""
    await send(START)
    await send({"type": "http.response.body", "body": BODY})


framework = FastAPI(openapi_url=None)


@framework.get("/agreements")
async def agreements() -> Response:
    """The same by way of a route."""
    return Response(BODY, headers=HEADERS)
