"""Words that have no place here, each with what to write instead."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Rule, Source, faults, of_everything, of_the_house, source

NAMES_NOTHING = re.compile(r"(^|_)(util|utils|helper|helpers|common|manager|managers|misc)(_|$)")

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
CLOCKS |= {f"datetime.{name}" for name in CLOCKS} | {"time.time_ns"}
HAS_THE_CLOCK = {
    *("foundation/clock.py", "foundation/storage/moments.py"),
    "client/offline/till.py",  # that of a till far away
    "foundation/ids.py",  # where a row lies: see decision 0044
}

DIGITS = {"isdigit", "isdecimal", "isnumeric"}  # true of ٣ and ², which `int` takes or not
ANY_DIGIT = r"\d"
READS_DIGITS = {
    "foundation/storage/postgresql.py": "a count, as PostgreSQL tells how many rows it changed",
    "foundation/storage/sql.py": "a name in SQL may begin with a letter of any script",
}


def predictable_chances(file: Source) -> Iterator[str]:
    """What is drawn by `random` can be foretold. Chance comes in as an argument."""
    yield from ("imports random" for parts in file.imports() if parts[0] == "random")


def strange_digits(file: Source) -> Iterator[str]:
    """Only 0 to 9 are digits of a code: `[0-9]`, or `isascii() and …` behind one name."""
    if str(file.path) in READS_DIGITS:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Attribute) and node.attr in DIGITS:
            yield f".{node.attr} in line {node.lineno}"
    yield from (rf"\d in {text!r}" for text in file.strings() if ANY_DIGIT in text)


def own_clocks(file: Source) -> Iterator[str]:
    """The time comes in as an argument, or from `transaction.now()`."""
    if str(file.path) in HAS_THE_CLOCK:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS:
            yield f"{ast.unparse(node)} in line {node.lineno}"
    for parts in file.imports():
        if ".".join(parts) in CLOCKS:
            yield f"imports {'.'.join(parts)}"


def prints(file: Source) -> Iterator[str]:
    """The operator's door speaks to people; all others log events."""
    if file.floor in {"cli", "__main__"}:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "builtins.print"}:
            yield f"prints in line {node.lineno}"


def names_that_name_nothing(file: Source) -> Iterator[str]:
    for part in file.path.with_suffix("").parts:
        if NAMES_NOTHING.search(part.lower()):
            yield part


@pytest.mark.parametrize("rule", [predictable_chances, strange_digits, own_clocks, prints])
def test_the_product_does_without(rule: Rule) -> None:
    assert faults(rule, of_the_house()) == {}


def test_a_name_names_something() -> None:
    assert faults(names_that_name_nothing, of_everything()) == {}


@pytest.mark.parametrize(
    "text", ["import random", "from random import Random", "import random as r"]
)
def test_a_predictable_chance_is_found(text: str) -> None:
    assert [*predictable_chances(source("features/challenges/codes.py", text))]


@pytest.mark.parametrize(
    "text",
    [
        "def is_code(text): return text.isdigit()",
        "is_code = str.isdecimal",
        "all(map(str.isnumeric, text))",
        r'CODE = re.compile(r"\d{6}")',
        r'CODE = re.compile(rb"[\d ]+")',
        r'CODE = re.compile(rf"\d{{{n}}}")',
    ],
)
def test_a_strange_digit_is_found(text: str) -> None:
    assert [*strange_digits(source("features/challenges/codes.py", text))]


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "import datetime\ndatetime.datetime.now()",
        "Challenges(now=datetime.now)",
        "date.today()",
        "time.time()",
        "from time import time",
        "from time import time_ns",
    ],
)
def test_an_own_clock_is_found(text: str) -> None:
    assert [*own_clocks(source("web/api/challenges.py", text))]
    assert [*own_clocks(source("foundation/clock.py", text))] == []


@pytest.mark.parametrize("text", ["print(1)", "def f():\n  return print()"])
def test_a_print_is_found(text: str) -> None:
    assert [*prints(source("wiring.py", text))]
    assert [*prints(source("cli/channels.py", text))] == []


@pytest.mark.parametrize(
    "path",
    ["foundation/utils.py", "web/helpers/html.py", "src/common.py", "features/pin_manager.py"],
)
def test_a_name_that_names_nothing_is_found(path: str) -> None:
    assert [*names_that_name_nothing(source(path, ""))]


@pytest.mark.parametrize("path", ["features/delivery/rules.py", "web/html/commons.py"])
def test_a_name_that_names_something_is_right(path: str) -> None:
    assert [*names_that_name_nothing(source(path, ""))] == []
