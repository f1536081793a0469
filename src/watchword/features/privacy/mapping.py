"""What the data map says of a table: for how long, about whom, and what becomes of it.

The map is data, and it rules: the sweep, the export and the erasure do what stands in it, and know
no table by themselves. A test demands that it names every table, and of those that tell of people
every column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from watchword.features.privacy.keeping import Keep


class Cells(Protocol):
    """A row, as far as its cells have names."""

    def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 - what is in it, it says itself


class Subject(StrEnum):
    """What leads from one table to the next when everything about a person is gathered."""

    CONTACT = "contact"
    PERSON = "person"
    CUSTOMER = "customer"
    ACCOUNT = "account"
    CARD = "card"
    CHALLENGE = "challenge"
    MESSAGE = "message"
    STAFF = "staff"
    SESSION = "session"
    PASSKEY = "passkey"
    APPROVAL = "approval"
    SUPPRESSION = "suppression"
    INBOX = "inbox"
    """What messages to an address are found by in the sandbox."""
    OPT_OUT = "opt_out"
    """The digest by which an opt-out is known."""
    CONSENT = "consent"
    CONSENT_TEXT = "consent_text"


@dataclass(frozen=True, slots=True)
class Link:
    """A column by which rows about somebody are found: it holds an id, perhaps among other words.

    `before`: what stands before the id. `goes_on`: whether more stands behind it, after a colon.
    """

    column: str
    subject: Subject
    before: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Rows (`where`) are dropped so long after a moment; or some of their columns are emptied.

    `since` is a column, or SQL that both engines understand; so are `where` and what the columns
    that are emptied hold from then on. `takes_the_person`: the key of the person, and what hangs
    on the contact point, goes in the same transaction. `by`: who sweeps, if not this feature.
    """

    keep: Keep
    since: str = ""
    where: str = "1 = 1"
    empties: Mapping[str, str] = field(default_factory=dict)
    takes_the_person: bool = False
    by: str = ""

    @property
    def is_ours(self) -> bool:
        return not self.by and bool(self.since)


@dataclass(frozen=True, slots=True)
class Dropped:
    """When a person is forgotten, the row goes."""


@dataclass(frozen=True, slots=True)
class Emptied:
    """The row stays as evidence, but says nothing of anybody: these columns hold this instead."""

    columns: Mapping[str, str]

    def is_done(self, row: "Cells") -> bool:
        """Say whether a row has been emptied before."""
        return all(
            row[name] is None if value == NULL else row[name] == value.strip("'")
            for name, value in self.columns.items()
        )


@dataclass(frozen=True, slots=True)
class Stays:
    """The row stays as it is, and here is why."""

    because: str


Fate: TypeAlias = Dropped | Emptied | Stays


@dataclass(frozen=True, slots=True)
class Opened:
    """A column that is sealed under the key of a person, and what it is called when open.

    `person`: the column that says of whom; nothing, if it is who was asked about.
    """

    column: str
    place: str
    name: str
    person: str = ""
    is_json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """One table. Without `links` it tells of no person.

    `gives`: which ids its rows lead on by. `shows`: the columns that somebody gets to see who asks
    what is known about them; `hides`: the others, each with the reason.
    """

    name: str
    holds: str
    terms: tuple[Term, ...]
    key: tuple[str, ...] = ("id",)
    links: tuple[Link, ...] = ()
    gives: Mapping[Subject, str] = field(default_factory=dict)
    section: str = ""
    shows: tuple[str, ...] = ()
    hides: Mapping[str, str] = field(default_factory=dict)
    written: frozenset[str] = frozenset()
    """Columns that hold JSON."""
    opens: Opened | None = None
    fate: Fate = Dropped()

    @property
    def tells_of_people(self) -> bool:
        return bool(self.links)


NULL = "null"
FOR_GOOD = (Term(keep=Keep.FOR_GOOD),)
AS_LONG_AS_USED = (Term(keep=Keep.AS_LONG_AS_USED),)

OF_NO_USE = "says nothing of a person: it is for the machine"
ONE_WAY = "a digest, which says nothing without a key or a secret"
