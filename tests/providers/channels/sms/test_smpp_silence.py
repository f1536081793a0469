"""Whatever an SMSC does, nothing that we carry or sign in with slips into a log."""

import asyncio
import logging
from dataclasses import replace

import msgspec
import pytest

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.providers.channels.sms.smpp_account import SETTINGS, SOON
from tests.stand_ins.smsc import Behaviours, Fault, Say, receipt, running_smsc
from watchword.foundation.secret import Secret
from watchword.providers.channels.sms.smpp import Smpp, compose
from watchword.providers.channels.sms.smpp_pdus import ShortMessage

PASSWORD = "t0ken-s3cret"  # noqa: S105 - of nobody
SECRETS = ("482913", "7700900123", "Your code", PASSWORD)
TELL_TALE = " ".join(SECRETS).encode() + b"\0"


def assert_nothing_slipped(
    log: pytest.LogCaptureFixture, output: pytest.CaptureFixture[str], *shown: object
) -> None:
    said = [f"{record.getMessage()} {record.__dict__}" for record in log.records]
    written = output.readouterr()
    for text in [*said, written.out, written.err, *map(repr, shown), *map(str, shown)]:
        assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize(
    ("bind", "submit"),
    [
        (Say(), Say()),
        (Say(0x0E), Say()),
        (Fault.RESET, Say()),
        (Say(), Say(body=TELL_TALE)),
        (Say(), Say(0x0B, TELL_TALE)),
        (Say(), Fault.GARBAGE),
        (Say(), Fault.RESET),
        (Say(), Fault.HANG),
        (Say(), Fault.UNBIND),
    ],
    ids=str,
)
async def test_an_smsc_is_spoken_to_in_silence(
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    bind: Behaviours,
    submit: Behaviours,
) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    async with running_smsc(password=PASSWORD) as smsc:
        smsc.behave(bind=bind, submit=submit)
        settings = msgspec.structs.replace(
            SETTINGS, port=smsc.port, password=Secret(PASSWORD), timeout_seconds=2.0
        )
        smpp = Smpp(settings, SURROUNDINGS, pauses=SOON)
        outcomes = [await smpp.send(MESSAGE), await smpp.send(MESSAGE)]
        await smpp.close()
    asyncio.get_running_loop().set_debug(False)

    assert_nothing_slipped(caplog, capsys, settings, smpp, outcomes)


async def test_receipts_are_heard_in_silence(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    async def hear(reports: object) -> None:
        raise LookupError(TELL_TALE.decode())

    async with running_smsc(password=PASSWORD) as smsc:
        settings = msgspec.structs.replace(
            SETTINGS, port=smsc.port, password=Secret(PASSWORD), receipt_pause_seconds=0.0
        )
        smpp = Smpp(settings, replace(SURROUNDINGS, hear=hear), pauses=SOON)
        await smpp.send(MESSAGE)
        heard = ShortMessage(octets=TELL_TALE)
        await smsc.deliver(heard)
        await smsc.deliver(receipt("1"))
        await smsc.deliver_octets(TELL_TALE)
        await smpp.close()

    assert_nothing_slipped(
        caplog, capsys, settings, heard, compose(SETTINGS, MESSAGE, SURROUNDINGS.now())
    )
