"""What happens to codes that are on their way to somebody who is merged into another: they end.

Who asked for them asked as somebody who is no more. A contact point that a family shares is let be:
a code there may be for another of them.
"""

from watchword.features.challenges.withdrawals.service import Withdrawals
from watchword.features.clients.rules import Caller
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.customers.rules import Customer, CustomerId
from watchword.foundation.storage import Transaction

MERGED = "merged"


class PendingCodes:
    """Hears that customers are merged."""

    def __init__(self, *, withdrawals: Withdrawals) -> None:
        self._withdrawals = withdrawals

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None:
        """Nothing ends: a code for an address that is taken away is no code for another."""

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        # They have been united, so what was the other's alone is now the one's alone.
        own = {*await ReachedStore(transaction, caller.organisation.id).alone(kept.id)}
        for contact_id in sorted(own & {each.contact_id for each in merged.contacts}, key=str):
            ended = await self._withdrawals.end_all(transaction, caller, contact_id, reason=MERGED)
            await self._withdrawals.tell(transaction, caller, ended)

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None:
        """Nothing is left to end: whoever forgets somebody has ended it before."""
