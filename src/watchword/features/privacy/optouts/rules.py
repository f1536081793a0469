"""How opting out can end."""

from dataclasses import dataclass
from typing import ClassVar

from watchword.features.contacts.suppressions.rules import Suppression, SuppressionKind


@dataclass(frozen=True, slots=True)
class Added:
    """Nothing of that kind is sent there any more. `is_new`: it was not so before.

    `ended`: so many codes were on their way, and are worth nothing now.
    """

    word: ClassVar = "added"

    suppression: Suppression
    is_new: bool
    ended: int = 0


@dataclass(frozen=True, slots=True)
class Lifted:
    """It may be sent there again."""

    word: ClassVar = "lifted"

    suppression: Suppression


@dataclass(frozen=True, slots=True)
class NotOptedOut:
    """There was nothing to lift: nobody there has opted out so."""

    word: ClassVar = "not_opted_out"

    kind: SuppressionKind
