"""A garden centre as its customers meet it: pages without script, and codes that are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import httpx

from tests.stores import MovableTime
from tests.web.console.bare import Bare, forms_in
from tests.whole_house import Dealt
from watchword.features.cards.claims.rules import Claim
from watchword.features.cards.claims.store import ClaimStore
from watchword.features.cards.rules import Card, CardId
from watchword.features.clients.rules import Operator
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.customers.accounts.rules import Account, AccountId
from watchword.features.customers.rules import Customer, CustomerId, NewCustomer, Origin, Profile
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant, StaffMember
from watchword.foundation.ids import Id
from watchword.wiring import Services

SET = """
    insert into organisation_settings (
        organisation_id, scope, section, version, content, changed_at, changed_by
    ) values (:organisation_id, '', :section, 1, :content, 1, 'test')
"""
FORGET = """
    delete from organisation_settings
    where organisation_id = :organisation_id and section = :section
"""
CARDS = "select id from cards where organisation_id = :organisation_id order by created_at, id"
GIVE = "update accounts set points = :points where organisation_id = :organisation_id and id = :id"
NOTHING: Mapping[str, str] = {}
BORN = date(1980, 5, 7)
MOBILE, EMAIL = "0170 1234567", "anna@example.org"
FORM = {
    "given_name": "Anna",
    "family_name": "Müller",
    "day": "7",
    "month": "5",
    "year": "1980",
    "mobile": MOBILE,
}


@dataclass
class Garden:
    services: Services
    organisation: Organisation
    transport: httpx.AsyncBaseTransport
    dealt: Dealt
    time: MovableTime
    browsers: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/o/{self.organisation.slug}"

    @property
    def caller(self) -> Operator:
        return Operator(name="test", organisation=self.organisation)

    def browser(self, address: str = "192.0.2.1", *, follows: bool = True) -> Bare:
        pages = httpx.AsyncClient(
            transport=self.transport,
            base_url=self.services.settings.web.public_url,
            follow_redirects=follows,
        )
        self.browsers.append(pages)
        return Bare(pages)

    async def set(self, section: SectionName, content: str) -> None:
        async with self.services.storage.begin(self.organisation.id) as transaction:
            await transaction.run(
                SET, organisation_id=str(self.organisation.id), section=section, content=content
            )

    async def set_again(self, section: SectionName, content: str) -> None:
        async with self.services.storage.begin(self.organisation.id) as transaction:
            await transaction.run(
                FORGET, organisation_id=str(self.organisation.id), section=section
            )
        await self.set(section, content)

    async def customer(
        self,
        *contacts: Contact,
        given: str = "Anna",
        family: str = "Müller",
        born: date | None = BORN,
    ) -> Customer:
        new = NewCustomer(
            profile=Profile(given, family, born),
            contacts=contacts or (phone(), email(), post()),
            origin=Origin.IMPORT,
        )
        made = await self.services.customers.create(self.caller, new)
        assert isinstance(made, Customer)
        return made

    async def card(self, customer: Customer, number: str | None = None) -> Card:
        made = await self.services.cards.cards.create(self.caller, customer.id, number)
        assert isinstance(made, Card)
        return made

    async def now(self, card: Card) -> Card:
        return await self.services.cards.cards.read(self.organisation.id, card.id)

    async def cards(self) -> list[Card]:
        async with self.services.storage.reading(self.organisation.id) as transaction:
            rows = await transaction.all(CARDS, organisation_id=str(self.organisation.id))
        ids = [CardId(Id(row["id"])) for row in rows]
        return [await self.services.cards.cards.read(self.organisation.id, id) for id in ids]

    async def accounts(self, id: CustomerId) -> Sequence[Account]:
        async with self.services.storage.reading(self.organisation.id) as transaction:
            return await self.services.customers.accounts(transaction, self.organisation.id, id)

    async def manager(self) -> Colleague:
        member = await self.services.staff.members.enrol(
            self.organisation,
            name="Bea",
            email="bea@sonnenhof.example",
            grants=(Grant(Role.MANAGER, None),),
            actor="test",
        )
        assert isinstance(member, StaffMember)
        return Colleague(member=member, organisation=self.organisation)

    async def give(self, account_id: AccountId, points: int) -> None:
        async with self.services.storage.begin(self.organisation.id) as transaction:
            await transaction.run(
                GIVE,
                organisation_id=str(self.organisation.id),
                id=str(account_id),
                points=points,
            )

    async def claims(self) -> Sequence[Claim]:
        async with self.services.storage.reading(self.organisation.id) as transaction:
            found = await ClaimStore(transaction, self.organisation.id).page(
                None, 50, is_open=False
            )
        return [*reversed(found)]

    async def register(
        self, browser: Bare | None = None, typed: Mapping[str, str] = NOTHING, **more: str
    ) -> Bare:
        """Fill in the form and send it; give the browser on the page that follows."""
        browser = browser or self.browser()
        await browser.open(f"{self.path}/join")
        return await browser.press("Get the card", **{**FORM, **typed, **more})

    async def choose(self, browser: Bare, means: str) -> Bare:
        """Press the button of a way, the first of its kind."""
        value = next(each for each in self.ways(browser) if each.startswith(means))
        return await self.press_way(browser, value)

    async def press_way(self, browser: Bare, value: str) -> Bare:
        token = browser.field("token")
        browser.reply = await browser.client.post(
            f"{self.path}/card/way",
            data={"token": token, "way": value},
            headers={"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"},
        )
        return browser

    def ways(self, browser: Bare) -> list[str]:
        return [
            button["value"]
            for form in forms_in(browser.page)
            for button in form.buttons
            if button.get("name") == "way"
        ]


def phone(typed: str = MOBILE) -> Contact:
    return _read(read_phone(typed, "DE"))


def email(typed: str = EMAIL) -> Contact:
    return _read(read_email(typed))


def post(street: str = "Gartenstraße 5") -> Contact:
    return _read(read_post(Place("Anna Müller", street, "80331", "München", "DE")))


def _read(read: object) -> Contact:
    assert isinstance(read, Contact)
    return read
