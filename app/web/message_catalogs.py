"""Message catalogues (gettext) of the three languages, compiled from their .po files on first use."""

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
"""The enums that pages show; each value is a message whose context (msgctxt) is the name of the enum."""


def catalog_path(language: str) -> Path:
    """Path of the .po file of a language."""
    return LOCALE_DIR / language / "LC_MESSAGES" / "embed.po"


@cache
def load_catalog(language: str) -> Translations:
    """The messages of a language, loaded once; a message without a translation stays as it is, in English."""
    mo_file = io.BytesIO()
    with catalog_path(language).open("rb") as po_file:
        write_mo(mo_file, read_po(po_file, locale=language))
    mo_file.seek(0)
    return Translations(mo_file)
