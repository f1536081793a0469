"""An SMSC that is not ours: each side understands what the other has written."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.not_tested import not_tested
from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.providers.channels.sms.smpp_account import LONG, SETTINGS, without_wait
from tests.providers.channels.sms.smpp_phone import read_gsm
from tests.stand_ins.smsc import PASSWORD
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import (
    Accepted,
    Address,
    Message,
    Receipt,
    Refused,
    SendOutcome,
    Unavailable,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.sms.smpp import Smpp

SCRIPT = Path(__file__).parents[3] / "stand_ins" / "smsc.pl"
BOUND_WITHIN = 120.0  # seconds


@dataclass
class Elsewhere:
    """The other SMSC as it runs: what it says, line by line, and what it reports."""

    port: int
    output: asyncio.StreamReader
    reports: asyncio.Queue[Report]

    async def line(self) -> list[str]:
        async with asyncio.timeout(BOUND_WITHIN):
            return (await self.output.readline()).decode().rstrip("\n").split("\t")

    async def report(self) -> Report:
        async with asyncio.timeout(BOUND_WITHIN):
            return await self.reports.get()

    def account(self, **changes: Any) -> Smpp:  # noqa: ANN401 - of settings, whatever their types
        async def hear(reports: Sequence[Report]) -> None:
            for report in reports:
                self.reports.put_nowait(report)

        given = {"receipt_id": "decimal_to_hex", "receipt_pause_seconds": 0.2} | changes
        settings = msgspec.structs.replace(SETTINGS, port=self.port, **given)
        return Smpp(settings, replace(SURROUNDINGS, hear=hear))


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    try:
        subprocess.run(["perl", "-MNet::SMPP", "-e1"], check=True, capture_output=True)  # noqa: ASYNC221, S607
    except (OSError, subprocess.CalledProcessError):
        not_tested("SMPP with an SMSC that is not ours", "Install libnet-smpp-perl.")
    process = await asyncio.create_subprocess_exec(
        "perl", str(SCRIPT), PASSWORD, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(BOUND_WITHIN):
        port = int(await process.stdout.readline())
    yield Elsewhere(port, process.stdout, asyncio.Queue())
    process.kill()
    await process.wait()


def to(number: str, message: Message = MESSAGE) -> Message:
    return replace(message, address=Address(number))


async def test_a_message_is_taken_and_its_receipt_is_understood(elsewhere: Elsewhere) -> None:
    smpp = elsewhere.account()

    outcome = await smpp.send(MESSAGE)
    took = await elsewhere.line()
    answered = await elsewhere.line()
    report = await elsewhere.report()
    await smpp.close()

    assert outcome == Accepted("a1")
    text = b"Your code is 482913.".hex()
    assert took == [
        *("took", "5", "0", "Bank", "1", "1", "447700900123"),
        *("0", "000000000500000R", "1", "0", text, ""),
    ]
    assert answered == ["answered", "0"]
    assert report == Report(receipt=Receipt.DELIVERED, reference="a1")


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("+447700900120", Refused("SMPP ESME_RINVDSTADR")),
        ("+447700900121", Unavailable("SMPP ESME_RMSGQFUL")),
        ("+447700900122", Accepted("a1")),
    ],
)
async def test_its_answers_are_understood(
    elsewhere: Elsewhere, number: str, outcome: SendOutcome
) -> None:
    smpp = elsewhere.account()

    assert await smpp.send(to(number)) == outcome
    if isinstance(outcome, Accepted):
        failed = Report(receipt=Receipt.FAILED, reference="a1", reason="SMPP UNDELIV")
        assert await elsewhere.report() == failed
    await smpp.close()


async def test_a_wrong_password_is_refused_and_a_right_one_taken(elsewhere: Elsewhere) -> None:
    wrong, right = elsewhere.account(password=Secret("wrong")), elsewhere.account()

    assert without_wait(await wrong.send(MESSAGE)) == Unavailable("authentication refused")
    await wrong.close()
    assert await right.send(MESSAGE) == Accepted("a1")
    await right.close()


@pytest.mark.parametrize(
    "text", ["Ihr Code: 482913 @ Bäckerei [Süd] kostet 3 €^", "Twój kod: 482913 łąka 😀"]
)
async def test_it_reads_what_we_wrote(elsewhere: Elsewhere, text: str) -> None:
    smpp = elsewhere.account()

    await smpp.send(replace(MESSAGE, text=Secret(text)))
    *_, coding, octets, _ = await elsewhere.line()
    await smpp.close()

    read = bytes.fromhex(octets)
    assert (read.decode("utf-16-be") if coding == "8" else read_gsm(read)) == text


async def test_a_long_text_arrives_in_parts_with_one_receipt(elsewhere: Elsewhere) -> None:
    smpp = elsewhere.account()

    outcome = await smpp.send(LONG)
    lines = [await elsewhere.line() for _ in range(4)]
    report = await elsewhere.report()
    await smpp.close()

    parts = [bytes.fromhex(line[-2]) for line in lines if line[0] == "took"]
    assert [part[:6] for part in parts] == [b"\5\0\3\7\2\1", b"\5\0\3\7\2\2"]
    assert b"".join(part[6:] for part in parts).decode() == LONG.text.reveal()
    assert outcome == Accepted("a2")
    assert report == Report(receipt=Receipt.DELIVERED, reference="a2")
    assert elsewhere.reports.empty()


async def test_a_long_text_arrives_as_one(elsewhere: Elsewhere) -> None:
    smpp = elsewhere.account(long_messages="payload")

    await smpp.send(LONG)
    *_, octets, payload = await elsewhere.line()
    await smpp.close()

    assert (octets, bytes.fromhex(payload).decode()) == ("", LONG.text.reveal())


async def test_it_finds_us_there_whenever_it_is_asked(elsewhere: Elsewhere) -> None:
    smpp = elsewhere.account(enquire_seconds=0.01, timeout_seconds=2.0)

    outcomes = []
    for _ in range(20):
        outcomes.append(await smpp.send(MESSAGE))
        await asyncio.sleep(0.01)  # so that it is asked in between
    await smpp.close()

    assert outcomes == [Accepted(f"{0xA0 + number:x}") for number in range(1, 21)]
