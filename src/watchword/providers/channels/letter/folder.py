"""Letters that are printed here: each waits until it is collected into a batch.

It needs no settings and no network, and is there where no service is set.
"""

from watchword.features.delivery.rules import Accepted, Message, SendOutcome
from watchword.features.letters.service import Enclosed, Letters
from watchword.features.organisations.rules import Organisation
from watchword.providers.channels.letter.enclosing import take_in


class Folder:
    """Fills the `Provider` and `Prints` ports."""

    knows_repeats = True
    gives_receipts = False

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def send(self, message: Message) -> SendOutcome:
        taken = await take_in(self._letters, message, is_for_us=True)
        if isinstance(taken, Enclosed):
            return Accepted(reference=str(taken.letter.id))
        return taken

    def why_not(self, address: str, organisation: Organisation) -> str | None:
        return self._letters.why_not(address, organisation)

    async def close(self) -> None:
        """Nothing is held."""
