"""Services are taken over from a front of our own, which speaks as Twilio does, page after page."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

import pytest
from httpx import AsyncClient

from tests.web.compat.twilio.conftest import new_account
from tests.whole_house import dealt
from watchword.features.clients.rules import Operator
from watchword.features.organisations.rules import Mode
from watchword.foundation.secret import Secret
from watchword.providers.originals.twilio_verify import Account, NotRead, TwilioVerify
from watchword.wiring import Services

__all__ = ["dealt"]

OTHERS = {"account_sid", "date_created", "date_updated", "url", "links"}
PAGE, MANY = 2, 4


def front(services: Services) -> str:
    return f"{services.settings.web.public_url}/twilio"


def alike(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in OTHERS}


async def test_what_comes_over_is_told_as_it_was(services: Services) -> None:
    theirs = await new_account(services, "original", Mode.TEST)
    ours = await new_account(services, "shop", Mode.TEST)
    async with AsyncClient(base_url=front(services), auth=(theirs[0], theirs[2])) as original:
        sid = await filled(original)
        for number in range(MANY):
            await made(original, "/v2/Services", FriendlyName=f"Shop {number}")
        account = Account(user=theirs[0], secret=Secret(theirs[2]), base_url=front(services))
        told = TwilioVerify(account, page=PAGE)
        operator = Operator(name="ann", organisation=await services.organisations.find("shop"))
        first, again = [await take_all(told, services, operator) for _ in range(2)]
        await told.close()
        async with AsyncClient(base_url=front(services), auth=(ours[0], ours[2])) as shop:
            for path in (sid, f"{sid}/RateLimits", f"{sid}/MessagingConfigurations"):
                before, after = [(await each.get(path)).json() for each in (original, shop)]
                assert shown(after) == shown(before)
                assert shown(after)

    assert first == (MANY + 1, MANY + 4)
    assert again == (MANY + 1, 0)


async def test_whoever_is_not_let_in_is_told(services: Services) -> None:
    theirs = await new_account(services, "original", Mode.TEST)
    told = TwilioVerify(
        Account(user=theirs[0], secret=Secret("ww_test_guess"), base_url=front(services))
    )

    with pytest.raises(NotRead, match="not let in"):
        async for _ in told.services():
            pass

    await told.close()


async def filled(original: AsyncClient) -> str:
    """Make a service that has something of everything, and give its address."""
    service = await made(
        original, "/v2/Services", FriendlyName="Cool App", CodeLength="8", Psd2Enabled="true"
    )
    path = f"/v2/Services/{service['sid']}"
    limit = await made(original, f"{path}/RateLimits", UniqueName="end_user_ip", Description="Why")
    await made(original, f"{path}/RateLimits/{limit['sid']}/Buckets", Max="4", Interval="60")
    await made(
        original,
        f"{path}/MessagingConfigurations",
        Country="DE",
        MessagingServiceSid="MG" + "1" * 32,
    )
    return path


async def made(original: AsyncClient, path: str, **form: str) -> Any:  # noqa: ANN401 - JSON
    reply = await original.post(path, data=form)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def take_all(told: TwilioVerify, services: Services, operator: Operator) -> tuple[int, int]:
    """Take everything over; give how many services there were, and what was written."""
    count = written = 0
    async with aclosing(told.services()) as found:
        async for each in found:
            taken = await services.schemes.takeovers.take(operator, each)
            count, written = count + 1, written + len(taken.steps)
    return count, written


def shown(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = next((value for value in told.values() if isinstance(value, list)), [told])
    return [alike(row) for row in rows]
