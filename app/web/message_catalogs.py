"""The catalogues of the three languages, read from their .po files when first needed: there is no build step."""

import io
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from app import enums

LOCALE_DIR = Path(__file__).parent / "locale"

TRANSLATED_ENUMS: tuple[type[StrEnum], ...] = (
    enums.AgreementKind,
    enums.AgreementStatus,
    enums.DelegationKind,
    enums.DelegationStatus,
    enums.Side,
    enums.DayPart,
    enums.PlaceKind,
    enums.Basis,
    enums.Relation,
    enums.ObservationStatus,
    enums.Trend,
    enums.PeriodKind,
    enums.Unit,
    enums.TopicRole,
    enums.Undated,
)
"""The vocabularies that pages show; each value is a message, in the context of its enum's name."""


def catalog_path(language: str) -> Path:
    """The catalogue of a language."""
    return LOCALE_DIR / language / "LC_MESSAGES" / "embed.po"


@cache
def load_catalog(language: str) -> Translations:
    """The messages of a language; one that is not there is itself, which is English."""
    compiled = io.BytesIO()
    with catalog_path(language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
