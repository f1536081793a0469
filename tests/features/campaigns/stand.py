"""A shop with customers who have agreed to advertising, and a campaign for them."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from tests.features.cards.conftest import SET
from tests.stores import MovableTime
from tests.whole_house import new_client
from watchword.features.audiences.rules import Audience, Filter
from watchword.features.audit.rules import Noun
from watchword.features.campaigns.lifecycle import FINAL
from watchword.features.campaigns.recipients.rules import Recipient
from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.rules import Campaign, CampaignId, Category, Draft, GateKind, Text
from watchword.features.clients.rules import Client
from watchword.features.consents.rules import Agreement, ConsentGiven, Scope, Shown, Source
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.delivery.rules import Accepted, Message, ProviderName, SendOutcome
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.pages.blocks import Block, Heading, Legal
from watchword.features.pages.blocks import Text as Words
from watchword.features.pages.rules import Page, Terms
from watchword.foundation.ids import OrganisationId
from watchword.wiring import Services

NEWS = Shown("en", "Offers from Sonnenhof by text, about 2 a week. STOP ends it.")
GATEWAY = ProviderName("gateway")
HOUR = timedelta(hours=1)
UNSET = """
    delete from organisation_settings
    where organisation_id = :organisation_id and section = :section
"""
HELLO = "Hello {name}, 20 % off all herbs this week."


def always() -> bool:
    return True


@dataclass
class Counting:
    """A provider that remembers what it was given, and does as it is told."""

    outcome: SendOutcome = field(default_factory=Accepted)
    taken: list[Message] = field(default_factory=list)
    knows_repeats: bool = False
    gives_receipts: bool = False

    async def send(self, message: Message) -> SendOutcome:
        self.taken.append(message)
        return self.outcome

    async def close(self) -> None: ...

    @property
    def addresses(self) -> Counter[str]:
        return Counter(str(each.address) for each in self.taken)


@dataclass
class Stand:
    services: Services
    time: MovableTime
    shop: Client
    audience: Audience
    customers: list[Customer] = field(default_factory=list)
    provider: Counting = field(default_factory=Counting)

    @property
    def whose(self) -> OrganisationId:
        return self.shop.organisation.id

    async def welcome(self, count: int, *, consents: bool = True) -> Sequence[Customer]:
        """Let so many more become customers, and agree."""
        added = [await self._one(len(self.customers) + at) for at in range(count)]
        self.customers += added
        if consents:
            for each in added:
                await self.agree(each.contacts[0].contact)
        return added

    async def _one(self, at: int) -> Customer:
        number = phone_of(at)
        new = NewCustomer(
            profile=Profile(f"Ann{at}", "Lee", None), contacts=[number], origin=Origin.STAFF
        )
        made = await self.services.customers.create(self.shop, new)
        assert isinstance(made, Customer)
        return made

    async def agree(self, contact: Contact) -> None:
        async with self.services.storage.begin(self.whose) as transaction:
            given = await self.services.consents.consents.give(
                transaction, self.shop, contact, Agreement(Scope.TEXT, Source.STAFF, NEWS)
            )
        assert isinstance(given, ConsentGiven)

    async def stop(self, contact: Contact) -> None:
        """Do what a STOP does that comes in."""
        async with self.services.storage.begin(self.whose) as transaction:
            await self.services.consents.consents.stop(
                transaction, self.shop.organisation, contact, Source.MESSAGE, Scope.TEXT
            )

    async def withdraw(self, contact: Contact) -> None:
        """Let somebody agree no more, without a word about anything else."""
        async with self.services.storage.begin(self.whose) as transaction:
            await self.services.consents.consents.withdraw(
                transaction, self.shop, contact, Scope.TEXT, Source.STAFF
            )

    async def set(self, section: SectionName, **said: object) -> None:
        """Change a setting of the organisation. Who has read it before finds out later."""
        async with self.services.storage.begin(self.whose) as transaction:
            await transaction.run(UNSET, organisation_id=str(self.whose), section=section)
            await transaction.run(
                SET,
                organisation_id=str(self.whose),
                scope="",
                section=section,
                content=json.dumps(said),
            )

    def draft(self, **other: object) -> Draft:
        now = self.time()
        whole = Draft(
            name="Herbs",
            category=Category.GENERAL,
            audience_id=self.audience.id,
            purpose="News of our shop",
            sender="Sonnenhof",
            texts={"en": Text(text=HELLO)},
            starts_at=now,
            ends_at=now + 72 * HOUR,
            links_live_until=now + 96 * HOUR,
        )
        return replace(whole, **other)  # type: ignore[arg-type]

    async def write(self, **other: object) -> Campaign:
        made = await self.services.campaigns.create(self.shop, self.draft(**other))
        assert isinstance(made, Campaign)
        return made

    async def page(self, words: str = "Herbs for all") -> Page:
        """Publish a page."""
        pages = self.services.pages.pages
        made = await pages.create(self.shop, Terms(name="Herbs", variants={"en": blocks(words)}))
        assert isinstance(made, Page)
        return await self.published(made)

    async def rewrite(self, page: Page, words: str) -> Page:
        """Publish other words on a page."""
        terms = Terms(name="Herbs", variants={"en": blocks(words)})
        changed = await self.services.pages.pages.change(self.shop, page.id, terms, page.version)
        assert isinstance(changed, Page)
        return await self.published(changed)

    async def published(self, page: Page) -> Page:
        found = await self.services.pages.pages.publish(self.shop, page.id, page.version)
        assert isinstance(found, Page), found
        return found

    async def regulated(self, page: Page | None = None, **other: object) -> dict[str, object]:
        """Give what a regulated campaign has besides."""
        page = page or await self.page()
        return {
            "category": Category.FINANCE,
            "minimum_age": 18,
            "page_id": page.id,
            "gate": GateKind.LAST_FOUR,
            "texts": {"en": Text(text="Hi {link}")},
            **other,
        }

    async def scheduled(self, **other: object) -> Campaign:
        made = await self.write(**other)
        found = await self.services.campaigns.schedule(self.shop, made.id, version=made.version)
        assert isinstance(found, Campaign), found
        return found

    async def agreed(self, **other: object) -> Campaign:
        """Let one propose it, and another one agree."""
        made, campaigns = await self.write(**other), self.services.campaigns
        ann, ben = (Somebody(self.shop.organisation, name) for name in ("ann", "ben"))
        proposed = await campaigns.propose(ann, made.id, version=made.version)
        assert isinstance(proposed, Campaign), proposed
        found = await campaigns.approve(ben, made.id, version=proposed.version)
        assert isinstance(found, Campaign), found
        return found

    async def turn(self, times: int = 1) -> None:
        """Let the worker of campaigns look around."""
        for _ in range(times):
            await self.services.of_campaigns.course.advance(always)

    async def carry(self) -> None:
        """Do what a lane does with all that is due."""
        deliveries = self.services.deliveries
        while claimed := await deliveries.claim(GATEWAY, 64):
            for each in claimed:
                outcome = await self.provider.send(await deliveries.open(each))
                await deliveries.settle(each, outcome, knows_repeats=False, chance=0.5)

    async def until_over(self, id: CampaignId) -> Campaign:
        """Let all work until a campaign has come to its end."""
        for _ in range(100):
            await self.turn()
            await self.carry()
            if (found := await self.read(id)).state in FINAL:
                return found
        raise AssertionError("It does not end.")

    async def read(self, id: CampaignId) -> Campaign:
        return await self.services.campaigns.find(self.whose, id)

    async def recipients(self, campaign: Campaign) -> Sequence[Recipient]:
        async with self.services.storage.reading(self.whose) as transaction:
            return await RecipientStore(transaction, self.whose).page(campaign.number, 0, 100_000)

    async def standing(self, campaign: Campaign) -> Counter[str]:
        return Counter(str(each.state) for each in await self.recipients(campaign))


def blocks(words: str) -> tuple[Block, ...]:
    return (Heading("Herbs"), Words(words), Legal("Sonnenhof"))


def phone_of(at: int) -> Contact:
    contact = read_phone(f"+49170{at + 1_000_000}", "DE")
    assert isinstance(contact, Contact)
    return contact


async def new_stand(services: Services, time: MovableTime, mode: Mode = Mode.LIVE) -> Stand:
    shop = await new_client(services, "shop", mode)
    audience = await services.audiences.create(shop, "All", Filter())
    assert isinstance(audience, Audience)
    return Stand(services, time, shop, audience)


@dataclass(frozen=True)
class Somebody:
    """A member of staff, by name."""

    organisation: Organisation
    name: str

    @property
    def actor(self) -> str:
        return Noun.STAFF.of(self.name)
