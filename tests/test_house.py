"""The size of functions and files in app/."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parent.parent / "app"
CODE = {".py", ".html", ".css", ".js"}


def function_lengths() -> Iterator[tuple[str, int]]:
    """Yield each function of app/ as `file:line name`, with the number of its lines from `def` to its end."""
    for path in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield f"{path.relative_to(APP)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def test_no_function_has_more_than_40_lines() -> None:
    assert {name: lines for name, lines in function_lengths() if lines > 40} == {}


def test_half_of_the_functions_have_less_than_8_lines() -> None:
    assert statistics.median(lines for _, lines in function_lengths()) < 8


def test_no_file_has_more_than_300_lines() -> None:
    files = {path.relative_to(APP): path for path in APP.rglob("*") if path.suffix in CODE}
    lengths = {str(name): len(path.read_text().splitlines()) for name, path in files.items()}

    assert "main.py" in lengths
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}
