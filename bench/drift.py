"""Whether the floor still executes what we do: the statements of both, traced and compared.

    python bench/drift.py

Python tells an audit hook of each connection to SQLite, so nothing has to be opened up for this.
"""

import asyncio
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from bench.floor import Group, bare_app
from bench.server import CODE, new_client, opened
from watchword.foundation.log import set_up_log
from watchword.migrations.steps import upgrade
from watchword.web.app import create_app

VALUES = re.compile(r"x?'(?:[^']|'')*'|\b\d+\b|\?\d+|\bnull\b", re.IGNORECASE)
WORK = ("insert", "update", "delete", "select")


async def find_drift() -> str:
    """Give how the floor differs from us; nothing, if it does not."""
    with TemporaryDirectory() as folder:
        await upgrade(f"sqlite:///{folder}/ours.db")
        await upgrade(f"sqlite:///{folder}/floor.db")
        executed = await _ours(Path(folder) / "ours.db")
        supposed = await _floor(Path(folder) / "floor.db")
    return "\n".join(unified_diff(supposed, executed, "the floor", "ours", lineterm="", n=99))


async def _ours(path: Path) -> list[str]:
    with noticed() as connections:
        async with opened(f"sqlite:///{path}") as services:
            _, key = await new_client(services)
            return await _traced(create_app(services), key, connections)


async def _floor(path: Path) -> list[str]:
    with noticed() as connections:
        return await _traced(bare_app(Group(str(path))), "", connections)


async def _traced(app: Any, key: str, connections: list[sqlite3.Connection]) -> list[str]:  # noqa: ANN401 - the client and the framework describe it differently
    """Do a pair, and give the statements of another one, when all is warm."""
    executed: list[str] = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://bench",
        headers={"Authorization": f"Bearer {key}"},
    ) as client:
        await _pair(client, "+4915112345678")
        for connection in connections:
            connection.set_trace_callback(executed.append)
        await _pair(client, "+4915112345679")
    return [_plain(sql) for sql in executed if sql.lstrip().lower().startswith(WORK)]


async def _pair(client: httpx.AsyncClient, phone: str) -> None:
    asked = {"purpose": "contact_verification", "to": {"phone": phone}, "channel": "sms"}
    made = (await client.post("/v1/challenges", json=asked)).raise_for_status()
    place = f"/v1/challenges/{made.json()['id']}/answers"
    (await client.post(place, json={"code": str(CODE)})).raise_for_status()


def _plain(sql: str) -> str:
    """Take the values out, which are written into what is traced."""
    return VALUES.sub("?", " ".join(sql.split()))


_noticing: list[list[sqlite3.Connection]] = []


@contextmanager
def noticed() -> Iterator[list[sqlite3.Connection]]:
    """Notice all connections that are opened meanwhile."""
    connections: list[sqlite3.Connection] = []
    _noticing.append(connections)
    try:
        yield connections
    finally:
        _noticing.remove(connections)


def _notice(event: str, facts: tuple[Any, ...]) -> None:
    if event == "sqlite3.connect/handle":
        for connections in _noticing:
            connections.append(facts[0])


sys.addaudithook(_notice)

if __name__ == "__main__":
    set_up_log()
    drift = asyncio.run(find_drift())
    print(drift or "The floor executes what we do.")
    sys.exit(bool(drift))
