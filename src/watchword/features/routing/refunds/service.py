"""What happens to money that was reserved for a message which never left: it can be spent again.

It looks at the messages themselves, and not at news of them. However one ended, refused, expired
or withdrawn, and whoever died at that moment, what was reserved for it comes back.
"""

from watchword.features.abuse.service import Guard
from watchword.features.delivery.reserved.store import ReservedSweep
from watchword.features.prices.rules import Money, PriceList
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage


class Refunds:
    """Gives back what is left of what was reserved; one chore of the sweeper."""

    def __init__(self, *, storage: Storage, guard: Guard, prices: PriceList | None) -> None:
        self._storage = storage
        self._guard = guard
        self._prices = prices

    async def give_back(self, most: int) -> int:
        """Give back what was reserved for messages that were not sent, and count them."""
        if self._prices is None:
            return 0
        async with self._storage.begin(EVERYWHERE) as transaction:
            found = await ReservedSweep(transaction).take(most)
            for left in found:
                money = Money(left.micros, self._prices.currency)
                await self._guard.give_back(transaction, left.organisation_id, left.about, money)
        return len(found)
