"""What waits for its turn inside a provider is looked at once more when that has come.

By then nothing of it has left, and where it is held back, nothing does.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest

from tests.providers.channels.email.test_smtp import LETTER, provider_for
from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.providers.channels.sms.smpp_account import LONG, bound
from tests.providers.channels.test_apprise import library, opened
from tests.providers.channels.test_http_gateway import SETTINGS
from tests.stand_ins.http_gateway import running_gateway
from tests.stand_ins.mail_server import running_mail_server
from tests.stand_ins.smsc import running_smsc
from watchword.features.delivery.departures.service import Held, HeldBack, looked_at_last
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.rules import Accepted, Message, SendOutcome, Uncertain, Withdrawn
from watchword.providers.channels.http_gateway import HttpGateway

SLOW = 0.2  # seconds


@dataclass
class Sent:
    """Counts what Apprise was given."""

    count: int = 0

    def __call__(self, **_: object) -> bool:
        self.count += 1
        return True


async def no() -> Held | None:
    return Withdrawn("opted_out")


async def hold_back_one(
    provider: Provider, message: Message, came: Callable[[], int]
) -> SendOutcome:
    """Hold one back that has its turn, see that nothing came, and send the next one."""
    with pytest.raises(HeldBack) as held, looked_at_last(no):
        await provider.send(message)
    assert held.value.outcome == Withdrawn("opted_out")
    assert came() == 0
    return await provider.send(message)


async def test_mail_is_looked_at_once_the_server_is_ready_for_it() -> None:
    async with running_mail_server() as server:
        provider = provider_for(server)
        outcome = await hold_back_one(provider, LETTER, lambda: len(server.messages))
        await provider.close()

    assert isinstance(outcome, Accepted)


async def test_a_text_over_smpp_is_looked_at_when_the_window_has_room() -> None:
    async with running_smsc() as smsc, bound(smsc) as smpp:
        outcome = await hold_back_one(smpp, MESSAGE, lambda: len(smsc.messages))

    assert isinstance(outcome, Accepted)


async def test_what_is_asked_by_http_is_looked_at_when_there_is_a_connection() -> None:
    async with running_gateway() as gateway:
        provider = HttpGateway(msgspec.structs.replace(SETTINGS, url=gateway.url), SURROUNDINGS)
        await provider.send(MESSAGE)
        outcome = await hold_back_one(provider, MESSAGE, lambda: len(gateway.requests) - 1)
        await provider.close()

    assert isinstance(outcome, Accepted)


async def test_what_apprise_sends_is_looked_at_when_a_thread_has_it() -> None:
    sent = Sent()
    provider = opened(library(sent))
    outcome = await hold_back_one(provider, MESSAGE, lambda: sent.count)
    await provider.close()

    assert isinstance(outcome, Accepted)


async def test_nobody_looks_before_it_is_their_turn() -> None:
    looked: list[str] = []

    async def send(provider: Provider, name: str) -> None:
        async def look() -> Held | None:
            looked.append(f"{name} looked")
            return None

        with looked_at_last(look):
            await provider.send(LETTER)
        looked.append(f"{name} left")

    async with running_mail_server() as server:
        provider = provider_for(server, connections=1)
        await asyncio.gather(send(provider, "first"), send(provider, "second"))
        await provider.close()

    assert looked == ["first looked", "first left", "second looked", "second left"]


async def test_what_has_begun_to_leave_is_not_held_back_halfway() -> None:
    looks: list[Held | None] = [None, Withdrawn("opted_out")]

    async def look() -> Held | None:
        return looks.pop(0)

    async with running_smsc() as smsc, bound(smsc) as smpp:
        with looked_at_last(look):
            outcome = await smpp.send(LONG)

    assert isinstance(outcome, Accepted)
    assert len(smsc.messages) == 2


async def test_a_thread_that_comes_too_late_sends_nothing() -> None:
    sent = Sent()

    async def look() -> Held | None:
        await asyncio.sleep(SLOW)
        return None

    provider = opened(library(sent), timeout_seconds=SLOW / 4)
    with looked_at_last(look):
        outcome = await provider.send(MESSAGE)
    await asyncio.sleep(SLOW * 2)
    await provider.close()

    assert outcome == Uncertain("timeout")
    assert sent.count == 0
