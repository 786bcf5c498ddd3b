"""An invented register as a folder of seeds, to load it as a city would."""

import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.seeding.loading.load import load
from app.settings import Settings
from tests.benchmark.register import InventedRegister

KINDS = ("agreement", "delegation", "observation")


def yaml_rate(agreements: int, folder: Path) -> float:
    """Agreements and observations a second from YAML to a database that is served: read, checked and loaded."""
    write(InventedRegister(agreements), folder / "seed")
    settings = Settings(database_url=f"sqlite:///{folder}/from-yaml.db", seed_dir=str(folder / "seed"))
    began = time.monotonic()
    load(settings)
    return agreements * 11 / (time.monotonic() - began)


def write(register: InventedRegister, folder: Path) -> None:
    """Writes the seeds of a register; JSON is YAML."""
    (folder / "sources").mkdir(parents=True)
    documents: dict[str, dict[str, Any]] = {source.id: {"source": _data(source)} for source in register.sources}
    records: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for kind in KINDS:
        for record, source in register.of_kind(kind):
            records[source, f"{kind}s"].append(_data(record))
    for (source, kinds), found in records.items():
        documents[source][kinds] = found
    for source, document in documents.items():
        _write(folder / "sources" / f"{source}.yaml", document)
    for name in ("places", "topics", "indicators"):
        _write(folder / f"{name}.yaml", [_data(seed) for seed in getattr(register, name)])


def _data(seed: BaseModel) -> Any:
    """A seed without what says nothing, as it stands in a file."""
    return json.loads(json.dumps(_plain(seed)))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: _plain(part) for name, part in vars(value).items() if part not in (None, [])}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def _write(file: Path, data: Any) -> None:
    file.write_text(json.dumps(data, ensure_ascii=False))
