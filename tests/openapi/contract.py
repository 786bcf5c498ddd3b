"""Writes the OpenAPI document (`make openapi`): first the examples, which are real responses, then the document."""

import json
import tempfile
from pathlib import Path
from typing import Any

from app.api.openapi_document import BASE_URL_PLACEHOLDER, ERROR_EXAMPLES, EXAMPLES_FILE
from app.main import create_app
from app.settings import Settings
from tests.support.serving import REAL_SEED, ROOT, Served, loaded, serving, sqlite_settings

DEFAULTS = Settings.model_construct()
"""The settings of an environment without CITYPACT_ variables."""
COMMITTED = ROOT / "tests" / "openapi.json"


def generated_document(settings: Settings = DEFAULTS) -> dict[str, Any]:
    """Return the document that the code generates for a service with these settings."""
    content: dict[str, Any] = create_app(settings).state.document.content
    return content


def example_requests() -> list[str]:
    """Return the paths and queries of all requests whose responses are examples in the document."""
    server = DEFAULTS.base_url
    samples = [item["get"]["x-codeSamples"][0]["source"] for item in generated_document()["paths"].values()]
    requests = [sample.removeprefix(f"curl '{server}").removesuffix("'") for sample in samples]
    return [*requests, *ERROR_EXAMPLES.values()]


def example_response(served: Served, request: str) -> Any:
    """Return the JSON of a response, with a placeholder for the address of the service."""
    return json.loads(served.get(request).text.replace(served.settings.base_url, BASE_URL_PLACEHOLDER))


def format_json(content: Any) -> str:
    """Return the text of a committed JSON file."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Serve the real register, and write the examples and the document."""
    with tempfile.TemporaryDirectory() as folder, serving(loaded(sqlite_settings(Path(folder), REAL_SEED))) as served:
        examples = {request: example_response(served, request) for request in example_requests()}
        EXAMPLES_FILE.write_text(format_json(examples))
    COMMITTED.write_text(format_json(generated_document()))


if __name__ == "__main__":
    main()
