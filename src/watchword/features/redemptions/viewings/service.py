"""What happens when staff pull up a wallet: they see its code, and its customer is told."""

from typing import TypeAlias

import structlog

from watchword.features.challenges.displays.rules import Displayed
from watchword.features.challenges.displays.service import Displays, Looked
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.service import Contacts
from watchword.features.customers.rules import Customer
from watchword.features.redemptions.master_pins.rules import NobodyThere, OwnWallet, SeveralThere
from watchword.features.redemptions.overrides.rules import Exceptional, Kind
from watchword.features.redemptions.overrides.service import Overrides
from watchword.features.redemptions.viewings.rules import Refused, find_refusal
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import Colleague, Reasonless, find_fault_of_reason, may
from watchword.features.tills.desk import Desk
from watchword.features.tills.rules import TillSession, TillSessionId, besides
from watchword.features.tills.service import Tills
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import Storage

Viewed: TypeAlias = Looked | Reasonless | Refused | NobodyThere | SeveralThere | OwnWallet

log = structlog.get_logger()


class _OtherCode(Exception):
    """What would be shown is not the code of this sale, so nothing of it may come to be."""


class Viewings:
    def __init__(
        self,
        *,
        storage: Storage,
        contacts: Contacts,
        tills: Tills,
        displays: Displays,
        overrides: Overrides,
    ) -> None:
        self._storage = storage
        self._contacts = contacts
        self._tills = tills
        self._displays = displays
        self._overrides = overrides

    async def pull_up(self, colleague: Colleague, id: TillSessionId, reason: str) -> Viewed:
        """Show staff the code that is awaited in a sale of theirs, and tell the customer."""
        if fault := find_fault_of_reason(reason):
            return fault
        try:
            async with self._storage.begin(colleague.organisation.id) as transaction:
                desk = self._tills.desk(transaction, colleague)
                viewed = await self._pull_up(desk, colleague, id, reason.strip())
        except _OtherCode:
            return NobodyThere()
        self._tills.announce(colleague)
        self._overrides.announce(colleague.organisation)
        return viewed

    async def _pull_up(
        self, desk: Desk, colleague: Colleague, id: TillSessionId, reason: str
    ) -> Viewed:
        session = await desk.get(id)
        if not may(colleague.member.grants, Permission.WALLETS_PULL_UP, session.location_id):
            raise NotFound("till session")
        if refusal := find_refusal(session, await desk.settings(session), desk.now):
            return refusal
        customer = await self._customer(desk, colleague, session)
        if not isinstance(customer, Customer):
            return customer
        contact = customer.contact(session.contact_id)
        if contact is None or await self._contacts.has_opted_out(
            desk.transaction, desk.id, contact.contact
        ):
            return NobodyThere()
        opening = Opening(
            purpose=Purpose.REDEMPTION,
            contact=contact.contact,
            channel=None,
            locale=session.locale,
            besides=besides([customer.reachable], contact.contact_id),
        )
        looked = await self._displays.show_code(desk.transaction, colleague, opening)
        if not isinstance(looked, Displayed):
            return looked
        if looked.id != session.challenge_id:
            raise _OtherCode
        await self._tell(desk, colleague, session, customer, reason)
        return looked

    async def _customer(
        self, desk: Desk, colleague: Colleague, session: TillSession
    ) -> Customer | NobodyThere | SeveralThere | OwnWallet:
        """Give whose wallet it is. Of several who share a telephone, only a card says which."""
        reached = await desk.customers_of(session)
        if len(reached) != 1:
            return SeveralThere() if reached else NobodyThere()
        is_own = await desk.is_close(colleague.member.contact_id, reached[0])
        return OwnWallet() if is_own else await desk.opened(reached[0])

    async def _tell(
        self,
        desk: Desk,
        colleague: Colleague,
        session: TillSession,
        customer: Customer,
        reason: str,
    ) -> None:
        wanted = Exceptional(
            kind=Kind.LOOK,
            session_id=session.id,
            customer_id=customer.id,
            location_id=session.location_id,
            terminal_id=session.terminal_id,
            staff=colleague.actor,
            reason=reason,
            reward_id=session.wanted.reward_id,
        )
        await self._overrides.note_told(desk.transaction, colleague, wanted, customer)
        log.info("wallet.pulled_up", session_id=str(session.id))
