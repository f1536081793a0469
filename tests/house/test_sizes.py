"""What nobody can see at a glance is split: files by noun, and functions by step."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Source, faults, of_everything, source

LINES_IN_A_FILE, LINES_IN_A_FUNCTION = 400, 40


def too_long(file: Source) -> Iterator[str]:
    if (lines := len(file.text.splitlines())) > LINES_IN_A_FILE:
        yield f"{lines} lines"
    for node in ast.walk(ast.parse(file.text)):  # too many to be kept, and seen once
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LINES_IN_A_FUNCTION:
                yield f"{lines} lines in {node.name}"


def test_everything_can_be_seen_at_a_glance() -> None:
    assert faults(too_long, of_everything()) == {}


@pytest.mark.parametrize("start", ["def f():\n", "async def f():\n", "class C:\n  def f():\n"])
def test_a_long_function_is_found(start: str) -> None:
    inside = LINES_IN_A_FUNCTION - 1

    assert [*too_long(source("a.py", start + "    x = 1\n" * (inside + 1)))]
    assert [*too_long(source("a.py", start + "    x = 1\n" * inside))] == []


def test_a_long_file_is_found() -> None:
    assert [*too_long(source("a.py", "x = 1\n" * (LINES_IN_A_FILE + 1)))]
    assert [*too_long(source("a.py", "x = 1\n" * LINES_IN_A_FILE))] == []
