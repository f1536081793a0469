"""What an audience is: customers who are meant, by a filter that is data, or by a list.

A filter says nothing of how somebody is reached: that is asked when it is known by which channel a
campaign writes. It is read as a whole, and refused as a whole, before anything is looked for.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar, Final, NewType, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from watchword.features.audiences.tags.rules import BadTags, Tag, read_tags
from watchword.features.audit.rules import Noun
from watchword.features.consents.rules import Scope
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId

AudienceId = NewType("AudienceId", UUID)

NAME_AT_MOST = 60
AUDIENCES_AT_MOST = 200
"""In one organisation."""
POINTS_AT_MOST = 1_000_000_000
LOCATIONS_AT_MOST = 50
LANGUAGES_AT_MOST = 20
FIRST_DAY = date(2000, 1, 1)


class Filter(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag="filter"):
    """Who is meant. All that is said has to be true; of several words in one field, one.

    A purchase is what earned points. Days begin by UTC. `not_bought_since`: the last purchase was
    before that day, and there was one.
    """

    consents: tuple[Scope, ...] = ()
    points_from: int | None = None
    points_to: int | None = None
    bought_at: tuple[LocationId, ...] = ()
    bought_since: date | None = None
    not_bought_since: date | None = None
    never_bought: bool = False
    tags_any: tuple[Tag, ...] = ()
    tags_none: tuple[Tag, ...] = ()
    languages: tuple[str, ...] = ()
    card_verified: bool | None = None


EVERYBODY = Filter()


class Listed(Struct, frozen=True, tag="list"):
    """Who is meant: those on the list of an audience, whoever they are."""

    audience_id: AudienceId


Choice: TypeAlias = Filter | Listed

FEW: Final = 5
"""Of a list, fewer are not told apart: whoever brings one of a single number would learn from it
whether that is a customer's, and whether they have agreed to anything."""


def is_few(choice: Choice | None, count: int) -> bool:
    """Say whether a count is too small to be told of whom it is made."""
    return isinstance(choice, Listed) and count < FEW


def choice_written(choice: Choice) -> str:
    """Write down whom somebody means, so that it stays what it is."""
    return msgspec.json.encode(choice).decode()


def choice_read(said: str) -> Choice:
    if "audience_id" in msgspec.json.decode(said):
        return msgspec.json.decode(said, type=Listed)
    return msgspec.json.decode(said, type=Filter)


class Tally(Struct, frozen=True):
    """What became of the rows of a file. `found` led to somebody, `missing` to nobody; `twice`
    led to somebody who was on the list already; of `refused` nothing could be read, and the first
    of these stand in `lines` of the file."""

    read: int = 0
    found: int = 0
    missing: int = 0
    twice: int = 0
    refused: int = 0
    lines: tuple[int, ...] = ()

    @property
    def is_few(self) -> bool:
        """Say whether so few were found that it is not told how many."""
        return self.found < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """`tally` is what became of the file, if it is a list."""

    word: ClassVar = "audience"

    id: AudienceId
    name: str
    choice: Choice
    tally: Tally | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def is_list(self) -> bool:
        return isinstance(self.choice, Listed)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody who may be written to, and where: of several ways the one that they have shown to
    be theirs, and of those the newest."""

    customer_id: CustomerId
    contact_id: ContactId


@dataclass(frozen=True, slots=True)
class Some:
    """Those of some customers in a row who are meant, and behind whom it goes on; nothing, if
    there is nobody behind. There may be none among them, and yet others behind.

    A family may share a telephone: then it stands here once for each of them.
    """

    chosen: Collection[Chosen]
    after: CustomerId | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many are meant, and to how many of them one may write by which channel. If it is not
    `whole`, there are more: it took too long to go through all. Of a list, few are not told."""

    customers: int = 0
    reached: Mapping[Scope, int] = field(default_factory=dict)
    is_whole: bool = True
    of_list: bool = False

    def and_(self, other: "Count") -> "Count":
        reached = {each: self.by(each) + other.by(each) for each in Scope}
        is_whole = self.is_whole and other.is_whole
        return replace(
            self, customers=self.customers + other.customers, reached=reached, is_whole=is_whole
        )

    def told(self, count: int) -> int | None:
        """Give one of these numbers as it may be told; nothing, if it is too small for that."""
        return None if self.of_list and count < FEW else count

    def by(self, scope: Scope) -> int:
        return self.reached.get(scope, 0)


@dataclass(frozen=True, slots=True)
class BadFilter:
    """A field says what cannot be. Nothing is quoted."""

    word: ClassVar = "bad_filter"

    field: str
    because: str


@dataclass(frozen=True, slots=True)
class TooManyAudiences:
    word: ClassVar = "too_many_audiences"

    at_most: int = AUDIENCES_AT_MOST


@dataclass(frozen=True, slots=True)
class NameTaken:
    """Another audience is called so."""

    word: ClassVar = "name_taken"


@dataclass(frozen=True, slots=True)
class AudienceOutOfDate:
    """Somebody has changed it since; it is in this version by now."""

    word: ClassVar = "out_of_date"

    version: int


@dataclass(frozen=True, slots=True)
class ListNeeded:
    """A campaign that is not over means those who are on the list, and nobody else knows them."""

    word: ClassVar = "list_needed"


Refused: TypeAlias = BadFilter | TooManyAudiences | NameTaken | AudienceOutOfDate


def find_fault_of_name(name: str) -> BadFilter | None:
    if not name.strip() or len(name) > NAME_AT_MOST or not name.isprintable():
        return BadFilter("name", f"A name has 1 to {NAME_AT_MOST} printable characters.")
    return None


def read_filter(said: Filter, locales: Collection[str], today: date) -> Filter | BadFilter:
    """Read a filter as somebody wrote it: tags as they are kept, and each word once."""
    tags = {name: read_tags(getattr(said, name)) for name in ("tags_any", "tags_none")}
    for name, read in tags.items():
        if isinstance(read, BadTags):
            return BadFilter(name, read.because)
    tidy = Filter(
        **{
            **{name: getattr(said, name) for name in Filter.__struct_fields__},
            **{name: tuple(read) for name, read in tags.items()},  # type: ignore[arg-type]
            "consents": tuple(sorted({*said.consents})),
            "bought_at": tuple(sorted({*said.bought_at})),
            "languages": tuple(sorted({*said.languages})),
        }
    )
    faults = (
        _find_fault_of_points(tidy),
        _find_fault_of_days(tidy, today),
        _find_fault_of_words(tidy, locales),
    )
    return next((fault for fault in faults if fault), tidy)


def _find_fault_of_points(said: Filter) -> BadFilter | None:
    for name, points in (("points_from", said.points_from), ("points_to", said.points_to)):
        if points is not None and not 0 <= points <= POINTS_AT_MOST:
            return BadFilter(name, f"Points are between 0 and {POINTS_AT_MOST}.")
    if None not in (said.points_from, said.points_to) and said.points_to < said.points_from:  # type: ignore[operator]
        return BadFilter("points_to", "Nobody has fewer points than the least and more than that.")
    return None


def _find_fault_of_days(said: Filter, today: date) -> BadFilter | None:
    since, not_since = said.bought_since, said.not_bought_since
    for name, day in (("bought_since", since), ("not_bought_since", not_since)):
        if day is not None and not FIRST_DAY <= day <= today:
            return BadFilter(name, f"A day lies between {FIRST_DAY} and today.")
    if since and not_since and not_since <= since:
        return BadFilter("not_bought_since", "The last purchase cannot be before it has begun.")
    if said.never_bought and (since or not_since or said.bought_at):
        return BadFilter("never_bought", "Whoever never bought did so on no day, and nowhere.")
    return None


def _find_fault_of_words(said: Filter, locales: Collection[str]) -> BadFilter | None:
    if len(said.bought_at) > LOCATIONS_AT_MOST:
        return BadFilter("bought_at", f"There are {LOCATIONS_AT_MOST} locations at most.")
    if {*said.tags_any} & {*said.tags_none}:
        return BadFilter("tags_none", "Nobody has a tag and does not have it.")
    if len(said.languages) > LANGUAGES_AT_MOST or not {*said.languages} <= {*locales}:
        known = ", ".join(sorted(locales))
        return BadFilter("languages", f"The languages that there are: {known}.")
    return None


def made(id: AudienceId, name: str, choice: Choice, now: datetime) -> Audience:
    return Audience(id=id, name=name.strip(), choice=choice, created_at=now, updated_at=now)


def changed(
    before: Audience, name: str, choice: Choice, version: int, now: datetime
) -> Audience | AudienceOutOfDate:
    """Change an audience as somebody saw it: in that `version`, or not at all. A list stays the
    list that it is."""
    if before.version != version:
        return AudienceOutOfDate(before.version)
    return replace(
        before,
        name=name.strip(),
        choice=before.choice if before.is_list else choice,
        version=before.version + 1,
        updated_at=now,
    )


def target_of(id: AudienceId) -> str:
    return Noun.AUDIENCE.of(id)
