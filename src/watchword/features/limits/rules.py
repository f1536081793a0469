"""How often is too often: what a contact point may be sent, and how often one may guess.

A budget belongs to a contact point and a purpose, not to a challenge, so it outlives resends,
new challenges, other channels and restarts. It remembers the moments themselves: "five in an
hour" means five in *any* hour, not ten around the stroke of one.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import TypeAlias

NETWORK_BITS = 64
HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
WAITS_DOUBLED_AT_MOST = 12  # times; beyond that the longest wait is reached many times over


@dataclass(frozen=True, slots=True)
class Cap:
    """No more than `most` within any span of time so long."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a budget allows. The figures are those of NIST SP 800-63B-4, section 3.2.2, or less."""

    sends: tuple[Cap, ...] = (Cap(5, HOUR), Cap(10, DAY))
    at_gates: Cap = Cap(3, DAY)
    """Codes before landing pages, which a stranger who has a link and knows four digits can ask
    for. They are no part of the others."""
    letters: Cap = Cap(2, MONTH)
    """To one postal address. A letter costs money, and somebody has to carry it."""
    wrong: Cap = Cap(10, HOUR)
    free_in_a_row: int = 20
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = HOUR
    most_in_a_row: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What has been used up. Moments stand in order, the oldest first."""

    sends: tuple[datetime, ...] = ()
    wrong: tuple[datetime, ...] = ()
    wrong_in_a_row: int = 0
    blocked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may be done now."""


@dataclass(frozen=True, slots=True)
class NotBefore:
    """It may be done again at this moment."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Disabled:
    """Too many wrong guesses in a row: somebody has to look, and lift the limit."""


Leave: TypeAlias = Allowed | NotBefore | Disabled


def network_of(address: str) -> str:
    """Give what an address is counted as: itself, or of the newer kind the 64 bits of its network,
    for whoever has one such address has 2^64 of them. What is no address is left as it is."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv4Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(IPv6Network((int(read), NETWORK_BITS), strict=False))


def may_send(budget: Budget, limits: Limits, now: datetime) -> Leave:
    """Decide whether one more message may go to the contact point."""
    free_at = [_free_at(budget.sends, cap, now) for cap in limits.sends]
    latest = max(free_at, default=now)
    return Allowed() if latest <= now else NotBefore(latest)


def charge_send(budget: Budget, limits: Limits, now: datetime) -> Budget:
    return replace(budget, sends=_noted(budget.sends, limits.sends, now))


def use_up(budget: Budget, limits: Limits, now: datetime) -> Budget:
    """Allow no further message for as long as the first cap lasts."""
    for _ in range(limits.sends[0].most if limits.sends else 0):
        budget = charge_send(budget, limits, now)
    return budget


def may_guess(budget: Budget, limits: Limits, now: datetime) -> Leave:
    """Decide whether one more answer may be compared."""
    if budget.wrong_in_a_row >= limits.most_in_a_row:
        return Disabled()
    free_at = _free_at(budget.wrong, limits.wrong, now)
    if budget.blocked_until is not None:
        free_at = max(free_at, budget.blocked_until)
    return Allowed() if free_at <= now else NotBefore(free_at)


def guesses_left(budget: Budget, limits: Limits, now: datetime) -> int:
    """Count how many wrong answers may follow each other from now on without a wait."""
    if not isinstance(may_guess(budget, limits, now), Allowed):
        return 0
    in_the_hour = limits.wrong.most - sum(
        moment > now - limits.wrong.within for moment in budget.wrong
    )
    # Once the free ones are used up, each guess is followed by a wait.
    before_a_wait = max(limits.free_in_a_row - budget.wrong_in_a_row, 1)
    before_the_end = limits.most_in_a_row - budget.wrong_in_a_row
    return min(in_the_hour, before_a_wait, before_the_end)


def charge_wrong(budget: Budget, limits: Limits, now: datetime) -> Budget:
    in_a_row = budget.wrong_in_a_row + 1
    return replace(
        budget,
        wrong=_noted(budget.wrong, (limits.wrong,), now),
        wrong_in_a_row=in_a_row,
        blocked_until=_blocked_until(in_a_row, limits, now),
    )


def forgive(budget: Budget) -> Budget:
    """Forget wrong guesses after a right one. What was sent stays sent."""
    return replace(budget, wrong=(), wrong_in_a_row=0, blocked_until=None)


def of_letters(limits: Limits) -> Limits:
    """Give the limits of a postal address: those of letters in place of those of messages."""
    return replace(limits, sends=(limits.letters,))


def of_gates(limits: Limits) -> Limits:
    """Give the limits of codes before landing pages; where messages have none, they have none."""
    return replace(limits, sends=(*limits.sends, limits.at_gates)) if limits.sends else limits


def waiting_only(limits: Limits) -> Limits:
    """Give limits that never end in being shut, for what is too long to be guessed.

    Where they did, a stranger could shut somebody out for good by being wrong often enough.
    """
    return replace(limits, most_in_a_row=sys.maxsize)


def in_a_row_only(limits: Limits) -> Limits:
    """Give limits under which nobody waits, and so many wrong ones in a row are the end."""
    most = limits.most_in_a_row
    return replace(limits, wrong=Cap(most, limits.wrong.within), free_in_a_row=most)


def aged(budget: Budget, by: timedelta) -> Budget:
    """Give a budget as it looks when so much time has passed."""
    blocked = budget.blocked_until
    return replace(
        budget,
        sends=tuple(moment - by for moment in budget.sends),
        wrong=tuple(moment - by for moment in budget.wrong),
        blocked_until=None if blocked is None else blocked - by,
    )


def _blocked_until(in_a_row: int, limits: Limits, now: datetime) -> datetime | None:
    too_many = in_a_row - limits.free_in_a_row
    if too_many < 0:
        return None
    wait: timedelta = limits.first_wait * 2 ** min(too_many, WAITS_DOUBLED_AT_MOST)
    return now + min(wait, limits.longest_wait)


def _free_at(moments: Sequence[datetime], cap: Cap, now: datetime) -> datetime:
    """Give the moment from which one more is within the cap."""
    if len(moments) < cap.most:
        return now
    within = [moment for moment in moments if moment > now - cap.within]
    return now if len(within) < cap.most else within[-cap.most] + cap.within


def _noted(moments: Sequence[datetime], caps: Sequence[Cap], now: datetime) -> tuple[datetime, ...]:
    """Add a moment, and drop those that no cap will ask for again."""
    if not caps:
        return ()
    most, start = max(cap.most for cap in caps), now - max(cap.within for cap in caps)
    noted = [moment for moment in (*moments, now) if moment > start]
    return tuple(noted[-most:]) if most else ()
