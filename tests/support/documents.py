"""The documents for people, in parts that can be tested: blocks, commands, inline code, links, anchors."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ASSIGNED = re.compile(r"^(?:[A-Z_]+=\S+ )*")
"""The variables that a command may begin with."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the text before it up to the block before."""

    language: str
    text: str
    before: str

    @property
    def commands(self) -> list[str]:
        """The commands, without prompts and comments; one that goes on behind a backslash in one line."""
        text = re.sub(r"\\\n\s*", "", self.text)
        lines = [line.partition("  #")[0].strip() for line in text.splitlines()]
        shown = lines if self.language == "sh" else [line for line in lines if line.startswith("$ ")]
        return [line.removeprefix("$ ") for line in shown if line]


@dataclass(frozen=True)
class Document:
    """A Markdown file."""

    path: Path
    text: str

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def blocks(self) -> list[Block]:
        """The fenced blocks."""
        before, language, text = (BLOCK.split(self.text)[part::3] for part in range(3))
        return [Block(*parts) for parts in zip(language, text, before, strict=False)]

    def in_language(self, language: str) -> list[Block]:
        """The blocks of one language."""
        return [block for block in self.blocks if block.language == language]

    @cached_property
    def prose(self) -> str:
        """The text without its blocks."""
        return BLOCK.sub("", self.text)

    @cached_property
    def commands(self) -> list[str]:
        """The commands of all blocks."""
        return [command for block in self.blocks for command in block.commands]

    @cached_property
    def code(self) -> list[str]:
        """Inline code, and the commands."""
        return [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", self.prose)] + self.commands

    @cached_property
    def links(self) -> list[str]:
        """The targets of the links."""
        return LINK.findall(self.prose)

    @cached_property
    def anchors(self) -> set[str]:
        """The anchors that a forge gives to the headings."""
        headings = re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def read(path: Path) -> Document:
    """The document in a file."""
    return Document(path, path.read_text())


README = read(ROOT / "README.md")
CLIENTS = read(ROOT / ".github/docs/CLIENTS.md")
DOCUMENTS = [README, read(ROOT / "CHANGELOG.md"), *map(read, sorted((ROOT / ".github").rglob("*.md")))]
COMMANDS = list(dict.fromkeys(command for document in DOCUMENTS for command in document.commands))
"""The commands of all documents, each once."""
