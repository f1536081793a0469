"""Receipts over the wire: each is answered, and told once the message can be known."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.providers.channels.sms.smpp_account import LONG, bound
from tests.stand_ins.smsc import Smsc, receipt, running_smsc
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import Accepted, Receipt
from watchword.providers.channels.sms.smpp_hearing import Hearing
from watchword.providers.channels.sms.smpp_pdus import Command, ShortMessage

OK, QUEUE_FULL, NOT_READABLE = 0x00, 0x14, 0x66
AT_ONCE: dict[str, Any] = {"receipt_pause_seconds": 0.0}


def arrived(reference: str) -> Report:
    return Report(receipt=Receipt.DELIVERED, reference=reference)


def failed(reference: str) -> Report:
    return Report(receipt=Receipt.FAILED, reference=reference, reason="SMPP UNDELIV")


class Core:
    """Hears reports, and is away for as long as it is told to."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.faults = 0
        self.asked = 0
        self._news = asyncio.Event()

    @property
    def surroundings(self) -> Surroundings:
        return replace(SURROUNDINGS, hear=self.hear)

    async def hear(self, reports: Sequence[Report]) -> None:
        self.asked += 1
        self._news.set()
        if self.faults:
            self.faults -= 1
            raise OSError("+447700900123 is unknown")
        self.reports += reports

    async def until_heard(self, count: int) -> list[Report]:
        return await self.until(lambda: len(self.reports) >= count)

    async def until(self, condition: Callable[[], bool]) -> list[Report]:
        while not condition():
            self._news.clear()
            await self._news.wait()
        return self.reports


@pytest.fixture
def core() -> Core:
    return Core()


@pytest.fixture
async def smsc() -> AsyncIterator[Smsc]:
    async with running_smsc() as smsc:
        yield smsc


async def test_a_receipt_is_answered_and_told(smsc: Smsc, core: Core) -> None:
    async with bound(smsc, surroundings=core.surroundings, **AT_ONCE) as smpp:
        sent = await smpp.send(MESSAGE)

        assert await smsc.deliver(receipt("1")) == OK
        assert await core.until_heard(1) == [arrived("1")]

    assert sent == Accepted("1")


async def test_a_failure_is_told_with_its_reason(smsc: Smsc, core: Core) -> None:
    async with bound(smsc, surroundings=core.surroundings, **AT_ONCE) as smpp:
        await smpp.send(MESSAGE)
        await smsc.deliver(receipt("1", "UNDELIV"))

        assert await core.until_heard(1) == [failed("1")]


async def test_a_receipt_is_held_for_a_moment(smsc: Smsc, core: Core) -> None:
    async with bound(smsc, surroundings=core.surroundings, receipt_pause_seconds=60.0) as smpp:
        smsc.on_message = lambda message_id: smsc.say(
            Command.DELIVER_SM, receipt(message_id).to_wire()
        )
        await smpp.send(MESSAGE)  # the receipt is there before the answer
        await smpp.send(MESSAGE)

        assert core.asked == 0

    # What is still held is told when it ends, because nobody would tell it again.
    assert core.reports == [arrived("1"), arrived("2")]


async def test_receipts_that_come_twice_or_of_strangers_are_told_as_they_come(
    smsc: Smsc, core: Core
) -> None:
    async with bound(smsc, surroundings=core.surroundings, **AT_ONCE) as smpp:
        await smpp.send(MESSAGE)
        for message_id in ("1", "1", "of-nobody"):
            assert await smsc.deliver(receipt(message_id)) == OK

        assert await core.until_heard(3) == [arrived("1"), arrived("1"), arrived("of-nobody")]


@pytest.mark.parametrize(
    "message",
    [
        ShortMessage(octets=b"STOP"),
        ShortMessage(octets=b"id:1 stat:DELIVRD"),
        receipt("1", "ENROUTE"),
        receipt("1", "ACCEPTD"),
        replace(receipt("1"), esm_class=0x20),
    ],
)
async def test_what_is_no_news_is_answered_and_let_go_by(
    smsc: Smsc, core: Core, message: ShortMessage
) -> None:
    async with bound(smsc, surroundings=core.surroundings, **AT_ONCE) as smpp:
        await smpp.send(MESSAGE)

        assert await smsc.deliver(message) == OK
        assert await smsc.deliver(receipt("1")) == OK
        assert await core.until_heard(1) == [arrived("1")]


async def test_what_cannot_be_read_is_answered_and_ends_nothing(smsc: Smsc, core: Core) -> None:
    async with bound(smsc, surroundings=core.surroundings, **AT_ONCE) as smpp:
        await smpp.send(MESSAGE)

        for body in (b"", b"\0\0\0", receipt("1").to_wire()[:30]):
            assert await smsc.deliver_octets(body) == NOT_READABLE
        assert await smsc.deliver(receipt("1")) == OK

    assert smsc.connections == 1


async def test_an_id_in_another_form_is_understood(smsc: Smsc, core: Core) -> None:
    smsc.name_message = lambda number: f"{number + 0xA0:08X}"
    options: dict[str, Any] = {**AT_ONCE, "receipt_id": "decimal_to_hex"}

    async with bound(smsc, surroundings=core.surroundings, **options) as smpp:
        sent = await smpp.send(MESSAGE)
        await smsc.deliver(receipt("0000000161"))

        assert await core.until_heard(1) == [arrived("a1")]

    assert sent == Accepted("a1")


async def test_a_text_in_parts_has_arrived_with_the_last_of_them(smsc: Smsc, core: Core) -> None:
    async with bound(smsc, surroundings=core.surroundings, **AT_ONCE) as smpp:
        sent = await smpp.send(LONG)
        await smsc.deliver(receipt("2"))
        await smpp.send(MESSAGE)
        await smsc.deliver(receipt("3"))
        assert await core.until_heard(1) == [arrived("3")]

        await smsc.deliver(receipt("1"))
        assert await core.until_heard(2) == [arrived("3"), arrived("2")]

    assert sent == Accepted("2")


async def test_a_text_in_parts_has_failed_with_the_first_of_them(smsc: Smsc, core: Core) -> None:
    async with bound(smsc, surroundings=core.surroundings, **AT_ONCE) as smpp:
        await smpp.send(LONG)
        await smsc.deliver(receipt("2"))
        await smsc.deliver(receipt("1", "UNDELIV"))

        assert await core.until_heard(1) == [failed("2")]


async def test_a_receipt_that_is_faster_than_the_last_part_is_not_lost(
    smsc: Smsc, core: Core
) -> None:
    def report_the_first(message_id: str) -> None:
        if message_id == "2":
            smsc.say(Command.DELIVER_SM, receipt("1").to_wire())

    smsc.on_message = report_the_first
    async with bound(smsc, surroundings=core.surroundings, **AT_ONCE) as smpp:
        await smpp.send(LONG)
        await smsc.deliver(receipt("2"))

        assert await core.until_heard(1) == [arrived("2")]


async def tell(core: Core, work: Callable[[Hearing], Awaitable[None]], most: int = 10) -> None:
    hearing = Hearing(core.surroundings, pause=0.0, most=most, pauses=(0.001,))
    await work(hearing)
    await hearing.close()


async def test_while_the_core_is_away_receipts_are_kept_and_told_in_order(
    core: Core, capsys: pytest.CaptureFixture[str]
) -> None:
    core.faults = 3

    async def work(hearing: Hearing) -> None:
        for number in range(5):
            assert hearing.take(arrived(str(number)))
        await core.until_heard(5)

    await tell(core, work)

    assert core.reports == [arrived(str(number)) for number in range(5)]
    said = capsys.readouterr()
    assert "receipts.not_heard" in said.out + said.err
    assert "7700900123" not in said.out + said.err


async def test_what_there_is_no_room_for_stays_with_the_smsc(core: Core) -> None:
    async def work(hearing: Hearing) -> None:
        taken = [hearing.take(arrived(str(number))) for number in range(5)]
        assert taken == [True, True, True, False, False]
        await core.until_heard(3)
        assert hearing.take(arrived("5"))

    await tell(core, work, most=3)

    assert core.reports == [arrived(name) for name in "0125"]


async def test_a_full_house_is_said_to_the_smsc(smsc: Smsc, core: Core) -> None:
    async with bound(smsc, surroundings=core.surroundings, receipt_pause_seconds=60.0) as smpp:
        await smpp.send(MESSAGE)
        filled = [await smsc.deliver(receipt("1")) for _ in range(10_001)]

    assert {*filled[:-1]} == {OK}
    assert filled[-1] == QUEUE_FULL


async def test_when_it_ends_a_core_that_is_away_does_not_hold_it(core: Core) -> None:
    core.faults = 10**6

    async def work(hearing: Hearing) -> None:
        hearing.take(arrived("1"))
        await core.until(lambda: core.asked > 2)

    await tell(core, work)

    assert core.reports == []
