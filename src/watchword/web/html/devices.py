"""Messages of the sandbox, sorted onto the phones and into the mailboxes that they went to."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import phonenumbers

from watchword.features.delivery.rules import Channel
from watchword.features.sandbox.rules import Delivered
from watchword.foundation.secret import Secret

SHOWN_AT_MOST = 24
"""So many messages keep the page small enough for a slow connection."""
ON_ONE_DEVICE = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message, and who sent it."""

    message: Delivered
    sender: str

    @property
    def id(self) -> UUID:
        return self.message.id

    @property
    def at(self) -> datetime:
        return self.message.at


@dataclass(slots=True)
class Device:
    """A phone or a mailbox, with the newest message first."""

    address: Secret
    is_mailbox: bool
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Give a name by which a browser finds it again on the next page."""
        return hashlib.sha256(self.address.reveal().lower().encode()).hexdigest()[:12]

    @property
    def written(self) -> str:
        """Write the address as people do."""
        return self.address.reveal() if self.is_mailbox else spaced(self.address.reveal())


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


def spaced(number: str) -> str:
    """Write a phone number with spaces, as its country does."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _empty(message: Delivered) -> Device:
    return Device(message.to, is_mailbox=message.channel is Channel.EMAIL)
