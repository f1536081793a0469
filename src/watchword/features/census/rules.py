"""When a version of a key may be given up: once nothing rests under it, and never the newest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.foundation.keyring import KeyKind, Keyring, without


class Kept(StrEnum):
    """What rests under keys of the keyring."""

    ORGANISATION_KEYS = "keys of organisations"
    CHALLENGES = "pending challenges"
    MESSAGES = "waiting messages"
    LETTERS = "letters"
    SANDBOX_MESSAGES = "sandbox messages"
    ANSWERS = "kept answers"
    WEBHOOK_SECRETS = "secrets of webhook endpoints"
    WEBHOOKS = "webhooks"
    MASTER_PINS = "master PINs"
    KEPT_PINS = "PINs of customers"
    VOUCHERS = "vouchers that are out"
    PAGES = "landing pages"
    CAMPAIGNS = "campaigns whose links are out"


@dataclass(frozen=True, slots=True)
class NoSuchVersion:
    """The keyring does not hold that version."""


@dataclass(frozen=True, slots=True)
class IsNewest:
    """Everything new is locked with it."""


@dataclass(frozen=True, slots=True)
class InUse:
    """What would become unreadable, and how much of it."""

    resting: Mapping[Kept, int]


Retirement: TypeAlias = Keyring | NoSuchVersion | IsNewest | InUse
"""The keyring that is left, or why it has to stay as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Which organisations there are, and how many messages wait in each lane.

    `unsealed_since`, `uncopied_since`: how long the oldest entry waits to be sealed, and the oldest
    checkpoint to be copied to the second place.
    """

    organisations: Sequence[Organisation]
    waiting: Mapping[ProviderName, int]
    unsealed_since: datetime | None = None
    uncopied_since: datetime | None = None


def retire(
    keyring: Keyring, kind: KeyKind, version: int, resting: Mapping[Kept, int]
) -> Retirement:
    """Decide whether a version can go; `resting` counts what is locked with it."""
    if version not in keyring.of_kind(kind):
        return NoSuchVersion()
    if version == keyring.newest(kind):
        return IsNewest()
    if found := {what: count for what, count in resting.items() if count}:
        return InUse(found)
    return without(keyring, kind, version)
