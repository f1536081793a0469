"""The shops of a demonstration: locations, tills, rewards, and a customer with a wallet.

All of it comes about as it would for anybody: the card is verified and the reward redeemed by codes
that were sent to the customer's telephone, which lies in the sandbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from watchword.cli.demo_campaigns import write
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card
from watchword.features.cards.verdicts import Confirmed
from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.points.earning.rules import EarnRule, Purchase, Terms
from watchword.features.points.verdicts import Earned
from watchword.features.redemptions.rules import Redemption
from watchword.features.rewards.rules import Offer, Reward
from watchword.features.tills.rules import NewSession
from watchword.features.tills.terminals.rules import NewTerminal
from watchword.features.tills.verdicts import Asking, Proven
from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret
from watchword.wiring import Services

ACTOR = "demo"
AT_ONCE = 50
Made = TypeVar("Made")


@dataclass(frozen=True)
class Patron:
    """Somebody whose wallet one may open. Nobody has the number: it is kept free for films."""

    given: str
    family: str
    mobile: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class Shop:
    """Where an organisation sells, what it offers for points, and who shops there. The last reward
    is to be had at the first location alone; money is in the smallest unit of the currency."""

    places: tuple[str, ...]
    till: str
    currency: str
    rule: str
    offers: tuple[tuple[Mapping[str, str], int, int], ...]
    patron: Patron


SHOPS = {
    "sonnenhof": Shop(
        places=("Lindenstraße", "Gewerbepark Nord", "Hofcafé am Rosenbogen"),
        till="Kasse 1",
        currency="EUR",
        rule="Ein Punkt je Euro",
        offers=(
            ({"de": "Kaffee und Kuchen", "en": "Coffee and cake"}, 120, 650),
            ({"de": "Sack Blumenerde, 40 l", "en": "Bag of potting soil, 40 l"}, 200, 899),
            ({"de": "Gießkanne aus Zink", "en": "Zinc watering can"}, 600, 2990),
            ({"de": "Rosenschnittkurs", "en": "Class in pruning roses"}, 900, 4500),
        ),
        patron=Patron("Greta", "Sommer", "0152 28817386", "greta.sommer@example.org"),
    ),
    "greenleaf": Shop(
        places=("Main Street", "Harbor Market"),
        till="Till 1",
        currency="USD",
        rule="A point for each dollar",
        offers=(
            ({"en": "Coffee and cake", "de": "Kaffee und Kuchen"}, 120, 700),
            ({"en": "Canvas bag", "de": "Stofftasche"}, 200, 900),
            ({"en": "Basket of the season", "de": "Korb der Saison"}, 800, 4000),
        ),
        patron=Patron("Grace", "Summers", "212-555-0142", "grace.summers@example.org"),
    ),
}
COLLECTED, BOUGHT = 480, (3890, 12750)
"""Points that the patron had before, and what they bought since."""


class ShopRefused(WatchwordError):
    """The shops of the demonstration are not as they should be."""


@dataclass(frozen=True)
class Stocked:
    """Who shops there, and what makes a browser the till of the first location: shown once."""

    patron: Patron
    till: Secret | None = field(default=None, repr=False)


async def stock(services: Services, organisation: Organisation) -> Stocked | None:
    """See to it that an organisation has a shop, unless it sells nothing or has one."""
    shop = SHOPS.get(organisation.slug)
    if shop is None:
        return None
    if await services.configuration.locations.all(organisation.id):
        return Stocked(shop.patron)
    opening = _Opening(services, Operator(name=ACTOR, organisation=organisation), shop)
    return Stocked(shop.patron, await opening.open())


class _Opening:
    def __init__(self, services: Services, operator: Operator, shop: Shop) -> None:
        self._services = services
        self._operator = operator
        self._shop = shop

    async def open(self) -> Secret:
        """Open every location with a till; give what makes a browser the till of the first."""
        places = [await self._place(name) for name in self._shop.places]
        terminals = [
            _is(
                NewTerminal,
                await self._services.terminals.register(self._operator, place, self._shop.till),
            )
            for place in places
        ]
        rewards = await self._offer(places[0])
        await self._live(places[0], rewards[0])
        return terminals[0].credential

    async def _place(self, name: str) -> LocationId:
        whose = self._operator.organisation.id
        added = await self._services.configuration.locations.add(
            whose, name=name, time_zone=None, actor=self._operator.actor
        )
        return _is(Location, added).id

    async def _offer(self, first: LocationId) -> list[Reward]:
        terms = Terms(name=self._shop.rule, points=1, per_amount=100, currency=self._shop.currency)
        _is(EarnRule, await self._services.earn_rules.create(self._operator, terms))
        rewards = list[Reward]()
        for names, points, value in self._shop.offers:
            is_last = len(rewards) == len(self._shop.offers) - 1
            offer = Offer(
                names=names,
                points=points,
                value=value,
                currency=self._shop.currency,
                locations=frozenset({first}) if is_last else frozenset(),
            )
            rewards.append(_is(Reward, await self._services.rewards.create(self._operator, offer)))
        return rewards

    async def _live(self, place: LocationId, reward: Reward) -> None:
        """Let the patron verify their card, shop twice, and redeem."""
        patron, services, operator = self._shop.patron, self._services, self._operator
        phone = _is(Contact, read_phone(patron.mobile, operator.organisation.country))
        email = _is(Contact, read_email(patron.email))
        new = NewCustomer(
            profile=Profile(patron.given, patron.family),
            contacts=(phone, email),
            origin=Origin.STAFF,
            locale=operator.organisation.locale,
            account=NewAccount(points=COLLECTED, currency=self._shop.currency),
        )
        customer = _is(Customer, await services.customers.create(operator, new))
        card = _is(Card, await services.cards.cards.create(operator, customer.id))
        await services.cards.attempts.begin(operator, card.id, Means.SMS)
        code = await self._carried()
        _is(Confirmed, await services.cards.attempts.answer(operator, card.id, code))
        for number, amount in enumerate(BOUGHT, 1):
            bought = Purchase(
                amount=amount,
                currency=self._shop.currency,
                order_id=f"demo-{number}",
                location_id=place,
            )
            _is(Earned, await services.points.earn(operator, card.account_id, bought))
        await self._redeem(phone, place, reward)
        await write(services, operator, customer.id, phone)

    async def _redeem(self, phone: Contact, place: LocationId, reward: Reward) -> None:
        services, operator = self._services, self._operator
        new = NewSession(who=phone, location_id=place, currency=self._shop.currency)
        asking = _is(Asking, await services.tills.open(operator, new))
        _is(Proven, await services.tills.answer(operator, asking.id, await self._carried()))
        redemption = _is(
            Redemption, await services.redemptions.reserve(operator, asking.id, reward.id)
        )
        _is(Redemption, await services.redemptions.commit(operator, redemption.id, "demo-3"))

    async def _carried(self) -> str:
        """Bring what waits to the sandbox, as a worker does; give the code that was among it."""
        deliveries, codes = self._services.deliveries, list[str]()
        for queued in await deliveries.claim(SANDBOX, AT_ONCE):
            message = await deliveries.open(queued)
            is_ours = queued.organisation_id == self._operator.organisation.id
            if is_ours and message.code is not None:
                codes.append(message.code.reveal())
            outcome = await self._services.providers[SANDBOX].send(message)
            await deliveries.settle(queued, outcome, knows_repeats=True, chance=0.5)
        if not codes:
            raise ShopRefused("A code of the demonstration was not sent.")
        return codes[-1]


def _is(kind: type[Made], outcome: object) -> Made:
    if not isinstance(outcome, kind):
        word = getattr(outcome, "word", type(outcome).__name__)
        raise ShopRefused(f"The shop of the demonstration cannot be: {word}")
    return outcome
