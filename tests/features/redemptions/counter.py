"""A shop with registered tills and named staff, as tests of exceptions see it."""

from dataclasses import dataclass, field

import msgspec

from tests.features.customers.people import phone
from tests.features.tills.shop import SET, Shop
from watchword.features.approvals.rules import Approved, Proposal, Request
from watchword.features.approvals.rules import Kind as Approval
from watchword.features.audit.rules import Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact
from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.redemptions.master_pins.entries.service import Outcome
from watchword.features.redemptions.master_pins.rules import (
    USUAL_LIFE,
    Entering,
    NewPin,
    Waiting,
    subject_of,
)
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant, StaffMember
from watchword.features.tills.rules import NewSession, TillSessionId
from watchword.features.tills.terminals.rules import NewTerminal
from watchword.foundation.secret import Secret
from watchword.wiring import Services

WHY = "left the telephone at home"


@dataclass
class Counter:
    """A location with one till, two owners and a clerk. `pin` is what was shown, if one is set."""

    shop: Shop
    place: LocationId
    till: NewTerminal
    owner: Colleague
    other: Colleague
    manager: Colleague
    pin: Secret | None = field(default=None, repr=False)

    @property
    def services(self) -> Services:
        return self.shop.services

    @property
    def whose(self) -> Organisation:
        return self.shop.client.organisation

    async def agreed(self, place: LocationId | None = None, by: Colleague | None = None) -> None:
        """Have somebody ask for a PIN, and somebody else agree."""
        approvals = self.services.configuration.approvals
        proposal = Proposal(
            kind=Approval.MASTER_PIN, subject=subject_of(place or self.place), reason="new season"
        )
        asked = await approvals.propose(self.whose.id, proposal, actor=(by or self.owner).actor)
        assert isinstance(asked, Request), asked
        said = await approvals.approve(self.whose.id, asked.id, actor=self.other.actor)
        assert isinstance(said, Approved), said

    async def set_pin(self, place: LocationId | None = None) -> NewPin:
        await self.agreed(place)
        new = await self.services.master_pins.set(self.owner, place or self.place, USUAL_LIFE)
        assert isinstance(new, NewPin), new
        self.pin = new.content
        return new

    async def waiting(
        self, who: Contact | None = None, till: NewTerminal | None = None, **more: object
    ) -> TillSessionId:
        """Begin a sale for which staff will enter the PIN."""
        new = NewSession(who=who or phone(), **more)  # type: ignore[arg-type]
        at = (till or self.till).credential
        opened = await self.services.pin_entries.begin(self.shop.client, new, at)
        assert isinstance(opened, Waiting), opened
        return opened.id

    async def enter(
        self,
        session: TillSessionId,
        *,
        typed: str | None = None,
        staff: Colleague | None = None,
        till: NewTerminal | None = None,
        reason: str = WHY,
        by: Caller | None = None,
    ) -> Outcome:
        entering = Entering(
            typed=(self.pin.reveal() if self.pin else "") if typed is None else typed,
            staff=str((staff or self.manager).member.id),
            reason=reason,
            credential=(till or self.till).credential,
        )
        caller = by or self.shop.client
        return await self.services.pin_entries.enter(caller, session, entering)

    async def sale(self, **more: object) -> Outcome:
        """Let somebody through, who was not there before, on the word of staff."""
        return await self.enter(await self.waiting(None, None, **more))

    async def set_exceptions(self, **said: int) -> None:
        await self._set(SectionName.EXCEPTIONS, said)

    async def allow(self, **said: bool) -> None:
        await self._set(SectionName.REDEMPTION, {"master_pin": True, **said})

    async def _set(self, section: SectionName, said: object) -> None:
        async with self.services.storage.begin(self.whose.id) as transaction:
            await transaction.run(
                SET,
                whose=str(self.whose.id),
                scope="",
                section=section,
                content=msgspec.json.encode(said).decode(),
            )

    async def ledger(self, target: str) -> list[Entry]:
        async with self.services.storage.reading(self.whose.id) as transaction:
            return [*await AuditStore(transaction, self.whose.id).about(target)]

    async def colleague(
        self, role: Role, at: LocationId | None = None, name: str = ""
    ) -> Colleague:
        return await enrol(self.shop, name or f"{role}s", role, at)

    async def terminal(self, name: str, place: LocationId | None = None) -> NewTerminal:
        new = await self.services.terminals.register(self.owner, place or self.place, name)
        assert isinstance(new, NewTerminal), new
        return new


async def enrol(shop: Shop, name: str, role: Role, at: LocationId | None = None) -> Colleague:
    member = await shop.services.staff.members.enrol(
        shop.client.organisation,
        name=name,
        email=f"{name}@example.org",
        grants=(Grant(role, at),),
        actor="test",
    )
    assert isinstance(member, StaffMember)
    return Colleague(member=member, organisation=shop.client.organisation)


async def counter_of(shop: Shop) -> Counter:
    place = await shop.location("Nord")
    owner = await enrol(shop, "owner", Role.OWNER)
    till = await shop.services.terminals.register(owner, place, "Till 1")
    assert isinstance(till, NewTerminal)
    made = Counter(
        shop=shop,
        place=place,
        till=till,
        owner=owner,
        other=await enrol(shop, "other", Role.OWNER),
        manager=await enrol(shop, "manager", Role.MANAGER),
    )
    await made.allow()
    return made
