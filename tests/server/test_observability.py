"""What an operator sees: request ids, the log, metrics; and that the log says nothing of persons unasked."""

import json
import re
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import Settings
from tests.faults.servers import server
from tests.support.commands import run
from tests.support.problems import problem_of
from tests.support.serving import SMALL_SEED, Served, free_port, loaded, sqlite_settings

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return loaded(sqlite_settings(tmp_path, SMALL_SEED)).model_copy(update={"port": free_port()})


def test_no_id_without_an_observer_or_a_client_that_sends_one(small: Served) -> None:
    assert "x-request-id" not in small.get("/cities").headers
    assert "instance" not in small.get("/cities?x=1").json()


@pytest.mark.parametrize("sent", ["7b8f4f2a", "trace-1.A_z", "x" * 64])
@pytest.mark.parametrize("path", ["/cities", "/healthz", "/nowhere", "/cities?x=1", "/cities?q=%00"])
def test_an_id_comes_back(small: Served, path: str, sent: str) -> None:
    response = small.get(path, headers={"X-Request-ID": sent})

    assert response.headers["x-request-id"] == sent
    if response.status_code >= 400:
        assert problem_of(response, response.status_code)["instance"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "<script>", "é".encode(), "a\tb"])
def test_a_malformed_id_is_replaced(small: Served, sent: str | bytes) -> None:
    response = small.get("/nowhere", headers=[(b"X-Request-ID", sent if isinstance(sent, bytes) else sent.encode())])
    made = response.headers["x-request-id"]

    assert re.fullmatch(UUID, made)
    assert response.json()["instance"] == made


def test_an_id_is_not_cached_with_the_response(small: Served) -> None:
    ids = [small.get("/cities", headers={"X-Request-ID": sent}).headers["x-request-id"] for sent in ("one", "two")]

    assert ids == ["one", "two"]
    assert "x-request-id" not in small.get("/cities").headers


def lines_of(settings: Settings, *asked: tuple[str, dict[str, str]]) -> list[dict[str, Any]]:
    """What a server logs that is asked this."""
    with server(settings, 1) as process:
        for path, headers in asked:
            httpx.get(f"{settings.base_url}{path}", headers=httpx.Headers(headers, encoding="latin-1"))
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    _, *lines = errors.splitlines()
    return [line for line in map(json.loads, lines) if line.get("path") != "/healthz"]


ASKED = [
    ("/cities?q=somebody", {"X-Request-ID": "one", "User-Agent": "telling/1.0", "X-Forwarded-For": "203.0.113.7"}),
    ("/nowhere", {"X-Forwarded-For": "203.0.113.7"}),
]


# As Java's HttpClient begins each conversation; uvicorn itself would warn of it each time.
WISHED_FOR_HTTP_2 = ("/cities", {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEA"})


@pytest.mark.slow
def test_nothing_is_logged_by_default(settings: Settings) -> None:
    assert lines_of(settings, *ASKED, WISHED_FOR_HTTP_2) == []


@pytest.mark.slow
def test_the_access_log_has_no_personal_data(settings: Settings) -> None:
    first, second = lines_of(settings.model_copy(update={"access_log": True}), *ASKED)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", first.pop("time"))
    assert first.pop("milliseconds") > 0
    assert first.pop("bytes") > 0
    assert first == {
        "level": "info",
        "logger": "citypact.access",
        "message": "answered",
        "request_id": "one",
        "method": "GET",
        "path": "/cities",
        "status": 200,
    }
    assert re.fullmatch(UUID, second["request_id"])
    assert (second["path"], second["status"]) == ("/nowhere", 404)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trusted", "address"), [("", "127.0.0.1"), ("192.0.2.1", "127.0.0.1"), ("127.0.0.0/8", "203.0.113.7")]
)
def test_addresses_are_logged_if_wanted(settings: Settings, trusted: str, address: str) -> None:
    wanted = {"access_log": True, "log_addresses": True, "trusted_proxies": trusted}
    lines = lines_of(settings.model_copy(update=wanted), *ASKED)

    assert [line["address"] for line in lines] == [address] * 2


FORWARDED = {
    "203.0.113.7:9": "203.0.113.7",
    "[2001:db8::7]:9": "2001:db8::7",
    "fe80::7%eth0": "fe80::7%eth0",
    "unknown": None,
    "_hidden": None,
    "203.0.113.7:" + "9" * 500: "203.0.113.7",
    "203.0.113.7:\xb2": None,
    "[203.0.113.7": None,
    "\x9b31m": None,
    "203.0.113.7" + ", 198.51.100.1" * 70: "203.0.113.7",
    "203.0.113.7" + ", 198.51.100.1" * 80: "127.0.0.1",
    "a" * 60_000: "127.0.0.1",
}


@pytest.mark.slow
def test_a_malformed_address_is_not_logged(settings: Settings) -> None:
    wanted = {"access_log": True, "log_addresses": True, "trusted_proxies": "*"}
    asked = [("/cities", {"X-Forwarded-For": forwarded}) for forwarded in FORWARDED]
    lines = lines_of(settings.model_copy(update=wanted), *asked)

    assert [line.get("address") for line in lines] == list(FORWARDED.values())


@pytest.mark.slow
def test_metrics_of_all_workers(settings: Settings) -> None:
    settings = settings.model_copy(update={"metrics_port": free_port()})
    with server(settings, 2):
        for path in ["/cities"] * 40 + ["/nowhere", "/any/thing", "/cities?x=1"]:
            httpx.get(f"{settings.base_url}{path}")
        text = httpx.get(f"http://127.0.0.1:{settings.metrics_port}/metrics").text
        on_the_api = httpx.get(f"{settings.base_url}/metrics").status_code

    counted = dict(re.findall(r"^citypact_answers_total(\{.*\}) (\S+)$", text, re.MULTILINE))
    assert counted.pop('{noun="healthz",stale="no",status="200"}')
    assert counted == {
        '{noun="cities",stale="no",status="200"}': "40.0",
        '{noun="cities",stale="no",status="400"}': "1.0",
        '{noun="other",stale="no",status="404"}': "2.0",
    }
    assert 'citypact_answer_seconds_count{noun="cities"} 41.0' in text
    assert on_the_api == 404


@pytest.mark.slow
def test_a_metrics_port_that_is_taken(settings: Settings) -> None:

    with server(settings, 1):
        taken = settings.model_copy(update={"port": free_port(), "metrics_port": settings.port})
        refused = run(taken, "serve")

    expected = f"No metrics on port {settings.port}: Address already in use."
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (1, expected)
