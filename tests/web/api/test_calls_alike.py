"""Whoever types a number on the telephone learns nothing of whose it is: not by the clock (THR-05).

The core is one that is asked over a wire, and takes longer for those whom it knows.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from httpx import AsyncClient, Response

from tests.stand_ins import json_core
from tests.stand_ins.banking_server import running
from tests.stand_ins.json_core import JsonCoreServer
from tests.stores import KEYRING, MovableTime
from tests.web.api.test_till_openings import A_DAY, FIVE_MILLISECONDS, LIKELY, likelihood, masked
from tests.web.conftest import calling, new_key
from tests.web.doors import doors_to
from watchword.features.activation.profiles.rules import ProfileId
from watchword.features.activation.profiles.settings import LineSettings, SetLine
from watchword.features.calls.pauses.service import Pauses
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import CoreName
from watchword.features.organisations.rules import Mode
from watchword.foundation.ids import Id
from watchword.settings import parse
from watchword.wiring import open_services

DRILLED = "DRILL_PAIRS" in os.environ
PAIRS, WARM = int(os.environ.get("DRILL_PAIRS", "3")), 10
KNOWN, UNKNOWN, WRONG = "20154", "20155", "1111"
BANK = CoreName("bank")
MEMBERS: dict[str, Any] = {
    "name": "Members",
    "kind": "standard",
    "levels": [[{"question": "account_number"}, {"question": "pin"}]],
}

pytestmark = pytest.mark.timeout(60 + 2 * PAIRS)


@dataclass
class Line:
    platform: AsyncClient
    core: JsonCoreServer

    async def call(self, number: str) -> tuple[list[str], list[float]]:
        """Type a number and a wrong PIN; give what was answered to each, and after how long."""
        turn = (await self.platform.post("/v1/calls", json={"language": "en"})).json()
        heard, spent = list[str](), list[float]()
        for digits in (number, WRONG):
            began = perf_counter()
            reply = await self._press(turn, digits)
            spent.append(perf_counter() - began)
            turn = reply.json()
            heard.append(masked(reply).replace(turn["token"], "…"))
        return heard, spent

    async def _press(self, turn: dict[str, Any], digits: str) -> Response:
        event = {"token": turn["token"], "digits": digits, "ended_by": "terminator"}
        reply = await self.platform.post(f"/v1/calls/{turn['call_id']}/turns", json=event)
        assert reply.status_code == 201, reply.text
        return reply


@pytest.fixture
async def line(migrated: str, time: MovableTime, tmp_path: Path) -> AsyncIterator[Line]:
    mapping, server = tmp_path / "core.toml", JsonCoreServer()
    mapping.write_text(json_core.DESCRIPTION)
    async with running(server):
        core = {
            "kind": "rest",
            "organisations": ["bank"],
            "base_url": server.url,
            "mapping": str(mapping),
            "headers": {"X-Key": json_core.KEY},
        }
        settings = parse({"database": {"url": migrated}, "cores": {BANK: core}})
        async with open_services(settings, KEYRING, now=time, pauses=pauses()) as services:
            key = await new_key(services, "bank", Mode.TEST)
            client = Operator(name="test", organisation=await services.organisations.find("bank"))
            profiles, chosen = services.telephone.profiles, LineSettings(core=BANK)
            assert isinstance(await profiles.set_line(client, chosen, 0), SetLine)
            async with calling(doors_to(services), key) as platform:
                document = {"format": "watchword.profiles/1", "profiles": [MEMBERS]}
                taken = await platform.put("/v1/telephone/profiles", json=document)
                answering = ProfileId(Id(taken.json()["states"][0]["id"]))
                chosen = replace(chosen, profile_id=answering)
                assert isinstance(await profiles.set_line(client, chosen, 1), SetLine)
                yield Line(platform, server)


def pauses() -> Pauses:
    """Give those of real calls, if somebody looks at the clock."""

    async def at_once(_: float) -> None: ...

    return Pauses() if DRILLED else Pauses(sleep=at_once)


async def test_a_known_and_an_unknown_number_are_answered_alike(
    line: Line, time: MovableTime
) -> None:
    """`make drill` does it with 500 of each and looks at the clock; DRILL_PAIRS sets the number."""
    answers: dict[str, set[str]] = {KNOWN: set(), UNKNOWN: set()}
    spent: dict[str, list[list[float]]] = {KNOWN: [], UNKNOWN: []}
    for number in range(PAIRS + WARM * DRILLED):
        for who in (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN):
            heard, seconds = await line.call(who)
            answers[who].add("\n".join(heard))
            if number >= WARM or not DRILLED:
                spent[who].append(seconds)
        # Time goes on, so that nothing is locked, and the core forgets what was wrong.
        time.pass_by(A_DAY)
        line.core.missed = dict.fromkeys(line.core.missed, 0)

    assert answers[KNOWN] == answers[UNKNOWN]
    assert len(answers[KNOWN]) == 1
    for turn, asked in enumerate(("number", "PIN")):
        known, unknown = ([each[turn] for each in spent[who]] for who in (KNOWN, UNKNOWN))
        apart, likely = median(known) - median(unknown), likelihood(known, unknown)
        told = f"{asked}: {apart * 1e3:+.2f} ms of {median(known) * 1e3:.1f}, p = {likely:.3f}"
        if DRILLED:
            assert abs(apart) < FIVE_MILLISECONDS, told
            assert likely > LIKELY, told
