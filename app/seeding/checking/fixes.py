"""Writes the offsets that are missing into the seed files, and leaves every other byte of them as it is."""

from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from app.seeding.checking.quotes import locate, read_text

Edit = tuple[int, int, str]  # what stands from here to there becomes this


def write_offsets(folder: Path, texts: Path) -> int:
    """How many offsets were written: those of quotes that stand just once in their text."""
    return sum(_write_offsets(path, texts) for path in sorted((folder / "sources").glob("*.yaml")))


def _write_offsets(path: Path, texts: Path) -> int:
    try:
        seed = path.read_bytes().decode()
        root = YAML(typ="safe", pure=True).compose(seed)
        text = read_text(texts / _values(_values(root)["source"])["file"].value)
    except (YAMLError, OSError, UnicodeDecodeError, KeyError):
        return 0  # `check` says what is wrong with it
    edits = [edit for mapping in _mappings(root) for edit in _offset(mapping, seed, text)]
    for start, end, words in sorted(edits, reverse=True):
        seed = seed[:start] + words + seed[end:]
    if edits:
        path.write_bytes(seed.encode())
    return len(edits)


def _values(node: Node | None) -> dict[str, Node]:
    """The values of a mapping by their keys; of anything else none."""
    return {key.value: value for key, value in node.value} if isinstance(node, MappingNode) else {}


def _mappings(node: Node | None) -> Iterator[MappingNode]:
    """Every mapping in a file."""
    if isinstance(node, MappingNode):
        yield node
        yield from (found for _, value in node.value for found in _mappings(value))
    elif isinstance(node, SequenceNode):
        yield from (found for value in node.value for found in _mappings(value))


def _offset(mapping: MappingNode, seed: str, text: str) -> Iterator[Edit]:
    """The edit that gives a quote its offset, if it has none and stands just once in the text."""
    values = _values(mapping)
    quote, at = values.get("quote"), values.get("at")
    if not isinstance(quote, ScalarNode) or (at is not None and at.value not in ("", "~", "null")):
        return
    places = locate(quote.value, text)
    if len(places) == 1:
        yield _null(mapping, at, places[0]) if at is not None else _missing(mapping, quote, seed, places[0])


def _null(mapping: MappingNode, at: Node, place: int) -> Edit:
    """Fills an `at` that is written, but empty."""
    start, end = at.start_mark.index, at.end_mark.index
    if end > start:
        return start, end, str(place)
    colon = next(key.end_mark.index + 1 for key, value in mapping.value if value is at)
    return colon, colon, f" {place}"


def _missing(mapping: MappingNode, quote: ScalarNode, seed: str, place: int) -> Edit:
    """Adds an `at` behind the quote: within braces, or as a line of its own."""
    end = quote.end_mark.index
    if mapping.flow_style:
        return end, end, f", at: {place}"
    end = len(seed[:end].rstrip()) if quote.style in ("|", ">") else end  # these end where the next key begins
    line_end = seed.find("\n", end)
    end = line_end if line_end >= 0 else len(seed)
    line_break = "\n"
    if seed[end - 1] == "\r":
        end, line_break = end - 1, "\r\n"
    return end, end, f"{line_break}{' ' * mapping.start_mark.column}at: {place}"
