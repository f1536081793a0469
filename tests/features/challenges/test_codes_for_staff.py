"""Codes by which staff sign in: what applications do beside them neither hinders nor shows them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.stores import KEYRING, MovableTime
from tests.whole_house import GATEWAY, Dealt, asked, email, new_client, shown
from watchword.features.challenges.allowances.rules import Whose
from watchword.features.challenges.desk import Machine
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.verdicts import TooMany
from watchword.features.clients.rules import Client
from watchword.features.organisations.rules import Mode
from watchword.settings import parse
from watchword.wiring import Services, open_services


@pytest.fixture
async def services(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Services]:
    """A house that writes mail to real people, so that each message counts."""
    mail = {**GATEWAY, "channel": ["email"]}
    settings = parse({"database": {"url": migrated}, "providers": {"mail": mail}})
    async with open_services(settings, KEYRING, now=time, draw=dealt) as services:
        yield services


@pytest.fixture
async def shop(services: Services) -> Client:
    return await new_client(services, "shop", Mode.LIVE)


@pytest.fixture
def console(shop: Client) -> Machine:
    return Machine(name="console", organisation=shop.organisation)


def signing_in() -> Opening:
    return asked(email(), purpose=Purpose.STAFF_SIGNIN)


async def test_an_application_cannot_use_up_the_mails_by_which_a_colleague_signs_in(
    services: Services, shop: Client, console: Machine
) -> None:
    for _ in range(5):
        shown(await services.challenges.open(shop, asked(email())))
    assert isinstance(await services.challenges.open(shop, asked(email())), TooMany)

    shown(await services.challenges.open(console, signing_in()))


async def test_no_application_learns_from_its_own_mails_that_a_colleague_signs_in(
    services: Services, shop: Client, console: Machine
) -> None:
    for _ in range(5):
        shown(await services.challenges.open(console, signing_in()))
    assert isinstance(await services.challenges.open(console, signing_in()), TooMany)

    for _ in range(5):
        shown(await services.challenges.open(shop, asked(email())))


async def test_who_asks_to_send_once_more_uses_up_the_same_budget_as_who_signs_in(
    services: Services, shop: Client, console: Machine, time: MovableTime
) -> None:
    challenge = shown(await services.challenges.open(console, signing_in()))
    time.pass_by(timedelta(seconds=30))
    shown(await services.challenges.resend(console, challenge.id, None))
    for _ in range(3):
        shown(await services.challenges.open(console, signing_in()))

    assert isinstance(await services.challenges.open(console, signing_in()), TooMany)


async def test_who_looks_at_the_limits_sees_the_two_apart(
    services: Services, shop: Client, console: Machine
) -> None:
    shown(await services.challenges.open(shop, asked(email())))
    for _ in range(2):
        shown(await services.challenges.open(console, signing_in()))
    id = await services.contacts.find(shop.organisation.id, email())
    assert id is not None

    found = await services.limits.allowances.look(shop.organisation, id)

    mails = {each.whose: each.used for each in found if each.purpose is None}
    assert mails == {Whose.STRANGERS: 1, Whose.STAFF: 2}
