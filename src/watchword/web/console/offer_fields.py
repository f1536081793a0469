"""Fields that the forms of rewards and of earn rules share: numbers, money, days and locations.

A day begins and ends by UTC, as all that the console shows. What was set to the minute by a program
stays so, as long as nobody types another day.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from watchword.features.imports.amounts import read_date, read_points, read_sum
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.foundation.ids import Id
from watchword.web.console.forms import Form
from watchword.web.console.visits import Visitor

DAY = timedelta(days=1)


class Fields:
    """Reads fields one by one, and notes which of them cannot be read."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.problems: dict[str, str] = {}

    def whole(self, name: str) -> int:
        """Read a number that has to be there."""
        found = read_points(self._form.text(name))
        if found is None:
            self.problems[name] = "no_number"
        return found or 0

    def whole_if_any(self, name: str) -> int | None:
        return self.whole(name) if self._form.text(name) else None

    def money(self, name: str) -> int:
        """Read a sum of money; nothing that is typed is nothing that is asked for."""
        typed = self._form.text(name)
        found = read_sum(typed) if typed else 0
        if found is None:
            self.problems[name] = "no_sum"
        return found or 0

    def begin(self, name: str, before: datetime | None) -> datetime | None:
        """Read the first day on which something is so."""
        day = self._day(name)
        if day is None or (before is not None and before.date() == day):
            return before if day is not None else None
        return datetime.combine(day, time(), UTC)

    def end(self, name: str, before: datetime | None) -> datetime | None:
        """Read the last day on which something is so."""
        day = self._day(name)
        if day is None or last_day(before) == day:
            return before if day is not None else None
        return datetime.combine(day, time(), UTC) + DAY

    def _day(self, name: str) -> date | None:
        typed = self._form.text(name)
        found = read_date(typed) if typed else None
        if typed and found is None:
            self.problems[name] = "no_day"
        return found

    def locations(self) -> frozenset[LocationId]:
        return frozenset(
            LocationId(id) for each in self._form.all("locations") if (id := _id(each))
        )


def last_day(end: datetime | None) -> date | None:
    """Give the last day of something that is over at a moment."""
    return None if end is None else (end - timedelta(microseconds=1)).date()


def decimal(cents: int) -> str:
    """Write a sum as one may type it again, in any language."""
    return f"{cents // 100}.{cents % 100:02}"


async def open_locations(visitor: Visitor, chosen: frozenset[LocationId]) -> Sequence[Location]:
    """Give those that may be chosen; of the closed ones, those that are chosen already."""
    found = await visitor.services.configuration.locations.all(visitor.organisation.id)
    return [each for each in found if each.is_open or each.id in chosen]


def _id(written: str) -> Id | None:
    try:
        return Id(str(UUID(written)))
    except ValueError:
        return None
