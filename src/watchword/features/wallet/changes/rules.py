"""What a change of contact points asks for, and who turns out to be one person by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from watchword.features.contacts.rules import ContactId
from watchword.features.customers.matching import Match, compare
from watchword.features.customers.rules import Customer


@dataclass(frozen=True, slots=True)
class Stale:
    """Whoever changes how they are reached has shown who they are a moment ago."""

    word: ClassVar = "stale"


@dataclass(frozen=True, slots=True)
class TheirsAlready:
    """They are reached there already."""

    word: ClassVar = "theirs_already"


@dataclass(frozen=True, slots=True)
class LastOne:
    """Without it, nobody could sign in any more."""

    word: ClassVar = "last_one"


@dataclass(frozen=True, slots=True)
class NotOne:
    """They are not one person, as far as anybody can say."""

    word: ClassVar = "not_one"


def likely(customer: Customer, others: Sequence[Customer]) -> Sequence[Match]:
    """Give who of others may be the same person, by name, date of birth and contact points."""
    contacts = [each.contact for each in customer.contacts]
    found = (compare(customer.profile, contacts, each) for each in others)
    return [match for match in found if match.is_likely]


def same(matches: Sequence[Match], contact_id: ContactId) -> Match | None:
    """Give the one who is the same person beyond doubt, and showed that the contact is theirs."""
    for match in matches:
        theirs = match.customer.contact(contact_id)
        if match.is_strong and theirs is not None and theirs.verified_at is not None:
            return match
    return None
