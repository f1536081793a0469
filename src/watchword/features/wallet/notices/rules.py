"""What customers are told of their wallet, and what is undone when they say "not me"."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.customers.rules import CustomerContact, CustomerId
from watchword.features.routing.rules import reads

NoticeId = NewType("NoticeId", UUID)

CHANNELS = {ContactKind.EMAIL: Channel.EMAIL, ContactKind.PHONE: Channel.SMS}


class Kind(StrEnum):
    """What happened."""

    DEVICE = "device"
    """A device is trusted from now on."""
    PASSKEY = "passkey"
    CONTACT = "contact"
    """A phone number or an e-mail address has changed, or come in addition."""
    MERGED = "merged"
    """Two entries of one person have become one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that a customer was told of. `about_id`: the device or the passkey.

    `contact_id` is the new contact point, `old_contact_id` the one that it stands for now.
    """

    id: NoticeId
    customer_id: CustomerId
    kind: Kind
    about_id: str | None = None
    contact_id: ContactId | None = None
    old_contact_id: ContactId | None = None
    created_at: datetime
    denied_at: datetime | None = None


class State(StrEnum):
    """What became of what somebody was told."""

    STANDS = "stands"
    DENIED = "denied"
    OVER = "over"
    """Too long ago: nobody undoes by an old message what has settled since."""


OBJECT_WITHIN = timedelta(days=14)


def state_of(notice: Notice, now: datetime) -> State:
    if notice.denied_at is not None:
        return State.DENIED
    return State.STANDS if now < notice.created_at + OBJECT_WITHIN else State.OVER


def ways_to(
    contacts: Sequence[CustomerContact], served: Collection[Channel]
) -> Iterator[tuple[Contact, Channel]]:
    """Give where a notice goes: everywhere that works, for a thief does not hold all of it."""
    for each in contacts:
        channel = CHANNELS.get(each.kind)
        is_open = channel in served and each.bad_since is None
        if channel is not None and is_open and reads(each.contact, channel):
            yield each.contact, channel
