"""Small seeds with one of each part: two cities, one agreement, one observation, one invented text."""

import hashlib
from pathlib import Path

from app.seeding.checking.check import check
from app.seeding.reading import Finding

TEXT = (
    "Aston and Béville became Sister Cities on 3 May 2001. Aston has 12 schools. So they say: Sister Cities, Astn too."
)

PLACES = """\
# Invented places.
- {id: aston, kind: city, country: GB, iso_3166_2: GB-BIR, names: {en: Aston},
   aliases: [{name: Astn, kind: misspelling}]}
- {id: beville, kind: city, country: FR, admin1: FR-IDF, names: {en: Béville}}
"""
TOPICS = "- {id: schools, label: schools}\n"
INDICATORS = """\
- id: schools_count
  name: Schools
  description: Number of schools in the area.
  unit: count
  measure: count
  aggregation: stock
  direction: none
"""
DOCUMENT = f"""\
source:
  id: gazette
  file: gazette.txt
  sha256: "{hashlib.sha256(TEXT.encode()).hexdigest()}"
  length: {len(TEXT)}
  title: Aston and Béville became Sister Cities on 3 May 2001
  publisher: The Gazette
  publisher_basis: inferred
  language: en
  evidence:
    - {{key: headline, field: record, quote: Aston and Béville, at: 0}}

agreements:
  - id: aston--beville
    kind: sister_city
    status: signed
    parties: [aston, beville]
    signed: {{edtf: "2001-05-03", printed: 3 May 2001}}     # a day
    evidence:
      - key: tie      # the comment stays where it is
        field: record
        quote: became Sister Cities
        at: 18
      - {{key: day, field: signed, says: "2001-05-03", quote: on 3 May 2001, at: 39}}

observations:
  - id: aston-schools
    indicator: schools_count
    area: aston
    value: 12
    relation: eq
    status: normal
    printed: 12 schools
    topics: [{{id: schools, role: headline}}]
    evidence:
      - {{key: figure, field: record, quote: has 12 schools, at: 60}}
      - {{key: topic, field: topics, says: schools, quote: schools, at: 67}}

attests:
  - type: place
    id: aston
    evidence:
      - {{key: alias, field: aliases, says: Astn, quote: Astn, at: 104}}
"""

FILES = {
    "places.yaml": PLACES,
    "topics.yaml": TOPICS,
    "indicators.yaml": INDICATORS,
    "sources/gazette.yaml": DOCUMENT,
}


def write_seeds(folder: Path) -> tuple[Path, Path]:
    """Write the seeds and their text; return the folders of both."""
    seeds, texts = folder / "seed", folder / "texts"
    (seeds / "sources").mkdir(parents=True)
    texts.mkdir()
    for name, content in FILES.items():
        (seeds / name).write_text(content)
    (texts / "gazette.txt").write_bytes(TEXT.encode())
    return seeds, texts


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text that must be there."""
    text = path.read_text()
    assert old in text, f"{path.name} has no {old!r}"
    path.write_text(text.replace(old, new, 1))


def findings(seeds: Path, texts: Path | None = None) -> list[Finding]:
    """Return the findings of `check`."""
    return check(seeds, texts)[1]
