"""What a purchase earns: of each rule that holds for it, so many points for so much money.

Money is counted in the smallest unit of its currency, and what is left over earns nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.organisations.rules import LocationId
from watchword.features.points.ledger import POINTS_AT_MOST, OutOfRange

EarnRuleId = NewType("EarnRuleId", UUID)

NAME_AT_MOST = 60
RULES_AT_MOST = 50
"""That are not over, in one organisation: each purchase asks all of them."""
AMOUNT_AT_MOST = 1_000_000_000
RATE_AT_MOST = 10_000
LOCATIONS_AT_MOST = 200
CURRENCY = re.compile(r"[A-Z]{3}")
ORDER = re.compile(r"[\x21-\x7e]{1,64}")


class State(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    """For good; it is kept, because transfers name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`points` for each whole `per_amount`, from `at_least` on; without locations, everywhere."""

    name: str
    points: int
    per_amount: int
    currency: str
    at_least: int = 0
    locations: frozenset[LocationId] = frozenset()
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnRule:
    word: ClassVar = "earn_rule"

    id: EarnRuleId
    terms: Terms
    state: State
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What somebody paid. `order_id` is the organisation's own, and is good for one purchase."""

    amount: int
    currency: str
    order_id: str
    location_id: LocationId | None = None


@dataclass(frozen=True, slots=True)
class Yield:
    """What a purchase earns, and by which rules."""

    points: int
    rules: tuple[EarnRuleId, ...]


@dataclass(frozen=True, slots=True)
class BadTerms:
    """A field says what cannot be."""

    word: ClassVar = "bad_terms"

    field: str
    because: str


@dataclass(frozen=True, slots=True)
class TooManyRules:
    word: ClassVar = "too_many_rules"

    at_most: int = RULES_AT_MOST


@dataclass(frozen=True, slots=True)
class RuleOutOfDate:
    """Somebody has changed it since; it is in this version by now."""

    word: ClassVar = "out_of_date"

    version: int


@dataclass(frozen=True, slots=True)
class RuleEnded:
    """It is over for good, and does not change any more."""

    word: ClassVar = "ended"


Refused: TypeAlias = BadTerms | TooManyRules | RuleOutOfDate | RuleEnded


def find_fault(terms: Terms) -> BadTerms | None:
    """Look for what cannot be in a rule."""
    name = terms.name.strip()
    if not name or len(name) > NAME_AT_MOST or not name.isprintable():
        return BadTerms("name", f"A name has 1 to {NAME_AT_MOST} printable characters.")
    for field, least, most in (
        ("points", 1, RATE_AT_MOST),
        ("per_amount", 1, AMOUNT_AT_MOST),
        ("at_least", 0, AMOUNT_AT_MOST),
    ):
        if not least <= getattr(terms, field) <= most:
            return BadTerms(field, f"It is between {least} and {most}.")
    if not CURRENCY.fullmatch(terms.currency):
        return BadTerms("currency", "A currency has three capital letters, as ISO 4217 has it.")
    if len(terms.locations) > LOCATIONS_AT_MOST:
        return BadTerms("locations", f"A rule names {LOCATIONS_AT_MOST} locations at most.")
    if terms.starts_at and terms.ends_at and terms.ends_at <= terms.starts_at:
        return BadTerms("ends_at", "It ends before it begins.")
    return None


def find_fault_of_purchase(purchase: Purchase) -> BadTerms | None:
    if not 0 <= purchase.amount <= AMOUNT_AT_MOST:
        return BadTerms("amount", f"It is between 0 and {AMOUNT_AT_MOST}.")
    if not CURRENCY.fullmatch(purchase.currency):
        return BadTerms("currency", "A currency has three capital letters, as ISO 4217 has it.")
    if not ORDER.fullmatch(purchase.order_id):
        return BadTerms("order_id", "It has 1 to 64 printable ASCII characters, and no space.")
    return None


def made(id: EarnRuleId, terms: Terms, now: datetime) -> EarnRule:
    return EarnRule(
        id=id, terms=terms, state=State.ACTIVE, version=1, created_at=now, updated_at=now
    )


def changed(
    rule: EarnRule, terms: Terms, state: State, version: int, now: datetime
) -> EarnRule | RuleOutOfDate | RuleEnded:
    """Change a rule as somebody saw it: in that `version`, or not at all."""
    if rule.state is State.ENDED:
        return RuleEnded()
    if rule.version != version:
        return RuleOutOfDate(rule.version)
    return replace(rule, terms=terms, state=state, version=rule.version + 1, updated_at=now)


def holds(rule: EarnRule, purchase: Purchase, now: datetime) -> bool:
    """Say whether a rule has anything to say about a purchase."""
    terms = rule.terms
    return (
        rule.state is State.ACTIVE
        and terms.currency == purchase.currency
        and purchase.amount >= terms.at_least
        and (not terms.locations or purchase.location_id in terms.locations)
        and (terms.starts_at is None or terms.starts_at <= now)
        and (terms.ends_at is None or now < terms.ends_at)
    )


def earns(rules: Iterable[EarnRule], purchase: Purchase, now: datetime) -> Yield | OutOfRange:
    """Add up what each rule gives that holds."""
    giving = [
        (each, purchase.amount // each.terms.per_amount * each.terms.points)
        for each in rules
        if holds(each, purchase, now)
    ]
    points = sum(points for _, points in giving)
    if points > POINTS_AT_MOST:
        return OutOfRange()
    return Yield(points, tuple(each.id for each, points in giving if points))
