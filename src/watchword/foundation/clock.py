"""Moments, and the whole numbers that stand for them in storage."""

from datetime import UTC, date, datetime, time, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def from_microseconds(count: int) -> datetime:
    return EPOCH + count * MICROSECOND


def microseconds_if_any(moment: datetime | None) -> int | None:
    return None if moment is None else to_microseconds(moment)


def moment_if_any(count: int | None) -> datetime | None:
    return None if count is None else from_microseconds(count)


def bare_day(moment: datetime) -> date | None:
    """Give the day of a moment of which no hour is known: a day is kept as its midnight."""
    there = moment.astimezone(UTC)
    return there.date() if there.time() == time.min else None
