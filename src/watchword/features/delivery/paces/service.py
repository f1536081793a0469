"""What happens to the pace of a provider: it is held while some are taken, and moves on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchword.features.delivery.paces.rules import moved, room
from watchword.features.delivery.paces.store import PaceStore
from watchword.features.delivery.rules import ProviderName
from watchword.features.limits.service import HOUSE
from watchword.foundation.storage import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The pace of one provider, in the hands of one worker until its transaction ends."""

    transaction: Transaction
    provider: ProviderName
    per_second: float
    free_at: datetime

    def at_most(self, most: int) -> int:
        """Say how many of some may be taken now."""
        return min(most, room(self.per_second, self.free_at, self.transaction.now()))

    async def took(self, count: int) -> None:
        if count:
            free_at = moved(self.per_second, self.free_at, self.transaction.now(), count)
            await PaceStore(self.transaction, HOUSE).move(self.provider, free_at)


class Unhurried:
    """What stands for the pace of a provider that has none."""

    def at_most(self, most: int) -> int:
        return most

    async def took(self, count: int) -> None: ...


class Paces:
    """Which providers have a pace, in messages a second."""

    def __init__(self, per_second: Mapping[ProviderName, float] | None = None) -> None:
        self._per_second = per_second or {}

    def has(self, provider: ProviderName) -> bool:
        return provider in self._per_second

    async def hold(self, transaction: Transaction, provider: ProviderName) -> Held | Unhurried:
        """Let nobody else take what is for a provider, if it has a pace."""
        per_second = self._per_second.get(provider)
        if per_second is None:
            return Unhurried()
        free_at = await PaceStore(transaction, HOUSE).make_or_hold(provider)
        return Held(
            transaction=transaction, provider=provider, per_second=per_second, free_at=free_at
        )
