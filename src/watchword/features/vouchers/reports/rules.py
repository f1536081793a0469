"""What is out and what was lost, put together for people."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchword.features.organisations.rules import LocationId
from watchword.features.tills.terminals.rules import TerminalId
from watchword.features.vouchers.rules import Voucher, VoucherId
from watchword.features.vouchers.settling.rules import Use, Verdict

Money = Mapping[str, int]
"""So much in each currency, in its smallest unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """What is with customers, or with tills that have not told us yet, at one location."""

    location_id: LocationId
    count: int
    value: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A voucher for which something was handed out once too often: by which tills, and when.

    `settled` is what its points paid for, if they did; `lost` is everything else.
    """

    voucher: Voucher | None
    settled: Use | None
    lost: Sequence[Use]

    @property
    def last(self) -> datetime:
        return max(each.settled_at for each in self.lost)

    @property
    def location_id(self) -> LocationId:
        return self.lost[0].location_id

    @property
    def verdict(self) -> Verdict:
        return self.lost[0].verdict

    @property
    def tills(self) -> Sequence[TerminalId]:
        uses = ([self.settled] if self.settled else []) + [*self.lost]
        return [*dict.fromkeys(each.terminal_id for each in uses)]

    @property
    def value(self) -> int:
        return sum(each.loss for each in self.lost)

    @property
    def currency(self) -> str:
        return self.lost[0].currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`uses` are what tills told us of, the newest first; `is_cut`: there are more than fit."""

    out: Sequence[Out]
    uses: Sequence[Use]
    losses: Sequence[Loss]
    is_cut: bool = False

    @property
    def settled(self) -> int:
        return sum(each.verdict is Verdict.SETTLED for each in self.uses)

    @property
    def lost(self) -> Money:
        return _money((each.currency, each.value) for each in self.losses if each.value)

    @property
    def worth(self) -> Money:
        return _money((each.currency, each.value) for each in self.out)

    @property
    def late(self) -> int:
        return sum(each.is_late for each in self.uses)

    @property
    def clocks(self) -> Mapping[TerminalId, Use]:
        """Give the tills whose clock was wrong when they last told us of something."""
        newest: dict[TerminalId, Use] = {}
        for use in self.uses:
            newest.setdefault(use.terminal_id, use)
        return {id: use for id, use in newest.items() if use.has_wrong_clock}

    def seen_by(self, may_see: Callable[[LocationId], bool]) -> "Report":
        """Leave what happened at locations that somebody does not see."""
        return Report(
            out=[each for each in self.out if may_see(each.location_id)],
            uses=[each for each in self.uses if may_see(each.location_id)],
            losses=[each for each in self.losses if may_see(each.location_id)],
            is_cut=self.is_cut,
        )


def losses_of(uses: Iterable[Use], vouchers: Mapping[VoucherId, Voucher]) -> Sequence[Loss]:
    """Put together what was told of each voucher, the newest loss first."""
    by_voucher: dict[object, list[Use]] = {}
    for use in sorted(uses, key=lambda each: (each.settled_at, each.id)):
        by_voucher.setdefault(use.voucher_id or use.digest, []).append(use)
    losses = [
        Loss(
            voucher=None
            if all_of_it[0].voucher_id is None
            else vouchers.get(all_of_it[0].voucher_id),
            settled=next((each for each in all_of_it if each.verdict is Verdict.SETTLED), None),
            lost=[each for each in all_of_it if each.verdict is not Verdict.SETTLED],
        )
        for all_of_it in by_voucher.values()
    ]
    return sorted((each for each in losses if each.lost), key=lambda each: each.last, reverse=True)


def _money(pairs: Iterable[tuple[str, int]]) -> Money:
    sums = Counter[str]()
    for currency, value in pairs:
        sums[currency] += value
    return dict(sums)
