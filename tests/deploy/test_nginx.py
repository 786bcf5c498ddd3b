"""nginx in front: what it takes off the API, and that its refusals look like ours."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.main import default_headers
from app.settings import Settings
from tests.deploy.nginx import needs_nginx, nginx
from tests.faults.servers import server
from tests.support.commands import wait_until
from tests.support.problems import problem_of
from tests.support.raw_http import connect, read_response
from tests.support.serving import SMALL_SEED, free_port, loaded, serving, sqlite_settings

pytestmark = [needs_nginx, pytest.mark.slow]

ASK = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with serving(loaded(sqlite_settings(tmp_path_factory.mktemp("nginx"), SMALL_SEED))) as served:
        yield served.settings


@pytest.fixture(scope="module")
def front(api: Settings) -> Iterator[Settings]:
    with nginx(api) as settings:
        yield settings


def get(settings: Settings, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"http://{settings.host}:{settings.port}{path}", headers=headers)


@pytest.mark.parametrize("path", ["/cities", "/cities/nobody", "/cities?x=1", f"/cities?q={'x' * 5000}", "/nowhere"])
@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
def test_responses_pass_through_unchanged(api: Settings, front: Settings, path: str, coding: str) -> None:
    sent, through = (
        get(settings, path, **{"Accept-Encoding": coding, "X-Request-ID": "mine"}) for settings in (api, front)
    )
    kept = (
        "etag",
        "content-type",
        "cache-control",
        "content-encoding",
        "vary",
        "link",
        *map(str.lower, default_headers("/")),
    )

    assert (through.status_code, through.content) == (sent.status_code, sent.content)
    assert {name: through.headers.get(name) for name in kept} == {name: sent.headers.get(name) for name in kept}
    assert through.headers["server"] == "nginx"


def test_problems_have_the_id_that_nginx_gave(front: Settings) -> None:
    made, own = get(front, "/cities?x=1"), get(front, "/cities?x=1", **{"X-Request-ID": "mine"})

    assert made.json()["instance"] == made.headers["x-request-id"]
    assert own.json()["instance"] == own.headers["x-request-id"] == "mine"


def test_conditional_requests(front: Settings) -> None:
    tag = get(front, "/agreements").headers["etag"]

    assert get(front, "/agreements", **{"If-None-Match": tag}).status_code == 304


REFUSED = {
    "garbage": (b"\x16\x03\x01\x02\r\n\r\n", 400),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (ASK + b"Host: y\r\n\r\n", 400),
    "a body": (b"POST /cities HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", 413),
    "a long address": (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "a large header": (ASK + b"A: " + b"a" * 20_000 + b"\r\n\r\n", 431),
    "many headers": (ASK + b"A: aaaaaaaaaaa\r\n" * 5_000 + b"\r\n", 431),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_nginx_refuses(front: Settings, case: str) -> None:
    sent, status = REFUSED[case]
    with connect(front) as connection:
        connection.sendall(sent)
        refusal = read_response(connection)

    assert (refusal.status, refusal.headers["content-type"]) == (status, "application/problem+json")
    assert refusal.json()["status"] == status
    expected = {name.lower(): value for name, value in default_headers("/").items()} | {"cache-control": "no-store"}
    assert {name: refusal.headers.get(name) for name in expected} == expected


def test_a_rate_limit(api: Settings) -> None:
    with (
        nginx(api, CITYPACT_RATE="1", CITYPACT_BURST="3") as front,
        httpx.Client(base_url=f"http://{front.host}:{front.port}") as client,
    ):
        time.sleep(1)  # what the start asked has been forgotten
        began = time.monotonic()
        answers = [client.get("/cities") for _ in range(20)]
        seconds = time.monotonic() - began
    served, refused = ([each for each in answers if each.status_code == status] for status in (200, 429))

    assert len(served) + len(refused) == len(answers)
    assert 4 <= len(served) <= 5 + seconds  # one, three at once beyond it, and one more a second
    assert problem_of(refused[0], 429)["detail"] == "More than 1 requests a second; try again."
    assert refused[0].headers["retry-after"] == "1"


def test_the_api_is_gone(tmp_path: Path) -> None:
    settings = loaded(sqlite_settings(tmp_path, SMALL_SEED))
    settings = settings.model_copy(update={"port": free_port(), "max_age": 1})
    with server(settings, 1) as process, nginx(settings) as front:
        kept, expires = get(front, "/cities"), time.time() + 2
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        wait_until(lambda: time.time() > expires)
        stale, gone = get(front, "/cities"), get(front, "/agreements")

    assert (stale.status_code, stale.content) == (200, kept.content)
    assert problem_of(gone, 503)["detail"] == "The API does not answer; try again."
    assert gone.headers["retry-after"] == "5"
