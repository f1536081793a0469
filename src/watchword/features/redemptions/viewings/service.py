"""What happens when staff pull up a wallet: they see its code, and its customer is told."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

import structlog

from watchword.features.cards.rules import CardId, may_redeem
from watchword.features.challenges.displays.rules import Displayed
from watchword.features.challenges.displays.service import Displays, Looked
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.customers.rules import Customer
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.master_pins.rules import NobodyThere, OwnWallet, SeveralThere
from watchword.features.redemptions.overrides.rules import Exceptional
from watchword.features.redemptions.overrides.rules import Kind as ExceptionKind
from watchword.features.redemptions.overrides.service import Overrides
from watchword.features.redemptions.viewings.rules import Refused, find_refusal, may_pull_up
from watchword.features.staff.rules import Colleague, Reasonless, find_fault_of_reason
from watchword.features.tills.desk import Desk
from watchword.features.tills.rules import (
    Kind,
    NoAccount,
    Proof,
    Shut,
    TillSession,
    TillSessionId,
    besides,
    is_open,
)
from watchword.features.tills.service import Tills
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import Storage

Viewed: TypeAlias = (
    Looked | Reasonless | Refused | NobodyThere | SeveralThere | OwnWallet | NoAccount
)
_Look: TypeAlias = Callable[[Desk, Colleague, str], Awaitable[Viewed]]

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
        return await self._view(colleague, reason, partial(self._in_sale, id))

    async def pull_up_for(
        self, colleague: Colleague, id: CardId, location_id: LocationId | None, reason: str
    ) -> Viewed:
        """Show staff the code of whoever has a card, for a till that awaits it or will ask for it,
        and tell the customer."""
        return await self._view(colleague, reason, partial(self._of_card, id, location_id))

    async def _view(self, colleague: Colleague, reason: str, look: _Look) -> Viewed:
        if fault := find_fault_of_reason(reason):
            return fault
        try:
            async with self._storage.begin(colleague.organisation.id) as transaction:
                desk = self._tills.desk(transaction, colleague)
                viewed = await look(desk, colleague, reason.strip())
        except _OtherCode:
            return NobodyThere()
        self._tills.announce(colleague)
        self._overrides.announce(colleague.organisation)
        return viewed

    async def _in_sale(
        self, id: TillSessionId, desk: Desk, colleague: Colleague, reason: str
    ) -> Viewed:
        session = await desk.get(id)
        settings = await desk.settings(session)
        if not may_pull_up(colleague.member.grants, session.location_id, settings):
            raise NotFound("till session")
        if refusal := find_refusal(session, settings, desk.now):
            return refusal
        customer = await self._customer(desk, colleague, session)
        if not isinstance(customer, Customer):
            return customer
        contact = customer.contact(session.contact_id)
        if contact is None or await self._contacts.has_opted_out(
            desk.transaction, desk.id, contact.contact
        ):
            return NobodyThere()
        opening = _opening(customer, contact.contact, contact.contact_id, session.locale)
        looked = await self._displays.show_code(desk.transaction, colleague, opening)
        if not isinstance(looked, Displayed):
            return looked
        if looked.id != session.challenge_id:
            raise _OtherCode
        await self._tell(desk, colleague, _seen_in(session, customer, colleague, reason), customer)
        return looked

    async def _of_card(
        self,
        id: CardId,
        location_id: LocationId | None,
        desk: Desk,
        colleague: Colleague,
        reason: str,
    ) -> Viewed:
        settings, card = await desk.settings_at(location_id), await desk.card(id)
        if not may_pull_up(colleague.member.grants, location_id, settings):
            raise NotFound("card")
        if not is_open(Kind.STORE, Proof.WALLET_CODE, settings):
            return Shut()
        if not may_redeem(card):
            return NoAccount()
        whom = await desk.holder_of(card)
        if whom is None or whom.contact_id is None:
            return NobodyThere()
        (reached,) = whom.customers
        if await desk.is_close(colleague.member.contact_id, reached):
            return OwnWallet()
        customer = await desk.opened(reached)
        opening = _opening(customer, whom.contact, whom.contact_id, customer.locale)
        looked = await self._displays.show_code(desk.transaction, colleague, opening)
        if not isinstance(looked, Displayed):
            return looked
        awaiting = await _awaiting(desk, looked, [whom.contact_id, *opening.besides])
        wanted = Exceptional(
            kind=ExceptionKind.LOOK,
            session_id=None if awaiting is None else awaiting.id,
            customer_id=customer.id,
            location_id=location_id,
            terminal_id=None if awaiting is None else awaiting.terminal_id,
            staff=colleague.actor,
            reason=reason,
            reward_id=None if awaiting is None else awaiting.wanted.reward_id,
        )
        await self._tell(desk, colleague, wanted, customer)
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
        self, desk: Desk, colleague: Colleague, wanted: Exceptional, customer: Customer
    ) -> None:
        use = await self._overrides.note_told(desk.transaction, colleague, wanted, customer)
        log.info("wallet.pulled_up", use_id=str(use.id))


def _opening(customer: Customer, to: Contact, id: ContactId, locale: str) -> Opening:
    return Opening(
        purpose=Purpose.REDEMPTION,
        contact=to,
        channel=None,
        locale=locale,
        besides=besides([customer.reachable], id),
    )


def _seen_in(
    session: TillSession, customer: Customer, colleague: Colleague, reason: str
) -> Exceptional:
    return Exceptional(
        kind=ExceptionKind.LOOK,
        session_id=session.id,
        customer_id=customer.id,
        location_id=session.location_id,
        terminal_id=session.terminal_id,
        staff=colleague.actor,
        reason=reason,
        reward_id=session.wanted.reward_id,
    )


async def _awaiting(desk: Desk, looked: Displayed, ids: Sequence[ContactId]) -> TillSession | None:
    """Give the sale that awaits a code, so that an objection of the customer stops it."""
    for id in ids:
        session = await desk.sessions.live(id)
        if session is not None and session.challenge_id == looked.id:
            return session
    return None
