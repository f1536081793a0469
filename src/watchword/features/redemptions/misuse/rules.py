"""What looks odd about exceptions: five patterns, each with what it rests on.

A finding accuses nobody. It says how often something happened, and leaves it to people to ask why.
Whoever makes exceptions as they are meant to be made is hardly ever found here: less than one in a
hundred, in a month that was labelled by hand.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final
from uuid import UUID

from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId

BURST, WITHIN = 4, timedelta(minutes=30)
"""So many by one person in such a span are more than customers without a telephone."""
GRACE = timedelta(minutes=30)
"""Whoever closes up serves the last customer, too."""
SAME_PAIR, ON_DAYS = 3, 2
"""So often the same two, on so many days: somebody forgets their telephone at the same person."""
ENOUGH, TIMES_PEERS, CHANCE = 6, 2.0, 0.0005
"""A location stands out if it has so many, so many times the share of all others together, and
chance alone would do that no more often than this."""
PEERS_AT_LEAST = 2


class Pattern(StrEnum):
    """The order is that of the page: what needs the least explanation comes first."""

    SELF = "self"
    """Somebody redeemed for themselves, or for whom they live with."""
    VELOCITY = "velocity"
    OFF_HOURS = "off_hours"
    PAIR = "pair"
    SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One exception, as it is looked at; or whatever else staff redeemed for themselves (`is_own`),
    in whatever way."""

    id: UUID
    staff: str
    location: LocationId | None
    customer: CustomerId | None
    at: datetime
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the redemptions of a location were let through by the master PIN."""

    exceptions: int
    redemptions: int

    @property
    def ratio(self) -> float:
        return self.exceptions / self.redemptions if self.redemptions else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When somebody sells at a location, by its own clock."""

    zone: tzinfo
    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What looks odd, and what it rests on. `peers`: the share of all other locations together."""

    pattern: Pattern
    acts: tuple[UUID, ...]
    first: datetime
    last: datetime
    staff: str | None = None
    location: LocationId | None = None
    customer: CustomerId | None = field(default=None)
    share: float = 0.0
    peers: float = 0.0

    @property
    def count(self) -> int:
        return len(self.acts)


def findings(
    acts: Collection[Act],
    shares: Mapping[LocationId, Share],
    hours: Mapping[LocationId | None, Hours],
) -> Sequence[Finding]:
    """Find what looks odd in a span; what happened last comes first within each pattern."""
    found = [
        *_own(acts),
        *_bursts(acts),
        *_off_hours(acts, hours),
        *_pairs(acts),
        *_shares(acts, shares),
    ]
    order = [*Pattern]
    return sorted(found, key=lambda each: (order.index(each.pattern), -each.last.timestamp()))


def _own(acts: Iterable[Act]) -> Iterator[Finding]:
    own = defaultdict[str, list[Act]](list)
    for act in acts:
        if act.is_own:
            own[act.staff].append(act)
    for staff, theirs in own.items():
        yield _finding(Pattern.SELF, theirs, staff=staff)


def _bursts(acts: Iterable[Act]) -> Iterator[Finding]:
    by_staff = defaultdict[str, list[Act]](list)
    for act in sorted(acts, key=lambda each: each.at):
        by_staff[act.staff].append(act)
    for staff, theirs in by_staff.items():
        for burst in _crowded(theirs):
            yield _finding(Pattern.VELOCITY, burst, staff=staff, location=burst[0].location)


def _crowded(acts: Sequence[Act]) -> Iterator[Sequence[Act]]:
    """Give spans in which there are too many; those that touch are one."""
    marked = set[int]()
    for place in range(len(acts) - BURST + 1):
        if acts[place + BURST - 1].at - acts[place].at <= WITHIN:
            marked |= {*range(place, place + BURST)}
    run: list[Act] = []
    for place, act in enumerate(acts):
        if place in marked and (not run or act.at - run[-1].at <= WITHIN):
            run.append(act)
            continue
        if run:
            yield run
        run = [act] if place in marked else []
    if run:
        yield run


def _off_hours(acts: Iterable[Act], hours: Mapping[LocationId | None, Hours]) -> Iterator[Finding]:
    late = defaultdict[tuple[str, LocationId | None], list[Act]](list)
    for act in acts:
        known = hours.get(act.location)
        if known is not None and not is_within(act.at, known):
            late[act.staff, act.location].append(act)
    for (staff, location), theirs in late.items():
        yield _finding(Pattern.OFF_HOURS, theirs, staff=staff, location=location)


def is_within(at: datetime, hours: Hours) -> bool:
    """Say whether somebody sells at that moment, or has only just ceased to."""
    earlier, later = (
        (at + GRACE).astimezone(hours.zone),
        (at - GRACE).astimezone(hours.zone),
    )
    return any(hours.opens <= each.hour < hours.closes for each in (earlier, later))


def _pairs(acts: Iterable[Act]) -> Iterator[Finding]:
    pairs = defaultdict[tuple[str, CustomerId], list[Act]](list)
    for act in acts:
        if act.customer is not None:
            pairs[act.staff, act.customer].append(act)
    for (staff, customer), theirs in pairs.items():
        days = {each.at.date() for each in theirs}
        if len(theirs) >= SAME_PAIR and len(days) >= ON_DAYS:
            yield _finding(Pattern.PAIR, theirs, staff=staff, customer=customer)


def _shares(acts: Iterable[Act], shares: Mapping[LocationId, Share]) -> Iterator[Finding]:
    if len(shares) <= PEERS_AT_LEAST:
        return
    at = defaultdict[LocationId | None, list[Act]](list)
    for act in acts:
        at[act.location].append(act)
    for location, share in shares.items():
        peers = _together(other for each, other in shares.items() if each != location)
        if stands_out(share, peers, among=len(shares)) and at[location]:
            yield _finding(
                Pattern.SHARE,
                at[location],
                location=location,
                share=share.ratio,
                peers=peers.ratio,
            )


def stands_out(share: Share, peers: Share, *, among: int) -> bool:
    """Say whether a share is more than chance makes of that of the peers, whoever is looked at of
    so many."""
    if share.exceptions < ENOUGH or not share.redemptions or not peers.redemptions:
        return False
    # Where peers had none at all, one half stands for what they may have had.
    usual = max(peers.exceptions, 0.5) / peers.redemptions
    if share.ratio < TIMES_PEERS * usual:
        return False
    return chance_of(share.exceptions, share.redemptions, usual) < CHANCE / among


def chance_of(at_least: int, of: int, each: float) -> float:
    """Give how likely it is that so many or more of so many happen, if each is that likely."""
    if each >= 1:
        return 1.0
    total: Final = math.lgamma(of + 1)
    found = 0.0
    for number in range(at_least, of + 1):
        ways = total - math.lgamma(number + 1) - math.lgamma(of - number + 1)
        term = math.exp(ways + number * math.log(each) + (of - number) * math.log1p(-each))
        found += term
        if number > of * each and term < found * 1e-12:
            break
    return min(found, 1.0)


def _together(shares: Iterable[Share]) -> Share:
    every = [*shares]
    return Share(sum(each.exceptions for each in every), sum(each.redemptions for each in every))


def _finding(pattern: Pattern, acts: Collection[Act], **said: object) -> Finding:
    in_order = sorted(acts, key=lambda each: each.at)
    return Finding(
        pattern=pattern,
        acts=tuple(each.id for each in in_order),
        first=in_order[0].at,
        last=in_order[-1].at,
        **said,  # type: ignore[arg-type]
    )
