"""Prints what the image contains, as a bill of materials (CycloneDX 1.6): every pinned package with its hashes."""

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
REQUIREMENT = re.compile(r"^([\w.-]+)==(\S+)((?: +--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


def components() -> list[dict[str, object]]:
    """The pinned packages; a package has a hash for each of its files."""
    pinned = re.sub(r"\s*\\\n\s*", " ", (ROOT / "requirements.txt").read_text())
    return [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name.lower()}@{version}",
            "bom-ref": f"pkg:pypi/{name.lower()}@{version}",
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in re.findall(r"sha256:(\w+)", hashes)],
        }
        for name, version, hashes in REQUIREMENT.findall(pinned)
    ]


def bill() -> dict[str, object]:
    """The whole bill; the same for the same requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    subject = {"type": "application", "name": project["name"], "version": project["version"], "bom-ref": "citypact"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**subject, "licenses": [{"license": {"id": project["license"]}}]}},
        "components": components(),
    }


if __name__ == "__main__":
    print(json.dumps(bill(), indent=2))
