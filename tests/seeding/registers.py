"""The seeds of the repository, with their texts where these are available."""

import os
from pathlib import Path

from tests.support.serving import REAL_SEED, ROOT, SMALL_SEED

SMALL_TEXTS = ROOT / "tests/seed-texts"
# The real texts are not part of the project; tests use them where they are.
TEXTS_FOLDER = Path(os.environ.get("CITYPACT_TEST_TEXTS", ROOT.parent / "shared/sources"))
REAL_TEXTS = TEXTS_FOLDER if TEXTS_FOLDER.is_dir() else None

REGISTERS = {"small": (SMALL_SEED, SMALL_TEXTS), "real": (REAL_SEED, REAL_TEXTS)}
WITH_TEXTS = {name: (seeds, texts) for name, (seeds, texts) in REGISTERS.items() if texts}
