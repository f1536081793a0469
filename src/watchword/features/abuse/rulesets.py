"""Rules as the operator writes them, and what would be wrong with them.

A ruleset is data: it is parsed from settings or from JSON, kept, shown, and replayed against
what happened. What an organisation does not name is as the house has it.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field
from msgspec.structs import replace

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import PhoneLine
from watchword.features.prices.rules import MICROS

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
COUNTRY = re.compile(r"[A-Z]{2}|\*")
ANY_COUNTRY = "*"
CAPS_AT_MOST, COUNTRIES_AT_MOST, FACTOR_AT_MOST = 4, 300, 100
DIGITS, ATTEMPTS = (6, 10), (1, 10)
CAN_READ = (PhoneLine.MOBILE, PhoneLine.EITHER, PhoneLine.OTHER)
"""Lines that text messages reach. `either` is all that a number of some countries tells."""


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a ruleset."""


class SendCap(Part, frozen=True):
    """No more than so many messages within any span of so many seconds."""

    most: int
    seconds: int
    spares_known: bool = True
    """Whether those who have answered rightly here before are neither counted nor stopped."""


class Conversion(Part, frozen=True):
    """A block of numbers from which hardly any code comes back is stopped."""

    on: bool = True
    least: int = 30
    """So many starts of strangers are looked at before anything is concluded."""
    percent: int = 10
    """With fewer codes than this typed back, the block of numbers is stopped."""
    seconds: int = HOUR
    grace_seconds: int = 2 * MINUTE
    """A code that is younger and was not typed back is left out: its reader may be typing it."""
    block_seconds: int = HOUR


class Spray(Part, frozen=True):
    """Wrong answers all over an organisation make codes longer, and shut nobody out."""

    on: bool = True
    least: int = 100
    percent: int = 30
    """More wrong answers than this, of all, are no longer honest mistakes."""
    absolute: int = 1000
    """So many wrong answers are never honest mistakes, however many others are right."""
    seconds: int = HOUR
    step_up_seconds: int = 15 * MINUTE
    code_length: int = 8
    attempts: int = 3


class Spend(Part, frozen=True):
    """What messages may cost, in the currency of the price list."""

    per_hour: Decimal | None = None
    per_day: Decimal | None = None
    per_prefix_per_day: Decimal | None = None
    kept_for_known: int = 25
    """Per cent of each that strangers cannot use up, kept for who has answered rightly before."""


class Ruleset(Part, frozen=True):
    countries: tuple[str, ...] = ()
    """Where codes are sent to (ISO 3166-1), or `*`. Without any: the organisation's own alone."""
    lines: Mapping[Channel, tuple[PhoneLine, ...]] = field(
        default_factory=lambda: {Channel.SMS: CAN_READ, Channel.WHATSAPP: CAN_READ}
    )
    """Which lines a channel is used for; a channel that is not named is used for all."""
    prefix: tuple[SendCap, ...] = (
        SendCap(most=60, seconds=HOUR),
        SendCap(most=200, seconds=DAY),
    )
    dial_code: tuple[SendCap, ...] = (
        SendCap(most=300, seconds=HOUR),
        SendCap(most=1000, seconds=DAY),
    )
    """For each dial code except that of the organisation's own country."""
    destination: tuple[SendCap, ...] = (SendCap(most=20, seconds=HOUR, spares_known=False),)
    """Strangers together have a smaller limit, so they cannot use it up for who is known."""
    client: tuple[SendCap, ...] = ()
    requester: tuple[SendCap, ...] = (
        SendCap(most=30, seconds=HOUR),
        SendCap(most=200, seconds=DAY),
    )
    organisation: tuple[SendCap, ...] = ()
    known_factor: int = 5
    """Where a cap spares the known, they are counted by themselves, up to so many times of it."""
    conversion: Conversion = Conversion()
    spray: Spray = Spray()
    spend: Spend = Spend()
    block_seconds: int = 15 * MINUTE
    """A block lasts as long as its cap is used up, and never less than this."""

    def open_countries(self, home: str) -> tuple[str, ...]:
        """Give where codes are sent to, or `*`. `home`: the organisation's own country."""
        return self.countries or (home,)

    def opens(self, country: str | None, home: str) -> bool:
        """Say whether codes are sent to numbers of a country, if we can tell which it is."""
        return not {ANY_COUNTRY, country}.isdisjoint(self.open_countries(home))


Caps: TypeAlias = Annotated[tuple[SendCap, ...], Meta(max_length=CAPS_AT_MOST)]


class OwnConversion(Part, frozen=True):
    on: bool | UnsetType = UNSET
    least: int | UnsetType = UNSET
    percent: int | UnsetType = UNSET
    seconds: int | UnsetType = UNSET
    grace_seconds: int | UnsetType = UNSET
    block_seconds: int | UnsetType = UNSET


class OwnSpray(Part, frozen=True):
    on: bool | UnsetType = UNSET
    least: int | UnsetType = UNSET
    percent: int | UnsetType = UNSET
    absolute: int | UnsetType = UNSET
    seconds: int | UnsetType = UNSET
    step_up_seconds: int | UnsetType = UNSET
    code_length: int | UnsetType = UNSET
    attempts: int | UnsetType = UNSET


class OwnSpend(Part, frozen=True):
    per_hour: Decimal | UnsetType | None = UNSET
    per_day: Decimal | UnsetType | None = UNSET
    per_prefix_per_day: Decimal | UnsetType | None = UNSET
    kept_for_known: int | UnsetType = UNSET


OwnPart: TypeAlias = OwnConversion | OwnSpray | OwnSpend


class OwnRules(Part, frozen=True):
    """What an organisation has instead of the rules of the house, and nothing else."""

    countries: Annotated[tuple[str, ...], Meta(max_length=COUNTRIES_AT_MOST)] | UnsetType = UNSET
    lines: Mapping[Channel, tuple[PhoneLine, ...]] | UnsetType = UNSET
    prefix: Caps | UnsetType = UNSET
    dial_code: Caps | UnsetType = UNSET
    destination: Caps | UnsetType = UNSET
    client: Caps | UnsetType = UNSET
    requester: Caps | UnsetType = UNSET
    organisation: Caps | UnsetType = UNSET
    known_factor: int | UnsetType = UNSET
    conversion: OwnConversion | UnsetType = UNSET
    spray: OwnSpray | UnsetType = UNSET
    spend: OwnSpend | UnsetType = UNSET
    block_seconds: int | UnsetType = UNSET


Section: TypeAlias = Literal[
    "countries",
    "lines",
    "prefix",
    "dial_code",
    "destination",
    "client",
    "requester",
    "organisation",
    "known_factor",
    "conversion",
    "spray",
    "spend",
    "block_seconds",
]
"""What can be locked: any part of a ruleset."""
ALWAYS_LOCKED: Section = "spend"


class Given(Ruleset, frozen=True):
    """The section of the settings: the rules of the house, and how long history is kept."""

    keep_days: int = 30
    locked: tuple[Section, ...] = (ALWAYS_LOCKED,)
    """What no API key may change. Of money a key may spend less all the same, and never more."""


CAPPED: tuple[Section, ...] = (
    "prefix",
    "dial_code",
    "destination",
    "client",
    "requester",
    "organisation",
)
MONEY = ("per_hour", "per_day", "per_prefix_per_day")


@dataclass(frozen=True, slots=True)
class Unusable:
    """What is wrong with a ruleset, and what would be right."""

    word: ClassVar = "unusable"

    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loosened:
    """More money than now would be spent, or what is locked would change: the operator's to do."""

    word: ClassVar = "loosened"

    names: tuple[str, ...]


Reading: TypeAlias = Ruleset | Unusable


def applied(own: OwnRules, house: Ruleset, *, has_prices: bool) -> Reading:
    """Put an organisation's own rules in the place of those of the house."""
    given = {name: _merged(getattr(house, name), rule) for name, rule in named(own).items()}
    ruleset = replace(house, **given)
    faults = tuple(find_faults(ruleset, has_prices=has_prices))
    return Unusable(faults) if faults else ruleset


def named(own: OwnRules) -> Mapping[str, Any]:
    """Give what is named, by its name."""
    return _named(own, OwnRules)


def _named(part: Part, kind: type[Part]) -> Mapping[str, Any]:
    given = {name: getattr(part, name) for name in kind.__struct_fields__}
    return {name: rule for name, rule in given.items() if rule is not UNSET}


def _merged(house: Any, rule: Any) -> Any:  # noqa: ANN401 - of each field, what it has
    """Put what is named in its place; of a part that has fields of its own, only those."""
    return replace(house, **_named(rule, type(rule))) if isinstance(rule, OwnPart) else rule


def written(own: OwnRules) -> str:
    return msgspec.json.encode(own).decode()


def reread(content: str) -> OwnRules | Unusable:
    """Read rules that were kept, perhaps by a version that knew other ones."""
    try:
        return msgspec.json.decode(content, type=OwnRules, strict=False)
    except msgspec.MsgspecError as fault:
        return Unusable((f"{fault}.",))


def of_the_house(given: Given) -> Ruleset:
    return msgspec.convert(
        {name: getattr(given, name) for name in Ruleset.__struct_fields__}, Ruleset
    )


def loosened(
    now: Ruleset, then: Ruleset, locked: Collection[Section] = (ALWAYS_LOCKED,)
) -> Loosened | None:
    """Look for caps on money that would be higher, and for what is locked and would change."""
    names = [f"spend.{name}" for name in MONEY if _is_more(_cap(now, name), _cap(then, name))]
    if then.spend.kept_for_known < now.spend.kept_for_known:
        names.append("spend.kept_for_known")
    others = (name for name in locked if name != ALWAYS_LOCKED)
    names += [name for name in others if getattr(now, name) != getattr(then, name)]
    return Loosened(tuple(names)) if names else None


def money_caps(ruleset: Ruleset) -> Mapping[str, int]:
    """Give the caps on money that there are, in micros."""
    caps = {name: _cap(ruleset, name) for name in MONEY}
    return {name: int(cap * MICROS) for name, cap in caps.items() if cap is not None}


def _cap(ruleset: Ruleset, name: str) -> Decimal | None:
    cap: Decimal | None = getattr(ruleset.spend, name)
    return cap


def _is_more(now: Decimal | None, then: Decimal | None) -> bool:
    return now is not None and (then is None or then > now)


def find_faults(ruleset: Ruleset, *, has_prices: bool) -> Iterator[str]:
    if len(ruleset.countries) > COUNTRIES_AT_MOST or not all(
        COUNTRY.fullmatch(country) for country in ruleset.countries
    ):
        yield 'countries are two capital letters of ISO 3166-1 each, or "*": ["DE", "AT"].'
    for name in CAPPED:
        yield from _faults_of_caps(name, getattr(ruleset, name))
    yield from _faults_of_conversion(ruleset.conversion)
    yield from _faults_of_spray(ruleset.spray)
    yield from _faults_of_spend(ruleset.spend)
    if not has_prices and any(_cap(ruleset, name) is not None for name in MONEY):
        yield "spend: a cap on money needs the prices of messages. Add a section [prices]."
    if not 1 <= ruleset.known_factor <= FACTOR_AT_MOST:
        yield f"known_factor is 1 to {FACTOR_AT_MOST}."
    if not MINUTE <= ruleset.block_seconds <= DAY:
        yield f"block_seconds is {MINUTE} to {DAY}."


def _faults_of_caps(name: str, caps: tuple[SendCap, ...]) -> Iterator[str]:
    if len(caps) > CAPS_AT_MOST:
        yield f"{name} has {CAPS_AT_MOST} caps at most."
    for cap in caps:
        if cap.most < 1:
            yield f"{name}.most is 1 or more."
        if not MINUTE <= cap.seconds <= DAY:
            yield f"{name}.seconds is {MINUTE} to {DAY}."


def _faults_of_conversion(rule: Conversion) -> Iterator[str]:
    if rule.least < 1 or not 1 <= rule.percent <= 100:  # noqa: PLR2004 - said in the sentence
        yield "conversion.least is 1 or more, and conversion.percent 1 to 100."
    if not all(MINUTE <= seconds <= DAY for seconds in (rule.seconds, rule.block_seconds)):
        yield f"conversion.seconds and conversion.block_seconds are {MINUTE} to {DAY}."
    if not 0 <= rule.grace_seconds < rule.seconds:
        yield "conversion.grace_seconds is 0 or more, and less than conversion.seconds."


def _faults_of_spray(rule: Spray) -> Iterator[str]:
    if rule.least < 1 or not 1 <= rule.percent <= 100:  # noqa: PLR2004 - said in the sentence
        yield "spray.least is 1 or more, and spray.percent 1 to 100."
    if rule.absolute < rule.least:
        yield "spray.absolute is spray.least or more."
    if not all(MINUTE <= seconds <= DAY for seconds in (rule.seconds, rule.step_up_seconds)):
        yield f"spray.seconds and spray.step_up_seconds are {MINUTE} to {DAY}."
    if not DIGITS[0] <= rule.code_length <= DIGITS[1]:
        yield f"spray.code_length is {DIGITS[0]} to {DIGITS[1]}."
    if not ATTEMPTS[0] <= rule.attempts <= ATTEMPTS[1]:
        yield f"spray.attempts is {ATTEMPTS[0]} to {ATTEMPTS[1]}."


def _faults_of_spend(rule: Spend) -> Iterator[str]:
    for name in MONEY:
        cap: Decimal | None = getattr(rule, name)
        if cap is not None and not (cap.is_finite() and 0 <= cap <= MICROS):
            yield f"spend.{name} is an amount from 0 to {MICROS}."
    if not 0 <= rule.kept_for_known <= 100:  # noqa: PLR2004 - said in the sentence
        yield "spend.kept_for_known is 0 to 100, in per cent."
