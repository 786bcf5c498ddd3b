"""The private names of uvicorn and FastAPI that the server uses: an upgrade that moves one of them fails here."""

import inspect
from collections.abc import Iterable

import pytest
from fastapi import FastAPI
from uvicorn import Server, config
from uvicorn.protocols.http import httptools_impl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.supervisors import Multiprocess, multiprocess

ATTRIBUTES = {
    HttpToolsProtocol: [
        "cycle",
        "expect_100_continue",
        "headers",
        "loop",
        "parser",
        "pipeline",
        "server_state",
        "transport",
    ],
    RequestResponseCycle: [
        "default_headers",
        "disconnected",
        "flow",
        "keep_alive",
        "message_event",
        "on_response",
        "response_complete",
        "response_started",
        "scope",
        "transport",
    ],
    Multiprocess: ["processes", "should_exit", "signal_queue", "sockets"],
    multiprocess.Process: ["child_conn", "process"],
    FastAPI: ["middleware_stack", "user_middleware"],
}
METHODS = {
    HttpToolsProtocol: [
        "_unset_keepalive_if_required",
        "connection_lost",
        "connection_made",
        "data_received",
        "eof_received",
        "on_body",
        "on_headers_complete",
        "on_message_complete",
        "on_response_complete",
        "shutdown",
    ],
    Server: ["capture_signals", "handle_exit", "shutdown"],
    Multiprocess: ["handle_hup", "handle_term", "join_all", "keep_subprocess_alive", "run", "terminate_all"],
    multiprocess.Process: ["exitcode", "kill", "pid"],
    FastAPI: ["build_middleware_stack"],
    httptools_impl: ["HEADER_RE", "HEADER_VALUE_RE", "STATUS_LINE"],
    config: ["STARTUP_FAILURE"],
}


@pytest.mark.parametrize(("owner", "names"), ATTRIBUTES.items())
def test_an_attribute_is_set_where_the_server_reads_it(owner: type, names: Iterable[str]) -> None:
    source = "".join(inspect.getsource(parent) for parent in owner.__mro__ if parent.__module__ != "builtins")

    assert [name for name in names if f"self.{name}" not in source] == []


@pytest.mark.parametrize(("owner", "names"), METHODS.items())
def test_a_name_exists_where_the_server_uses_it(owner: object, names: Iterable[str]) -> None:
    assert [name for name in names if not hasattr(owner, name)] == []
