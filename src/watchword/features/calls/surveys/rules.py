"""What a survey of PINs is, what stands in its way, and what it comes to: counts, and nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from watchword.features.activation.scenarios import Scenario
from watchword.features.activation.standings import Stand, Standing
from watchword.features.cores.rules import Capability, Member

EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""After so long a core is asked again that could not be asked, or could not be to the end."""
LEASE = timedelta(minutes=5)
"""For so long a survey belongs to whoever goes through it; with each page a bit longer."""
SHOWN_DAYS = 90


class Ended(StrEnum):
    """How a survey has ended. Only one that came to its end is counted."""

    DONE = "done"
    NO_LINE = "no_line"
    """Calls are not answered, so nothing is looked for."""
    NOT_LOOKED_FOR = "not_looked_for"
    """The profile that answers calls asks nobody for a first PIN."""
    NOT_LISTED = "not_listed"
    """The core cannot be gone through."""
    CORE_AWAY = "core_away"
    """It did not answer; the survey begins anew."""


NEEDS = Capability.LIST_MEMBERS


@dataclass(frozen=True, slots=True)
class Survey:
    """Whether PINs are counted, since when that goes on, and how the last one has ended."""

    due_at: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    ended: Ended | None = None

    @property
    def is_on(self) -> bool:
        return self.due_at is not None

    @property
    def is_under_way(self) -> bool:
        return self.is_on and self.begun_at is not None


@dataclass(frozen=True, slots=True)
class Day:
    """What PINs stood like on a day. Each is counted once, however many share it."""

    day: date
    stands: Mapping[Stand, int]

    @property
    def members(self) -> int:
        return sum(self.stands.values())

    def of(self, standing: Standing) -> int:
        return sum(count for stand, count in self.stands.items() if stand.standing == standing)

    @property
    def scenarios(self) -> Mapping[Scenario, int]:
        """Give how many still have a default PIN, by what it is."""
        found = {
            stand.scenario: count
            for stand, count in self.stands.items()
            if stand.standing is Standing.DEFAULT and stand.scenario is not None
        }
        return {scenario: found[scenario] for scenario in Scenario if scenario in found}


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Where a survey stands, and what days came to, the newest last. `obstacle`: why it could not
    begin now; nothing, if it could. `sees_pins`: else only what a core says beside can be told."""

    survey: Survey
    obstacle: Ended | None
    days: Sequence[Day]
    sees_pins: bool = True

    @property
    def last(self) -> Day | None:
        return self.days[-1] if self.days else None


def groups(members: Sequence[Member], *, is_per_person: bool) -> Sequence[Sequence[Member]]:
    """Put those together who share a PIN, who comes first in front."""
    together: dict[str, list[Member]] = {}
    for number, member in enumerate(members):
        key = str(number) if is_per_person else member.ref.account.reveal()
        together.setdefault(key, []).append(member)
    return [sorted(each, key=lambda one: one.role != "primary") for each in together.values()]
