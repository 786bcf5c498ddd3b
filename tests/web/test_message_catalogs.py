"""The catalogues say everything that pages show, in every language, and nothing else."""

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.query.filters import Filter
from app.values.countries import LANGUAGES
from app.web import error_pages, i18n, message_catalogs, presentation
from app.web.captions import caption_of
from app.web.embeds import builder, lists
from app.web.site import home

EMBED = Path(message_catalogs.__file__).parent
Id = tuple[str | None, str]

OPEN = {"topic", "indicator", "field", "reason"}
"""Contexts of words that come from elsewhere; what is not translated is shown in English."""


def filters() -> list[tuple[str, str, str]]:
    return [
        (page.name, name, caption_of(page.model, name, where))
        for page in lists.EMBEDS.values()
        for name, where in page.model.declarations(Filter)
    ]


def declared() -> Iterator[str]:
    """The messages that are no literal argument of a function that says them."""
    yield from (words for _, _, words in filters())
    for page in lists.EMBEDS.values():
        yield from (page.title, page.empty)
    for told in (*error_pages.TITLES.values(), error_pages.DEFAULT_TITLE):
        yield from told
    yield from (meaning for _, meaning in home.EXAMPLES)
    yield from i18n.HEADLINES.values()


def literal() -> Iterator[str]:
    """The messages in templates and modules."""
    keywords = {"_": None, "translate": None, "html": None, "ngettext": (1, 2), "translate_plural": (1, 2)}
    methods = [("**.html", "jinja2"), ("**.py", "python")]
    for _, _, message, _, _ in extract_from_dir(EMBED, methods, keywords=keywords):
        yield message[0] if isinstance(message, tuple) else message


def vocabularies() -> set[Id]:
    enums = {(enum.__name__, str(value)) for enum in message_catalogs.TRANSLATED_ENUMS for value in enum}
    return enums | {("Theme", theme) for theme in presentation.THEMES} | {("Fit", fit) for fit in builder.FIT_WIDTHS}


def messages(language: str) -> dict[Id, Message]:
    with message_catalogs.catalog_path(language).open("rb") as file:
        return {
            (message.context, str(message.id[0] if isinstance(message.id, tuple) else message.id)): message
            for message in read_po(file, locale=language)
            if message.id
        }


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("noun", "name", "words"), filters())
def test_every_filter_has_words(noun: str, name: str, words: str) -> None:
    assert fields(words) == {"list", "values"}, f"{name} of {noun}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_what_pages_show_and_nothing_else(language: str) -> None:
    own = set() if language == "en" else {(None, message) for message in (*declared(), *literal())}
    said = {key for key in messages(language) if key[0] not in OPEN}

    assert said == own | vocabularies()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_its_values(language: str) -> None:
    for (context, english), message in messages(language).items():
        said = message.string if isinstance(message.string, tuple) else (message.string,)

        assert (all(said), message.fuzzy) == (True, False), english
        if context is None:
            assert [fields(str(text)) for text in said] == [fields(english)] * len(said), english


@pytest.mark.parametrize("context", sorted(OPEN))
def test_both_other_languages_know_the_same_words_of_the_register(context: str) -> None:
    korean, vietnamese = ({key for key in messages(language) if key[0] == context} for language in ("ko", "vi"))

    assert korean == vietnamese != set()
