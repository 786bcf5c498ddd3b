"""How a refusal must look, whatever it refuses."""

from typing import Any

import httpx


def problem_of(response: httpx.Response, status: int) -> dict[str, Any]:
    """The problem in an answer of this status, which is never kept by a cache."""
    kind, kept = response.headers["content-type"], response.headers["cache-control"]
    assert (response.status_code, kind, kept) == (status, "application/problem+json", "no-store"), response.text
    found: dict[str, Any] = response.json()
    assert found["status"] == status
    return found


def errors_of(response: httpx.Response) -> list[dict[str, Any]]:
    """The errors of a 400."""
    errors: list[dict[str, Any]] = problem_of(response, 400)["errors"]
    return errors


def refused(response: httpx.Response) -> list[str]:
    """The names of the parameters that a 400 is about."""
    return [error["parameter"] for error in errors_of(response)]
