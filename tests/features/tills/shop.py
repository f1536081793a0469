"""A shop with tills, customers who collect, and rewards."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from tests.features.customers.people import ANNA, email, phone
from tests.stores import MovableTime
from tests.whole_house import Dealt
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card
from watchword.features.cards.verdicts import Confirmed
from watchword.features.clients.rules import Client
from watchword.features.contacts.rules import Contact
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Message
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.points.ledger import Balance
from watchword.features.redemptions.rules import Redemption
from watchword.features.redemptions.service import Reserved
from watchword.features.rewards.rules import Offer, Reward
from watchword.features.tills.rules import NewSession, TillSessionId, Wanted
from watchword.features.tills.verdicts import Asking, Opened, OpenedWithout, Proven
from watchword.wiring import Services

MUG = Offer(names={"en": "Mug", "de": "Becher"}, points=60, value=500, currency="EUR")

SET = """
    insert into organisation_settings (
        organisation_id, scope, section, version, content, changed_at, changed_by
    ) values (:whose, :scope, :section, 1, :content, 1, 'test')
    on conflict (organisation_id, scope, section) do update set content = excluded.content
"""


@dataclass
class Shop:
    """`dealt` knows the codes that were drawn."""

    services: Services
    client: Client
    dealt: Dealt
    time: MovableTime

    async def customer(
        self, *contacts: Contact, points: int = 100, profile: Profile = ANNA
    ) -> Customer:
        new = NewCustomer(
            profile=profile,
            contacts=contacts or (phone(), email()),
            origin=Origin.STAFF,
            account=NewAccount(points=points),
        )
        made = await self.services.customers.create(self.client, new)
        assert isinstance(made, Customer)
        return made

    async def card(self, customer: Customer, *, verified: bool = True) -> Card:
        cards = self.services.cards
        made = await cards.cards.create(self.client, customer.id)
        assert isinstance(made, Card)
        if not verified:
            return made
        await cards.attempts.begin(self.client, made.id, Means.SMS)
        ended = await cards.attempts.answer(self.client, made.id, self.dealt.latest)
        assert isinstance(ended, Confirmed)
        return ended.card

    async def reward(self, offer: Offer = MUG) -> Reward:
        made = await self.services.rewards.create(self.client, offer)
        assert isinstance(made, Reward)
        return made

    async def location(self, name: str = "Nord") -> LocationId:
        added = await self.services.configuration.locations.add(
            self.client.organisation.id, name=name, time_zone=None, actor="test"
        )
        assert isinstance(added, Location)
        return added.id

    async def open(self, who: Contact | None = None, **more: object) -> Opened:
        new = NewSession(who=who or phone(), **more)  # type: ignore[arg-type]
        return await self.services.tills.open(self.client, new)

    async def asking(self, who: Contact | None = None, **more: object) -> Asking:
        opened = await self.open(who, **more)
        assert isinstance(opened, Asking), opened
        return opened

    async def proven(self, who: Contact | None = None, **more: object) -> TillSessionId:
        asking = await self.asking(who, **more)
        answered = await self.services.tills.answer(self.client, asking.id, self.dealt.latest)
        assert isinstance(answered, Proven), answered
        return asking.id

    async def directly(self, who: Contact | None = None) -> TillSessionId:
        """Begin a sale without a code, as an integration does that may."""
        new = NewSession(who=who or phone())
        opened = await self.services.tills.open_directly(self.client, new)
        assert isinstance(opened, OpenedWithout), opened
        return opened.id

    async def reserve(
        self, session: TillSessionId, reward: Reward, amount: int | None = None
    ) -> Reserved:
        return await self.services.redemptions.reserve(self.client, session, reward.id, amount)

    async def reserved(self, reward: Reward | None = None) -> Redemption:
        reward = reward or await self.reward()
        made = await self.reserve(await self.proven(), reward)
        assert isinstance(made, Redemption), made
        return made

    async def balance(self, customer: Customer) -> Balance:
        whose = self.client.organisation.id
        async with self.services.storage.reading(whose) as transaction:
            (account,) = await self.services.customers.accounts(transaction, whose, customer.id)
            return await self.services.points.balance(transaction, whose, account.id)

    async def elsewhere(self, **settings: bool) -> None:
        """Change settings as another process does: nobody here is told."""
        content: Mapping[str, bool] = settings
        async with self.services.storage.begin(self.client.organisation.id) as transaction:
            await transaction.run(
                SET,
                whose=str(self.client.organisation.id),
                scope="",
                section=SectionName.REDEMPTION,
                content=msgspec.json.encode(content).decode(),
            )

    async def sent(self) -> list[Message]:
        claimed = await self.services.deliveries.claim(SANDBOX, 50)
        return [await self.services.deliveries.open(queued) for queued in claimed]


def named(reward: Reward | None, amount: int | None = None) -> Wanted:
    return Wanted(reward_id=None if reward is None else reward.id, amount=amount)
