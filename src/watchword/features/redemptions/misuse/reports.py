"""A report on exceptions: how many, by whom, where, when and for how much."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import IntEnum

from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.misuse.rules import Finding, Share
from watchword.features.redemptions.overrides.rules import Kind, Use


class Days(IntEnum):
    """For how many days a report is made."""

    WEEK = 7
    MONTH = 28
    QUARTER = 91


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one of those who are compared did. `worth` is in the smallest unit, by currency."""

    name: str
    uses: int
    disputed: int
    worth: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`is_cut`: there were more uses than are counted here."""

    since: datetime
    until: datetime
    uses: Sequence[Use]
    findings: Sequence[Finding]
    shares: Mapping[LocationId, Share]
    days: Sequence[tuple[date, int]]
    hours: Sequence[int]
    staff: Sequence[Line]
    kinds: Mapping[Kind, int]
    zone: tzinfo
    is_cut: bool = False

    def seen_by(self, sees: Callable[[LocationId | None], bool]) -> "Report":
        """Give what somebody may see who manages some locations, and not all."""
        if sees(None):
            return self
        uses = [use for use in self.uses if use.location_id and sees(use.location_id)]
        ours = {use.id for use in uses}
        found = [
            each
            for each in self.findings
            if (each.location and sees(each.location)) or ours.issuperset(each.acts)
        ]
        return report(
            uses,
            found,
            {place: share for place, share in self.shares.items() if sees(place)},
            since=self.since,
            until=self.until,
            zone=self.zone,
            kinds=Counter(use.kind for use in uses),
            is_cut=self.is_cut,
        )

    @property
    def contested(self) -> Sequence[Use]:
        """Give those of which customers say that they were not there: somebody has to look."""
        return [use for use in self.uses if use.disputed_at is not None]

    @property
    def disputed(self) -> int:
        return len(self.contested)

    @property
    def to_look_at(self) -> int:
        return self.disputed + len(self.findings)


def report(
    uses: Sequence[Use],
    found: Sequence[Finding],
    shares: Mapping[LocationId, Share],
    *,
    since: datetime,
    until: datetime,
    zone: tzinfo,
    kinds: Mapping[Kind, int],
    is_cut: bool,
) -> Report:
    return Report(
        since=since,
        until=until,
        uses=uses,
        findings=found,
        shares=shares,
        days=_days(uses, since, until, zone),
        hours=_hours(uses, zone),
        staff=_lines(uses),
        kinds=kinds,
        zone=zone,
        is_cut=is_cut,
    )


def _days(
    uses: Collection[Use], since: datetime, until: datetime, zone: tzinfo
) -> Sequence[tuple[date, int]]:
    counted = Counter(use.at.astimezone(zone).date() for use in uses)
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(day, counted[day]) for day in span]


def _hours(uses: Collection[Use], zone: tzinfo) -> Sequence[int]:
    counted = Counter(use.at.astimezone(zone).hour for use in uses)
    return [counted[hour] for hour in range(24)]


def _lines(uses: Collection[Use]) -> Sequence[Line]:
    """Give what each member of staff did, whoever did most comes first."""
    by_staff: dict[str, list[Use]] = {}
    for use in uses:
        by_staff.setdefault(use.staff, []).append(use)
    lines = [
        Line(
            name=name,
            uses=len(theirs),
            disputed=sum(use.disputed_at is not None for use in theirs),
            worth=_worth(theirs),
        )
        for name, theirs in by_staff.items()
    ]
    return sorted(lines, key=lambda each: (-each.uses, each.name))


def _worth(uses: Collection[Use]) -> Mapping[str, int]:
    worth: Counter[str] = Counter()
    for use in uses:
        if use.currency:
            worth[use.currency] += use.value
    return dict(worth)
