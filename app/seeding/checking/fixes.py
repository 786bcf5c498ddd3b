"""Writes missing offsets into the seed files, and leaves every other byte as it is."""

from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from app.seeding.checking.quotes import locate, read_text

Edit = tuple[int, int, str]
"""Start and end of the characters that are replaced, and the replacement."""


def write_offsets(folder: Path, texts: Path) -> int:
    """Write the missing offsets of quotes that occur once in their text; return how many they are."""
    return sum(_write_offsets_of(path, texts) for path in sorted((folder / "sources").glob("*.yaml")))


def _write_offsets_of(path: Path, texts: Path) -> int:
    try:
        seed = path.read_bytes().decode()
        root = YAML(typ="safe", pure=True).compose(seed)
        text = read_text(texts / _mapping_values(_mapping_values(root)["source"])["file"].value)
    except (YAMLError, OSError, UnicodeDecodeError, KeyError):
        return 0  # `check` reports it
    edits = [edit for mapping in _mappings(root) for edit in _offset_edits(mapping, seed, text)]
    for start, end, replacement in sorted(edits, reverse=True):
        seed = seed[:start] + replacement + seed[end:]
    if edits:
        path.write_bytes(seed.encode())
    return len(edits)


def _mapping_values(node: Node | None) -> dict[str, Node]:
    """Return the values of a mapping by their keys; other nodes have none."""
    return {key.value: value for key, value in node.value} if isinstance(node, MappingNode) else {}


def _mappings(node: Node | None) -> Iterator[MappingNode]:
    """Iterate over all mappings of a file."""
    if isinstance(node, MappingNode):
        yield node
        yield from (mapping for _, value in node.value for mapping in _mappings(value))
    elif isinstance(node, SequenceNode):
        yield from (mapping for value in node.value for mapping in _mappings(value))


def _offset_edits(mapping: MappingNode, seed: str, text: str) -> Iterator[Edit]:
    """Make the edit that gives a quote its offset, if it has none and occurs once in the text."""
    values = _mapping_values(mapping)
    quote, at = values.get("quote"), values.get("at")
    if not isinstance(quote, ScalarNode) or (at is not None and at.value not in ("", "~", "null")):
        return
    offsets = locate(quote.value, text)
    if len(offsets) == 1:
        yield _fill_at(mapping, at, offsets[0]) if at is not None else _add_at(mapping, quote, seed, offsets[0])


def _fill_at(mapping: MappingNode, at: Node, offset: int) -> Edit:
    """Make the edit that gives a key `at` without a value its value."""
    start, end = at.start_mark.index, at.end_mark.index
    if end > start:
        return start, end, str(offset)
    colon = next(key.end_mark.index + 1 for key, value in mapping.value if value is at)
    return colon, colon, f" {offset}"


def _add_at(mapping: MappingNode, quote: ScalarNode, seed: str, offset: int) -> Edit:
    """Make the edit that adds a key `at` behind the quote: within braces, or on a line of its own."""
    end = quote.end_mark.index
    if mapping.flow_style:
        return end, end, f", at: {offset}"
    end = len(seed[:end].rstrip()) if quote.style in ("|", ">") else end  # block scalars end where the next key begins
    line_end = seed.find("\n", end)
    end = line_end if line_end >= 0 else len(seed)
    line_break = "\n"
    if seed[end - 1] == "\r":
        end, line_break = end - 1, "\r\n"
    return end, end, f"{line_break}{' ' * mapping.start_mark.column}at: {offset}"
