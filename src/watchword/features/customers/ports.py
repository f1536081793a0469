"""What customers ask of whoever comes after them."""

from typing import Protocol

from watchword.features.clients.rules import Caller
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import Customer, CustomerId
from watchword.foundation.storage import Transaction


class Hears(Protocol):
    """Whoever keeps something about customers, and hears what happens to them.

    It is told inside the transaction, so that what it does is kept or lost together with the news.
    """

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None: ...

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        """`kept` has what both had; `merged` is told as it was before, and what is locked with
        their key can be opened for the last time."""

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None:
        """Nothing of the customer can be read any more."""


class Unites(Protocol):
    """Whoever keeps something about accounts, and hears when one ends and another has all of it."""

    async def united(
        self, transaction: Transaction, caller: Caller, into: AccountId, other: AccountId
    ) -> None:
        """Both are held, and both are still there."""
