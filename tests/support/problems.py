"""Assertions about error responses (RFC 9457)."""

from typing import Any

import httpx


def problem_of(response: httpx.Response, status: int) -> dict[str, Any]:
    """Assert that a response is a problem of this status that no cache may keep, and return its JSON."""
    media_type, caching = response.headers["content-type"], response.headers["cache-control"]
    expected = (status, "application/problem+json", "no-store")
    assert (response.status_code, media_type, caching) == expected, response.text
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    return problem


def errors_of(response: httpx.Response) -> list[dict[str, Any]]:
    """Assert that a response is a 400, and return its `errors`."""
    errors: list[dict[str, Any]] = problem_of(response, 400)["errors"]
    return errors


def refused_parameters(response: httpx.Response) -> list[str]:
    """Assert that a response is a 400, and return the names of the parameters in its `errors`."""
    return [error["parameter"] for error in errors_of(response)]
