"""A house that dies while it works for a till: before any statement, or when nobody was told yet.

What dies, and how, is passed in: an exception in this process, or a signal that ends a whole one.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, NoReturn, TypeVar

from watchword.features.redemptions.service import Redemptions
from watchword.features.redemptions.spendings.service import Spendings
from watchword.features.tills.service import Tills
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction
from watchword.wiring import Services

Part = TypeVar("Part")
NEVER, TOLD = 0, -1
"""Two that are no step: it lives; and it dies when all is durable, and nobody was told."""
STATEMENTS = {each for each in Transaction.__abstractmethods__ if not each.startswith("_")}


class Died(Exception):
    """The process is gone."""


def gone() -> NoReturn:
    raise Died


@dataclass
class Mortal:
    """A storage that dies at its nth step: before a statement, before all is durable, or then."""

    storage: Storage
    dies_at: int = NEVER
    die: Callable[[], NoReturn] = gone
    taken: int = 0
    is_durable: bool = False

    @asynccontextmanager
    async def begin(self, organisation_id: OrganisationId) -> AsyncIterator[Any]:
        self.is_durable = False
        async with self.storage.begin(organisation_id) as transaction:
            yield _Watched(transaction, self)
            self.step()
        self.is_durable = True
        self.step()

    def step(self) -> None:
        self.taken += 1
        if self.taken == self.dies_at or (self.is_durable and self.dies_at == TOLD):
            self.die()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever storage has besides
        return getattr(self.storage, name)


class _Watched:
    def __init__(self, transaction: Any, mortal: Mortal) -> None:  # noqa: ANN401 - likewise
        self._transaction, self._mortal = transaction, mortal

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - likewise
        if name in STATEMENTS:
            self._mortal.step()
        return getattr(self._transaction, name)


def parts_on(services: Services, storage: Any) -> tuple[Tills, Redemptions]:  # noqa: ANN401 - a stand-in
    """Give what does the steps of a sale, on a storage that is not the one of the house."""
    tills = Tills(
        storage=storage,
        requests=services.requests,
        backroom=services.selling.tills.backroom,
        displays=services.displays,
    )
    return tills, Redemptions(
        storage=storage,
        organisations=services.organisations,
        requests=services.requests,
        webhooks=services.webhooks,
        tills=tills,
        points=services.points,
        rewards=services.rewards,
        overrides=services.overrides,
    )


def house_on(services: Services, storage: Any) -> Services:  # noqa: ANN401 - a stand-in
    """Give the same house, whose sales are on that storage."""
    tills, redemptions = parts_on(services, storage)
    spendings = Spendings(
        storage=storage, tills=tills, redemptions=redemptions, points=services.points
    )
    sales = replace(
        services.selling.tills, tills=tills, redemptions=redemptions, spendings=spendings
    )
    there = services.selling.vouchers
    taken_along = replace(
        there,
        vouchers=_moved(there.vouchers, storage),
        settling=_moved(there.settling, storage),
    )
    return replace(services, selling=replace(services.selling, tills=sales, vouchers=taken_along))


def _moved(part: Part, storage: Any) -> Part:  # noqa: ANN401 - a stand-in
    """Give the same part on another storage."""
    moved = copy(part)
    moved._storage = storage  # type: ignore[attr-defined]  # noqa: SLF001 - it is the same part
    return moved
