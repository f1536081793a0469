"""What a new PIN may be, and which rule refuses it.

A PIN is made by a customer, or by us for them, and lasts. It never meets what is asked of a
password, so all that can be done is to leave out what others would try first. Lengths and rules
hold for new PINs; one that is there already is judged only where a profile says so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

from watchword.features.cores.rules import Facts
from watchword.features.pins.blocklist.rules import is_common
from watchword.features.pins.derived import (
    is_birth_date,
    is_digits,
    is_number,
    is_part_of_ssn,
    is_phone,
    is_ssn,
    is_zip,
)
from watchword.features.pins.shapes import is_repeat, is_run, longest_repeat
from watchword.foundation.secret import Secret

SHORTEST_EVER, LONGEST_EVER = 4, 12
USUAL: Final = 6
"""Digits. Shorter ones are for those who have to, and say so."""
PREVIOUS_AT_MOST = 24
DRAWS_AT_MOST = 1_000
"""Of a hundred PINs far more than half may be had, so nobody ever draws so often."""

Draw: TypeAlias = Callable[[int], int]
"""Gives an unpredictable number, from 0 up to but not including its argument."""


class PinRule(StrEnum):
    """What a PIN can break. A refusal names all that it breaks, in this order."""

    DIGITS = "digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    SEQUENTIAL = "sequential"
    REPEATING = "repeating"
    SSN = "ssn"
    SSN_PART = "ssn_part"
    MEMBER_NUMBER = "member_number"
    ACCOUNT_NUMBER = "account_number"
    CARD_NUMBER = "card_number"
    BIRTH_DATE = "birth_date"
    ZIP = "zip"
    PHONE = "phone"
    USED_BEFORE = "used_before"
    COMMON = "common"
    RESERVED = "reserved"
    """It means something else to the banking core."""
    SCENARIO = "scenario"
    """The next call would ask for another PIN at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAccepted:
    """That somebody runs a known risk, who it is, and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRules:
    """What an organisation asks of a new PIN.

    `old_longest`: how long PINs were once; so many digits are taken at the prompt, and nothing
    else comes of it. `repeats_from`: so many equal digits in a row are refused too; nothing, if
    only PINs of one digit are. `legacy`: without it, none has fewer than six digits.
    """

    shortest: int = USUAL
    longest: int = 8
    old_longest: int | None = None
    no_sequential: bool = True
    sequences_wrap: bool = True
    no_repeating: bool = True
    repeats_from: int | None = None
    no_ssn: bool = True
    no_ssn_part: bool = True
    no_member_number: bool = True
    no_account_number: bool = True
    no_card_number: bool = True
    no_birth_date: bool = True
    no_zip: bool = True
    no_phone: bool = True
    no_common: bool = True
    previous: int = 5
    legacy: RiskAccepted | None = None

    @property
    def taken_at_most(self) -> int:
        """How many digits are taken at the prompt for a PIN that is there already."""
        return max(self.longest, self.old_longest or 0)


@dataclass(frozen=True, slots=True)
class BadRules:
    """These rules cannot be: `field` says which one, `because` why."""

    word: ClassVar = "bad_rules"

    field: str
    because: str


@dataclass(frozen=True, slots=True)
class NoneDrawn:
    """So much is refused that no PIN was found."""

    word: ClassVar = "none_drawn"


def judge(
    pin: Secret,
    rules: PinRules,
    holders: Iterable[Facts] = (),
    *,
    reserved: frozenset[str] = frozenset(),
    was_used: bool = False,
) -> tuple[PinRule, ...]:
    """Name every rule that a new PIN breaks; none, if it may be had.

    `holders`: all whose PIN it will be. `was_used`: whoever keeps the earlier ones has found it
    among them; here nobody can know.
    """
    digits = pin.reveal()
    if not is_digits(digits):
        return (PinRule.DIGITS,)
    broken = {*_broken_lengths(digits, rules), *_broken_shapes(digits, rules)}
    for facts in holders:
        broken |= {*_broken_facts(digits, rules, facts)}
    if was_used:
        broken.add(PinRule.USED_BEFORE)
    if digits in reserved:
        broken.add(PinRule.RESERVED)
    return tuple(rule for rule in PinRule if rule in broken)


def draw_pin(rules: PinRules, refuses: Callable[[Secret], bool], draw: Draw) -> Secret | NoneDrawn:
    """Draw one of all PINs of the shortest length that nothing refuses, each as likely as any
    other; leading zeros are kept.

    `refuses` says so of one. Nothing else is taken when many were refused: that would make some
    likelier than others.
    """
    for _ in range(DRAWS_AT_MOST):
        pin = Secret(f"{draw(10**rules.shortest):0{rules.shortest}d}")
        if not refuses(pin):
            return pin
    return NoneDrawn()


def find_fault(rules: PinRules) -> BadRules | None:
    """Look for what cannot be in rules."""
    many, low, high = rules.repeats_from, SHORTEST_EVER, LONGEST_EVER
    lacks_somebody = rules.legacy is None or not rules.legacy.reason.strip()
    asked = (
        (low <= rules.shortest <= high, "shortest", f"It is between {low} and {high} digits."),
        (
            rules.shortest <= rules.longest <= high,
            "longest",
            f"It is from the shortest up to {high} digits.",
        ),
        (
            rules.shortest >= USUAL or not lacks_somebody,
            "legacy",
            f"Fewer than {USUAL} digits need somebody who accepts the risk, and says why.",
        ),
        (
            rules.old_longest is None or low <= rules.old_longest <= high,
            "old_longest",
            f"It is between {low} and {high} digits.",
        ),
        (
            many is None or 1 < many <= rules.longest,
            "repeats_from",
            "It is from 2 digits up to the longest PIN.",
        ),
        (
            0 <= rules.previous <= PREVIOUS_AT_MOST,
            "previous",
            f"It is between 0 and {PREVIOUS_AT_MOST}.",
        ),
    )
    return next((BadRules(field, why) for is_so, field, why in asked if not is_so), None)


def _broken_lengths(digits: str, rules: PinRules) -> Iterator[PinRule]:
    if len(digits) < rules.shortest:
        yield PinRule.TOO_SHORT
    if len(digits) > rules.longest:
        yield PinRule.TOO_LONG


def _broken_shapes(digits: str, rules: PinRules) -> Iterator[PinRule]:
    if rules.no_sequential and is_run(digits, wraps=rules.sequences_wrap):
        yield PinRule.SEQUENTIAL
    most = rules.repeats_from
    repeats = is_repeat(digits) or (most is not None and longest_repeat(digits) >= most)
    if rules.no_repeating and repeats:
        yield PinRule.REPEATING
    if rules.no_common and is_common(digits):
        yield PinRule.COMMON


def _broken_facts(digits: str, rules: PinRules, facts: Facts) -> Sequence[PinRule]:
    asked = (
        (rules.no_ssn, PinRule.SSN, is_ssn(digits, facts)),
        (rules.no_ssn_part, PinRule.SSN_PART, is_part_of_ssn(digits, facts)),
        (
            rules.no_member_number,
            PinRule.MEMBER_NUMBER,
            is_number(digits, [facts.member_number]),
        ),
        (
            rules.no_account_number,
            PinRule.ACCOUNT_NUMBER,
            is_number(digits, facts.account_numbers),
        ),
        (rules.no_card_number, PinRule.CARD_NUMBER, is_number(digits, facts.card_numbers)),
        (rules.no_birth_date, PinRule.BIRTH_DATE, is_birth_date(digits, facts.birth_date)),
        (rules.no_zip, PinRule.ZIP, is_zip(digits, facts)),
        (rules.no_phone, PinRule.PHONE, is_phone(digits, facts)),
    )
    return [rule for is_asked, rule, is_broken in asked if is_asked and is_broken]
