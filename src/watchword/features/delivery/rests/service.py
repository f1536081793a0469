"""What happens to rests: a lane writes down when one begins or ends, and people look."""

from collections.abc import Mapping

from watchword.features.delivery.breaker import Breaker
from watchword.features.delivery.rests.rules import Rest
from watchword.features.delivery.rests.store import RestStore
from watchword.features.delivery.rules import ProviderName
from watchword.features.limits.service import HOUSE
from watchword.foundation.storage import Storage


class Rests:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def note(self, provider: ProviderName, breaker: Breaker) -> None:
        """Write down whether a provider rests; call it when that has changed."""
        async with self._storage.begin(HOUSE) as transaction:
            store = RestStore(transaction, HOUSE)
            if breaker.rests_until is None:
                await store.end(provider)
            else:
                await store.begin(provider, Rest(breaker.failures, breaker.rests_until))

    async def all(self) -> Mapping[ProviderName, Rest]:
        """Give the providers that rest now."""
        async with self._storage.reading(HOUSE) as transaction:
            now, rests = transaction.now(), await RestStore(transaction, HOUSE).all()
        return {provider: rest for provider, rest in rests.items() if rest.holds(now)}
