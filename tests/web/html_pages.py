"""The pages' paths and languages, and a parser that reads a page into a tree of elements."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

VOID_TAGS = {"meta", "link", "br", "input", "img", "hr"}
EMBEDS = ("/embed/agreements", "/embed/delegations", "/embed/indicators")
PAGES = (*EMBEDS, "/embed", "/")
LANGUAGES = ("ko", "vi", "en")


@dataclass
class Element:
    """An element with its attributes, its child elements, and the pieces of text within it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def find_all(self, tag: str, **attributes: str) -> list["Element"]:
        """The elements of this tag with these attributes, in the order of the document, itself included."""
        return [
            element
            for element in self.descendants()
            if element.tag == tag and attributes.items() <= element.attributes.items()
        ]

    def descendants(self) -> list["Element"]:
        """The element itself and all elements within it, in the order of the document."""
        return [self, *(element for child in self.children for element in child.descendants())]

    @property
    def text(self) -> str:
        """The text within, with white space collapsed."""
        return " ".join("".join(self.texts).split())


class _TreeBuilder(HTMLParser):
    """Builds a tree of elements; fails where a tag closes another one than the last opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("#document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID_TAGS:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.texts.append(data)


def parse_html(html: str) -> Element:
    """Parse a document or a fragment; every element in it must be closed."""
    builder = _TreeBuilder()
    builder.feed(html)
    assert len(builder.open) == 1
    return builder.open[0]


def parse_page(response: httpx.Response, status: int = 200) -> Element:
    """Parse the page of a response, which must have this status."""
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    return parse_html(response.text)


def heading(page: Element) -> str:
    """The text of the only <h1>."""
    (h1,) = page.find_all("h1")
    return h1.text


def json_ld_of(page: Element) -> dict[str, Any]:
    """The JSON-LD of a page."""
    (script,) = page.find_all("script", type="application/ld+json")
    parsed: dict[str, Any] = json.loads("".join(script.texts))
    return parsed
