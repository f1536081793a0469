"""The sandbox as a provider: every channel ends in an inbox that one can look at."""

from watchword.features.delivery.rules import Message, SendOutcome, Unavailable
from watchword.features.sandbox.service import Sandbox
from watchword.foundation.storage import StorageConflict, StorageUnavailable


class SandboxProvider:
    """Fills the `Provider` port."""

    knows_repeats = True
    gives_receipts = True

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def send(self, message: Message) -> SendOutcome:
        try:
            return await self._sandbox.deliver(message)
        except (StorageUnavailable, StorageConflict):
            return Unavailable("storage")

    async def close(self) -> None:
        """Nothing is held."""
