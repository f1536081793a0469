"""The name of a file in a feature says what may happen in it."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Source, faults, of_the_house, source

WAITING_ROOMS = {"service.py", "store.py", "ports.py"}  # in a feature, all other files are pure
WAITING_ROOMS |= {"desk.py"}  # what one transaction has at hand
IMPURE = {"asyncio", "anyio", "asyncpg", "sqlite3", "sqlalchemy", "aiohttp", "httpx", "aiosmtplib"}
IMPURE |= {"structlog", "logging", "os", "pathlib", "socket", "subprocess", "threading"}
IMPURE |= {"secrets", "time", "random"}
IMPURE_HERE = {"service", "store", "storage", "desk"}
WAITING = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)

SQL = re.compile(
    r"""(?isx) \s* (
        select \b .* \b from \b
      | select \s+ ( [0-9'(:$] | \w+ \( )     # what is asked of no table, but not a sentence
      | insert \s into \b | update \s \w+ \s set \b | delete \s from \b | with \s \w+ \s as \b
      | values \s* \( \s* [0-9':$] | pragma \s | (?-i: show \s [a-z_.]+ \Z )
    )"""
)
WRITES_SQL = {"store.py"}
BELOW_STORES = {"foundation", "migrations"}  # what stores stand on, and what makes their tables
ASKS_BY_ITSELF = {"web/health.py": "whether the database answers anything at all"}

DOORS = {"web", "workers", "cli"}


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


def stores_at_doors(file: Source) -> Iterator[str]:
    """A door calls services, which open transactions and load through stores."""
    if file.floor not in DOORS:
        return
    yield from (".".join(parts) for parts in file.own_imports() if "store" in parts)


def sql_out_of_place(file: Source) -> Iterator[str]:
    if file.path.name in WRITES_SQL or file.floor in BELOW_STORES:
        return
    if str(file.path) in ASKS_BY_ITSELF:
        return
    yield from (text for text in file.strings() if SQL.match(text))


def test_rules_are_pure() -> None:
    assert faults(impurities, of_the_house()) == {}


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
    assert [*impurities(source("features/challenges/steps/service.py", text))] == []
    assert [*impurities(source("features/challenges/desk.py", text))] == []


@pytest.mark.parametrize("name", ["services.py", "steps_service.py", "desks.py"])
def test_a_further_service_has_a_folder_and_not_a_name_of_its_own(name: str) -> None:
    assert [*impurities(source(f"features/challenges/{name}", "async def step(): ..."))]


def test_sql_stands_in_stores() -> None:
    assert faults(sql_out_of_place, of_the_house()) == {}


@pytest.mark.parametrize(
    "text",
    [
        'ALL = "select * from cards"',
        'ADD = """\n    insert into cards values (:id)\n"""',
        'def f(t): return t.run(f"delete from cards where id = {t}")',
        'SET = "UPDATE cards SET id = 1"',
        'NEXT = "with due as (select 1) select 2"',
        'ONE = "select 1"',
        """WALL = "select row_security_active('cards')" """,
        'PING = "values (1)"',
        'JOURNAL = "pragma journal_mode"',
        'def f(t, name): return t.one(f"pragma {name}")',
        'FSYNC = "show fsync"',
    ],
)
def test_sql_out_of_place_is_found(text: str) -> None:
    assert [*sql_out_of_place(source("features/wallet/service.py", text))]
    assert [*sql_out_of_place(source("web/api/cards.py", text))]
    assert [*sql_out_of_place(source("features/wallet/store.py", text))] == []


@pytest.mark.parametrize("text", ["Show the page.", "select a language", "Values (of a form)"])
def test_a_sentence_is_no_sql(text: str) -> None:
    assert [*sql_out_of_place(source("web/html/pages.py", f"WORDS = {text!r}"))] == []


def test_doors_call_services() -> None:
    assert faults(stores_at_doors, of_the_house()) == {}


@pytest.mark.parametrize("path", ["web/api/cards.py", "workers/delivery.py", "cli/cards.py"])
@pytest.mark.parametrize(
    "text",
    [
        "from watchword.features.wallet.store import CardStore",
        "from watchword.features.wallet import rules, store",
        "import watchword.features.wallet.store",
        "def f():\n    from watchword.features.wallet.store import CardStore",
    ],
)
def test_a_store_at_a_door_is_found(path: str, text: str) -> None:
    assert [*stores_at_doors(source(path, text))]
    assert [*stores_at_doors(source("features/wallet/service.py", text))] == []
