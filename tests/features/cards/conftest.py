"""What tests of cards stand on: a garden centre with customers, cards and staff."""

from dataclasses import dataclass, field

import pytest

from tests.features.customers.people import email, phone, post
from tests.stores import MovableTime
from tests.whole_house import Dealt, dealt, services, tester
from watchword.features.audit.rules import Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.confirmations.service import Confirming, Outcome
from watchword.features.cards.evidence import Compared, Evidence
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card, Verification, target_of
from watchword.features.cards.verdicts import Confirmed
from watchword.features.clients.rules import Client
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.customers.rules import Changes, Customer, NewCustomer, Origin, Profile
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant, StaffMember
from watchword.foundation.secret import Secret
from watchword.wiring import Services

__all__ = ["dealt", "services", "tester"]

SET = """
    insert into organisation_settings (
        organisation_id, scope, section, version, content, changed_at, changed_by
    ) values (:organisation_id, :scope, :section, 1, :content, 1, 'test')
"""
WAITING = "select locale, template, channel from messages where organisation_id = :whose"
SEEN = frozenset({Compared.NAME, Compared.BIRTH_DATE, Compared.CARD})


@dataclass
class Centre:
    """A garden centre. `dealt` knows the codes that were sent."""

    services: Services
    client: Client
    dealt: Dealt
    time: MovableTime
    made: list[StaffMember] = field(default_factory=list)

    async def customer(self, *contacts: Contact, name: str = "Müller") -> Customer:
        new = NewCustomer(
            profile=Profile("Anna", name),
            contacts=contacts or (phone(), email(), post()),
            origin=Origin.STAFF,
        )
        made = await self.services.customers.create(self.client, new)
        assert isinstance(made, Customer)
        return made

    async def card(self, customer: Customer | None = None, number: str | None = None) -> Card:
        whose = customer or await self.customer()
        made = await self.services.cards.cards.create(self.client, whose.id, number)
        assert isinstance(made, Card)
        return made

    async def now(self, card: Card) -> Card:
        return await self.services.cards.cards.read(self.client.organisation.id, card.id)

    async def history(self, card: Card) -> list[Verification]:
        return [each.line for each in await self.services.cards.cards.history(self.client, card.id)]

    async def begin(self, card: Card, means: Means) -> Attempt:
        begun = await self.services.cards.attempts.begin(self.client, card.id, means)
        assert isinstance(begun, Attempt), begun
        return begun

    async def verified(self, means: Means = Means.SMS, customer: Customer | None = None) -> Card:
        card = await self.card(customer)
        await self.begin(card, means)
        ended = await self.services.cards.attempts.answer(self.client, card.id, self.dealt.latest)
        assert isinstance(ended, Confirmed), ended
        return ended.card

    async def told(self, card: Card) -> str:
        """Verify a card, and give the token that stands in the mail about it."""
        await self.begin(card, Means.SMS)
        await self.services.cards.attempts.answer(self.client, card.id, self.dealt.latest)
        for queued in await self.services.deliveries.claim(ProviderName("sandbox"), 50):
            message = await self.services.deliveries.open(queued)
            if message is not None and "/n/" in message.text.reveal() and queued.channel == "email":
                return message.text.reveal().split("/n/")[1].split()[0]
        raise AssertionError("Nobody was told.")

    async def change(self, customer: Customer, **said: object) -> Customer:
        changes = Changes(**said)  # type: ignore[arg-type]
        seen = await self.services.customers.read(self.client.organisation.id, customer.id)
        after = await self.services.customers.change(
            self.client, customer.id, changes, seen.version
        )
        assert isinstance(after, Customer)
        return after

    async def location(self, name: str = "Nord") -> LocationId:
        added = await self.services.configuration.locations.add(
            self.client.organisation.id, name=name, time_zone=None, actor="test"
        )
        assert isinstance(added, Location)
        return added.id

    async def colleague(
        self, role: Role = Role.MANAGER, at: LocationId | None = None, name: str | None = None
    ) -> Colleague:
        name = name or f"staff{len(self.made)}"
        member = await self.services.staff.members.enrol(
            self.client.organisation,
            name=name,
            email=f"{name}@example.org",
            grants=(Grant(role, at),),
            actor="test",
        )
        assert isinstance(member, StaffMember)
        self.made.append(member)
        return Colleague(member=member, organisation=self.client.organisation)

    async def set(self, section: SectionName, content: str, scope: str = "") -> None:
        async with self.services.storage.begin(self.client.organisation.id) as transaction:
            await transaction.run(
                SET,
                organisation_id=str(self.client.organisation.id),
                scope=scope,
                section=section,
                content=content,
            )

    async def confirm(
        self,
        by: Colleague,
        card: Card,
        means: Means,
        evidence: Evidence | None = None,
        *,
        reason: str = "",
        location: LocationId | None = None,
    ) -> Outcome:
        wanted = Confirming(
            card_id=card.id,
            means=means,
            evidence=evidence or Evidence(compared=SEEN),
            reason=reason,
            location=location,
        )
        return await self.services.cards.confirmations.confirm(by, wanted)

    async def ledger(self, card: Card) -> list[Entry]:
        async with self.services.storage.reading(self.client.organisation.id) as transaction:
            store = AuditStore(transaction, self.client.organisation.id)
            return [*await store.about(target_of(card.id))]

    async def waiting(self) -> list[tuple[str, str]]:
        """Give the templates and channels of all that was put into the outbox."""
        async with self.services.storage.reading(self.client.organisation.id) as transaction:
            rows = await transaction.all(WAITING, whose=str(self.client.organisation.id))
        return [(row["template"], row["channel"]) for row in rows]


@pytest.fixture
def centre(services: Services, tester: Client, dealt: Dealt, time: MovableTime) -> Centre:
    return Centre(services, tester, dealt, time)


def reached(customer: Customer, kind: ContactKind) -> ContactId:
    return next(each.contact_id for each in customer.contacts if each.kind is kind)


def on_the_phone(**said: object) -> Evidence:
    return Evidence(compared=SEEN, **said)  # type: ignore[arg-type]


def ticketed(attempt: Attempt) -> Secret:
    assert attempt.ticket is not None
    return attempt.ticket.reference
