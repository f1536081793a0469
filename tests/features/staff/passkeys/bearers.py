"""People who have a device that holds passkeys, and are signed in."""

from dataclasses import dataclass, field

from tests.stand_ins.authenticator import Authenticator, Held, Told, said
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.passkeys.rules import Party, Passkey, Refused
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant, StaffMember
from watchword.features.staff.sessions.rules import SignedIn, SignedInBy, Visit
from watchword.foundation.secret import Secret
from watchword.wiring import Services


@dataclass
class Bearer:
    services: Services
    party: Party
    visit: Visit
    device: Authenticator = field(repr=False)

    async def add(self, name: str = "Key", told: Told | None = None) -> object:
        """Add a passkey, as a page does that is open in their browser."""
        asked = await self.services.staff.passkeys.ask_for_a_new_one(self.party, self.visit)
        if not isinstance(asked, str):
            return asked
        answer = said(self.device.make(asked, told))
        return await self.services.staff.passkeys.add(self.party, self.visit, name, answer)

    async def added(self, name: str = "Key") -> Passkey:
        passkey = await self.add(name)
        assert isinstance(passkey, Passkey), passkey
        return passkey

    async def sign_in(
        self, told: Told | None = None, held: Held | None = None
    ) -> SignedIn | Refused:
        ticket, asked = await self.services.staff.entrance.ask(self.party)
        return await self.show(ticket, said(self.device.show(asked, told, held)))

    async def show(
        self, ticket: Secret, answer: str, address: str = "192.0.2.7"
    ) -> SignedIn | Refused:
        return await self.services.staff.entrance.sign_in(
            self.party, ticket, answer, device="Firefox, Linux", address=address
        )

    async def passkeys(self) -> list[Passkey]:
        return [*await self.services.staff.passkeys.of(self.visit)]

    async def noted(self, passkey: Passkey) -> dict[Action, Entry]:
        organisation_id = self.visit.colleague.organisation.id
        async with self.services.storage.reading(organisation_id) as transaction:
            found = await AuditStore(transaction, organisation_id).about(f"passkey:{passkey.id}")
        return {entry.action: entry for entry in found}


async def new_bearer(
    services: Services, organisation: Organisation, party: Party, name: str
) -> Bearer:
    member = await services.staff.members.enrol(
        organisation,
        name=name.title(),
        email=f"{name}@example.org",
        grants=(Grant(Role.OWNER),),
        actor="test",
    )
    assert isinstance(member, StaffMember)
    colleague = Colleague(member=member, organisation=organisation)
    visit = await visiting(services, colleague)
    return Bearer(services, party, visit, Authenticator(party.origin))


async def visiting(services: Services, colleague: Colleague) -> Visit:
    """Sign somebody in by other means."""
    organisation_id = colleague.organisation.id
    async with services.storage.begin(organisation_id) as transaction:
        session, _ = await services.staff.sessions.begin(
            transaction,
            organisation_id,
            colleague.member.id,
            by=SignedInBy.EMAIL,
            device="Safari, macOS",
            address="192.0.2.7",
        )
    return Visit(colleague=colleague, session=session)
