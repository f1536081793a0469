"""Calls that come by an Asterisk: from the first word to the dialplan that goes on with them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.features.activation.dialogue.calls import CODE, DEFAULT, GOOD, NUMBER, SSN4, World
from tests.features.calls.lines import AnyPace, OneLine, OneWorld
from tests.stores import found, new_organisations
from tests.telephone.fastagi.asterisk import GONE, SILENCE, Asterisk, Silent
from watchword.features.activation.dialogue.steps import Ending
from watchword.features.activation.established import Established
from watchword.features.calls.conduct.service import Conduct
from watchword.features.calls.register.service import CallRegister
from watchword.features.calls.rules import Door
from watchword.features.organisations.rules import Organisation
from watchword.foundation.networks import Network, all_read
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage
from watchword.telephone.fastagi.server import FastAgi

ACTIVATING = (NUMBER + "#", DEFAULT, SSN4, CODE, GOOD + "#", GOOD + "#")
HERE = all_read(["127.0.0.1/32"]) or ()


@dataclass
class Exchange:
    """A server, and everything around it."""

    port: int
    worlds: OneWorld
    sounds: Silent
    register: CallRegister
    organisation: Organisation

    async def ending(self) -> tuple[Door, Ending | None]:
        page = await self.register.page(self.organisation.id, None, 1)
        return page.items[0].door, page.items[0].ending


@asynccontextmanager
async def exchange(house: Storage, allowed: tuple[Network, ...] = HERE) -> AsyncIterator[Exchange]:  # type: ignore[assignment]
    organisation, worlds, sounds = await found(house, "bank"), OneWorld(), Silent()
    conduct = Conduct(
        storage=house,
        lines=OneLine(),
        granters=worlds,
        paces=AnyPace(),
        sealer=Sealer({1: bytes(32)}),
        patience=30,
    )
    agi = FastAgi(
        organisations=new_organisations(house),
        calls=conduct,
        sounds=sounds,
        allowed=allowed,
    )
    listener = socket.create_server(("127.0.0.1", 0))
    async with agi, await agi.listen(listener):
        port = listener.getsockname()[1]
        yield Exchange(port, worlds, sounds, CallRegister(storage=house), organisation)
        await conduct.close()


async def test_a_caller_sets_a_pin_and_goes_on(house: Storage) -> None:
    async with exchange(house) as bank:
        asterisk = Asterisk(ACTIVATING)
        await asterisk.call(bank.port)

        assert bank.worlds.world.pin == GOOD
        assert await bank.ending() == (Door.FASTAGI, Ending.THROUGH)
    assert asterisk.variables == {
        "WATCHWORD_RECORDING": "resumed",
        "WATCHWORD_TARGET": "banking",
        "WATCHWORD_OUTCOME": "transfer",
    }
    first = next(n for n, each in enumerate(asterisk.commands) if each.startswith("GET DATA"))
    assert any("PauseMonitor" in each for each in asterisk.commands[:first])


async def test_no_digit_of_a_caller_stands_in_a_command(house: Storage) -> None:
    async with exchange(house) as bank:
        commands = await Asterisk(ACTIVATING).call(bank.port)

    for secret in (NUMBER, SSN4, CODE, GOOD):
        assert secret not in "".join(commands)


@pytest.mark.parametrize("typed", ["83" + GONE, GOOD + GONE, GONE])
async def test_a_hang_up_in_the_middle_of_a_pin_sets_none(house: Storage, typed: str) -> None:
    async with exchange(house) as bank:
        await Asterisk([*ACTIVATING[:-1], typed]).call(bank.port)
        await _until_ended(bank)

        assert bank.worlds.world.pin == DEFAULT
        assert (await bank.ending())[1] is Ending.HUNG_UP


async def _until_ended(bank: Exchange) -> None:
    async with asyncio.timeout(120):
        while (await bank.ending())[1] is None:  # noqa: ASYNC110 - another process may end it
            await asyncio.sleep(0.01)


async def test_whoever_presses_nothing_gets_to_a_person(house: Storage) -> None:
    async with exchange(house) as bank:
        asterisk = Asterisk([SILENCE] * 3)
        await asterisk.call(bank.port)

    assert asterisk.variables["WATCHWORD_TARGET"] == "desk"


@pytest.mark.parametrize("path", ["elsewhere", "", "../bank", "bank/none", "BANK"])
async def test_a_line_that_is_not_there_is_hung_up(house: Storage, path: str) -> None:
    async with exchange(house) as bank:
        assert await Asterisk([]).call(bank.port, path) == ["HANGUP"]


async def test_nobody_is_answered_who_is_not_allowed(house: Storage) -> None:
    elsewhere = all_read(["192.0.2.0/24"])
    assert elsewhere
    async with exchange(house, tuple(elsewhere)) as bank:
        assert await Asterisk(ACTIVATING).call(bank.port) == []


@pytest.mark.parametrize(
    "sent", [b"GET / HTTP/1.1\r\n\r\n", b"\n", b"agi_network: yes\n\n", b"x" * 10_000, b"a\n" * 500]
)
async def test_what_is_no_agi_is_let_go(house: Storage, sent: bytes) -> None:
    async with exchange(house) as bank:
        reader, writer = await asyncio.open_connection("127.0.0.1", bank.port)
        writer.write(sent)
        async with asyncio.timeout(120):
            assert await reader.read() in {b"", b"HANGUP\n"}
        writer.close()


async def test_many_calls_at_once_are_kept_apart(house: Storage) -> None:
    async with exchange(house) as bank:
        bank.worlds.world = World(pin=GOOD, established=Established.YES)
        callers = [Asterisk([NUMBER + "#", GOOD]) for _ in range(12)]
        await asyncio.gather(*(each.call(bank.port) for each in callers))

    assert [each.variables["WATCHWORD_TARGET"] for each in callers] == ["banking"] * 12
