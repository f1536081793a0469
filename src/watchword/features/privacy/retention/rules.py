"""Which terms of the data map are swept here, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.features.privacy.mapping import Table, Term
from watchword.features.privacy.tables import DATA_MAP

EVERY = timedelta(minutes=10)
"""How often we look for what is due."""
EVERY_DAY = timedelta(days=1)
"""How often we look for people whom nothing refers to: that is to look at all of them."""
LATE_AFTER = timedelta(hours=25)
"""Whoever has not swept for so long does not run as it should."""


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """One term of one table."""

    table: Table
    term: Term

    @property
    def name(self) -> str:
        return f"{self.table.name}/{self.term.keep}"

    @property
    def every(self) -> timedelta:
        return EVERY_DAY if self.term.takes_the_person else EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """When a sweep last came to its end, and how much it found."""

    name: str
    ran_at: datetime
    found: int


SWEEPS: Sequence[Sweep] = tuple(
    Sweep(table, term) for table in DATA_MAP for term in table.terms if term.is_ours
)


def late(runs: Sequence[Run], now: datetime) -> Sequence[str]:
    """Name the sweeps that should have run since, or never have."""
    ran = {run.name: run.ran_at for run in runs}
    return [
        sweep.name
        for sweep in SWEEPS
        if sweep.name not in ran or now - ran[sweep.name] > sweep.every + LATE_AFTER
    ]
