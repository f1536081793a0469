"""What staff see of a member: as little as tells them that it is the right one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.ports import Decided
from watchword.features.activation.dialogue.steps import Known
from watchword.features.activation.established import Established
from watchword.features.cores.rules import Holder, Member
from watchword.features.limits.rules import HOUR, Cap, Limits
from watchword.foundation.secret import Secret

SHOWN = 2  # digits at the end of a number
HIDDEN = "•••"
LOOKS: Final = Limits(sends=(Cap(60, HOUR),))
"""Of one person of the staff. Nobody helps more members than that; who leafs through them would."""


class Hindered(StrEnum):
    """Why a call does not come as far as to what is to be done with a PIN."""

    LOCKED = "locked"
    """A person helps, until they are unlocked."""
    CODE_FIRST = "code_first"
    """They are locked, and this line unlocks whoever has a code."""
    NO_PIN = "no_pin"
    """None is set, and this line sets no first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSeen:
    """One person. `staff_want`: another PIN is asked for in the next call."""

    initials: str
    role: Holder
    phones: Sequence[str]
    is_set: bool | None
    established: Established
    changed_at: datetime | None
    is_locked: bool
    staff_want: bool
    decided: Decided


@dataclass(frozen=True, slots=True)
class Looked:
    """Whom a number leads to. `is_locked`: too many calls in a row have failed with it.

    `asks_when_staff_want`: the line asks for another PIN where staff want that. `unlocks_by_code`:
    whoever is locked by us comes on with a code.
    """

    members: Sequence[MemberSeen]
    is_locked: bool
    asks_when_staff_want: bool
    found: Sequence[Member] = field(default=(), repr=False)
    unlocks_by_code: bool = False

    def comes_to(self, member: MemberSeen) -> Outcome | Hindered:
        """Say what a call comes to: what was decided, unless something stands before it."""
        if member.is_locked or (self.is_locked and not self.unlocks_by_code):
            return Hindered.LOCKED
        if self.is_locked:
            return Hindered.CODE_FIRST
        if member.is_set is False and member.decided.outcome is Outcome.NORMAL:
            return Hindered.NO_PIN
        return member.decided.outcome

    @property
    def is_any_locked(self) -> bool:
        """Whether the number is, or somebody to whom it leads in the core."""
        return self.is_locked or any(each.is_locked for each in self.members)


@dataclass(frozen=True, slots=True)
class NoEffect:
    """Nobody would be asked for another PIN: the line does not look for that, or there is none."""

    looked: Looked
    word: ClassVar = "no_effect"


@dataclass(frozen=True, slots=True)
class NoLineYet:
    """Calls are not answered, so nothing would happen to anybody."""

    word: ClassVar = "no_line"


@dataclass(frozen=True, slots=True)
class CoreAway:
    """The core could not be asked."""

    word: ClassVar = "core_away"


@dataclass(frozen=True, slots=True)
class LookedTooOften:
    """Somebody has looked at so many members within the hour that it looks like leafing through
    them."""

    word: ClassVar = "looked_too_often"


def seen(member: Member, known: Known, decided: Decided) -> MemberSeen:
    facts, state = member.facts, known.state
    return MemberSeen(
        initials=" ".join(_initial(each) for each in (facts.given_name, facts.family_name)),
        role=member.role,
        phones=[HIDDEN + each.value.reveal()[-SHOWN:] for each in facts.phones],
        is_set=state.is_set,
        established=known.established,
        changed_at=state.changed_at,
        is_locked=state.is_locked,
        staff_want=known.staff_wants_change,
        decided=decided,
    )


def _initial(name: Secret | None) -> str:
    written = "" if name is None else name.reveal().strip()
    return f"{written[0]}." if written else HIDDEN
