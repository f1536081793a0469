"""What sales at tills ask of the features after them."""

from typing import Protocol

from watchword.features.clients.rules import Caller
from watchword.features.tills.rules import TillSession
from watchword.foundation.storage import Transaction


class HearsExceptions(Protocol):
    """Is told, inside the same transaction, when somebody was let through without a code."""

    async def let_through(
        self, transaction: Transaction, caller: Caller, session: TillSession
    ) -> None: ...
