"""What a banking core knows and can do, in our words.

A core finds members and keeps their PINs. How facts are compared with what a caller types is ours
to say, so that it is the same whatever the core.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, NewType, TypeAlias

from watchword.foundation.secret import Secret

CoreName = NewType("CoreName", str)
"""As the operator has named it, under `[cores.NAME]`."""

OWN: Final = CoreName("own")
"""Watchword itself, for organisations without a banking core."""


FORMER: Final = timedelta(days=90)
"""So long somebody is told of a new PIN where they are not reached any more, too: longer than
anything has to be on file before a code goes there. Later a number may be somebody else's."""


class Capability(StrEnum):
    """What a core can do. Scenarios and questions that need more are not offered on it."""

    READ_PIN = "read_pin"
    VERIFY_PIN = "verify_pin"
    VERIFY_COUNTS_FAILURES = "verify_counts_failures"
    """A wrong PIN counts there, and may lock the member: nothing is ever tried."""
    SET_PIN = "set_pin"
    CONDITIONAL_WRITE = "conditional_write"
    """A PIN is set only if the one before is still there."""
    ACTIVATION_FLAG = "activation_flag"
    CORE_INFO = "core_info"
    """It says by itself that somebody has to activate, or to change their PIN."""
    PIN_CHANGE_DATE = "pin_change_date"
    CONTACT_DATES = "contact_dates"
    """It says since when a telephone or an e-mail address is on file."""
    LOCK_STATE = "lock_state"
    UNLOCK = "unlock"
    WRITE_NOTE = "write_note"
    LIST_MEMBERS = "list_members"
    """It can be gone through member by member, for a report. See `ports.ListsMembers`."""


class PinMode(StrEnum):
    """How a core keeps PINs."""

    CLEAR = "clear"
    ENCRYPTED = "encrypted"
    """The core can compare them and tell their state; we cannot read them."""
    HASHED = "hashed"


class FindBy(StrEnum):
    MEMBER_NUMBER = "member_number"
    ACCOUNT_NUMBER = "account_number"
    LOGIN_ID = "login_id"
    CARD_NUMBER = "card_number"
    TAX_ID = "tax_id"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class CoreTraits:
    """What one core can do, as the operator has set it up."""

    pin_mode: PinMode
    capabilities: frozenset[Capability]
    finds_by: frozenset[FindBy]
    reserved_pins: frozenset[str] = frozenset()
    """PINs that mean something else there, as 0000 to 0009 and 9999 do on Symitar."""
    pins_are_per_person: bool = False
    """Else the holders of an account share one."""
    is_near: bool = False
    """It is asked over no wire, and answers at once unless it has much to do."""
    pin_lengths: tuple[int, int] | None = None
    """The shortest and the longest PIN that it takes, where that is known."""

    def can(self, capability: Capability) -> bool:
        return capability in self.capabilities


@dataclass(frozen=True, slots=True)
class MemberRef:
    """Whom a core means: the account, and which of its persons. Both are its own words, and go
    into no log: some cores call an account by its number."""

    account: Secret = field(repr=False)
    person: Secret = field(repr=False)


class Holder(StrEnum):
    PRIMARY = "primary"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class ContactOnFile:
    """A telephone or an e-mail address on file, unchanged since then. What is not dated may have
    been changed a moment ago."""

    value: Secret = field(repr=False)
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a core knows about somebody. What it does not know is nothing, or empty."""

    given_name: Secret | None = field(default=None, repr=False)
    family_name: Secret | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    ssn: Secret | None = field(default=None, repr=False)
    """Nine digits, without hyphens: of a social security number or a federal tax id."""
    zip_code: Secret | None = field(default=None, repr=False)
    """As on file: five digits, or nine with a hyphen, or a foreign postcode."""
    phones: Sequence[ContactOnFile] = field(default=(), repr=False)
    emails: Sequence[ContactOnFile] = field(default=(), repr=False)
    former_phones: Sequence[Secret] = field(default=(), repr=False)
    """On file until lately (`FORMER`), in any order. Whoever has a new PIN is told there, too; no
    code ever goes there."""
    former_emails: Sequence[Secret] = field(default=(), repr=False)
    mothers_maiden_name: Secret | None = field(default=None, repr=False)
    house_number: Secret | None = field(default=None, repr=False)
    driving_licence: Secret | None = field(default=None, repr=False)
    code_word: Secret | None = field(default=None, repr=False)
    member_number: Secret | None = field(default=None, repr=False)
    account_numbers: Sequence[Secret] = field(default=(), repr=False)
    card_numbers: Sequence[Secret] = field(default=(), repr=False)
    """Whole, or what the core gives of them: at least the last four digits."""
    last_deposit: Secret | None = field(default=None, repr=False)
    """In hundredths, as digits."""


@dataclass(frozen=True, slots=True)
class Member:
    ref: MemberRef
    role: Holder
    facts: Facts = field(repr=False)
    language: str | None = None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """All persons of some accounts. `after`: where the next page begins; nothing, if there is
    none. It is the core's own word, and goes into no log: it may be the number of an account."""

    members: Sequence[Member]
    after: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PinState:
    """What a core tells about a PIN. Nothing means: it does not say.

    `pin`: only where the mode is clear, and one is set. `is_set`: whether there is one at all.
    """

    mode: PinMode
    is_set: bool | None = None
    pin: Secret | None = field(default=None, repr=False)
    changed_at: datetime | None = None
    is_established: bool | None = None
    """Whether the customer has chosen it: E of the decision table, in the core's word."""
    wants_activation: bool | None = None
    wants_change: bool | None = None
    is_locked: bool = False
    version: Secret | None = field(default=None, repr=False)
    """A word of the core's own. It goes back with `set_pin`, and is for nobody else to read."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The core could not be asked: it is down, slow, or being maintained."""

    word: ClassVar = "unavailable"

    during_maintenance: bool = False


@dataclass(frozen=True, slots=True)
class PinFits:
    """The core has accepted a PIN.

    `state`: of the very PIN that was meant, where an account has several. It takes the place of
    what `pin_state` has said, above all in `set_pin`.
    """

    state: PinState | None = None


@dataclass(frozen=True, slots=True)
class PinWrong:
    left: int | None = None
    """Tries before the core locks, where it says so."""


@dataclass(frozen=True, slots=True)
class PinLocked:
    """The core has locked the member; only its own staff undo that."""


PinVerdict: TypeAlias = PinFits | PinWrong | PinLocked | Unavailable


@dataclass(frozen=True, slots=True)
class PinSet:
    """The core has the new PIN, and has said so."""

    word: ClassVar = "set"


@dataclass(frozen=True, slots=True)
class PinConflict:
    """The PIN has changed under our hands; nothing was written."""

    word: ClassVar = "conflict"


@dataclass(frozen=True, slots=True)
class PinRefused:
    """The core does not take this PIN; `reason` in its own words, without the PIN."""

    word: ClassVar = "refused"

    reason: str


@dataclass(frozen=True, slots=True)
class PinUnknown:
    """It was sent, and no answer came: it may be there or not."""

    word: ClassVar = "unknown"


PinEnd: TypeAlias = PinSet | PinConflict | PinRefused | PinUnknown | Unavailable
"""`Unavailable` only if it is sure that nothing was written."""


class CoreEvent(StrEnum):
    """What is noted in a core about a member."""

    ACTIVATED = "activated"
    PIN_CHANGED = "pin_changed"
