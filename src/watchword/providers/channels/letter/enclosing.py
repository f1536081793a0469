"""What all ways to print have in common: a letter is taken in, and why it is not is said alike."""

from dataclasses import dataclass, field

import msgspec

from watchword.features.delivery.rules import Message, Refused, SendOutcome, Unavailable, Uncertain
from watchword.features.letters.envelope import FORM_B, DoesNotFit, Zone
from watchword.features.letters.rules import Lapsed
from watchword.features.letters.service import Enclosed, Letters
from watchword.features.letters.sheet import Paper
from watchword.foundation.storage import StorageConflict, StorageUnavailable
from watchword.providers.channels.http_exchange import Reply

DOES_NOT_FIT = "address does not fit"
RETURNED = "returned"
"""The word by which the house hears that a letter came back."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A letter as a file, and the name that it goes by."""

    name: str
    pdf: bytes = field(repr=False)


async def take_in(
    letters: Letters, message: Message, *, is_for_us: bool, zone: Zone = FORM_B
) -> Enclosed | Refused | Unavailable:
    """Keep a letter; or say as a provider does why it was not kept."""
    try:
        taken = await letters.take_in(message, is_for_us=is_for_us, zone=zone)
    except (StorageUnavailable, StorageConflict):
        return Unavailable("storage")
    match taken:
        case DoesNotFit():
            return Refused(DOES_NOT_FIT)
        case Lapsed():
            return Refused("code is over")
        case Enclosed():
            return taken


async def enclose(
    letters: Letters, message: Message, zone: Zone, paper: Paper = "a4"
) -> Enclosure | SendOutcome:
    """Draw a letter for a service that prints it, if its window shows the whole address."""
    taken = await take_in(letters, message, is_for_us=False, zone=zone)
    if not isinstance(taken, Enclosed):
        return taken
    sheet = msgspec.structs.replace(taken.sheet, paper=paper)
    return Enclosure(f"{taken.letter.id}.pdf", await letters.draw(sheet))


def before_it_counts(said: Reply | Unavailable | Uncertain) -> Reply | Unavailable:
    """Understand a step that prints nothing: what is unclear there did not happen."""
    return Unavailable(said.reason) if isinstance(said, Uncertain) else said
