"""What is used up of the limits of one contact point, as staff look at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchword.features.challenges.lanes import CALLS
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import EVERYBODY, GATE, LETTERS, STAFF
from watchword.features.limits.rules import (
    Allowed,
    Budget,
    Leave,
    Limits,
    in_a_row_only,
    may_guess,
    may_send,
    of_gates,
    of_letters,
    waiting_only,
)

RECOVERY = "recovery"
"""The budgets of wrong recovery codes, one for each network. The codes are too long to be guessed,
so these only ever wait."""
PURPOSES = frozenset(map(str, Purpose))


class Whose(StrEnum):
    """Who shares a budget: all strangers, or one device that has answered rightly before.

    Letters, recovery codes, codes for staff and codes before landing pages have budgets of their
    own.
    """

    STRANGERS = "strangers"
    DEVICE = "device"
    LETTERS = "letters"
    RECOVERY = "recovery"
    STAFF = "staff"
    GATE = "gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """One budget. Without a purpose it is that of messages, with one that of guesses.

    `used` counts what its first cap counts still: messages, or wrong codes, out of `most`.
    """

    purpose: Purpose | None
    whose: Whose
    used: int
    most: int
    wrong_in_a_row: int
    leave: Leave

    @property
    def is_used_up(self) -> bool:
        return self.leave != Allowed()


def allowances(budgets: Mapping[str, Budget], limits: Limits, now: datetime) -> Iterator[Allowance]:
    """Read budgets by the names that challenges give them; those used up come first."""
    found = [_allowance(name, budget, limits, now) for name, budget in sorted(budgets.items())]
    yield from sorted(found, key=lambda each: not each.is_used_up)


def _allowance(name: str, budget: Budget, limits: Limits, now: datetime) -> Allowance:
    head, _, tail = name.partition(":")
    purpose, lane = (Purpose(head), tail) if head in PURPOSES else (None, name)
    limits = of_letters(limits) if lane == LETTERS else limits
    limits = in_a_row_only(limits) if lane == CALLS else limits
    limits = of_gates(limits) if _whose(lane) is Whose.GATE else limits
    limits = waiting_only(limits) if _whose(lane) is Whose.RECOVERY else limits
    is_sending = purpose is None
    caps = limits.sends if is_sending else (limits.wrong,)
    moments = budget.sends if is_sending else budget.wrong
    used = sum(moment > now - caps[0].within for moment in moments) if caps else 0
    return Allowance(
        purpose=purpose,
        whose=_whose(lane),
        used=used,
        most=caps[0].most if caps else 0,
        wrong_in_a_row=budget.wrong_in_a_row,
        leave=may_send(budget, limits, now) if is_sending else may_guess(budget, limits, now),
    )


def _whose(lane: str) -> Whose:
    if lane == LETTERS:
        return Whose.LETTERS
    if lane.startswith(f"{RECOVERY}:"):
        return Whose.RECOVERY
    if lane.startswith(f"{STAFF}:"):
        return Whose.STAFF
    if lane.startswith(f"{GATE}:"):
        return Whose.GATE
    return Whose.STRANGERS if lane in {EVERYBODY, CALLS} else Whose.DEVICE
