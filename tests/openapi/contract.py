"""Writes the contract: `make openapi`. Real answers first, then the document that shows them."""

import json
import tempfile
from pathlib import Path
from typing import Any

from app.api.document import BASE_URL_PLACEHOLDER, ERROR_EXAMPLES, EXAMPLES_FILE
from app.main import create_app
from app.settings import Settings
from tests.support.serving import REAL_SEED, ROOT, Served, loaded, serving, sqlite_settings

DEFAULTS = Settings.model_construct()
"""The settings of a machine that sets none."""
COMMITTED = ROOT / "tests" / "openapi.json"


def contract(settings: Settings = DEFAULTS) -> dict[str, Any]:
    """The document as the code says it, of a service with these settings."""
    content: dict[str, Any] = create_app(settings).state.document.content
    return content


def requests() -> list[str]:
    """Every request whose answer the document shows."""
    server = DEFAULTS.base_url
    samples = [item["get"]["x-codeSamples"][0]["source"] for item in contract()["paths"].values()]
    return [sample.removeprefix(f"curl '{server}").removesuffix("'") for sample in samples] + list(
        ERROR_EXAMPLES.values()
    )


def answer(served: Served, request: str) -> Any:
    """What a service answers, with the same address on every machine."""
    return json.loads(served.get(request).text.replace(served.settings.base_url, BASE_URL_PLACEHOLDER))


def written(content: Any) -> str:
    """The content as it is committed."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Asks a service with the real register, and writes what it says."""
    with tempfile.TemporaryDirectory() as folder, serving(loaded(sqlite_settings(Path(folder), REAL_SEED))) as served:
        EXAMPLES_FILE.write_text(written({request: answer(served, request) for request in requests()}))
    COMMITTED.write_text(written(contract()))


if __name__ == "__main__":
    main()
