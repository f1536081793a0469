"""Parts that addresses play in the sandbox: late, lost, refused, returned, or not me.

The numbers are of those that the Bundesnetzagentur keeps free for films, so that nobody ever has
them; the last two digits say which part is played. Mailboxes play the same parts, named before the
@, and letters by the name on the envelope. At every other address all goes well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import known_as, place_of
from watchword.features.delivery.rules import Accepted, Receipt, Refused, SendOutcome, Unavailable

MOBILES = "+49176040690"
LANDLINE = "+493023125000"
MAILBOXES = "@sandbox.example.com"

LATE = timedelta(seconds=45)
LATE_LETTER, RETURNED_LETTER = timedelta(days=3), timedelta(days=10)
SOON, LATER = timedelta(seconds=1), timedelta(seconds=2)
A_LITTLE_LATER = timedelta(seconds=3)
OUTAGE = timedelta(seconds=5)
LOST_SHARE = 1 / 3


class Part(StrEnum):
    """What happens to a message to an address that plays it."""

    LATE = "late"
    """It arrives after 45 seconds, and so does its receipt; a letter after 3 days."""
    LOST = "lost"
    """The provider takes it; it never arrives, and nobody ever says so."""
    DUPLICATED = "duplicated"
    """It arrives, and its receipt comes five times."""
    OUT_OF_ORDER = "out-of-order"
    """It arrives; it is said to have been read, then to have arrived, then to have failed."""
    UNDELIVERED = "undelivered"
    """The provider takes it, and reports a moment later that it did not arrive."""
    REFUSED = "refused"
    """The provider will never take it."""
    OUTAGE = "outage"
    """The provider is out of service, again and again."""
    NOT_ME = "not-me"
    """It arrives, and its reader says that they did not ask for it."""
    NO_WHATSAPP = "no-whatsapp"
    """By WhatsApp it is refused; other channels are fine."""
    VOICE_ONLY = "voice-only"
    """What is written does not arrive, and the provider says so; what is spoken does."""
    FLAKY = "flaky"
    """One of three messages is lost, by the luck that the seed of the organisation gives."""
    RETURNED = "returned"
    """The letter comes back after 10 days, and its code is dead. Letters alone come back."""
    LANDLINE = "landline"
    """A telephone on a wall, which shows no text. The engine itself knows that by its number."""


NUMBERS: Mapping[str, Part] = {
    "01": Part.LATE,
    "02": Part.LOST,
    "03": Part.DUPLICATED,
    "04": Part.OUT_OF_ORDER,
    "05": Part.UNDELIVERED,
    "06": Part.REFUSED,
    "07": Part.OUTAGE,
    "08": Part.NOT_ME,
    "09": Part.NO_WHATSAPP,
    "10": Part.VOICE_ONLY,
    "11": Part.FLAKY,
}


@dataclass(frozen=True, slots=True)
class Arrives:
    """The message lies in the inbox from then on."""

    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Reports:
    """The provider says something of the message."""

    receipt: Receipt
    after: timedelta


@dataclass(frozen=True, slots=True)
class Denies:
    """The reader says that they did not ask for it."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class ComesBack:
    """A letter is returned to whoever sent it."""

    after: timedelta


Happening: TypeAlias = Arrives | Reports | Denies | ComesBack


@dataclass(frozen=True, slots=True)
class Play:
    """How the provider answers at once, and what happens after that."""

    outcome: SendOutcome
    happenings: tuple[Happening, ...] = ()


NOT_BY_POST = {Part.NO_WHATSAPP, Part.VOICE_ONLY, Part.LANDLINE}
"""Parts that are about channels by which no letter goes."""
NOT_BY_MAIL = {Part.RETURNED, Part.LANDLINE}


def number_of(part: Part) -> str | None:
    """Give the telephone number that plays a part."""
    if part is Part.LANDLINE:
        return LANDLINE
    return next((MOBILES + digits for digits, played in NUMBERS.items() if played is part), None)


def mailbox_of(part: Part) -> str | None:
    return None if part in NOT_BY_MAIL else f"{part}{MAILBOXES}"


def name_of(part: Part) -> str | None:
    """Give the name on the envelope of a letter that plays a part: Not me."""
    return None if part in NOT_BY_POST else part.replace("-", " ").capitalize()


NAMES = {part: name for part in Part if (name := name_of(part))}


def part_of(address: str) -> Part | None:
    """Say which part an address plays, if it plays one."""
    if address.startswith(MOBILES):
        return NUMBERS.get(address.removeprefix(MOBILES))
    if address == LANDLINE:
        return Part.LANDLINE
    if place := place_of(address):
        name = known_as(place.name)
        return next((part for part, given in NAMES.items() if known_as(given) == name), None)
    return next((part for part in Part if mailbox_of(part) == address.lower()), None)


HAPPENINGS: Mapping[Part, tuple[Happening, ...]] = {
    Part.LATE: (Arrives(LATE), Reports(Receipt.DELIVERED, LATE)),
    Part.LOST: (),
    Part.DUPLICATED: (Arrives(), *(Reports(Receipt.DELIVERED, SOON),) * 5),
    Part.OUT_OF_ORDER: (
        Arrives(),
        Reports(Receipt.READ, SOON),
        Reports(Receipt.DELIVERED, LATER),
        Reports(Receipt.FAILED, A_LITTLE_LATER),
    ),
    Part.UNDELIVERED: (Reports(Receipt.FAILED, SOON),),
    Part.NOT_ME: (Arrives(), Reports(Receipt.READ, SOON), Denies(LATER)),
    Part.RETURNED: (ComesBack(RETURNED_LETTER),),
}
"""What happens where the provider takes the message."""

LETTERS: Mapping[Part, tuple[Happening, ...]] = {
    Part.LATE: (Arrives(LATE_LETTER), Reports(Receipt.DELIVERED, LATE_LETTER)),
    Part.NOT_ME: (Arrives(), Denies(LATER)),
}
"""What is otherwise with letters. Nobody says of a letter that it was read."""

ANSWERS: Mapping[Part, SendOutcome] = {
    Part.REFUSED: Refused("played: refused"),
    Part.OUTAGE: Unavailable("played: outage", OUTAGE),
}
"""What the provider says where it does not."""


def play(part: Part | None, channel: Channel, reference: str, chance: float) -> Play:
    """Give what happens to a message. `chance`: a number from 0 up to 1."""
    part = _played(part, channel, chance)
    if part is None:
        return Play(Accepted(reference, receipt=Receipt.DELIVERED), (Arrives(),))
    if part in ANSWERS:
        return Play(ANSWERS[part])
    happenings = LETTERS.get(part) if channel is Channel.LETTER else None
    return Play(Accepted(reference), happenings or HAPPENINGS[part])


def _played(part: Part | None, channel: Channel, chance: float) -> Part | None:
    """Say which part an address plays by this channel, with this luck."""
    match part:
        case Part.NO_WHATSAPP:
            return Part.REFUSED if channel is Channel.WHATSAPP else None
        case Part.VOICE_ONLY:
            return None if channel is Channel.VOICE else Part.UNDELIVERED
        case Part.FLAKY:
            return Part.LOST if chance < LOST_SHARE else None
        case Part.LANDLINE:
            return None  # what does not lead there is never sent
        case _:
            return part
