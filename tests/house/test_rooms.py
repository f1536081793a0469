"""The name of a file in a feature says what may happen in it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Source, of_the_house, source

WAITING_ROOMS = {"service.py", "store.py", "ports.py"}  # in a feature, all other files are pure
IMPURE = {"asyncio", "anyio", "asyncpg", "sqlite3", "sqlalchemy", "aiohttp", "httpx", "aiosmtplib"}
IMPURE |= {"structlog", "logging", "os", "pathlib", "socket", "subprocess", "threading"}
IMPURE |= {"secrets", "time", "random"}
IMPURE_HERE = {"service", "store", "storage"}
WAITING = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)

SQL = re.compile(r"(?is)\s*(select\b.*\bfrom|insert into|update \w+ set|delete from|with \w+ as)\b")
WRITES_SQL = {"store.py"}
BELOW_STORES = {"foundation", "migrations"}  # what stores stand on, and what makes their tables

files = of_the_house()


def impurities(file: Source) -> Iterator[str]:
    if file.feature is None or file.path.name in WAITING_ROOMS:
        return
    for parts in file.imports():
        if parts[0] in IMPURE:
            yield f"imports {parts[0]}"
        if parts[0] == "watchword" and IMPURE_HERE & {*parts}:
            yield f"imports {'.'.join(parts)}"
    for node in ast.walk(file.tree):
        if isinstance(node, WAITING):
            yield f"waits in line {node.lineno}"
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            yield f"looks at a clock in line {node.lineno}"


def sql_out_of_place(file: Source) -> Iterator[str]:
    if file.path.name in WRITES_SQL or file.floor in BELOW_STORES:
        return
    yield from (text for text in file.strings() if SQL.match(text))


@pytest.mark.parametrize("file", files, ids=str)
def test_rules_are_pure(file: Source) -> None:
    assert [*impurities(file)] == []


@pytest.mark.parametrize(
    "text",
    [
        "import secrets",
        "from time import sleep",
        "import os.path",
        "async def judge(): ...",
        "def judge(): return datetime.now(UTC)",
        "def judge(clock): return clock.now()",
        "from watchword.foundation.storage import Transaction",
        "from watchword.features.audit.store import AuditStore",
        "from watchword.features.audit import service",
    ],
)
def test_an_impure_rule_is_found(text: str) -> None:
    assert [*impurities(source("features/challenges/rules.py", text))]
    assert [*impurities(source("features/challenges/codes.py", text))]
    assert [*impurities(source("features/challenges/service.py", text))] == []


@pytest.mark.parametrize("file", files, ids=str)
def test_sql_stands_in_stores(file: Source) -> None:
    assert [*sql_out_of_place(file)] == []


@pytest.mark.parametrize(
    "text",
    [
        'ALL = "select * from cards"',
        'ADD = """\n    insert into cards values (:id)\n"""',
        'def f(t): return t.run(f"delete from cards where id = {t}")',
        'SET = "UPDATE cards SET id = 1"',
        'NEXT = "with due as (select 1) select 2"',
    ],
)
def test_sql_out_of_place_is_found(text: str) -> None:
    assert [*sql_out_of_place(source("features/wallet/service.py", text))]
    assert [*sql_out_of_place(source("web/api/cards.py", text))]
    assert [*sql_out_of_place(source("features/wallet/store.py", text))] == []
