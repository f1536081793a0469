"""What an API key is, and what it opens.

A key looks like `ww_test_…` or `ww_live_…`: 256 random bits, shown once. We keep its SHA-256,
which is enough for a secret that nobody can guess.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType, Protocol, TypeAlias
from uuid import UUID

from watchword.features.audit.rules import Noun
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret

ApiKeyId = NewType("ApiKeyId", UUID)

LABEL_AT_MOST = 80

Overlap = NewType("Overlap", timedelta)
"""How long a key is still good after another has taken its place."""

NO_OVERLAP, USUAL_OVERLAP = Overlap(timedelta()), Overlap(timedelta(days=1))
OVERLAP_AT_MOST = timedelta(days=30)


class Scope(StrEnum):
    """What a key may be used for."""

    CHALLENGES_WRITE = "challenges:write"
    CHALLENGES_READ = "challenges:read"
    CHALLENGES_WORDED = "challenges:worded"
    """Send codes in words that come with the request, and that nobody has looked at."""
    SANDBOX_READ = "sandbox:read"
    SANDBOX_WRITE = "sandbox:write"
    PLANS_WRITE = "plans:write"
    PLANS_READ = "plans:read"
    WEBHOOKS_WRITE = "webhooks:write"
    WEBHOOKS_READ = "webhooks:read"
    BLOCKS_WRITE = "blocks:write"
    BLOCKS_READ = "blocks:read"
    ABUSE_RULES_WRITE = "abuse_rules:write"
    ABUSE_RULES_READ = "abuse_rules:read"
    SETTINGS_WRITE = "settings:write"
    SETTINGS_READ = "settings:read"
    LEDGER_READ = "ledger:read"
    PEOPLE_READ = "people:read"
    PEOPLE_ERASE = "people:erase"
    SUPPRESSIONS_WRITE = "suppressions:write"
    SUPPRESSIONS_READ = "suppressions:read"
    CONSENTS_WRITE = "consents:write"
    CONSENTS_READ = "consents:read"
    CUSTOMERS_WRITE = "customers:write"
    CARDS_WRITE = "cards:write"
    CARDS_READ = "cards:read"
    CUSTOMERS_READ = "customers:read"
    AUDIENCES_WRITE = "audiences:write"
    AUDIENCES_READ = "audiences:read"
    """Whom campaigns mean, and what customers are tagged with."""
    CAMPAIGNS_WRITE = "campaigns:write"
    CAMPAIGNS_READ = "campaigns:read"
    REWARDS_WRITE = "rewards:write"
    REWARDS_READ = "rewards:read"
    PAGES_WRITE = "pages:write"
    PAGES_READ = "pages:read"
    POINTS_WRITE = "points:write"
    POINTS_READ = "points:read"
    REDEEMERS_WRITE = "redeemers:write"
    REDEEMERS_READ = "redeemers:read"
    """Who may collect points, and not redeem them."""
    TILLS_WRITE = "tills:write"
    WALLETS_DIRECT = "wallets:direct"
    """Open wallets without a code, where the organisation asks for none."""
    REDEMPTIONS_WRITE = "redemptions:write"
    REDEMPTIONS_READ = "redemptions:read"
    VOUCHERS_SETTLE = "vouchers:settle"
    """Fetch what a till needs without a line, and settle what it took."""
    TELEPHONE_WRITE = "telephone:write"
    TELEPHONE_READ = "telephone:read"
    """What callers are asked, as it is set up."""
    CALLS_WRITE = "calls:write"
    CALLS_READ = "calls:read"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as we keep it: known by its fingerprint, and named by its first characters."""

    id: ApiKeyId
    label: str
    start: str
    fingerprint: bytes
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """A key as it is asked for, and which other one runs out in its favour."""

    label: str
    scopes: frozenset[Scope]
    replaces: ApiKeyId | None = None
    overlap: Overlap = NO_OVERLAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who calls: an application of an organisation, known by its key."""

    key: ApiKey
    organisation: Organisation

    @property
    def actor(self) -> str:
        return Noun.API_KEY.of(self.key.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs the machine that we are on, and acts for an organisation on it."""

    name: str
    organisation: Organisation

    @property
    def actor(self) -> str:
        return Noun.OPERATOR.of(self.name)


class Caller(Protocol):
    """Whoever may act for an organisation: a client, or the operator."""

    @property
    def organisation(self) -> Organisation: ...

    @property
    def actor(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Unknown:
    """There is no such key, or it is revoked or has run out; callers cannot tell which."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The key is good, but does not open this."""

    scope: Scope


Entrance: TypeAlias = Client | Unknown | Missing


@dataclass(frozen=True, slots=True)
class OverlapTooLong:
    """Two keys would be good beside each other for longer than anybody keeps an eye on it."""

    at_most: timedelta = OVERLAP_AT_MOST


@dataclass(frozen=True, slots=True)
class AlreadyRevoked:
    """It opens nothing any more, and has not since that moment."""

    word: ClassVar[str] = "already_revoked"

    at: datetime


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was made, and itself this once."""

    key: ApiKey
    secret: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class MadeBefore:
    """The same request has made it already, and has shown it then. It is not kept."""

    word: ClassVar[str] = "made_before"

    id: ApiKeyId


def find_fault_of_label(label: str) -> str | None:
    """Look for what is wrong with what a key is called."""
    is_fine = label.strip() and len(label) <= LABEL_AT_MOST and label.isprintable()
    return None if is_fine else f"A label has 1 to {LABEL_AT_MOST} printable characters."


def write_key(mode: Mode, random: bytes) -> Secret:
    """Write 32 random bytes as a key; hexadecimal, so that a double click takes it whole."""
    return Secret(f"ww_{mode}_{random.hex()}")


def start_of(key: Secret) -> str:
    """Give enough of a key to tell it from others, and far too little to use it."""
    return key.reveal()[:12]


def fingerprint(key: Secret) -> bytes:
    return hashlib.sha256(key.reveal().encode()).digest()


def usual_scopes(mode: Mode) -> frozenset[Scope]:
    """Give what sending and checking codes needs; only a test organisation has a sandbox.

    Whoever finds a key must not be able to open the door wider, so all else is asked for by name.
    """
    challenges = frozenset({Scope.CHALLENGES_WRITE, Scope.CHALLENGES_READ})
    sandbox = frozenset({Scope.SANDBOX_READ, Scope.SANDBOX_WRITE})
    return challenges | sandbox if mode is Mode.TEST else challenges


def read_overlap(span: timedelta) -> Overlap | OverlapTooLong:
    return Overlap(span) if span <= OVERLAP_AT_MOST else OverlapTooLong()


def revoke(key: ApiKey, now: datetime) -> ApiKey | AlreadyRevoked:
    if key.revoked_at is not None:
        return AlreadyRevoked(key.revoked_at)
    return replace(key, revoked_at=now)


def ended_at(key: ApiKey, now: datetime) -> datetime | None:
    """Give since when a key opens nothing; nothing, if it is good."""
    ends = [moment for moment in (key.revoked_at, key.expires_at) if moment and moment <= now]
    return min(ends, default=None)


def is_good(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)


def admit(client: Client | Unknown, scope: Scope, now: datetime) -> Entrance:
    """Decide whether a caller may do what a scope stands for."""
    if isinstance(client, Unknown) or not is_good(client.key, now):
        return Unknown()
    return client if scope in client.key.scopes else Missing(scope)
