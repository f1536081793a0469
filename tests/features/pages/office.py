"""Whoever works on landing pages, as tests see them."""

from dataclasses import dataclass, field, replace
from typing import Any

from tests.features.points.tills import Till
from watchword.features.clients.rules import Caller
from watchword.features.pages.blocks import Block, Button, Heading, Legal, Text
from watchword.features.pages.content import Content
from watchword.features.pages.leaves import Editing, Leave, Passed
from watchword.features.pages.rules import Draft, NotNow, Page, PageId, Terms
from watchword.features.pages.service import Pages
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction
from watchword.wiring.pages import PageServices

CANARY = "Kanarienvogel-7351"
BLOCKS: tuple[Block, ...] = (
    Heading("Only this week"),
    Text(f"Two mugs for one, {CANARY}."),
    Button("To the shop", "https://shop.example.com/mugs"),
    Legal("Greenleaf Market, 12 High Street."),
)
TERMS = Terms(name="Mugs in spring", variants={"en": BLOCKS})
PASSED = Passed(campaign_number=1, recipient_number=1)


@dataclass
class Led:
    """Stands for campaigns: to which versions of all pages somebody is led."""

    to: set[int] = field(default_factory=set)

    async def versions(
        self, transaction: Transaction, organisation_id: OrganisationId, page_id: PageId
    ) -> frozenset[int]:
        return frozenset(self.to)


@dataclass
class PageOffice:
    till: Till
    services: PageServices
    led: Led

    @property
    def pages(self) -> Pages:
        return self.services.pages

    @property
    def caller(self) -> Caller:
        return self.till.shop.caller

    @property
    def editing(self) -> Editing:
        return Editing(self.caller)

    async def page(self, **otherwise: Any) -> Page:  # noqa: ANN401 - as the terms have them
        made = await self.pages.create(self.caller, replace(TERMS, **otherwise))
        assert isinstance(made, Page), made
        return made

    async def live(self, **otherwise: Any) -> Page:  # noqa: ANN401
        made = await self.page(**otherwise)
        page = await self.pages.publish(self.caller, made.id, made.version)
        assert isinstance(page, Page), page
        return page

    async def draft(self, id: PageId) -> Draft:
        return await self.pages.edit(self.editing, id)

    async def seen(
        self,
        id: PageId,
        leave: Leave = PASSED,
        locale: str = "en",
        *,
        version: int | None = None,
    ) -> Content | NotNow:
        return await self.pages.open(self.till.whose.id, id, locale, leave, version=version)
