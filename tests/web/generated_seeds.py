"""Seeds written for tests: two hundred agreements with long names, and a register whose texts attack the pages."""

import hashlib
import json
from pathlib import Path
from typing import Any

LONG_NAME = "Llanfairpwll" * 6 + "gwyngyll"  # 80 characters without a space
SCRIPT = "<script>alert('harm')</script>"
MARKUP_INJECTION = "\"'><img src=x onerror=alert(1)></textarea></title></script>"
BIDI_OVERRIDE = "\u202etxet desrever"
SAFE_URL = "https://harm.example/page"
SCRIPT_URL = "javascript:alert(document.domain)//"

Seed = dict[str, Any]
"""A record of a seed file."""


def _city(key: str, country: str, name: str) -> Seed:
    return {"id": key, "kind": "city", "country": country, "names": {"en": name}, "native_name": name}


def _evidence(key: str, quote: str) -> list[Seed]:
    return [{"key": key, "field": "record", "quote": quote[:100], "at": 0}]


def _source(title: str, publisher: str) -> Seed:
    return {
        "id": "leaflet",
        "file": "leaflet.txt",
        "sha256": hashlib.sha256(b"").hexdigest(),
        "length": 5000,
        "title": title,
        "publisher": publisher,
        "publisher_basis": "stated",
        "language": "en",
        "url": SAFE_URL,
        "url_basis": "stated",
        "evidence": [
            {"key": "title", "field": "title", "quote": title[:100], "at": 0},
            {"key": "publisher", "field": "publisher", "quote": publisher[:100], "at": 0},
        ],
    }


def _agreement(key: str, parties: list[str], label: str) -> Seed:
    return {
        "id": f"agreement-{key}",
        "kind": "sister_city",
        "kind_label": label,
        "status": "signed",
        "status_note": label,
        "parties": parties,
        "evidence": _evidence(f"agreement-{key}", label),
    }


def _write(folder: Path, places: list[Seed], source_file: Seed, indicators: list[Seed] | None = None) -> Path:
    (folder / "sources").mkdir(parents=True)
    countries = [{"id": code.lower(), "kind": "country", "country": code} for code in ("KR", "VN")]
    # JSON is a subset of YAML.
    files = {"places": places + countries, "indicators": indicators or [], "topics": [], "sources/leaflet": source_file}
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(json.dumps(content))
    return folder


def write_long_names(folder: Path) -> Path:
    """Write the seeds of a city with two hundred sister cities, all with names that have no space to break at."""
    cities = [_city(f"sister-{number}", "VN", f"{LONG_NAME[:-3]}{number:03}") for number in range(200)]
    source_file = {
        "source": _source("Two hundred sisters", "The Leaflet"),
        "agreements": [
            _agreement(f"{number:03}", ["home", city["id"]], LONG_NAME) for number, city in enumerate(cities)
        ],
    }
    return _write(folder, [_city("home", "KR", LONG_NAME), *cities], source_file)


def write_malicious(folder: Path) -> Path:
    """Write seeds in which every text tries to inject script or markup, or to reorder the text around it."""
    places = [_city("alpha", "KR", SCRIPT), _city("omega", "VN", f"{BIDI_OVERRIDE} {MARKUP_INJECTION}")]
    indicator = {
        "id": "harm",
        "name": SCRIPT,
        "description": MARKUP_INJECTION,
        "unit": "USD",
        "measure": "amount",
        "aggregation": "stock",
        "direction": "in",
    }
    people = [
        {"side": "host", "represents": "alpha", "name": SCRIPT, "titles": [MARKUP_INJECTION]},
        {"side": "guest", "represents": "omega", "name": BIDI_OVERRIDE, "titles": [SCRIPT]},
    ]
    source_file = {
        "source": _source(MARKUP_INJECTION, SCRIPT),
        "agreements": [_agreement("harm", ["alpha", "omega"], MARKUP_INJECTION)],
        "delegations": [
            {
                "id": "visit",
                "kind": "visit",
                "status": "held",
                "title": SCRIPT,
                "participants": people,
                "evidence": _evidence("visit", SCRIPT),
            }
        ],
        "observations": [
            {
                "id": "figure",
                "indicator": "harm",
                "area": "alpha",
                "counterpart": "omega",
                "value": 1,
                "relation": "gt",
                "status": "normal",
                "printed": MARKUP_INJECTION,
                "evidence": _evidence("figure", BIDI_OVERRIDE),
            }
        ],
    }
    return _write(folder, places, source_file, [indicator])
