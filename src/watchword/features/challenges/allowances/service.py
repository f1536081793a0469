"""What happens when staff ask why somebody gets no code: their limits are looked at."""

from collections.abc import Mapping, Sequence

from watchword.features.challenges.allowances.rules import Allowance, allowances
from watchword.features.contacts.rules import ContactId
from watchword.features.limits.rules import Limits
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.storage import Storage

BUDGETS_AT_MOST = 200
"""So many are looked at; each device that is known has some of its own."""


class Allowances:
    def __init__(self, *, storage: Storage, limits: Mapping[Mode, Limits]) -> None:
        self._storage = storage
        self._limits = limits

    async def look(self, organisation: Organisation, contact_id: ContactId) -> Sequence[Allowance]:
        """Say what was used up about a contact point, and until when. Nothing is changed."""
        async with self._storage.reading(organisation.id) as transaction:
            store, now = BudgetStore(transaction, organisation.id), transaction.now()
            budgets = await store.about(f"{contact_id}:", BUDGETS_AT_MOST)
        return [*allowances(budgets, self._limits[organisation.mode], now)]
