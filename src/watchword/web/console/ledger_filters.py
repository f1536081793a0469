"""What somebody looks for in the ledger, as the fields of the page say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from watchword.features.ledger.rules import Wanted

WORD_AT_MOST = 200
NAMES = ("action", "id", "from", "to", "actor", "target")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the fields say, and what is wanted by that. `problems`: those that cannot be read."""

    fields: Mapping[str, str]
    wanted: Wanted
    problems: frozenset[str]

    @property
    def actor(self) -> str:
        return self.fields["actor"]

    @property
    def target(self) -> str:
        return self.fields["target"]

    @property
    def is_narrowed(self) -> bool:
        return any(self.fields.values())


def asked_in(given: Mapping[str, str]) -> Asked:
    """Read the fields strictly. A day counts from its first moment to its last, in UTC."""
    fields = {name: str(given.get(name, "")).strip()[:WORD_AT_MOST] for name in NAMES}
    since, until = _day(fields["from"]), _day(fields["to"])
    problems = {name for name, day in (("from", since), ("to", until)) if fields[name] and not day}
    wanted = Wanted(
        action=fields["action"] or None,
        actor=fields["actor"] or None,
        target=fields["target"] or None,
        since=since,
        until=None if until is None else until + timedelta(days=1),
        word=fields["id"] or None,
    )
    return Asked(fields=fields, wanted=wanted, problems=frozenset(problems))


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # The years of people; what is beyond them cannot be reckoned with.
    return datetime.combine(day, time(), UTC) if 1970 <= day.year < 9999 else None  # noqa: PLR2004
