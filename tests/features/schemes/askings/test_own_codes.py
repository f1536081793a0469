"""A code that an application has made itself says nothing of who carries codes well."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.stores import KEYRING, MovableTime
from tests.whole_house import GATEWAY, Dealt, dealt, new_client, phone
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.verdicts import Verified
from watchword.features.clients.rules import Client
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode
from watchword.features.routing.ratios import Figure
from watchword.features.routing.store import FigureStore
from watchword.features.schemes.askings.rules import Seen, Standing, Target, Wish
from watchword.features.schemes.rules import Manner, Scheme
from watchword.foundation.secret import Secret
from watchword.settings import parse
from watchword.wiring import Services, open_services

__all__ = ["dealt"]

PLAN = [{"channel": "sms", "providers": ["one", "two"], "wait_seconds": 30}]
PATIENCE = timedelta(seconds=31)


@dataclass
class Shop:
    """An application with a scheme, and two providers of text messages that are alike."""

    services: Services
    client: Client
    scheme: Scheme

    async def start(self, own: str | None = None) -> Seen:
        wish = Wish(
            scheme_id=self.scheme.id,
            contact=phone(),
            channel=None,
            locale="en",
            own_code=None if own is None else Secret(own),
        )
        started = await self.services.schemes.askings.start(self.client, wish)
        assert isinstance(started, Seen)
        return started

    async def is_right(self, code: str) -> bool:
        target = Target(self.scheme.id, phone())
        checked = await self.services.schemes.askings.check(self.client, target, code)
        return isinstance(checked, Seen) and checked.standing is Standing.APPROVED

    async def figures(self) -> Mapping[ProviderName, Figure]:
        whose, start = self.client.organisation.id, phone().number_start
        assert start is not None
        async with self.services.storage.reading(whose) as transaction:
            return (await FigureStore(transaction, whose).figures(Channel.SMS, start)).alike


@pytest.fixture
async def shop(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Shop]:
    text = {**GATEWAY, "channel": ["sms"]}
    settings = {
        "database": {"url": migrated},
        "providers": {"one": text, "two": text},
        "purposes": {Purpose.CONTACT_VERIFICATION.value: {"plan": PLAN}},
    }
    async with open_services(parse(settings), KEYRING, now=time, draw=dealt) as services:
        client = await new_client(services, "shop", Mode.LIVE)
        manner = Manner(custom_code_enabled=True)
        scheme = await services.schemes.schemes.create(client, "Rosenhof", manner)
        assert isinstance(scheme, Scheme)
        yield Shop(services, client, scheme)


async def test_counts_neither_as_sent_nor_as_come_back(shop: Shop) -> None:
    await shop.start("Rosen1")
    await shop.start("Rosen1")

    assert await shop.is_right("Rosen1")
    assert await shop.figures() == {}


async def test_counts_nowhere_though_it_is_answered_behind_v1(shop: Shop) -> None:
    started = await shop.start("471100")

    answered = await shop.services.challenges.answer(shop.client, started.asking.id, "471100")

    assert answered == Verified()
    assert await shop.figures() == {}


async def test_counts_at_no_later_step_of_a_plan_either(shop: Shop, time: MovableTime) -> None:
    started = await shop.start("471100")
    time.pass_by(PATIENCE)
    for place in await shop.services.steps.due(9):
        await shop.services.steps.take(place)

    shown = await shop.services.challenges.read(shop.client, started.asking.id)
    assert [each.provider for each in shown.route.trace if each.was_taken] in (
        ["one", "two"],
        ["two", "one"],
    )
    assert await shop.figures() == {}


async def test_that_we_have_drawn_counts_as_both(shop: Shop, dealt: Dealt) -> None:
    await shop.start()

    assert await shop.is_right(dealt.latest)
    [figure] = (await shop.figures()).values()
    assert figure == Figure(1, 1)
