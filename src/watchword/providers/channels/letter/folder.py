"""Letters that are printed here: each waits until it is collected into a batch.

It needs no settings and no network, and is there where no service is set.
"""

from watchword.features.delivery.rules import Accepted, Message, Refused, SendOutcome, Unavailable
from watchword.features.letters.envelope import DoesNotFit
from watchword.features.letters.rules import Lapsed
from watchword.features.letters.service import Letters
from watchword.features.organisations.rules import Organisation
from watchword.foundation.storage import StorageConflict, StorageUnavailable

DOES_NOT_FIT, LAPSED = "address does not fit", "code is over"


class Folder:
    """Fills the `Provider` and `Prints` ports."""

    knows_repeats = True
    gives_receipts = False

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def send(self, message: Message) -> SendOutcome:
        try:
            taken = await self._letters.take_in(message, is_for_us=True)
        except (StorageUnavailable, StorageConflict):
            return Unavailable("storage")
        match taken:
            case DoesNotFit():
                return Refused(DOES_NOT_FIT)
            case Lapsed():
                return Refused(LAPSED)
            case _:
                return Accepted(reference=str(taken.letter.id))

    def why_not(self, address: str, organisation: Organisation) -> str | None:
        return self._letters.why_not(address, organisation)

    async def close(self) -> None:
        """Nothing is held."""
