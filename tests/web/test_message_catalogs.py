"""The catalogues of every language have the messages that pages use, and no others."""

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.values.countries import LANGUAGES
from app.web import display_options, error_pages, i18n, message_catalogs
from app.web.captions import filter_caption
from app.web.embeds import builder, lists
from app.web.site import home

PACKAGE = Path(message_catalogs.__file__).parent
MessageId = tuple[str | None, str]  # context, English text

OPEN_CONTEXTS = {"topic", "indicator", "field", "reason"}
"""Contexts of texts that seeds and the API bring; one without a translation is shown in English."""


def filter_captions() -> list[tuple[str, str, str]]:
    """The list, the name and the caption of each filter."""
    return [
        (embed.name, name, filter_caption(embed.model, name, declared))
        for embed in lists.EMBEDS.values()
        for name, declared in embed.model.filters.items()
    ]


def declared_messages() -> Iterator[str]:
    """The messages that constants hold, which the extraction from source does not find."""
    yield from (caption for _, _, caption in filter_captions())
    for embed in lists.EMBEDS.values():
        yield from (embed.title, embed.empty)
    for titles in (*error_pages.TITLES.values(), error_pages.DEFAULT_TITLE):
        yield from titles
    yield from (description for _, description in home.EXAMPLES)
    yield from i18n.HEADLINES.values()


def literal_messages() -> Iterator[str]:
    """The messages that are literal arguments in templates and modules."""
    keywords = {"_": None, "translate": None, "translate_html": None, "ngettext": (1, 2), "translate_plural": (1, 2)}
    methods = [("**.html", "jinja2"), ("**.py", "python")]
    for _, _, message, _, _ in extract_from_dir(PACKAGE, methods, keywords=keywords):
        yield message[0] if isinstance(message, tuple) else message


def vocabularies() -> set[MessageId]:
    """The messages of enums, themes and fits."""
    enums = {(enum.__name__, str(value)) for enum in message_catalogs.TRANSLATED_ENUMS for value in enum}
    return enums | {("Theme", theme) for theme in display_options.THEMES} | {("Fit", fit) for fit in builder.FIT_WIDTHS}


def catalog(language: str) -> dict[MessageId, Message]:
    """The messages of a catalogue."""
    with message_catalogs.catalog_path(language).open("rb") as file:
        return {
            (message.context, str(message.id[0] if isinstance(message.id, tuple) else message.id)): message
            for message in read_po(file, locale=language)
            if message.id
        }


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("embed", "name", "caption"), filter_captions())
def test_every_filter_has_a_caption(embed: str, name: str, caption: str) -> None:
    assert placeholders(caption) == {"list", "values"}, f"{name} of {embed}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_complete_and_without_unused_messages(language: str) -> None:
    used = set() if language == "en" else {(None, message) for message in (*declared_messages(), *literal_messages())}
    closed = {key for key in catalog(language) if key[0] not in OPEN_CONTEXTS}

    assert closed == used | vocabularies()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_its_placeholders(language: str) -> None:
    for (context, english), message in catalog(language).items():
        translations = message.string if isinstance(message.string, tuple) else (message.string,)

        assert (all(translations), message.fuzzy) == (True, False), english
        if context is None:
            assert [placeholders(str(text)) for text in translations] == [placeholders(english)] * len(translations), (
                english
            )


@pytest.mark.parametrize("context", sorted(OPEN_CONTEXTS))
def test_korean_and_vietnamese_translate_the_same_terms(context: str) -> None:
    korean, vietnamese = ({key for key in catalog(language) if key[0] == context} for language in ("ko", "vi"))

    assert korean == vietnamese != set()
