"""What a pass is: somebody who is named may see one campaign as its recipients do, for a while.

A reviewer's pass is for carriers and those who look after the network. It opens the same page that
recipients see, and each use stands in the ledger. A preview is for whoever writes the campaign, and
opens it before anybody got it. Either is an address and a code; the code is shown once, and opens
nothing but its own pass.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, NewType
from uuid import UUID

from watchword.features.campaigns.rules import CampaignId
from watchword.features.challenges.codes import read_code
from watchword.features.gates.tries.rules import FRESH, Tries
from watchword.foundation.framing import framed
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret

PassId = NewType("PassId", UUID)

BELOW: Final = "/c/passes/"
"""Below this they are opened."""
NAME_AT_MOST: Final = 80
VERSION_BYTES: Final = 2
GROUP: Final = 4


class Kind(StrEnum):
    REVIEW = "review"
    PREVIEW = "preview"


DIGITS: Final[Mapping[Kind, int]] = {Kind.REVIEW: 8, Kind.PREVIEW: 6}
LIVES: Final[Mapping[Kind, tuple[timedelta, ...]]] = {
    Kind.REVIEW: tuple(timedelta(days=days) for days in (1, 7, 14, 30)),
    Kind.PREVIEW: tuple(timedelta(hours=hours) for hours in (1, 8, 24)),
}
"""How long one may be good for, as whoever gives it chooses."""
USUAL: Final[Mapping[Kind, timedelta]] = {
    Kind.REVIEW: timedelta(days=7),
    Kind.PREVIEW: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One as it is kept. `name`: who looks, as whoever gave it wrote it; of a preview, nothing."""

    id: PassId
    kind: Kind
    campaign_id: CampaignId
    name: str = field(repr=False)
    tag: bytes = field(repr=False)
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None
    uses: int = 0
    tries: Tries = FRESH

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class NewPass:
    """One that was made just now, for the only time that anybody sees its code."""

    made: Pass
    code: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoName:
    """Whoever gets a pass for reviewers is named."""

    word: ClassVar = "no_name"


@dataclass(frozen=True, slots=True)
class BadLife:
    """For so long none may be good."""

    word: ClassVar = "bad_life"


@dataclass(frozen=True, slots=True)
class NothingToSee:
    """The campaign has no page yet."""

    word: ClassVar = "nothing_to_see"


def find_fault(kind: Kind, name: str, life: timedelta) -> NoName | BadLife | None:
    if kind is Kind.REVIEW and not (name and len(name) <= NAME_AT_MOST and name.isprintable()):
        return NoName()
    return None if life in LIVES[kind] else BadLife()


def draw_code(kind: Kind, draw: Callable[[int], int]) -> Secret:
    digits = DIGITS[kind]
    return Secret(f"{draw(10**digits):0{digits}d}")


def spell(code: Secret) -> str:
    """Write a code for people to copy: in groups of three or four."""
    digits = code.reveal()
    group = GROUP if len(digits) % GROUP == 0 else GROUP - 1
    return " ".join(digits[at : at + group] for at in range(0, len(digits), group))


def tag_of(
    code: Secret, organisation_id: OrganisationId, id: PassId, version: int, key: bytes
) -> bytes:
    """Make what a code is known by, with the version of the key in front."""
    message = framed("watchword/gate-pass/1", organisation_id.bytes, id.bytes, code.reveal())
    return version.to_bytes(VERSION_BYTES) + hmac.digest(key, message, "sha256")


def opens(
    one: Pass, organisation_id: OrganisationId, typed: str, keys: Mapping[int, bytes]
) -> bool:
    """Say whether somebody typed the code of a pass."""
    code = read_code(typed, DIGITS[one.kind])
    if code is None:
        return False
    version = int.from_bytes(one.tag[:VERSION_BYTES])
    try:
        key = keys[version]
    except KeyError:
        return False  # Its key is gone, and so is what rested under it.
    return hmac.compare_digest(tag_of(code, organisation_id, one.id, version, key), one.tag)
