"""The line to an SMSC: bound, held, lost, and bound again; and who is not trusted with it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.providers.channels.sms.smpp_account import SETTINGS, SOON, bound, send, without_wait
from tests.stand_ins.certificates import Certificate, authority
from tests.stand_ins.smsc import Behaviours, Fault, Say, Smsc, running_smsc
from watchword.features.delivery.rules import Accepted, SendOutcome, Unavailable
from watchword.foundation.secret import Secret
from watchword.providers.channels.sms.smpp import Smpp
from watchword.providers.channels.sms.smpp_link import Handover, Link
from watchword.providers.channels.sms.smpp_pdus import RESPONSE, Command


@pytest.fixture
async def smsc() -> AsyncIterator[Smsc]:
    async with running_smsc() as smsc:
        yield smsc


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Say(0x0D), "authentication refused"),
        (Say(0x0E), "authentication refused"),
        (Say(0x0F), "authentication refused"),
        (Say(0x05), "SMPP ESME_RALYBND"),
        (Say(0x58), "SMPP ESME_RTHROTTLED"),
        (Say(0x500), "SMPP 0x00000500"),
        (Say(0x03, nack=True), "SMPP ESME_RINVCMDID"),
        (Fault.ELSE, "reply not understood"),
        (Fault.GARBAGE, "reply not understood"),
        (Fault.RESET, "connection lost"),
        (Fault.UNBIND, "unbound"),
    ],
    ids=str,
)
async def test_who_is_not_let_in_has_surely_sent_nothing(
    smsc: Smsc, behaviour: Behaviours, reason: str
) -> None:
    smsc.behave(bind=behaviour)

    assert without_wait(await send(smsc)) == Unavailable(reason)
    assert smsc.count(Command.SUBMIT_SM) == 0


async def test_a_bind_without_an_answer_is_given_up(smsc: Smsc) -> None:
    smsc.behave(bind=Fault.HANG)

    assert without_wait(await send(smsc, timeout_seconds=2.0)) == Unavailable("timeout")


async def test_a_wrong_password_is_refused(smsc: Smsc) -> None:
    outcome = await send(smsc, password=Secret("wrong"))

    assert without_wait(outcome) == Unavailable("authentication refused")


async def test_where_nobody_listens_it_is_unavailable() -> None:
    async with running_smsc() as gone:
        pass

    assert without_wait(await send(gone)) == Unavailable("connection refused")


async def test_during_a_pause_nobody_is_asked_and_the_wait_is_told(smsc: Smsc) -> None:
    smsc.behave(bind=Say(0x0E))

    async with bound(smsc, pauses=(40.0,)) as smpp:
        outcomes = [await smpp.send(MESSAGE) for _ in range(5)]

    assert smsc.connections == 1
    for outcome in outcomes:
        assert isinstance(outcome, Unavailable)
        assert outcome.retry_after is not None
        assert timedelta(seconds=1) < outcome.retry_after <= timedelta(seconds=40)


async def test_it_binds_again_when_the_smsc_is_back(smsc: Smsc) -> None:
    smsc.behave(bind=[Say(0x0D), Fault.RESET, Say()])

    async with bound(smsc, pauses=SOON) as smpp:
        await smpp.send(MESSAGE)
        await smsc.until(lambda: smsc.count(Command.BIND_TRANSCEIVER) == 3)

        assert await smpp.send(MESSAGE) == Accepted("1")


async def test_it_binds_again_when_the_link_is_lost(smsc: Smsc) -> None:
    async with bound(smsc, pauses=SOON) as smpp:
        assert await smpp.send(MESSAGE) == Accepted("1")
        smsc.drop_connections()
        await smsc.until(lambda: smsc.count(Command.BIND_TRANSCEIVER) == 2)

        assert await smpp.send(MESSAGE) == Accepted("2")


async def test_pauses_grow_as_long_as_it_fails(smsc: Smsc) -> None:
    smsc.behave(bind=Say(0x0D))

    async with bound(smsc, pauses=(0.001, 0.002, 30.0)) as smpp:
        await smpp.send(MESSAGE)
        await smsc.until(lambda: smsc.connections == 3 and not smsc.open)
        outcome = await smpp.send(MESSAGE)

    assert isinstance(outcome, Unavailable)
    assert outcome.retry_after is not None
    assert outcome.retry_after > timedelta(seconds=1)
    assert smsc.connections == 3


async def test_it_stays_connected_before_anything_is_sent_and_answers(smsc: Smsc) -> None:
    async with bound(smsc) as smpp:
        staying = asyncio.create_task(smpp.stay_connected())
        await smsc.until(lambda: smsc.count(Command.BIND_TRANSCEIVER))
        smsc.say(Command.ENQUIRE_LINK, sequence=17)
        await smsc.until(lambda: smsc.count(Command.ENQUIRE_LINK | RESPONSE))
        smsc.say(0x103, b"whatever", sequence=18)
        await smsc.until(lambda: smsc.count(Command.GENERIC_NACK))
        staying.cancel()
        await asyncio.wait([staying])

        # The line outlives whoever waited on it, for what is still under way.
        assert await smpp.send(MESSAGE) == Accepted("1")

    assert smsc.connections == 1
    assert [pdu.sequence for pdu in smsc.heard if pdu.is_answer] == [17, 18]


async def test_it_asks_now_and_then_whether_anybody_is_there(smsc: Smsc) -> None:
    async with bound(smsc, enquire_seconds=0.01) as smpp:
        await smpp.send(MESSAGE)
        await smsc.until(lambda: smsc.count(Command.ENQUIRE_LINK) == 3)
        await smpp.send(MESSAGE)

    assert smsc.connections == 1


async def test_a_line_on_which_nobody_answers_is_replaced(smsc: Smsc) -> None:
    smsc.behave(enquire=Fault.HANG)

    async with bound(smsc, enquire_seconds=0.01, timeout_seconds=0.1, pauses=SOON) as smpp:
        await smpp.send(MESSAGE)
        await smsc.until(lambda: smsc.count(Command.BIND_TRANSCEIVER) == 2)

    assert smsc.connections == 2


async def test_an_smsc_that_takes_leave_gets_an_answer_and_is_bound_again(smsc: Smsc) -> None:
    async with bound(smsc, pauses=SOON) as smpp:
        await smpp.send(MESSAGE)
        smsc.say(Command.UNBIND, sequence=5)
        await smsc.until(lambda: smsc.count(Command.BIND_TRANSCEIVER) == 2)

    assert smsc.count(Command.UNBIND | RESPONSE) == 1


async def test_for_an_smsc_that_reads_nothing_we_wait_before_the_write() -> None:
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    settings = msgspec.structs.replace(SETTINGS, window=1000)
    link = Link(reader, writer, settings, lambda message: 0)
    handovers = [Handover(Command.SUBMIT_SM, b"x" * 1500) for _ in range(1000)]

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await asyncio.gather(*map(link.submit, handovers))
    theirs.close()
    await link.close()

    out = sum(handover.is_out for handover in handovers)
    assert 0 < out < 1000  # what waited for room surely was not sent


async def test_an_smsc_that_does_not_answer_its_unbind_does_not_hold_us(smsc: Smsc) -> None:
    smsc.behave(unbind=Fault.RESET)

    assert await send(smsc) == Accepted("1")


async def test_once_closed_it_holds_on_to_nothing_and_sends_nothing(smsc: Smsc) -> None:
    async with bound(smsc) as smpp:
        await smpp.send(MESSAGE)
    await smsc.until(lambda: not smsc.open)

    assert without_wait(await smpp.send(MESSAGE)) == Unavailable("no connection")
    assert len(smsc.messages) == 1


async def test_what_was_never_used_can_be_closed_and_sends_nothing_then() -> None:
    smpp = Smpp(SETTINGS, SURROUNDINGS)

    await smpp.close()

    assert without_wait(await smpp.send(MESSAGE)) == Unavailable("no connection")


@pytest.mark.parametrize(
    ("certificate", "outcome"),
    [
        ("good", Accepted("1")),
        ("expired", Unavailable("TLS failed")),
        ("wrong name", Unavailable("TLS failed")),
        ("unknown authority", Unavailable("TLS failed")),
    ],
)
async def test_whom_it_does_not_trust_it_tells_nothing(
    certificate: Certificate, outcome: SendOutcome
) -> None:
    async with running_smsc(authority().server_context(certificate)) as smsc:
        sent = await send(smsc, security="tls", ca_file=authority().ca_file)

    assert without_wait(sent) == outcome
    assert bool(smsc.heard) == isinstance(outcome, Accepted)


async def test_to_an_smsc_without_tls_it_tells_nothing(smsc: Smsc) -> None:
    sent = await send(smsc, security="tls", ca_file=authority().ca_file, timeout_seconds=2.0)

    assert isinstance(sent, Unavailable)
    assert smsc.messages == []
