"""A real nginx with the configuration that a deployment has."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from tests.support.commands import wait_until
from tests.support.serving import ROOT, free_port

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_nginx = pytest.mark.skipif(
    not {"CITYPACT_TEST_ALL", "CITYPACT_FAULTS"} & set(os.environ),
    reason="needs nginx; `make test-all` installs it and runs this",
)

MAIN = """
daemon off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 2000; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include citypact.conf;
}}
"""


@contextmanager
def nginx(settings: Settings, **given: str) -> Iterator[Settings]:
    """The settings of an nginx in front of what these serve."""
    port = free_port()
    values = {
        "CITYPACT_API": f"{settings.host}:{settings.port}",
        "CITYPACT_LISTEN": f"127.0.0.1:{port}",
        "CITYPACT_RATE": "100000",
        "CITYPACT_BURST": "100000",
        **given,
    }
    folder = Path(tempfile.mkdtemp(prefix="citypact-nginx-"))
    folder.chmod(0o755)
    written(folder, values | {"CITYPACT_PROXY_CACHE": f"{folder}/cache"})
    process = subprocess.Popen([str(NGINX), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    try:
        front = settings.model_copy(update={"host": "127.0.0.1", "port": port})
        wait_until(lambda: accepts(front))
        yield front
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def accepts(front: Settings) -> bool:
    """Whether nginx answers, if only that the API does not."""
    try:
        return bool(httpx.get(f"http://{front.host}:{front.port}/healthz").status_code)
    except httpx.TransportError:
        return False


def written(folder: Path, values: dict[str, str]) -> None:
    """Writes the configuration, filled in as the container fills it in."""
    source = ROOT / ".deploy/nginx"
    for name in ("problem-headers.conf", "trusted-proxies.conf"):
        shutil.copy(source / name, folder)
    text = (source / "citypact.conf.template").read_text()
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    (folder / "citypact.conf").write_text(text)
    user = "user nobody nogroup;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
