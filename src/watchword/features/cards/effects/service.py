"""What happens to cards when their customers change: what was shown may not hold any more."""

from watchword.features.cards.desk import Backroom, Desk, reason_place
from watchword.features.cards.rules import Because, Card, handed_over
from watchword.features.cards.service import move
from watchword.features.challenges.desk import Machine
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.names import known_as
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.customers.store import CustomerStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import SealBroken
from watchword.foundation.storage import Transaction

RETURNED = "returned_mail"
SHARED_AT_MOST = 100
"""Customers who share one contact point, such as all of a house for the aged."""


class Effects:
    """Hears what happens to customers, inside the same transaction."""

    def __init__(self, *, backroom: Backroom) -> None:
        self._backroom = backroom

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None:
        """Another name is another person, until it is shown again. Another spelling is not."""
        is_renamed = known_as(before.profile) != known_as(after.profile)
        left = {each.contact_id for each in before.contacts}
        left -= {each.contact_id for each in after.contacts}
        if not is_renamed and not left:
            return
        desk = Desk(transaction, caller, self._backroom)
        for card in await desk.cards.hold_of_customer(after.id):
            fallen = card
            if is_renamed:
                fallen = await desk.withdraw(fallen, Because.NAME_CHANGED)
            for contact_id in sorted(left):
                fallen = await _let_go(desk, fallen, contact_id)

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        """Who was two is one from now on, and nobody has shown that yet."""
        desk = Desk(transaction, caller, self._backroom)
        for card in await desk.cards.hold_of_customer(kept.id):
            await desk.withdraw(card, Because.MERGED)
            await desk.end_what_waits(card.id)
        for card in await desk.cards.hold_of_customer(merged.id):
            fallen = await desk.withdraw(card, Because.MERGED)
            await desk.end_what_waits(card.id)
            await move(desk, fallen, kept.id)
            await desk.keep(fallen, handed_over(fallen, kept.id, desk.now), "merged")
        await self._reseal(desk, kept.id, merged.id)

    async def _reseal(self, desk: Desk, kept: CustomerId, merged: CustomerId) -> None:
        """Lock what was said about one customer with the key of the other: theirs is destroyed.

        Who was merged into them before has no key, and what was said of those is locked with this.
        """
        before = await CustomerStore(desk.transaction, desk.id).aliases(merged)
        for id in (merged, *before):
            for line, sealed in (await desk.history.reasons_of(id)).items():
                place = reason_place(desk.id, line)
                try:
                    said = await desk.unseal(merged, sealed, place)
                except SealBroken:
                    continue  # It was lost when nobody did this yet.
                await desk.history.reseal(line, await desk.seal(kept, said.reveal(), place))

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None:
        """Nothing of a customer can be read any more, and nothing about them is under way."""
        desk = Desk(transaction, caller, self._backroom)
        for card in await desk.cards.hold_of_customer(id):
            await desk.end_what_waits(card.id)

    async def mark_bad(
        self, transaction: Transaction, organisation_id: OrganisationId, contact_id: ContactId
    ) -> int:
        """Note that nothing arrives at a contact point, and take back what rests on it, for all
        who have it; count them."""
        room = self._backroom
        organisation = await room.organisations.read(transaction, organisation_id)
        caller = Machine(name=RETURNED, organisation=organisation)
        desk = Desk(transaction, caller, room)
        store = CustomerStore(transaction, organisation_id)
        for each in await store.who_has(contact_id, most=SHARED_AT_MOST):
            for card in await desk.cards.hold_of_customer(each.customer.id):
                await desk.withdraw(card, Because.CONTACT_BAD, contact_id)
        return await room.customers.mark_bad(transaction, organisation_id, contact_id)


async def _let_go(desk: Desk, card: Card, contact_id: ContactId) -> Card:
    """Take back what rests on a contact point that was removed, and end what goes there."""
    attempt = await desk.attempts.hold(card.id)
    if attempt is not None and attempt.contact_id == contact_id:
        await desk.end_attempt(attempt)
    return await desk.withdraw(card, Because.CONTACT_CHANGED, contact_id)
