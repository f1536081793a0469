"""When somebody may be written to, by the clock where they are.

A number may belong to several time zones, as those of mobile telephones do. Then it has to be a
good hour in all of them.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from watchword.features.consents.quiet.hours import STRICTER, USUAL, Hours
from watchword.features.contacts.rules import Contact, ContactKind

UTC_ZONE = ZoneInfo("UTC")

LOOK_AHEAD = timedelta(days=4)
"""A closed weekend and a holiday in a zone that is a day ahead."""


def hours_of(country: str, table: Mapping[str, Hours] = STRICTER) -> Hours:
    return table.get(country, USUAL)


def is_open(moment: datetime, zone: ZoneInfo, hours: Hours) -> bool:
    """Say whether it is a good hour somewhere."""
    there = moment.astimezone(zone)
    return there.weekday() in hours.days and hours.opens <= there.time() < hours.closes


def next_open(now: datetime, zones: Collection[ZoneInfo], hours: Hours) -> datetime | None:
    """Give the first moment from now on at which it is a good hour in all time zones.

    There is none if the zones are too far apart: whoever asks takes another clock then.
    """
    for moment in sorted({now, *_openings(now, zones, hours)}):
        if all(is_open(moment, zone, hours) for zone in zones):
            return moment
    return None


def leaves_at(
    now: datetime, zones: Collection[ZoneInfo], hours: Hours, otherwise: ZoneInfo
) -> datetime:
    """Do the same for whoever has to be written to at some time: where the zones of a number are
    so far apart that it is never a good hour in all, the clock that is known counts."""
    found = next_open(now, zones, hours) or next_open(now, (otherwise,), hours)
    if found is None:
        raise ValueError("There is no day on which these hours are open.")
    return found


def _openings(now: datetime, zones: Collection[ZoneInfo], hours: Hours) -> Iterator[datetime]:
    """Give the moments behind now at which a good hour begins in one of the zones."""
    for zone in zones:
        today = now.astimezone(zone).date()
        for days in range(LOOK_AHEAD.days + 1):
            # An hour that a change of clocks leaves out is the one behind it.
            opens = datetime.combine(today + timedelta(days), hours.opens, zone).astimezone(UTC)
            if opens > now:
                yield opens


def zones_of(number: Contact | None, organisation: str | None) -> tuple[ZoneInfo, ...]:
    """Give the clocks that count for somebody: all those that their number may be in; if that says
    nothing, or there is none, that of the organisation."""
    if number is not None and (found := _of_number(number)):
        return found
    return (zone_of(organisation or "") or UTC_ZONE,)


def zone_of(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _of_number(number: Contact) -> tuple[ZoneInfo, ...]:
    if number.kind is not ContactKind.PHONE:
        return ()
    names = time_zones_for_number(phonenumbers.parse(number.canonical.reveal()))
    return tuple(zone for name in sorted(set(names)) if (zone := zone_of(name)))
