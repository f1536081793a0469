"""Messages of the sandbox, sorted onto the phones and into the boxes that they went to."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import phonenumbers

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import ONE_LINE
from watchword.features.sandbox.rules import Delivered
from watchword.features.templates.rules import group
from watchword.foundation.secret import Secret

SHOWN_AT_MOST = 22
"""So many messages keep the page small enough for a slow connection."""
ON_ONE_DEVICE = 3
WORD = r"[a-z0-9]++(?![\w/?#%&.-]*[\w/#%&])"
"""The last part of an address of ours, with nothing behind it but the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message, and who sent it."""

    message: Delivered
    sender: str
    of: str = ""
    """The short name of whoever sent it, to whom a reply goes."""

    @property
    def id(self) -> UUID:
        return self.message.id

    @property
    def at(self) -> datetime:
        return self.message.at

    @property
    def code(self) -> str | None:
        """Write the code as it is read best: on paper, in groups."""
        if self.message.code is None:
            return None
        code = self.message.code.reveal()
        return group(code) if self.message.channel is Channel.LETTER else code


class DeviceKind(StrEnum):
    PHONE = "phone"
    MAILBOX = "mailbox"
    LETTERBOX = "letterbox"


KINDS = {Channel.EMAIL: DeviceKind.MAILBOX, Channel.LETTER: DeviceKind.LETTERBOX}
"""Where messages of a channel arrive; of all others, on a phone."""


@dataclass(slots=True)
class Device:
    """A phone, a mailbox or a letterbox, with the newest message first."""

    address: Secret
    kind: DeviceKind
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Give a name by which a browser finds it again on the next page."""
        return hashlib.sha256(self.address.reveal().lower().encode()).hexdigest()[:12]

    @property
    def written(self) -> str:
        """Write the address as people do; on a letterbox in lines, as on an envelope."""
        address = self.address.reveal()
        if self.kind is DeviceKind.LETTERBOX:
            return address.replace(ONE_LINE, "\n")
        return spaced(address) if self.kind is DeviceKind.PHONE else address


def sort_onto_devices(arrivals: Iterable[Arrival], *, all_of_each: bool) -> Sequence[Device]:
    """Give the devices, the one with the newest message first, and not more than fit on a page."""
    devices: dict[str, Device] = {}
    room = SHOWN_AT_MOST
    most = SHOWN_AT_MOST if all_of_each else ON_ONE_DEVICE
    for arrival in sorted(arrivals, key=lambda arrival: arrival.at, reverse=True):
        if not room:
            break
        device = devices.setdefault(arrival.message.to.reveal().lower(), _empty(arrival.message))
        if len(device.arrivals) < most:
            device.arrivals.append(arrival)
            room -= 1
    return [*devices.values()]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: words, or an address that may be followed."""

    text: str
    is_link: bool


def pieces(text: str, own: Sequence[str]) -> Sequence[Piece]:
    """Take a text apart at addresses of ours, which begin so; all else in it stays words."""
    begins = "|".join(map(re.escape, own))
    parts = re.split(f"((?:{begins}){WORD})", text)
    return [Piece(part, number % 2 == 1) for number, part in enumerate(parts) if part]


def spaced(number: str) -> str:
    """Write a phone number with spaces, as its country does."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _empty(message: Delivered) -> Device:
    return Device(message.to, KINDS.get(message.channel, DeviceKind.PHONE))
