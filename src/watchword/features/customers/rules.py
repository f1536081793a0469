"""What a customer is: somebody with a name, ways to be reached, and an account.

A customer who was merged into another keeps their row, so that the old id still answers; a customer
who was forgotten keeps an empty one, as evidence that there was somebody.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from msgspec import Struct

from watchword.features.audit.rules import Noun
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.staff.rules import Reasonless
from watchword.foundation.ids import Id

CustomerId = NewType("CustomerId", UUID)
START = CustomerId(Id(int=0))
"""Below every id."""

NAME_AT_MOST = 80
CONTACTS_AT_MOST = 20
BORN_SINCE = date(1890, 1, 1)
UNSEEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""What steers the direction of writing, or nothing: it comes with what people copy, and is no part
of a name."""
JOINERS = frozenset("\u200c\u200d")
"""Nobody sees them, and yet they belong to the spelling of some names."""


class CustomerState(StrEnum):
    ACTIVE = "active"
    MERGED = "merged"
    ERASED = "erased"


class Origin(StrEnum):
    """Where a customer came from."""

    STAFF = "staff"
    API = "api"
    IMPORT = "import"
    REGISTRATION = "registration"
    WALLET = "wallet"
    """They opened a wallet with a contact point that they had shown to be theirs."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Who somebody is. Some people have one name only; it is then the family name."""

    given_name: str
    family_name: str
    birth_date: date | None = None

    def __repr__(self) -> str:
        return "Profile(…)"

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


NOBODY = Profile("", "")
"""Stands where a profile is not read yet, or was and is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """That a contact point is a customer's. What is written there is not read for it."""

    contact_id: ContactId
    kind: ContactKind
    added_at: datetime
    """When it became theirs; of one who was merged, when they were, unless both had it."""
    verified_at: datetime | None = None
    """When the customer showed that it is theirs."""
    bad_since: datetime | None = None
    """When something that was sent there came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerContact(Tie):
    """A way to reach a customer. A family may share one, and then each has it for themselves."""

    contact: Contact = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """A customer as they are reached, where nobody needs to know their name: nothing is unsealed
    for it."""

    id: CustomerId
    locale: str
    created_at: datetime
    ties: Sequence[Tie]

    def tie(self, id: ContactId) -> Tie | None:
        return next((each for each in self.ties if each.contact_id == id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    id: CustomerId
    person_id: str = field(repr=False)
    """What the key is known by that all of this is sealed with."""
    profile: Profile
    locale: str
    state: CustomerState
    origin: Origin
    contacts: Sequence[CustomerContact] = ()
    merged_into: CustomerId | None = None
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None

    def contact(self, id: ContactId) -> CustomerContact | None:
        return next((each for each in self.contacts if each.contact_id == id), None)

    @property
    def reachable(self) -> Reachable:
        return Reachable(
            id=self.id, locale=self.locale, created_at=self.created_at, ties=self.contacts
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """A customer who is not kept yet. `locale`: nothing is the language of the organisation."""

    profile: Profile
    contacts: Sequence[Contact] = field(default=(), repr=False)
    origin: Origin
    locale: str | None = None
    account: NewAccount | None = None
    """What is opened for them to hold."""


class NewlySealed(Struct, frozen=True, gc=False):
    """A new customer as they will rest. An import makes many of them, and not always in the process
    that keeps them: so it is flat."""

    id: CustomerId
    person_id: str
    sealed_profile: bytes
    locale: str
    origin: Origin
    data_version: int
    wrapped: bytes
    terms: Sequence[bytes]

    def __repr__(self) -> str:
        return f"NewlySealed({self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to become of a customer; what is not named stays as it is."""

    profile: Profile | None = None
    locale: str | None = None
    adds: Sequence[Contact] = field(default=(), repr=False)
    removes: Sequence[ContactId] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A customer was made. This is what is kept to answer the same request again: no name."""

    word: ClassVar = "made"

    id: CustomerId


@dataclass(frozen=True, slots=True)
class BadField:
    """Something is missing, or is none that can be used. Nothing is quoted."""

    word: ClassVar = "bad_field"

    field: str
    because: str


@dataclass(frozen=True, slots=True)
class OutOfDate:
    """Somebody else has changed the customer since; `version` is what it is by now."""

    word: ClassVar = "out_of_date"

    version: int


@dataclass(frozen=True, slots=True)
class NotThemselves:
    """A customer cannot be merged into themselves."""

    word: ClassVar = "not_themselves"


Refused: TypeAlias = BadField | OutOfDate
NotMerged: TypeAlias = NotThemselves | Reasonless


def read_profile(
    given_name: str, family_name: str, birth_date: date | None, today: date
) -> Profile | BadField:
    """Read a name as people type it, and drop what nobody sees."""
    given, family = tidy(given_name), tidy(family_name)
    if not family:
        return BadField("family_name", "A family name is needed. Some people have no other name.")
    for name, said in (("given_name", given), ("family_name", family)):
        if len(said) > NAME_AT_MOST or not _is_printable(said):
            return BadField(name, f"A name has up to {NAME_AT_MOST} printable characters.")
    if not any(map(str.isalpha, family)):
        return BadField("family_name", "A name has letters.")
    if birth_date is not None and not BORN_SINCE <= birth_date <= today:
        return BadField("birth_date", "A date of birth lies in the past, and not before 1890.")
    return Profile(given, family, birth_date)


def tidy(name: str) -> str:
    """Write a name as it stands on paper: what nobody sees goes, and letters are whole again."""
    seen = "".join(letter for letter in name if letter not in UNSEEN)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def find_fault_of_contacts(count: int) -> BadField | None:
    if count > CONTACTS_AT_MOST:
        return BadField("contacts", f"A customer has up to {CONTACTS_AT_MOST} contact points.")
    return None


def _is_printable(name: str) -> bool:
    return "".join(letter for letter in name if letter not in JOINERS).isprintable()


def changed(before: Customer, changes: Changes, now: datetime) -> Customer:
    return replace(
        before,
        profile=changes.profile or before.profile,
        locale=changes.locale or before.locale,
        version=before.version + 1,
        updated_at=now,
    )


def erased(customer: Customer, now: datetime) -> Customer:
    """Give what is left of somebody: that there was one."""
    return replace(
        customer,
        state=CustomerState.ERASED,
        version=customer.version + 1,
        updated_at=now,
        deleted_at=now,
    )


def what_changed(before: Customer, after: Customer) -> Collection[str]:
    """Name what has changed, without saying what it was."""
    one, other = before.profile, after.profile
    ids = [{each.contact_id for each in customer.contacts} for customer in (before, after)]
    changes = {
        "given_name": one.given_name != other.given_name,
        "family_name": one.family_name != other.family_name,
        "birth_date": one.birth_date != other.birth_date,
        "locale": before.locale != after.locale,
        "contacts_added": bool(ids[1] - ids[0]),
        "contacts_removed": bool(ids[0] - ids[1]),
    }
    return [name for name, has_changed in changes.items() if has_changed]


def target_of(id: CustomerId) -> str:
    """Write a customer as the ledger does."""
    return Noun.CUSTOMER.of(id)
