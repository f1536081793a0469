"""What a code that an application has made itself counts for: of who carries codes well it says
nothing. That it was read, the application says, by a right code or by saying so itself."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

import pytest

from tests.stores import KEYRING, MovableTime
from tests.whole_house import GATEWAY, Dealt, dealt, new_client, phone
from watchword.features.abuse.rules import Blocked, RuleName
from watchword.features.abuse.rulesets import OwnConversion, OwnRules
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.verdicts import Verified
from watchword.features.clients.rules import Client, Operator
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.rules import ProviderName
from watchword.features.figures.rules import Line, Span
from watchword.features.organisations.rules import Mode
from watchword.features.routing.ratios import Figure
from watchword.features.routing.store import FigureStore
from watchword.features.schemes.askings.rules import NotThere, Seen, Standing, Started, Target, Wish
from watchword.features.schemes.rules import Manner, Scheme
from watchword.foundation.secret import Secret
from watchword.settings import parse
from watchword.wiring import Services, open_services

__all__ = ["dealt"]

PLAN = [{"channel": "sms", "providers": ["one", "two"], "wait_seconds": 30}]
PATIENCE = timedelta(seconds=31)
NEIGHBOURS = 3
GRACE = timedelta(minutes=3)
"""After that, a code that was not typed counts as one that does not come back."""

By: TypeAlias = Literal["check", "vouch", "concede", "cancel", "nobody"]
OWN = "Rosen1"


@dataclass
class Shop:
    """An application with a scheme, and two providers of text messages that are alike."""

    services: Services
    client: Client
    scheme: Scheme

    async def ask(self, own: str | None = None, number: Contact | None = None) -> Started:
        wish = Wish(
            scheme_id=self.scheme.id,
            contact=number or phone(),
            channel=None,
            locale="en",
            own_code=None if own is None else Secret(own),
        )
        return await self.services.schemes.askings.start(self.client, wish)

    async def start(self, own: str | None = None, number: Contact | None = None) -> Seen:
        return seen(await self.ask(own, number))

    async def is_right(self, code: str) -> bool:
        target = Target(self.scheme.id, phone())
        checked = await self.services.schemes.askings.check(self.client, target, code)
        return isinstance(checked, Seen) and checked.standing is Standing.APPROVED

    async def vouch(self, number: Contact) -> Seen:
        return seen(await self.services.schemes.askings.vouch(self.client, self.target(number)))

    async def concede(self, number: Contact) -> Seen:
        return seen(await self.services.schemes.askings.concede(self.client, self.target(number)))

    async def counted(self) -> Line:
        """Give what the codes of this hour have come to."""
        while await self.services.overview.counting.turn():
            pass
        whose = self.client.organisation.id
        return (await self.services.overview.figures.report(whose, Span.DAY)).line

    def target(self, number: Contact) -> Target:
        return Target(self.scheme.id, number)

    async def figures(self) -> Mapping[ProviderName, Figure]:
        whose, start = self.client.organisation.id, phone().number_start
        assert start is not None
        async with self.services.storage.reading(whose) as transaction:
            return (await FigureStore(transaction, whose).figures(Channel.SMS, start)).alike


def seen(outcome: object) -> Seen:
    assert isinstance(outcome, Seen), outcome
    return outcome


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


@pytest.fixture
async def watched(shop: Shop) -> Shop:
    """Let the rule on conversion conclude from three neighbours."""
    operator = Operator(name="root", organisation=shop.client.organisation)
    rule = OwnConversion(least=NEIGHBOURS, percent=50)
    outcome = await shop.services.abuse.rulebook.set(
        operator, OwnRules(conversion=rule), is_operator=True
    )
    assert not hasattr(outcome, "word"), outcome
    return shop


def neighbour(place: int) -> Contact:
    return phone(f"+49151123456{place:02}")


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


async def end(shop: Shop, number: Contact, code: str, by: By) -> None:
    askings, target = shop.services.schemes.askings, shop.target(number)
    match by:
        case "check":
            checked = await askings.check(shop.client, target, code)
            assert seen(checked).standing is Standing.APPROVED
        case "vouch":
            await shop.vouch(number)
        case "concede":
            await shop.concede(number)
        case "cancel":
            seen(await askings.cancel(shop.client, target))
        case "nobody":
            pass


@pytest.mark.parametrize(
    ("own", "by", "is_back"),
    [
        (OWN, "check", True),
        (OWN, "vouch", True),
        (OWN, "concede", True),
        (OWN, "cancel", False),
        (OWN, "nobody", False),
        (None, "check", True),
        (None, "concede", True),
        # Of a code that we have drawn the application cannot know that it was read.
        (None, "vouch", False),
        (None, "nobody", False),
    ],
)
async def test_is_no_sign_of_pumping_if_the_application_says_that_it_was_read(
    *, watched: Shop, time: MovableTime, dealt: Dealt, own: str | None, by: By, is_back: bool
) -> None:
    for place in range(NEIGHBOURS):
        await watched.start(own, neighbour(place))
        await end(watched, neighbour(place), own or dealt.latest, by)
    time.pass_by(GRACE)

    outcome = await watched.ask(own, neighbour(NEIGHBOURS))

    if is_back:
        assert isinstance(outcome, Seen)
    else:
        assert isinstance(outcome, Blocked)
        assert outcome.rule is RuleName.CONVERSION


@pytest.mark.parametrize(
    ("own", "by", "confirmed"),
    [
        (OWN, "check", 1),
        (OWN, "vouch", 1),
        (None, "vouch", 1),
        (OWN, "cancel", 0),
        (OWN, "nobody", 0),
    ],
)
async def test_is_confirmed_in_figures_if_the_application_says_so(
    *, shop: Shop, dealt: Dealt, own: str | None, by: By, confirmed: int
) -> None:
    await shop.start(own)
    await end(shop, phone(), own or dealt.latest, by)

    line = await shop.counted()

    assert (line.sent, line.delivered, line.verified) == (confirmed, confirmed, confirmed)


async def test_what_is_said_of_it_twice_counts_once(shop: Shop) -> None:
    await shop.start(OWN)
    await shop.vouch(phone())

    again = await shop.services.schemes.askings.vouch(shop.client, shop.target(phone()))

    assert isinstance(again, NotThere)
    assert (await shop.counted()).verified == 1
