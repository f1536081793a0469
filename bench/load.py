"""What is asked of servers: challenges are opened and answered, so many at once."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import count, islice

import msgspec

from bench.programs import Server
from bench.server import CODE
from bench.wire import Wire, at_once
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage

CONCURRENCY = 32
LOOK_EVERY = 0.02  # seconds
UNDER_WAY = "select count(*) as found from messages where state in ('queued', 'sending')"


class Opened(msgspec.Struct):
    id: str


def strangers() -> Iterator[str]:
    """Give phone numbers of people who have never been here before, one after the other."""
    return (f"+4915112{number:06d}" for number in count())


async def open_many(servers: Sequence[Server], phones: Iterator[str], many: int) -> list[str]:
    """Open so many challenges, and give their ids."""
    ids: list[str] = []

    async def open_one(wire: Wire, phone: str) -> None:
        asked = {"purpose": "contact_verification", "to": {"phone": phone}, "channel": "sms"}
        reply = await wire.post("/v1/challenges", asked)
        ids.append(msgspec.json.decode(reply, type=Opened).id)

    await at_once(_places(servers), islice(phones, many), open_one)
    return ids


async def answer_all(servers: Sequence[Server], ids: Sequence[str]) -> None:
    """Type the right code for each challenge."""

    async def answer_one(wire: Wire, id: str) -> None:
        reply = await wire.post(f"/v1/challenges/{id}/answers", {"code": str(CODE)})
        if b'"verified"' not in reply:
            raise RuntimeError(f"The right code was not accepted: {reply!r}")

    await at_once(_places(servers), ids, answer_one)


async def until_delivered(storage: Storage) -> None:
    while True:
        async with storage.reading(EVERYWHERE) as transaction:
            row = await transaction.one(UNDER_WAY)
        if row is not None and row["found"] == 0:
            return
        await asyncio.sleep(LOOK_EVERY)


def _places(servers: Sequence[Server]) -> list[tuple[int, str]]:
    in_turn = [servers[number % len(servers)] for number in range(CONCURRENCY)]
    return [(server.port, server.key) for server in in_turn]
