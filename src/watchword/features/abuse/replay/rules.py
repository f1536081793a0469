"""What other rules would have done: starts that happened are judged again, at their moments.

The rules see what they would have known then: a code counts as typed back only from when it
was, and what they would have stopped is not counted by them. Answers are not kept one by one,
so the rule about sprays is not replayed.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from watchword.features.abuse.judging import (
    Costs,
    Facts,
    Passed,
    Shares,
    Stands,
    Trips,
    forbidden,
    gauges_of,
    is_unsold,
    judge,
    wanted,
)
from watchword.features.abuse.rules import ADMITTED, BlockId, Past, RuleName, Trace
from watchword.features.abuse.rulesets import DAY, Ruleset
from watchword.features.abuse.tallies import FRESH, Mark, Tally, begins

LONGEST_SPAN = timedelta(seconds=2 * DAY)
TIDIED_EVERY = timedelta(hours=1)
RULES = tuple(RuleName)
"""By its place here a block is known in a replay."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one rule would have done to messages that were sent.

    `known_good`: how many of those it blocks were followed by the right code.
    """

    blocks: int = 0
    blocked: int = 0
    known_good: int = 0
    saved_micros: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a replay. `let_through`: blocked then, and not by these rules."""

    played: int
    sent_then: int
    sent_now: int
    let_through: int
    effects: Mapping[RuleName, Effect]


@dataclass(slots=True)
class Replay:
    """Judges starts in the order in which they happened. It remembers no more than two days."""

    ruleset: Ruleset
    home: str
    home_dial_code: str | None
    _tallies: dict[str, Tally] = field(default_factory=dict)
    _sold: dict[str, deque[tuple[datetime, datetime | None]]] = field(default_factory=dict)
    _touched: dict[str, datetime] = field(default_factory=dict)
    _effects: dict[RuleName, Effect] = field(default_factory=dict)
    _played: int = 0
    _sent_then: int = 0
    _sent_now: int = 0
    _let_through: int = 0
    _tidied_at: datetime | None = None

    def play(self, past: Past) -> None:
        self._tidy(past.trace.at)
        self._played += past.times
        was_sent = past.outcome == ADMITTED
        self._sent_then += past.times if was_sent else 0
        rule = self._judge(past)
        if rule is None:
            self._sent_now += past.times
            self._let_through += 0 if was_sent else past.times
        elif was_sent:
            effect = self._effects.get(rule, Effect())
            self._effects[rule] = replace(
                effect,
                blocked=effect.blocked + past.times,
                known_good=effect.known_good + (past.verified_at is not None),
                saved_micros=effect.saved_micros + (past.trace.micros or 0),
            )

    @property
    def remembered(self) -> int:
        """How many tallies and blocks of numbers are kept in mind."""
        return len(self._tallies) + len(self._sold)

    def report(self) -> Report:
        return Report(
            played=self._played,
            sent_then=self._sent_then,
            sent_now=self._sent_now,
            let_through=self._let_through,
            effects=dict(sorted(self._effects.items())),
        )

    def _judge(self, past: Past) -> RuleName | None:
        """Give the rule that would have blocked it; nothing, if none would have."""
        trace = past.trace
        if rule := forbidden(trace, self.ruleset, self.home):
            return rule
        gauges = gauges_of(trace, self.ruleset, self.home_dial_code)
        tallies = {gauge.key: self._tallies.get(gauge.key, FRESH) for gauge in gauges}
        is_low = (
            wanted(gauges, tallies, self.ruleset, trace.at).shares
            and trace.prefix is not None
            and is_unsold(self._shares(trace.prefix, trace.at), self.ruleset.conversion)
        )
        verdict = judge(trace, gauges, tallies, Facts(is_low), self.ruleset)
        if isinstance(verdict, Passed):
            self._keep(verdict.tallies, trace.at)
            self._note_sold(trace, past.verified_at)
            return None
        if isinstance(verdict, Stands):
            return RULES[verdict.block_id.int]
        return (
            RuleName.SPEND
            if isinstance(verdict, Costs)
            else self._block(verdict, tallies[verdict.gauge.key], trace.at)
        )

    def _block(self, trip: Trips, tally: Tally, now: datetime) -> RuleName:
        mark = Mark(BlockId(UUID(int=RULES.index(trip.rule))), trip.until, trip.spares_known)
        self._keep({trip.gauge.key: replace(tally, mark=mark)}, now)
        effect = self._effects.get(trip.rule, Effect())
        self._effects[trip.rule] = replace(effect, blocks=effect.blocks + 1)
        return trip.rule

    def _keep(self, tallies: Mapping[str, Tally], now: datetime) -> None:
        self._tallies.update(tallies)
        self._touched.update(dict.fromkeys(tallies, now))

    def _note_sold(self, trace: Trace, verified_at: datetime | None) -> None:
        if trace.prefix and not trace.is_known and not trace.is_again:
            self._sold.setdefault(trace.prefix, deque()).append((trace.at, verified_at))

    def _shares(self, prefix: str, now: datetime) -> Shares:
        since = begins(self.ruleset.conversion.seconds, now)
        starts = self._sold.get(prefix, deque())
        while starts and starts[0][0] < since:
            starts.popleft()
        settled = now - timedelta(seconds=self.ruleset.conversion.grace_seconds)
        came_back = [back is not None and back <= now for _, back in starts]
        looked_at = (
            was_typed or at <= settled for (at, _), was_typed in zip(starts, came_back, strict=True)
        )
        return Shares(sum(looked_at), sum(came_back))

    def _tidy(self, now: datetime) -> None:
        """Forget what no rule will ask for again."""
        if self._tidied_at is not None and now - self._tidied_at < TIDIED_EVERY:
            return
        self._tidied_at = now
        first = now - LONGEST_SPAN
        self._touched = {key: at for key, at in self._touched.items() if at >= first}
        self._tallies = {key: self._tallies[key] for key in self._touched}
        self._sold = {
            prefix: starts
            for prefix, starts in self._sold.items()
            if starts and starts[-1][0] >= first
        }
