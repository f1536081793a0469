"""How many are put into the outbox, and until when each of them may leave."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import NOON
from watchword.features.campaigns.links.rules import CampaignNumber, Named, RecipientNumber
from watchword.features.campaigns.sending.clocks import clocks_of
from watchword.features.campaigns.sending.rules import (
    STOCK_AT_LEAST,
    STOCK_AT_MOST,
    about,
    about_all,
    allowance,
    closes_at,
    narrowed,
    read_about,
    stock_for,
)
from watchword.features.consents.quiet.hours import USUAL
from watchword.features.contacts.rules import ContactKind
from watchword.features.delivery.room import room_for_bulk

SECOND = timedelta(seconds=1)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**40))
def test_a_message_says_whose_it_is(campaign: int, recipient: int) -> None:
    named = Named(CampaignNumber(campaign), RecipientNumber(recipient))

    assert read_about(about(named)) == named
    assert about(named).startswith(about_all(named.campaign))


def test_one_campaign_is_not_taken_for_another_that_begins_alike() -> None:
    other = about(Named(CampaignNumber(77), RecipientNumber(1)))

    assert not other.startswith(about_all(CampaignNumber(7)))


@pytest.mark.parametrize(
    ("left", "stock"),
    [(0, STOCK_AT_LEAST), (10, STOCK_AT_LEAST), (500, 1500), (9000, STOCK_AT_MOST)],
)
def test_as_many_wait_as_leave_in_some_seconds(left: float, stock: int) -> None:
    assert stock_for(left) == stock


@pytest.mark.parametrize(
    ("since", "count"),
    [
        (None, 10),
        (SECOND, 10),
        (SECOND / 2, 5),
        (timedelta(), 0),
        (timedelta(days=1), 10),
        (-timedelta(hours=1), 0),
    ],
)
def test_no_clock_lets_more_leave_than_in_a_second(since: timedelta | None, count: int) -> None:
    last = None if since is None else NOON - since

    assert allowance(10, last, NOON) == count


def test_the_end_of_good_hours_is_by_the_first_clock_that_strikes() -> None:
    in_both = datetime(2030, 1, 1, 15, tzinfo=UTC)

    assert closes_at(in_both, (BERLIN, NEW_YORK), USUAL) == datetime(2030, 1, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour"),
    [(datetime(2030, 3, 31, 9, tzinfo=UTC), 19), (datetime(2030, 10, 27, 9, tzinfo=UTC), 20)],
)
def test_a_day_on_which_clocks_change_ends_by_the_new_time(day: datetime, hour: int) -> None:
    assert closes_at(day, (BERLIN,), USUAL) == day.replace(hour=hour)


def test_an_organisation_may_be_stricter_than_the_law_and_never_looser() -> None:
    stricter = narrowed(USUAL, time(10), time(18))
    looser = narrowed(USUAL, time(6), time(23))

    assert (stricter.opens, stricter.closes) == (time(10), time(18))
    assert looser == USUAL
    assert narrowed(USUAL, time(21), time(8)) == USUAL


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+491701234567", {"Europe/Berlin"}),
        ("+49301234567", {"Europe/Berlin"}),
        ("+12125551234", {"America/New_York"}),
        ("+18085551234", {"Pacific/Honolulu"}),
        ("+33612345678", {"Europe/Paris"}),
    ],
)
def test_a_number_tells_by_which_clock_somebody_lives(number: str, zones: set[str]) -> None:
    for _ in range(2):  # once looked up, and once remembered
        clocks = clocks_of(ContactKind.PHONE, number, "Asia/Tokyo", "JP")
        assert zones <= {each.key for each in clocks.zones}


def test_hours_of_a_country_are_those_of_the_number() -> None:
    assert clocks_of(ContactKind.PHONE, "+33612345678", "UTC", "DE").hours.closes == time(20)
    assert clocks_of(ContactKind.PHONE, "+491701234567", "UTC", "FR").hours == USUAL


def test_by_mail_the_clock_of_the_organisation_counts() -> None:
    clocks = clocks_of(ContactKind.EMAIL, "a@example.org", "Asia/Tokyo", "JP")

    assert [each.key for each in clocks.zones] == ["Asia/Tokyo"]


@given(st.integers(1, 200), st.integers(0, 300))
def test_some_room_is_always_left_for_codes(concurrency: int, under_way: int) -> None:
    room = room_for_bulk(concurrency, under_way)

    assert 0 <= room <= concurrency
    assert under_way + room < concurrency or concurrency == 1 or room == 0
    assert room_for_bulk(concurrency, 0) > 0
