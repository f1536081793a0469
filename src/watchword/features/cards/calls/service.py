"""What happens when staff call a customer back: one number is shown to them, for this once.

Everywhere else numbers are masked. A call that nobody can dial is none, so whoever may verify by
telephone sees the one number that they are about to call. It stands in the ledger, and there is an
end to it within an hour: who copies customers does not get far.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypeAlias

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.confirmations.service import Confirmations, wait_of
from watchword.features.cards.desk import Backroom, Desk
from watchword.features.cards.evidence import Unfit, may_call, may_confirm
from watchword.features.cards.means import Means
from watchword.features.cards.rules import CardId, target_of
from watchword.features.cards.verdicts import NotOffered
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import target_of as customer_of
from watchword.features.limits.rules import HOUR, Cap, Limits, NotBefore, charge_send, may_send
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import LocationId
from watchword.features.staff.rules import Colleague
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

OF_ONE_COLLEAGUE = Limits(sends=(Cap(20, HOUR),))
"""A call takes three minutes. Who wants more does not telephone."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """A number, for the page that answers and for nothing else."""

    contact_id: ContactId
    number: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShownOften:
    """Somebody was shown so many numbers that there is none before this moment."""

    moment: datetime
    word: ClassVar = "shown_often"


Outcome: TypeAlias = Revealed | ShownOften | Unfit


class Calls:
    def __init__(
        self, *, storage: Storage, backroom: Backroom, confirmations: Confirmations
    ) -> None:
        self._storage = storage
        self._backroom = backroom
        self._confirmations = confirmations

    async def reveal(
        self, colleague: Colleague, id: CardId, contact_id: ContactId, location: LocationId | None
    ) -> Outcome:
        """Show a number on file to whoever is about to call it."""
        settings = await self._confirmations.rules_at(colleague, location)
        async with self._storage.begin(colleague.organisation.id) as transaction:
            desk = Desk(transaction, colleague, self._backroom)
            card = await desk.hold(id)
            known = await desk.known(card, wait_of(settings))
            is_own = await desk.is_own(card, colleague.member)
            refusal = may_confirm(
                colleague.member, Means.PHONE, location, settings, is_own=is_own
            ) or may_call(card, known, contact_id)
            found = known.customer.contact(contact_id)
            if refusal is not None or found is None:
                return refusal or NotOffered(Means.PHONE)
            moment = await self._charge(transaction, colleague)
            if moment is not None:
                return ShownOften(moment)
            entry = Entry(
                action=Action.CONTACT_REVEALED,
                actor=colleague.actor,
                target=customer_of(card.customer_id),
                details={"contact": str(contact_id), "card": target_of(card.id)},
            )
            await AuditStore(transaction, colleague.organisation.id).add(entry)
            return Revealed(contact_id, found.contact.address)

    async def _charge(self, transaction: Transaction, colleague: Colleague) -> datetime | None:
        """Count one number more, or say from when on there may be another."""
        store, now = BudgetStore(transaction, colleague.organisation.id), transaction.now()
        key = f"{colleague.member.id}:calls"
        budget = await store.make_or_hold(key)
        leave = may_send(budget, OF_ONE_COLLEAGUE, now)
        if isinstance(leave, NotBefore):
            return leave.moment
        await store.save(key, charge_send(budget, OF_ONE_COLLEAGUE, now))
        return None
