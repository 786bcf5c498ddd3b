"""Seeds that no city would write: two hundred agreements with long names, and a register that means harm."""

import hashlib
import json
from pathlib import Path
from typing import Any

LONG_NAME = "Llanfairpwll" * 6 + "gwyngyll"  # 80 characters without a space
SCRIPT = "<script>alert('harm')</script>"
BREAKOUT = "\"'><img src=x onerror=alert(1)></textarea></title></script>"
OVERRIDE = "\u202etxet desrever"
SAFE_URL = "https://harm.example/page"
SCRIPT_URL = "javascript:alert(document.domain)//"

Seed = dict[str, Any]


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


def _write(folder: Path, places: list[Seed], document: Seed, indicators: list[Seed] | None = None) -> Path:
    (folder / "sources").mkdir(parents=True)
    countries = [{"id": code.lower(), "kind": "country", "country": code} for code in ("KR", "VN")]
    # JSON is YAML, too.
    files = {"places": places + countries, "indicators": indicators or [], "topics": [], "sources/leaflet": document}
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(json.dumps(content))
    return folder


def crowded(folder: Path) -> Path:
    """A city with two hundred sisters, all with names that nothing can break."""
    sisters = [_city(f"sister-{number}", "VN", f"{LONG_NAME[:-3]}{number:03}") for number in range(200)]
    document = {
        "source": _source("Two hundred sisters", "The Leaflet"),
        "agreements": [
            _agreement(f"{number:03}", ["home", sister["id"]], LONG_NAME) for number, sister in enumerate(sisters)
        ],
    }
    return _write(folder, [_city("home", "KR", LONG_NAME), *sisters], document)


def hostile(folder: Path) -> Path:
    """A register whose every text is an attack."""
    places = [_city("alpha", "KR", SCRIPT), _city("omega", "VN", f"{OVERRIDE} {BREAKOUT}")]
    indicator = {
        "id": "harm",
        "name": SCRIPT,
        "description": BREAKOUT,
        "unit": "USD",
        "measure": "amount",
        "aggregation": "stock",
        "direction": "in",
    }
    people = [
        {"side": "host", "represents": "alpha", "name": SCRIPT, "titles": [BREAKOUT]},
        {"side": "guest", "represents": "omega", "name": OVERRIDE, "titles": [SCRIPT]},
    ]
    document = {
        "source": _source(BREAKOUT, SCRIPT),
        "agreements": [_agreement("harm", ["alpha", "omega"], BREAKOUT)],
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
                "printed": BREAKOUT,
                "evidence": _evidence("figure", OVERRIDE),
            }
        ],
    }
    return _write(folder, places, document, [indicator])
