"""What happens when much goes wrong at once: whoever calls then is handed to a person.

A lock stands with one number that is typed. Whoever tries one guess each at a thousand numbers
meets these: a count for the telephone they call from, which they can forge, and one for the whole
line.
Only what goes wrong is counted, so that honest callers are in nobody's way.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from watchword.features.clients.rules import Caller
from watchword.features.limits.rules import DAY, HOUR, Allowed, Cap, Limits, charge_send, may_send
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.service import Organisations
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction

FROM_ONE: Final = Limits(sends=(Cap(15, HOUR), Cap(40, DAY)))
ON_THE_LINE: Final = Limits(sends=(Cap(100, timedelta(minutes=10)), Cap(300, HOUR)))
COLUMN: Final = "calls.caller"

log = structlog.get_logger()


class Pacing:
    """Fills `Paces`."""

    def __init__(self, *, organisations: Organisations) -> None:
        self._organisations = organisations

    async def is_open(
        self, transaction: Transaction, client: Caller, number: Secret | None
    ) -> bool:
        """Say whether calls are taken from a telephone now; `number` is nothing if it hides."""
        store, now = BudgetStore(transaction, client.organisation.id), transaction.now()
        for key, limits in await self._counts(transaction, client, number):
            if may_send(await store.hold(key), limits, now) != Allowed():
                log.warning("calls.paced", count=key.partition(":")[0])
                return False
        return True

    async def failed(self, transaction: Transaction, client: Caller, number: Secret | None) -> None:
        store, now = BudgetStore(transaction, client.organisation.id), transaction.now()
        for key, limits in await self._counts(transaction, client, number):
            budget = await store.make_or_hold(key)
            await store.save(key, charge_send(budget, limits, now))

    async def _counts(
        self, transaction: Transaction, client: Caller, number: Secret | None
    ) -> Sequence[tuple[str, Limits]]:
        """Give what is counted, in the order in which everybody holds it."""
        line = ("calls", ON_THE_LINE)
        if number is None:
            return [line]
        keys = await self._organisations.keys(transaction, client.organisation.id)
        return [line, (f"caller:{keys.blind(COLUMN, number.reveal()).hex()}", FROM_ONE)]
