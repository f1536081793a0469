"""Looking up what we keep of members of a core: which PINs they had, and who chose them."""

from watchword.features.activation.dialogue.steps import Known
from watchword.features.activation.established import established
from watchword.features.clients.rules import Caller as Client
from watchword.features.cores.rules import OWN, CoreName, MemberRef, PinState, Unavailable
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.service import Organisations
from watchword.features.pins.kept.rules import (
    Crowd,
    PinRecord,
    Subject,
    of_customer,
    of_member,
)
from watchword.features.pins.kept.service import KeptPins
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

COLUMN = "core_members"


class KeptMemberPins:
    """Fills `MemberPins`. A member is known by a digest of what the core calls them."""

    def __init__(self, *, storage: Storage, organisations: Organisations, pins: KeptPins) -> None:
        self._storage = storage
        self._organisations = organisations
        self._pins = pins

    async def known(self, client: Client, core: CoreName, ref: MemberRef, state: PinState) -> Known:
        whose = client.organisation.id
        record = await self._pins.get(whose, await self.subject(whose, core, ref))
        chosen = record is not None and record.established_at is not None
        return Known(
            state,
            established=established(chosen_here=chosen, core=state.is_established),
            staff_wants_change=record is not None and record.must_change,
        )

    async def was_used(
        self, client: Client, core: CoreName, ref: MemberRef, pin: Secret, previous: int
    ) -> bool | Unavailable:
        whose = client.organisation.id
        subject = await self.subject(whose, core, ref)
        used = await self._pins.was_used(whose, subject, pin, previous)
        return Unavailable() if isinstance(used, Crowd) else used

    async def chosen(self, client: Client, core: CoreName, ref: MemberRef, pin: Secret) -> bool:
        """Keep what is needed to look back on a PIN that a member has in the core now."""
        if core == OWN:
            return True  # It has kept everything itself, when the PIN was set.
        subject = await self.subject(client.organisation.id, core, ref)
        kept = await self._pins.remember(client, subject, pin)
        return isinstance(kept, PinRecord)

    async def subject(self, whose: OrganisationId, core: CoreName, ref: MemberRef) -> Subject:
        """Say under whose name it is kept. A customer of ours is known by their own id."""
        if core == OWN:
            return of_customer(CustomerId(Id(ref.person.reveal())))
        async with self._storage.reading(whose) as transaction:
            keys = await self._organisations.keys(transaction, whose)
        name = f"{core}:{ref.account.reveal()}:{ref.person.reveal()}"
        return of_member(keys.blind(COLUMN, name))
