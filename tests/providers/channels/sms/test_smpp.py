"""What an SMSC is told, and what becomes of a message whatever it answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, NOW
from tests.providers.channels.sms.smpp_account import LONG, SETTINGS, bound, send
from tests.stand_ins.smsc import Behaviours, Fault, Say, Smsc, running_smsc
from watchword.features.delivery.rules import (
    Accepted,
    Address,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.sms.smpp import compose, validity_period
from watchword.providers.channels.sms.smpp_answers import NAMES
from watchword.providers.channels.sms.smpp_pdus import Command, Party, ShortMessage, Tag


@pytest.fixture
async def smsc() -> AsyncIterator[Smsc]:
    async with running_smsc() as smsc:
        yield smsc


async def test_a_message_is_sent_and_known_by_the_name_that_the_smsc_gave(smsc: Smsc) -> None:
    assert await send(smsc) == Accepted("1")

    assert smsc.messages == [
        ShortMessage(
            source=Party(5, 0, "Bank"),
            destination=Party(1, 1, "447700900123"),
            validity_period="000000000500000R",
            registered_delivery=1,
            octets=b"Your code is 482913.",
        )
    ]


async def test_it_binds_once_and_takes_leave(smsc: Smsc) -> None:
    async with bound(smsc, system_type="otp") as smpp:
        for _ in range(20):
            assert isinstance(await smpp.send(MESSAGE), Accepted)

    assert smsc.connections == 1
    assert smsc.heard[0].body == b"bank\0pa55word\0otp\0\x34\0\0\0"
    assert smsc.heard[-1].command == Command.UNBIND


async def test_many_are_under_way_at_once_and_each_gets_its_own_answer(smsc: Smsc) -> None:
    async with bound(smsc) as smpp:
        outcomes = await asyncio.gather(*(smpp.send(MESSAGE) for _ in range(50)))

    assert {*outcomes} == {Accepted(f"{number:x}") for number in range(1, 51)}
    assert smsc.connections == 1


async def test_no_more_wait_for_an_answer_than_the_window_is_wide(smsc: Smsc) -> None:
    smsc.behave(submit=Fault.HANG)

    async with bound(smsc, window=3, timeout_seconds=2.0) as smpp:
        outcomes = await asyncio.gather(*(smpp.send(MESSAGE) for _ in range(5)))

    assert smsc.count(Command.SUBMIT_SM) == 3
    assert sorted(map(str, outcomes)) == sorted(
        [str(Uncertain("timeout"))] * 3 + [str(Unavailable("timeout"))] * 2
    )


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (Say(), Accepted("1")),
        (Say(body=b"\0"), Accepted(None)),
        (Say(body=b""), Accepted(None)),
        (Say(body=b"\xff" * 90), Accepted(None)),
        (Say(0x0B), Refused("SMPP ESME_RINVDSTADR")),
        (Say(0x01), Refused("SMPP ESME_RINVMSGLEN")),
        (Say(0x65), Refused("SMPP ESME_RX_P_APPN")),
        (Say(0xFE), Refused("SMPP ESME_RDELIVERYFAILURE")),
        (Say(0x58), Unavailable("SMPP ESME_RTHROTTLED")),
        (Say(0x14), Unavailable("SMPP ESME_RMSGQFUL")),
        (Say(0x08), Unavailable("SMPP ESME_RSYSERR")),
        (Say(0x0A), Unavailable("SMPP ESME_RINVSRCADR")),
        (Say(0x64), Unavailable("SMPP ESME_RX_T_APPN")),
        (Say(0x04), Unavailable("SMPP ESME_RINVBNDSTS")),
        (Say(0x401), Unavailable("SMPP 0x00000401")),
        (Say(2**32 - 1, b"+447700900123"), Unavailable("SMPP 0xffffffff")),
        (Say(0x03, nack=True), Unavailable("SMPP ESME_RINVCMDID")),
        (Say(0x00, nack=True), Uncertain("reply not understood")),
        (Fault.ELSE, Uncertain("reply not understood")),
        (Fault.GARBAGE, Uncertain("reply not understood")),
        (Fault.HUGE, Uncertain("reply not understood")),
        (Fault.TINY, Uncertain("reply not understood")),
        (Fault.RESET, Uncertain("connection lost")),
        (Fault.CUT, Uncertain("connection lost")),
        (Fault.UNBIND, Uncertain("unbound")),
    ],
    ids=str,
)
async def test_an_answer_means(smsc: Smsc, behaviour: Behaviours, outcome: SendOutcome) -> None:
    smsc.behave(submit=behaviour)

    assert await send(smsc) == outcome
    assert smsc.count(Command.SUBMIT_SM) == 1


@pytest.mark.parametrize("status", sorted({*NAMES} - {0}))
async def test_no_refusal_is_taken_for_a_consent_or_left_in_doubt(smsc: Smsc, status: int) -> None:
    smsc.behave(submit=Say(status))

    assert isinstance(await send(smsc), Refused | Unavailable)


async def test_without_an_answer_it_may_have_been_taken(smsc: Smsc) -> None:
    smsc.behave(submit=Fault.HANG)

    assert await send(smsc, timeout_seconds=2.0) == Uncertain("timeout")


async def test_an_answer_that_comes_too_late_is_nobody_elses(smsc: Smsc) -> None:
    smsc.behave(submit=[Fault.HANG, Say()])

    async with bound(smsc, timeout_seconds=2.0) as smpp:
        assert await smpp.send(MESSAGE) == Uncertain("timeout")
        first = next(pdu for pdu in smsc.heard if pdu.command == Command.SUBMIT_SM)
        smsc.say(0x80000004, b"late\0", first.sequence)

        assert await smpp.send(MESSAGE) == Accepted("1")


async def test_parts_go_one_after_the_other_and_the_last_gives_the_name(smsc: Smsc) -> None:
    async with bound(smsc) as smpp:
        assert await smpp.send(LONG) == Accepted("2")

    first, second = smsc.messages
    assert (first.esm_class, second.esm_class) == (0x40, 0x40)
    assert (first.octets[:6], second.octets[:6]) == (b"\5\0\3\7\2\1", b"\5\0\3\7\2\2")
    assert first.octets[6:] + second.octets[6:] == LONG.text.reveal().encode()


async def test_a_long_text_goes_as_one_where_the_smsc_wants_that(smsc: Smsc) -> None:
    async with bound(smsc, long_messages="payload") as smpp:
        assert await smpp.send(LONG) == Accepted("1")

    (message,) = smsc.messages
    assert (message.esm_class, message.octets) == (0, b"")
    assert message.more == {Tag.MESSAGE_PAYLOAD: LONG.text.reveal().encode()}


@pytest.mark.parametrize(
    ("behaviours", "outcome"),
    [
        ([Say(0x0B)], Refused("SMPP ESME_RINVDSTADR")),
        ([Say(0x58)], Unavailable("SMPP ESME_RTHROTTLED")),
        ([Fault.RESET], Uncertain("connection lost")),
        ([Say(), Say(0x0B)], Uncertain("partly taken")),
        ([Say(), Say(0x58)], Uncertain("partly taken")),
        ([Say(), Fault.RESET], Uncertain("partly taken")),
        ([Say(), Say(body=b"\0")], Accepted(None)),
    ],
    ids=str,
)
async def test_of_a_text_in_parts_the_first_decides_and_then_there_is_no_way_back(
    smsc: Smsc, behaviours: Behaviours, outcome: SendOutcome
) -> None:
    smsc.behave(submit=behaviours)

    async with bound(smsc) as smpp:
        assert await smpp.send(LONG) == outcome


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({}, Party(5, 0, "Bank")),
        ({"sender": "+491701234567"}, Party(1, 1, "491701234567")),
        ({"sender": "80800"}, Party(3, 0, "80800")),
        ({"sender": None}, Party(0, 0, "")),
        ({"sender": "80800", "sender_ton": 0, "sender_npi": 1}, Party(0, 1, "80800")),
        (
            {"sender": "+491701234567", "sender_ton": 2, "sender_npi": 8},
            Party(2, 8, "491701234567"),
        ),
    ],
)
def test_a_sender_is_of_the_type_that_it_looks_like(changes: dict[str, Any], source: Party) -> None:
    settings = msgspec.structs.replace(SETTINGS, **changes)

    composed = compose(settings, MESSAGE, NOW)

    assert not isinstance(composed, Refused)
    assert composed[0].source == source


def test_a_message_is_written_as_the_account_wants_it() -> None:
    settings = msgspec.structs.replace(
        SETTINGS, service_type="OTP", address_ton=0, address_npi=3, receipts=False, alphabet="ucs2"
    )

    composed = compose(settings, MESSAGE, NOW)

    assert not isinstance(composed, Refused)
    assert composed[0].service_type == "OTP"
    assert composed[0].destination == Party(0, 3, "447700900123")
    assert composed[0].registered_delivery == 0
    assert composed[0].data_coding == 8


@pytest.mark.parametrize(
    "address", ["", "+", "jo@example.org", "+44 7700", "+4477009001234567", "+४"]
)
async def test_what_is_no_number_is_refused_before_anybody_is_asked(
    smsc: Smsc, address: str
) -> None:
    async with bound(smsc) as smpp:
        assert await smpp.send(replace(MESSAGE, address=Address(address))) == Refused("address")

    assert smsc.connections == 0


async def test_text_that_is_none_is_refused(smsc: Smsc) -> None:
    async with bound(smsc) as smpp:
        assert await smpp.send(replace(MESSAGE, text=Secret("\ud800"))) == Refused("text")


@pytest.mark.parametrize(
    ("left", "relative", "absolute"),
    [
        (timedelta(minutes=5), "000000000500000R", "260301120500000+"),
        (timedelta(hours=25, seconds=1), "000001010001000R", "260302130001000+"),
        (timedelta(seconds=-9), "000000000001000R", "260301120001000+"),
        (timedelta(days=90), "000007000000000R", "260308120000000+"),
    ],
)
def test_the_smsc_is_told_how_long_a_message_is_of_use(
    left: timedelta, relative: str, absolute: str
) -> None:
    assert validity_period("relative", NOW + left, NOW) == relative
    assert validity_period("absolute", NOW + left, NOW) == absolute
    assert validity_period("none", NOW + left, NOW) == ""


@given(some.timedeltas())
def test_a_time_of_use_is_always_one_that_can_be_written(left: timedelta) -> None:
    try:
        not_after = NOW + left
    except OverflowError:
        return

    assert len(validity_period("relative", not_after, NOW)) == 16
    assert len(validity_period("absolute", not_after, NOW)) == 16
