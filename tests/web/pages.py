"""A page as a tree, for tests that ask what it holds."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

VOID = {"meta", "link", "br", "input", "img", "hr"}
EMBEDS = ("/embed/agreements", "/embed/delegations", "/embed/indicators")
LANGUAGES = ("ko", "vi", "en")


@dataclass
class Element:
    """An element, what is in it, and where it stands."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def all(self, tag: str, **attributes: str) -> list["Element"]:
        """All elements of this name with these attributes, in their order."""
        own = [self] if self.tag == tag and attributes.items() <= self.attributes.items() else []
        return own + [found for child in self.children for found in child.all(tag, **attributes)]

    def everything(self) -> list["Element"]:
        """This element and all within."""
        return [self, *(found for child in self.children for found in child.everything())]

    @property
    def text(self) -> str:
        """The text within, spaces collapsed."""
        return " ".join("".join(self.texts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("#document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.texts.append(data)


def read(response: httpx.Response, status: int = 200) -> Element:
    """The page in an answer."""
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    reader = _Reader()
    reader.feed(response.text)
    assert len(reader.open) == 1
    return reader.open[0]


def heading(page: Element) -> str:
    """The text of the one <h1>."""
    (found,) = page.all("h1")
    return found.text


def structured(page: Element) -> dict[str, Any]:
    """The JSON-LD of a page."""
    (block,) = page.all("script", type="application/ld+json")
    found: dict[str, Any] = json.loads("".join(block.texts))
    return found
