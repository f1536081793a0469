"""What an opt-out is: somebody wants no advertising from an organisation, or no message at all.

What is kept is a digest that nobody can read, nor find by trying numbers, without the key of the
organisation. So it outlives the contact point that it was made of: whoever asks to be forgotten is
still not written to.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType
from uuid import UUID

from watchword.features.contacts.rules import Contact, ContactKind
from watchword.features.organisations.keys import OrganisationKeys

SuppressionId = NewType("SuppressionId", UUID)


class SuppressionKind(StrEnum):
    MARKETING = "marketing"
    """No advertising. A code that the person asks for is none."""
    EVERYTHING = "everything"
    """Nothing at all, not even a code."""


class About(StrEnum):
    """What a message is for, as far as opting out of it goes."""

    CODE = "code"
    ADVERTISING = "advertising"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """One opt-out as staff see it: that there is one, of what kind, since when, and by whom."""

    id: SuppressionId
    kind: SuppressionKind
    contact_kind: ContactKind
    digest: bytes = field(repr=False)
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class OptedOut:
    """Nothing is sent there: the person wants to hear nothing from this organisation."""

    word: ClassVar = "opted_out"


def digest_of(keys: OrganisationKeys, contact: Contact) -> bytes:
    """Give what an opt-out is known by. It is not the blind index: that goes when a person does."""
    return keys.blind(f"suppression/{contact.kind}", contact.canonical.reveal())


def stops(kinds: Collection[SuppressionKind], about: About) -> bool:
    """Decide whether a message must not be sent to somebody who has opted out so."""
    if SuppressionKind.EVERYTHING in kinds:
        return True
    return about is About.ADVERTISING and SuppressionKind.MARKETING in kinds
