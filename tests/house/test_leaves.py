"""Whoever sees what is in a landing page has a reason, and each reason is made in one place."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Source, faults, of_the_house, source

LEAVES = ["watchword", "features", "pages", "leaves"]
MADE_IN = {
    "Passed": "features/gates/",
    "Reviewing": "features/gates/",
    "Previewing": "features/gates/",
    "Editing": "web/",
}
"""`Editing` is made by doors that have asked for the permission, or for the scope, before."""


def leaves_out_of_place(file: Source) -> Iterator[str]:
    names = {parts[-1] for parts in file.imports() if parts[:-1] == LEAVES}
    for node in ast.walk(file.tree):
        match node:
            case ast.Call(func=ast.Name(id=made)) if made in names & {*MADE_IN}:
                if not str(file.path).startswith(MADE_IN[made]):
                    yield f"{made} in line {node.lineno}"


def test_a_leave_is_made_where_it_is_earned() -> None:
    assert faults(leaves_out_of_place, of_the_house()) == {}


@pytest.mark.parametrize("path", ["web/gate/door.py", "workers/campaigns.py"])
def test_a_leave_out_of_place_is_found(path: str) -> None:
    text = "from watchword.features.pages.leaves import Passed\nleave = Passed(1, 2)"

    assert [*leaves_out_of_place(source(path, text))]
    assert not [*leaves_out_of_place(source("features/gates/service.py", text))]
