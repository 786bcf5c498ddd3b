"""The verb `openapi`: print the OpenAPI document."""

import json

from app.cli.settings import settings_from_environment
from app.main import create_app


def run_openapi() -> int:
    """Print the OpenAPI document.

    Prints the OpenAPI 3.1 document of this version, the same that is served at /openapi.json.
    """
    content = create_app(settings_from_environment()).state.document.content
    print(json.dumps(content, indent=2, ensure_ascii=False))
    return 0
