"""What is told of messages that carried codes under schemes: one by one, and all together."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.delivery.rules import MessageId, Receipt, State
from watchword.features.schemes.rules import SchemeId
from watchword.foundation.pages import Bookmark

PER_CENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A message that carried a code. It was `converted` if it was the last one before its code
    came back, or before the application knew by itself."""

    id: MessageId
    challenge_id: ChallengeId
    scheme_id: SchemeId
    contact_id: ContactId
    country: str | None
    channel: Channel
    locale: str
    code_length: int
    state: State
    receipt: Receipt | None
    status: Status
    is_converted: bool
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message, and to whom it went."""

    carried: Carried
    contact: Contact = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which messages are meant; of what is not said, all. `countries`: any of them."""

    id: MessageId | None = None
    challenge_id: ChallengeId | None = None
    scheme_id: SchemeId | None = None
    contact: Contact | None = field(default=None, repr=False)
    channel: Channel | None = None
    countries: Collection[str] = ()
    is_converted: bool | None = None
    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Onward:
    """Behind what a page of messages begins: behind so many of those of one asking."""

    asking: Bookmark
    messages: int


@dataclass(frozen=True, slots=True)
class Summary:
    """How many messages there were, and of how many the code came back."""

    total: int
    converted: int

    @property
    def unconverted(self) -> int:
        return self.total - self.converted

    @property
    def percent(self) -> float:
        return self.converted * PER_CENT / self.total if self.total else 0.0


def onward(shown: list[Carried], before: Onward | None) -> Onward:
    """Say where the next page begins."""
    last = shown[-1]
    of_the_last = sum(each.challenge_id == last.challenge_id for each in shown)
    if before is not None and before.asking.id == last.challenge_id:
        of_the_last += before.messages
    return Onward(Bookmark(last.asked_at, last.challenge_id), of_the_last)
