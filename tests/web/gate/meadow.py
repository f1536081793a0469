"""A garden centre that has written to its customers, and the links that they got."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
from litestar import Litestar

from tests.stores import KEYRING, NOON, MovableTime
from tests.web.console.bare import Bare
from tests.whole_house import Dealt
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.links.rules import (
    CampaignNumber,
    LinkBox,
    Named,
    RecipientNumber,
)
from watchword.features.campaigns.recipients.rules import Recipient
from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.rules import (
    Campaign,
    CampaignId,
    Category,
    Draft,
    GateKind,
)
from watchword.features.campaigns.store import CampaignStore
from watchword.features.clients.rules import Operator
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.organisations.rules import Organisation
from watchword.features.pages.blocks import Block, Button, Heading, Legal, Text
from watchword.features.pages.rules import Page, PageId, Terms
from watchword.foundation.ids import new_id
from watchword.foundation.keyring import KeyKind
from watchword.web.joining.pace import Pace
from watchword.wiring import Services

CANARY = "Zwölf Rosen für den Preis von zehn, Losung kanarienvogel-7261"
TARGET = "https://shop.example.org/rosen?kanal=sms"
WORDS: tuple[Block, ...] = (
    Heading("Rosenwoche"),
    Text(CANARY),
    Button("Zu den Rosen", TARGET),
    Legal("Solange der Vorrat reicht."),
)
ENGLISH: tuple[Block, ...] = (
    Heading("Rose week"),
    Text(f"In English: {CANARY}"),
    Button("To the roses", TARGET),
)
NUMBER, OTHER = "+491701234567", "+491709998888"
END, WRONG_END = "4567", "0000"
BOX = LinkBox(KEYRING.versions(KeyKind.LINKS))
COUNTED = "select * from {} where organisation_id = :organisation_id"


@dataclass
class Meadow:
    services: Services
    organisation: Organisation
    app: Litestar
    transport: httpx.AsyncBaseTransport
    dealt: Dealt
    time: MovableTime
    browsers: list[httpx.AsyncClient] = field(default_factory=list)
    numbers: int = 7261

    @property
    def caller(self) -> Operator:
        return Operator(name="test", organisation=self.organisation)

    def client(self, **headers: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=self.transport,
            base_url=self.services.settings.web.public_url,
            headers=headers,
        )
        self.browsers.append(client)
        return client

    def pace(self, pace: Pace) -> None:
        """Let answers take as long as is said, until the doors are led elsewhere."""
        self.app.state.pace = pace

    def browser(self) -> Bare:
        return Bare(self.client())

    async def page(self, words: Mapping[str, tuple[Block, ...]] | None = None) -> PageId:
        """Publish a page."""
        pages = self.services.pages.pages
        terms = Terms(name="Rosen", variants=words or {"de": WORDS, "en": ENGLISH})
        made = await pages.create(self.caller, terms)
        assert isinstance(made, Page)
        shown = await pages.publish(self.caller, made.id, made.version)
        assert isinstance(shown, Page)
        return made.id

    async def customer(self, *contacts: Contact, locale: str = "en") -> Customer:
        new = NewCustomer(
            profile=Profile("Anna", "Müller", None),
            contacts=contacts or (phone(),),
            origin=Origin.IMPORT,
            locale=locale,
        )
        made = await self.services.customers.create(self.caller, new)
        assert isinstance(made, Customer)
        return made

    async def campaign(self, page_id: PageId | None = None, **about: object) -> Campaign:
        """Start a campaign that has a gate."""
        self.numbers += 1
        draft = Draft(
            name="Rosen",
            sender="Sonnenhof am Markt",
            purpose="You asked to hear of our offers.",
            gate=GateKind.LAST_FOUR,
            category=Category.GENERAL,
            page_id=page_id or await self.page(),
            fallback_locale="en",
            links_live_until=self.time() + timedelta(days=30),
        )
        campaign = Campaign(
            id=CampaignId(new_id()),
            number=CampaignNumber(self.numbers),
            draft=replace(draft, **about),  # type: ignore[arg-type]
            state=State.RUNNING,
            created_at=NOON,
            created_by="test",
            changed_by="test",
            started_at=NOON,
        )
        async with self.services.storage.begin(self.organisation.id) as transaction:
            store = CampaignStore(transaction, self.organisation.id)
            await store.add(campaign)
            await store.save(campaign)
        return campaign

    async def save(self, campaign: Campaign, **about: object) -> None:
        changed = replace(campaign, draft=replace(campaign.draft, **about))  # type: ignore[arg-type]
        async with self.services.storage.begin(self.organisation.id) as transaction:
            await CampaignStore(transaction, self.organisation.id).save(changed)

    async def link(self, campaign: Campaign, customer: Customer) -> str:
        """Write to a customer, and give the path of their link."""
        contact = customer.contacts[0].contact_id
        async with self.services.storage.begin(self.organisation.id) as transaction:
            store = RecipientStore(transaction, self.organisation.id)
            await store.add(campaign.number, [(str(customer.id), str(contact))])
            row = await transaction.one(
                "select max(number) as number from campaign_recipients"
                " where organisation_id = :organisation_id and campaign = :campaign",
                organisation_id=str(self.organisation.id),
                campaign=campaign.number,
            )
        assert row is not None
        return f"/c/{BOX.seal(campaign.number, RecipientNumber(row['number']))}"

    async def written_to(self, *contacts: Contact, locale: str = "en", **about: object) -> str:
        """Do all of it, and give the path of the link."""
        if contacts and contacts[0].kind == "email":
            about = {"channel": Channel.EMAIL, **about}
        campaign = await self.campaign(**about)  # type: ignore[arg-type]
        return await self.link(campaign, await self.customer(*contacts, locale=locale))

    async def recipient(self, link: str) -> Recipient:
        named = named_by(link)
        async with self.services.storage.reading(self.organisation.id) as transaction:
            found = await RecipientStore(transaction, self.organisation.id).find(named)
        assert found is not None
        return found

    async def steps(self, link: str) -> Mapping[str, datetime | None]:
        found = await self.recipient(link)
        return {
            name: getattr(found, f"{name}_at")
            for name in ("opened", "passed", "clicked", "opted_out")
            if getattr(found, f"{name}_at") is not None
        }

    async def rows(self, table: str) -> list[dict[str, Any]]:
        async with self.services.storage.reading(self.organisation.id) as transaction:
            rows = await transaction.all(
                COUNTED.format(table), organisation_id=str(self.organisation.id)
            )
        return [dict(row) for row in rows]  # type: ignore[call-overload]


@asynccontextmanager
async def planted(
    services: Services,
    organisation: Organisation,
    app: Litestar,
    dealt: Dealt,
    time: MovableTime,
) -> AsyncIterator[Meadow]:
    entrance: Any = app  # typed as its own idea of ASGI, which is not the client's
    transport = httpx.ASGITransport(entrance, raise_app_exceptions=True)
    meadow = Meadow(services, organisation, app, transport, dealt, time)
    yield meadow
    for each in meadow.browsers:
        await each.aclose()


def named_by(link: str) -> Named:
    return next(BOX.open(link.removeprefix("/c/")))


def phone(typed: str = NUMBER) -> Contact:
    read = read_phone(typed, "DE")
    assert isinstance(read, Contact)
    return read


def email(typed: str = "Anna@example.org") -> Contact:
    read = read_email(typed)
    assert isinstance(read, Contact)
    return read
