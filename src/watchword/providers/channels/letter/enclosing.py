"""What every service that prints for us has in common: the letter is drawn, and its end is told."""

from dataclasses import dataclass, field

import msgspec

from watchword.features.delivery.rules import Message, Refused, SendOutcome, Unavailable, Uncertain
from watchword.features.letters.envelope import DoesNotFit, Zone
from watchword.features.letters.rules import Lapsed
from watchword.features.letters.service import Letters
from watchword.features.letters.sheet import Paper
from watchword.foundation.storage import StorageConflict, StorageUnavailable
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.letter.folder import DOES_NOT_FIT, LAPSED

RETURNED = "returned"
"""The word by which the house hears that a letter came back."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A letter as a file, and the name that it goes by."""

    name: str
    pdf: bytes = field(repr=False)


async def enclose(
    letters: Letters, message: Message, zone: Zone, paper: Paper = "a4"
) -> Enclosure | SendOutcome:
    """Draw a letter for a service that prints it, if its window shows the whole address."""
    try:
        taken = await letters.take_in(message, is_for_us=False, zone=zone)
    except (StorageUnavailable, StorageConflict):
        return Unavailable("storage")
    match taken:
        case DoesNotFit():
            return Refused(DOES_NOT_FIT)
        case Lapsed():
            return Refused(LAPSED)
        case _:
            sheet = msgspec.structs.replace(taken.sheet, paper=paper)
            return Enclosure(f"{taken.letter.id}.pdf", await letters.draw(sheet))


def before_it_counts(said: Reply | Unavailable | Uncertain) -> Reply | Unavailable:
    """Understand a step that prints nothing: what is unclear there did not happen."""
    return Unavailable(said.reason) if isinstance(said, Uncertain) else said
