"""What must not come back to life when a database is restored from a copy of yesterday.

A backup knows nothing of what was taken away after it was made. So that is written down apart, line
by line, on another disk: keys that were revoked, people who were forgotten or want to hear no
more. A line names random ids and digests, and takes away; none of them can give anything. What an
organisation had set cannot be set again by a line: what is lost of that is only said.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from watchword.features.audit.rules import Action
from watchword.features.contacts.rules import ContactKind
from watchword.features.contacts.suppressions.rules import SuppressionKind
from watchword.features.staff.rules import read_written
from watchword.foundation.errors import WatchwordError
from watchword.foundation.ids import Id

LINE_AT_MOST = 6000  # bytes
OVERLAP = timedelta(minutes=5)
"""What began so long before it was kept is found all the same, at the next look."""

Short = Annotated[str, Meta(min_length=1, max_length=100)]
Long = Annotated[str, Meta(min_length=1, max_length=4000)]
Micros = Annotated[int, Meta(ge=0, le=2**62)]


class BadLine(WatchwordError):
    """A list of what was taken away cannot be read."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Line {number} of the list of what was taken away is not as we write it. "
            "Take another copy of the list, or remove the line if it is the last, half written one."
        )


class What(StrEnum):
    """What was taken away."""

    API_KEY = "api_key"
    PASSKEY = "passkey"
    STAFF = "staff"
    STAFF_BACK = "staff_back"
    """Somebody may work here again, which undoes an earlier line."""
    STAFF_RESET = "staff_reset"
    """Their passkeys and recovery codes are no longer good."""
    ROLES = "staff_roles"
    """They may do only that from now on, of what they could do before."""
    ENDPOINT = "webhook_endpoint"
    PERSON = "person"
    CUSTOMER = "customer"
    CARD = "card"
    """Blocked, deleted, or no longer verified: it is blocked until staff have looked."""
    OPT_OUT = "opt_out"
    CONSENT = "consent"
    """Withdrawn: whoever has taken it back does not agree again."""
    SETTING = "setting"
    """Something was set otherwise. That is not set again, but named."""


NOTED: Final[Mapping[Action, What]] = {
    Action.API_KEY_REVOKED: What.API_KEY,
    Action.PASSKEY_REMOVED: What.PASSKEY,
    Action.STAFF_DISABLED: What.STAFF,
    Action.STAFF_INVITATION_WITHDRAWN: What.STAFF,
    Action.STAFF_ENABLED: What.STAFF_BACK,
    Action.STAFF_RESET: What.STAFF_RESET,
    Action.STAFF_OBJECTED: What.STAFF_RESET,
    Action.STAFF_ROLES_CHANGED: What.ROLES,
    Action.WEBHOOK_ENDPOINT_DISABLED: What.ENDPOINT,
    Action.WEBHOOK_ENDPOINT_REMOVED: What.ENDPOINT,
    Action.PERSON_ERASED: What.PERSON,
    Action.CUSTOMER_ERASED: What.CUSTOMER,
    Action.CONSENT_WITHDRAWN: What.CONSENT,
    Action.CARD_BLOCKED: What.CARD,
    Action.CARD_DELETED: What.CARD,
    Action.CARD_FROZEN: What.CARD,
    Action.CARD_UNVERIFIED: What.CARD,
    Action.SETTINGS_CHANGED: What.SETTING,
    Action.ABUSE_RULES_SET: What.SETTING,
    Action.PLAN_DECLARED: What.SETTING,
    Action.PLAN_WITHDRAWN: What.SETTING,
    Action.LOCATION_CLOSED: What.SETTING,
    Action.TERMINAL_REVOKED: What.SETTING,
}
"""What the audit says of it. An opt-out is found by itself: the audit does not know its digest."""


class OptOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An opt-out as it is kept: a digest, and no address."""

    digest: Annotated[bytes, Meta(min_length=16, max_length=64)]
    kind: SuppressionKind
    contact_kind: ContactKind
    by: Short


class Taken(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line: at that moment, this was taken away from an organisation.

    `roles` are those that somebody was left with; `setting` is what was set, and `id` then is that
    of the entry that says so.
    """

    at: Micros
    organisation: Short
    what: What
    id: Short
    opt_out: OptOut | None = None
    roles: Long | None = None
    setting: Long | None = None

    @property
    def is_whole(self) -> bool:
        """Say whether there is all that belongs to a line of its kind, and nothing else."""
        said = {What.OPT_OUT: self.opt_out, What.ROLES: self.roles, What.SETTING: self.setting}
        return all((each is not None) == (what is self.what) for what, each in said.items())


def line_of(taken: Taken) -> bytes:
    return msgspec.json.encode(taken) + b"\n"


def read_line(number: int, line: bytes) -> Taken:
    """Read a line; raise `BadLine` for what we cannot have written."""
    try:
        taken = msgspec.json.decode(line, type=Taken)
        Id(taken.organisation), Id(taken.id), read_written(taken.roles or "")
    except (msgspec.MsgspecError, UnicodeError, ValueError):
        raise BadLine(number) from None
    if not taken.is_whole:
        raise BadLine(number)
    return taken


def bare_id(target: str) -> str:
    """Give the id in the target of an entry of the audit, which may say before it of what it is."""
    return target.rpartition(":")[2]


def in_force(lines: Iterable[Taken], made_at: int) -> Sequence[Taken]:
    """Give what still holds of a list, for a backup that was made at that moment.

    What is older is in the backup already, and doing it once more does no harm.
    """
    since = made_at - OVERLAP // timedelta(microseconds=1)
    latest: dict[tuple[str, str, str], Taken] = {}
    for taken in sorted(lines, key=lambda each: each.at):
        if taken.at >= since:
            latest[_about(taken)] = taken
    return [taken for taken in latest.values() if taken.what is not What.STAFF_BACK]


def _about(taken: Taken) -> tuple[str, str, str]:
    what = What.STAFF if taken.what is What.STAFF_BACK else taken.what
    kind = taken.opt_out.kind if taken.opt_out is not None else ""
    return taken.organisation, f"{what}/{kind}", taken.setting or taken.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where restored rows come from: a backup of that moment, and which tables it has."""

    made_at: datetime
    schema: str
    tables: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Something that was set after the backup, and is as it was before."""

    at: datetime
    organisation: str
    setting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How much must not live again, by its table; and how much was taken away once more."""

    voided: Mapping[str, int]
    taken: Mapping[What, int]
    lost: Sequence[Lost]
