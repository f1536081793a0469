"""The sandbox as a provider: every channel ends in an inbox that one can look at.

A letter waits in the console as well, so that a whole batch can be tried.
"""

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.departures.service import about_to_leave
from watchword.features.delivery.rules import Accepted, Message, SendOutcome, Unavailable
from watchword.features.letters.service import Letters
from watchword.features.sandbox.service import Sandbox
from watchword.foundation.storage import StorageConflict, StorageUnavailable
from watchword.providers.channels.letter.enclosing import take_in


class SandboxProvider:
    """Fills the `Provider` port."""

    knows_repeats = True
    gives_receipts = True

    def __init__(self, sandbox: Sandbox, letters: Letters) -> None:
        self._sandbox = sandbox
        self._letters = letters

    async def send(self, message: Message) -> SendOutcome:
        await about_to_leave()
        try:
            outcome = await self._sandbox.deliver(message)
        except (StorageUnavailable, StorageConflict):
            return Unavailable("storage")
        if message.channel is Channel.LETTER and isinstance(outcome, Accepted):
            await take_in(self._letters, message, is_for_us=True)
        return outcome

    async def close(self) -> None:
        """Nothing is held."""
