"""What was acknowledged is there after a kill, and each message was sent once or is in doubt."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import msgspec
import pytest

from tests.journeys.installation import Served, eventually, install, new_key, serving
from tests.stand_ins.http_gateway import Answer, Gateway, running_gateway
from watchword.client import NoAnswer
from watchword.features.delivery.rules import LEASE
from watchword.features.organisations.rules import Mode
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import open_storage

CALLERS = 12
ENOUGH = 60  # challenges that were acknowledged before the server is killed
PATIENCE = 240.0  # seconds
MICROSECOND = timedelta(microseconds=1)
AGE = "update messages set lease_until = lease_until - :by where state = 'sending'"
"""A lease has to run out before a message is taken from who is no more. Nobody waits for that."""


@dataclass
class Journal:
    """What the server has told its callers: nothing of this may be lost."""

    opened: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)


@pytest.mark.timeout(600)
async def test_nothing_that_was_acknowledged_is_lost_and_nothing_is_sent_twice(
    migrated: str, tmp_path: Path
) -> None:
    async with running_gateway() as forgetful, running_gateway() as clever:
        for gateway in (forgetful, clever):
            gateway.behave(Answer(seconds=0.02))
        place = await install(
            tmp_path,
            migrated,
            providers={
                "forgetful": provider(forgetful, "sms", knows_repeats=False),
                "clever": provider(clever, "voice", knows_repeats=True),
            },
        )
        key, journal = await new_key(place, Mode.LIVE), Journal()
        async with serving(place, key) as served:
            await _load_until_killed(served, journal)
        await _let_leases_run_out(migrated)
        async with serving(place, key) as served:
            await eventually("all is settled", lambda: _is_settled(served, journal), PATIENCE)
            states = {id: await served.states(id) for id in journal.opened}
            left = [await _attempts_left(served, id) for id in journal.answered]

    assert len(journal.opened) >= ENOUGH
    assert set(left) <= {4, 3}
    told = _told(forgetful), _told(clever)
    assert max(told[0].values()) == 1
    assert {state for [state] in states.values()} <= {"sent", "unknown"}
    sent = sum(state == ["sent"] for state in states.values())
    assert sum(map(len, told)) >= sent >= len(journal.opened) - 2 * CALLERS


def provider(gateway: Gateway, channel: str, *, knows_repeats: bool) -> dict[str, object]:
    return {
        "kind": "http",
        "channel": channel,
        "url": gateway.url,
        "body": {"id": "{id}", "to": "{to}", "text": "{text}"},
        "knows_repeats": knows_repeats,
    }


async def _load_until_killed(served: Served, journal: Journal) -> None:
    numbers = count()

    async def call() -> None:
        while True:
            number = next(numbers)
            channel = ("sms", "voice")[number % 2]
            # In many blocks of numbers, or the rules against abuse would stop it.
            phone = f"+49170{number * 7919 % 10_000_000:07}"
            challenge = await served.open(phone, channel=channel)
            journal.opened.append(str(challenge.id))
            # Six digits may be right by chance; five are wrong, and cost as much.
            if await served.answer(challenge.id, "12345") == "wrong":
                journal.answered.append(str(challenge.id))

    async def is_enough() -> bool:
        return len(journal.opened) >= ENOUGH

    callers = [asyncio.create_task(call()) for _ in range(CALLERS)]
    await eventually("enough was acknowledged", is_enough)
    await served.kill()
    ends = await asyncio.gather(*callers, return_exceptions=True)
    assert {isinstance(end, NoAnswer) for end in ends} == {True}, ends


async def _let_leases_run_out(database: str) -> None:
    """Make what the dead one was about to send so much older that its time for it is over."""
    async with open_storage(database) as storage, storage.begin(EVERYWHERE) as transaction:
        await transaction.run(AGE, by=LEASE // MICROSECOND)


async def _is_settled(served: Served, journal: Journal) -> bool:
    for id in journal.opened:
        if {"queued", "sending"} & {*await served.states(id)}:
            return False
    return True


async def _attempts_left(served: Served, id: str) -> int:
    left: int = (await served.client.get(f"/v1/challenges/{id}")).json()["attempts_left"]
    return left


def _told(gateway: Gateway) -> Counter[str]:
    """Count how often a gateway was told of each message."""
    return Counter(msgspec.json.decode(asked.body)["id"] for asked in gateway.requests)
