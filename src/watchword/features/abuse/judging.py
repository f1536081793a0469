"""Whether a code may be sent: every rule of a ruleset, decided in one place.

What is counted for a start are its *gauges*, each with the bounds that it must stay within.
Nothing is added where something is refused, so a flood of refusals uses nothing up.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from watchword.features.abuse.rules import BlockId, RuleName, Start, Trace
from watchword.features.abuse.rulesets import (
    DAY,
    HOUR,
    Conversion,
    Ruleset,
    SendCap,
    money_caps,
)
from watchword.features.abuse.tallies import FRESH, Tally, count, counted, room_at
from watchword.features.contacts.channels import Channel

PER_CENT = 100
NEARLY_ALL = 10
"""A cap on money is used up when less than one part in so many of it is left."""


@dataclass(frozen=True, slots=True)
class Bound:
    """No more than `most`. `spares_known`: it is the bound of strangers."""

    rule: RuleName
    most: int
    spares_known: bool


@dataclass(frozen=True, slots=True)
class Gauge:
    """What is counted under one key, and the `amount` that this message would add to it.

    It counts messages, or where its bounds are those of money, the micros that they cost.
    """

    key: str
    subject: str
    seconds: int
    amount: int
    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """Of so many starts of strangers over one block of numbers, so many codes came back.

    A code that is as young as the rule's grace, and did not come back, is not among them.
    """

    starts: int
    verified: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is looked up only when it can make a difference.

    `is_unsold`: hardly any code comes back from this block of numbers. `returned`: for each key,
    the micros that were reserved within its span and given back.
    """

    is_unsold: bool = False
    returned: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which facts are needed for a decision."""

    shares: bool
    returned: tuple[Gauge, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """It may be sent; this is what the tallies are then."""

    tallies: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class Stands:
    """A block stands in its way."""

    block_id: BlockId


@dataclass(frozen=True, slots=True)
class Trips:
    """It is one too many, and a block begins."""

    gauge: Gauge
    rule: RuleName
    until: datetime
    spares_known: bool


@dataclass(frozen=True, slots=True)
class Costs:
    """It is too dear for what is left, and what costs less may go on."""

    until: datetime | None
    """Nothing, if the cap is less than this message costs by itself."""


Verdict: TypeAlias = Passed | Stands | Trips | Costs


def trace_of(start: Start, prefix: str | None, now: datetime, again: UUID | None = None) -> Trace:
    """Give what is kept of a start; `prefix` is the digest of its block of numbers.

    `again`: what one more message of the same challenge is kept as.
    """
    return Trace(
        id=again or start.id,
        at=now,
        contact_id=start.contact_id,
        country=start.contact.country,
        line=start.contact.line,
        dial_code=start.contact.dial_code,
        prefix=prefix,
        channel=start.channel,
        provider=start.provider,
        client=start.client,
        requester=start.requester,
        is_known=start.is_known,
        micros=None if start.price is None else start.price.micros,
        is_again=again is not None,
    )


def forbidden(
    trace: Trace, ruleset: Ruleset, home: str, spared: Collection[RuleName] = ()
) -> RuleName | None:
    """Look for what no counting is needed for; `home` is the organisation's own country.

    `spared`: rules that do not hold for this number.
    """
    if not trace.is_phone:
        return None
    if not ruleset.opens(trace.country, home) and RuleName.COUNTRY not in spared:
        return RuleName.COUNTRY
    lines = ruleset.lines.get(trace.channel)
    is_line = lines is None or trace.line is None or trace.line in lines
    if not is_line and RuleName.LINE not in spared:
        return RuleName.LINE
    if trace.micros is None and money_caps(ruleset):
        return RuleName.PRICE_MISSING
    return None


def is_worth_keeping(trace: Trace, gauges: Sequence[Gauge]) -> bool:
    """Say whether anything may be decided by a start: not by an e-mail that no rule counts."""
    return trace.is_phone or bool(gauges)


def gauges_of(trace: Trace, ruleset: Ruleset, home_dial_code: str | None) -> Sequence[Gauge]:
    """Give what a message is counted by, in the order in which all hold it."""
    found: dict[str, Gauge] = {}
    for subject, rule, caps in _capped(trace, ruleset, home_dial_code):
        for cap in caps:
            if not (trace.is_known and cap.spares_known):
                _add(found, subject, cap.seconds, 1, Bound(rule, cap.most, cap.spares_known))
            elif trace.channel is not Channel.EMAIL:
                # A thief who reads the messages is known too. E-mail earns nobody anything.
                bound = Bound(rule, cap.most * ruleset.known_factor, spares_known=False)
                _add(found, f"{subject}:known", cap.seconds, 1, bound)
    sold = ruleset.conversion
    if sold.on and trace.prefix and not trace.is_known:
        bound = Bound(RuleName.CONVERSION, sold.least, spares_known=True)
        # Of one more of the same challenge no more comes back. It waits for a block all the same.
        _add(
            found, f"prefix:{trace.prefix}", sold.seconds, 1, *(() if trace.is_again else (bound,))
        )
    for subject, seconds, most in _spending(trace, ruleset):
        _add(found, subject, seconds, trace.micros or 0, _bound_of_money(most, ruleset, trace))
    return [found[key] for key in sorted(found)]


def wanted(
    gauges: Sequence[Gauge], tallies: Mapping[str, Tally], ruleset: Ruleset, now: datetime
) -> Wanted:
    """Say which facts could change the decision, so that the others need not be looked up."""
    shares, returned = False, []
    for gauge in gauges:
        there = count(tallies.get(gauge.key, FRESH), gauge.seconds, now)
        for bound in gauge.bounds:
            if bound.rule is RuleName.CONVERSION:
                shares = shares or there >= bound.most
            elif bound.rule is RuleName.SPEND and there + gauge.amount > bound.most:
                returned.append(gauge)
    return Wanted(shares, tuple(returned))


def is_unsold(shares: Shares, rule: Conversion) -> bool:
    return shares.starts >= rule.least and shares.verified * PER_CENT < rule.percent * shares.starts


def judge(
    trace: Trace,
    gauges: Sequence[Gauge],
    tallies: Mapping[str, Tally],
    facts: Facts,
    ruleset: Ruleset,
) -> Verdict:
    """Decide whether one more message may be sent at the moment of the trace."""
    now = trace.at
    for gauge in gauges:
        mark = tallies.get(gauge.key, FRESH).mark
        if mark and now < mark.until and not (mark.spares_known and trace.is_known):
            return Stands(mark.block_id)
    for gauge in gauges:
        for bound in gauge.bounds:
            if refusal := _refusal(gauge, bound, tallies.get(gauge.key, FRESH), facts, now):
                return _at_least(refusal, ruleset, now)
    return Passed(
        {
            gauge.key: counted(tallies.get(gauge.key, FRESH), gauge.seconds, now, gauge.amount)
            for gauge in gauges
        }
    )


Capped: TypeAlias = tuple[str, RuleName, tuple[SendCap, ...]]


def _capped(trace: Trace, ruleset: Ruleset, home_dial_code: str | None) -> Iterator[Capped]:
    """Give who and what is counted, with the caps on each."""
    if trace.prefix:
        yield f"prefix:{trace.prefix}", RuleName.PREFIX, ruleset.prefix
    if trace.dial_code and trace.dial_code != home_dial_code:
        # At home are the customers. To count them under one key would let them wait in one row.
        yield f"dial_code:{trace.dial_code}", RuleName.DIAL_CODE, ruleset.dial_code
    if trace.channel is not Channel.EMAIL:
        yield f"destination:{trace.contact_id}", RuleName.DESTINATION, ruleset.destination
    yield f"client:{trace.client}", RuleName.CLIENT, ruleset.client
    if trace.requester:
        yield f"requester:{trace.requester}", RuleName.REQUESTER, ruleset.requester
    yield "organisation", RuleName.ORGANISATION, ruleset.organisation


def _spending(trace: Trace, ruleset: Ruleset) -> Iterator[tuple[str, int, int]]:
    """Give under which keys money is counted, and how much there may be of it."""
    caps = money_caps(ruleset) if trace.micros else {}
    if "per_hour" in caps:
        yield "spend", HOUR, caps["per_hour"]
    if "per_day" in caps:
        yield "spend", DAY, caps["per_day"]
    if "per_prefix_per_day" in caps and trace.prefix:
        yield f"spend:{trace.prefix}", DAY, caps["per_prefix_per_day"]


def _bound_of_money(most: int, ruleset: Ruleset, trace: Trace) -> Bound:
    kept = ruleset.spend.kept_for_known
    if trace.is_known or not kept:
        return Bound(RuleName.SPEND, most, spares_known=False)
    return Bound(RuleName.SPEND, most * (PER_CENT - kept) // PER_CENT, spares_known=True)


def _add(found: dict[str, Gauge], subject: str, seconds: int, amount: int, *bounds: Bound) -> None:
    key = f"{subject}:{seconds}"
    gauge = found.get(key) or Gauge(key, subject, seconds, amount, ())
    found[key] = replace(gauge, bounds=(*gauge.bounds, *bounds))


def _refusal(
    gauge: Gauge, bound: Bound, tally: Tally, facts: Facts, now: datetime
) -> Trips | Costs | None:
    if bound.rule is RuleName.CONVERSION:
        return Trips(gauge, bound.rule, now, spares_known=True) if facts.is_unsold else None
    there = max(count(tally, gauge.seconds, now) - facts.returned.get(gauge.key, 0), 0)
    over = there + gauge.amount - bound.most
    if over <= 0:
        return None
    room = room_at(tally, gauge.seconds, now, over)
    if bound.rule is RuleName.SPEND and gauge.amount > bound.most:
        return Costs(None)
    if bound.rule is RuleName.SPEND and (bound.most - there) * NEARLY_ALL >= bound.most:
        # One who asks for a dear message must not shut out those who ask for cheap ones.
        return Costs(room)
    return Trips(gauge, bound.rule, room, bound.spares_known)


def _at_least(refusal: Trips | Costs, ruleset: Ruleset, now: datetime) -> Trips | Costs:
    """Let a block last a while, so that not every minute makes a new one."""
    if isinstance(refusal, Costs):
        return refusal
    is_unsold = refusal.rule is RuleName.CONVERSION
    seconds = ruleset.conversion.block_seconds if is_unsold else ruleset.block_seconds
    return replace(refusal, until=max(refusal.until, now + timedelta(seconds=seconds)))
