"""What lies in the sandbox: messages as a phone or a mailbox would show them."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import in_one_line, known_as
from watchword.features.delivery.rules import MessageId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret

KEPT_FOR = timedelta(days=1)
LETTERS_KEPT_FOR = timedelta(days=31)
SHOWN_AT_MOST = 100
AHEAD_AT_MOST = 20

LEASE = timedelta(seconds=30)
"""For so long a happening belongs to the worker that took it. If it fails, another one tries."""


class What(StrEnum):
    """What can happen to a message after its provider took it."""

    ARRIVES = "arrives"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    DENIED = "denied"
    RETURNED = "returned"
    """The letter came back, for nobody of that name is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that happens to a message at a moment."""

    organisation_id: OrganisationId
    id: UUID
    message_id: MessageId
    what: What
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is still to come, and when. Nothing says of which message: its address is a secret."""

    what: What
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A message that arrived. Its words are secret, for a code is among them."""

    id: MessageId
    organisation_id: OrganisationId
    channel: Channel
    to: Secret
    subject: Secret | None
    text: Secret
    code: Secret | None
    at: datetime
    is_for_staff: bool = False
    entry: str = field(default="", repr=False)

    @property
    def greeting(self) -> Secret | None:
        """Give what is said before a key is pressed, if it is a call."""
        said, pressed, _ = self.text.reveal().partition(PRESSED)
        return Secret(said) if pressed and self.channel is Channel.VOICE else None

    @property
    def words(self) -> Secret:
        """Give what is said after that, or all that is written."""
        if self.greeting is None:
            return self.text
        return Secret(self.text.reveal().partition(PRESSED)[2])


PRESSED = "\n\n[1]\n\n"
"""Stands between what a voice says before and after somebody has pressed the key."""


def transcript(greeting: str | None, text: str) -> str:
    """Write what arrives; of a call, what is said before and after a key is pressed."""
    return text if greeting is None else f"{greeting}{PRESSED}{text}"


def found_by(address: str) -> str:
    """Give what messages to an address are found by, in any case of its letters."""
    return known_as(in_one_line(address))


def drawn(seed: bytes, count: int, among: int) -> int:
    """Draw the same number from the same seed each time. For tests of others, and nothing real."""
    digest = hmac.digest(seed, count.to_bytes(8, "big"), "sha256")
    return int.from_bytes(digest, "big") % among
