"""The floor: the bare framework, and the same statements through the bare driver.

    python bench/floor.py FILE_OF_DATABASE PORT

No rule, no key, no seal, no check of anything: what is left is what nobody can go below who
answers over HTTP and keeps what was answered. Requests that come together share a commit, as
ours do, or the comparison would flatter us. `drift.py` holds the statements to those we execute.
"""

import asyncio
import sqlite3
import sys
from asyncio import Future
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import msgspec
import uvloop
from litestar import Litestar, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from watchword.features.audit import store as audit
from watchword.features.challenges import store as challenges
from watchword.features.contacts import store as contacts
from watchword.features.delivery import store as messages
from watchword.features.limits import store as budgets
from watchword.features.routing import store as plans
from watchword.features.sandbox import store as seeds
from watchword.foundation.storage.sql import for_sqlite
from watchword.foundation.storage.sqlite_connections import TO_WRITE
from watchword.migrations.steps import upgrade
from watchword.web.html.audience import Audience
from watchword.web.server import open_port, serve

OPEN = [
    contacts.MEET,
    contacts.ADD,
    contacts.ADD_KEY,
    budgets.MAKE_OR_HOLD,
    budgets.HOLD,
    plans.FIND,
    seeds.DRAW,
    challenges.SUPERSEDE,
    challenges.ADD,
    messages.ADD,
    audit.ADD,
    budgets.SAVE,
]
ANSWER = [
    challenges.BUDGETED_BY,
    budgets.MAKE_OR_HOLD,
    challenges.HOLD,
    challenges.END,
    messages.CANCEL,
    audit.ADD,
]

Plan: TypeAlias = Sequence[tuple[str, Sequence[str]]]


# Where the same name stands for something else than in the other statements.
OTHERWISE = {(audit.ADD, "id"): "entry_id", (budgets.HOLD, "key"): "guesses_key"}


def planned(statements: Sequence[str]) -> Plan:
    """Give each statement as the driver wants it, with the names of its values in order."""
    return [
        (for_sqlite(sql).text, [OTHERWISE.get((sql, name), name) for name in for_sqlite(sql).names])
        for sql in statements
    ]


TO_OPEN, TO_ANSWER = planned(OPEN), planned(ANSWER)

LATER = 2**50  # a moment in the future, in microseconds
NUMBERS = {name: LATER for plan in (TO_OPEN, TO_ANSWER) for _, names in plan for name in names}
WORDS = ("kind", "purpose", "channel", "locale", "lane", "provider", "template", "actor", "details")
FIXED: dict[str, Any] = (
    NUMBERS
    | dict.fromkeys((*WORDS, "action"), "text")
    | dict.fromkeys(("sealed", "sealed_value", "wrapped"), b"s" * 90)
    | dict.fromkeys(("none", "sends", "wrong"), b"")
    | dict.fromkeys(("reference", "requester", "blocked_until", "digest"))
    | {"organisation_id": "00000000-0000-4000-8000-000000000000", "code_tag": b"t" * 32}
    | {"denial_tag": None, "route": "text", "next_step_at": None}
)


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

    async def run(self, plan: Plan, values: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        while self._is_busy.locked():
            async with self._is_busy:
                pass
        if not self._kept:
            self._connection.execute("begin immediate")
            loop.call_soon(lambda: loop.create_task(self._commit()))
        for sql, names in plan:
            self._connection.execute(sql, [values[name] for name in names]).fetchone()
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


def to_open(id: str, address: str) -> dict[str, Any]:
    return FIXED | {
        "id": id,
        "entry_id": id,
        "about": id,
        "target": id,
        "contact_id": id,
        "person_id": id,
        "key": address,
        "guesses_key": id,
        "blind_index": address.encode(),
        "status": "pending",
    }


def to_answer(id: str) -> dict[str, Any]:
    return FIXED | {
        "id": id,
        "entry_id": str(uuid4()),
        "about": id,
        "target": id,
        "key": id,
        "status": "verified",
    }


def bare_app(group: Group) -> Litestar:
    @post("/v1/challenges")
    async def create(data: JSONBody[Asked]) -> dict[str, Any]:
        id = str(uuid4())
        await group.run(TO_OPEN, to_open(id, data.to["phone"]))
        return {"id": id, "status": "pending", "to": "+49•••••4567", "attempts_left": 5}

    @post("/v1/challenges/{challenge_id:uuid}/answers")
    async def answer(challenge_id: FromPath[UUID], data: JSONBody[Typed]) -> dict[str, str]:
        await group.run(TO_ANSWER, to_answer(str(challenge_id)))
        return {"verdict": "verified"}

    state = State({"audience": Audience()})  # whom the server sends home when it stops
    return Litestar([create, answer], logging_config=None, openapi_config=None, state=state)


async def main(path: str, port: int) -> None:
    await upgrade(f"sqlite:///{path}")
    app = bare_app(Group(path))
    listener = open_port("127.0.0.1", port)
    print("no key", flush=True)
    await serve(app, listener)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))
