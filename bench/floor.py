"""The floor: the bare framework, and the same statements through the bare driver.

    python bench/floor.py FILE_OF_DATABASE PORT

No rule, no key, no seal, no check of anything: what is left is what nobody can go below who
answers over HTTP and keeps what was answered. Requests that come together share a commit, as
ours do, or the comparison would flatter us.
"""

import asyncio
import sqlite3
import sys
from asyncio import Future
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import msgspec
import uvloop
from litestar import Litestar, post
from litestar.params import FromPath, JSONBody

from watchword.features.audit import store as audit
from watchword.features.challenges import store as challenges
from watchword.features.contacts import store as contacts
from watchword.features.delivery import store as messages
from watchword.features.limits import store as budgets
from watchword.foundation.storage.sql import for_sqlite
from watchword.foundation.storage.sqlite_connections import TO_WRITE
from watchword.migrations.steps import upgrade
from watchword.web.server import open_port, serve

OURS = "00000000-0000-4000-8000-000000000000"
SEALED, TAG, LATER = b"s" * 90, b"t" * 32, 2**50

OPEN = [
    contacts.FIND,
    contacts.ADD,
    contacts.ADD_KEY,
    budgets.MAKE_OR_HOLD,
    challenges.SUPERSEDE,
    challenges.ADD,
    budgets.SAVE,
    messages.ADD,
    audit.ADD,
]
ANSWER = [
    challenges.FIND,
    budgets.HOLD,
    challenges.HOLD,
    challenges.END,
    messages.CANCEL,
    messages.END,
    audit.ADD,
]


class Asked(msgspec.Struct):
    purpose: str
    to: dict[str, str]
    channel: str


class Typed(msgspec.Struct):
    code: str


class Group:
    """One connection, whose commits are shared by what comes while the last one is kept."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for setting in TO_WRITE:
            self._connection.execute(f"pragma {setting}")
        self._thread = ThreadPoolExecutor(1)
        self._kept: list[Future[None]] = []
        self._is_busy = asyncio.Lock()

    async def run(self, statements: Iterator[tuple[str, list[Any]]]) -> None:
        loop = asyncio.get_running_loop()
        while self._is_busy.locked():
            async with self._is_busy:
                pass
        if not self._kept:
            self._connection.execute("begin immediate")
            loop.call_soon(lambda: loop.create_task(self._commit()))
        for sql, values in statements:
            self._connection.execute(sql, values).fetchone()
        kept = loop.create_future()
        self._kept.append(kept)
        await kept

    async def _commit(self) -> None:
        async with self._is_busy:
            kept, self._kept = self._kept, []
            await asyncio.get_running_loop().run_in_executor(
                self._thread, self._connection.execute, "commit"
            )
        for future in kept:
            with suppress(asyncio.InvalidStateError):
                future.set_result(None)


def values_for(sql: str, id: str, address: str) -> list[Any]:
    known = {
        "organisation_id": OURS,
        "id": str(uuid4()) if sql is audit.ADD else id,
        "key": address,
        "budget_key": address,
        "about": id,
        "target": id,
        "contact_id": id,
        "person_id": id,
        "blind_index": address.encode(),
        "status": "pending" if sql is challenges.ADD else "verified",
        "none": b"",
        "code_tag": TAG,
        "sealed": SEALED,
        "sealed_value": SEALED,
        "wrapped": SEALED,
        "sends": b"",
        "wrong": b"",
        "reference": None,
        "requester": None,
        "blocked_until": None,
    }
    text = {"kind", "purpose", "channel", "locale", "lane", "provider", "template", "action"}
    text |= {"actor", "details"}
    return [
        known[name] if name in known else "text" if name in text else LATER
        for name in for_sqlite(sql).names
    ]


def statements(of: list[str], id: str, address: str) -> Iterator[tuple[str, list[Any]]]:
    return ((for_sqlite(sql).text, values_for(sql, id, address)) for sql in of)


def bare_app(group: Group) -> Litestar:
    @post("/v1/challenges")
    async def create(data: JSONBody[Asked]) -> dict[str, Any]:
        id = str(uuid4())
        await group.run(statements(OPEN, id, data.to["phone"]))
        return {"id": id, "status": "pending", "to": "+49•••••4567", "attempts_left": 5}

    @post("/v1/challenges/{challenge_id:uuid}/answers")
    async def answer(challenge_id: FromPath[UUID], data: JSONBody[Typed]) -> dict[str, str]:
        await group.run(statements(ANSWER, str(challenge_id), ""))
        return {"verdict": "verified"}

    return Litestar([create, answer], logging_config=None, openapi_config=None)


async def main(path: str, port: int) -> None:
    await upgrade(f"sqlite:///{path}")
    app = bare_app(Group(path))
    listener = open_port("127.0.0.1", port)
    print("no key", flush=True)
    await serve(app, listener)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
