"""An account at the SMSC of a test, and a message sent by it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import msgspec

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.stand_ins.smsc import PASSWORD, Smsc
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.rules import SendOutcome, Unavailable
from watchword.foundation.secret import Secret
from watchword.providers.channels.sms.smpp import Smpp
from watchword.providers.channels.sms.smpp_settings import SmppSettings

SETTINGS = SmppSettings(
    host="127.0.0.1",
    security="none",
    system_id="bank",
    password=Secret(PASSWORD),
    sender="Bank",
    timeout_seconds=5.0,
)
LONG = replace(MESSAGE, text=Secret("Your code is 482913. " * 12))  # two parts

SOON = (0.01,)  # seconds; a pause that a test can wait for
NEVER = (60.0,)


@asynccontextmanager
async def bound(
    smsc: Smsc,
    *,
    surroundings: Surroundings = SURROUNDINGS,
    pauses: tuple[float, ...] = NEVER,
    **changes: Any,  # noqa: ANN401 - of settings, whatever their types
) -> AsyncIterator[Smpp]:
    settings = msgspec.structs.replace(SETTINGS, port=smsc.port, **changes)
    smpp = Smpp(settings, surroundings, pauses=pauses)
    try:
        yield smpp
    finally:
        await smpp.close()


async def send(smsc: Smsc, **changes: Any) -> SendOutcome:  # noqa: ANN401
    async with bound(smsc, **changes) as smpp:
        return await smpp.send(MESSAGE)


def without_wait(outcome: SendOutcome) -> SendOutcome:
    return replace(outcome, retry_after=None) if isinstance(outcome, Unavailable) else outcome
