"""What looks odd about exceptions is found, and what is as it should be is left alone."""

from dataclasses import replace
from datetime import timedelta
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.redemptions.month import HOURS, Month, labelled, moment, shop_id
from watchword.features.redemptions.misuse.rules import (
    BURST,
    GRACE,
    SAME_PAIR,
    WITHIN,
    Finding,
    Pattern,
    Share,
    chance_of,
    findings,
    is_within,
    stands_out,
)

SEEDS = range(20)


def found(month: Month) -> list[Finding]:
    hours = {act.location: HOURS for act in month.acts}
    return [*findings(month.acts, month.shares, hours)]


@pytest.mark.parametrize("seed", SEEDS)
def test_all_ten_patterns_of_a_labelled_month_are_found(seed: int) -> None:
    month = labelled(seed)
    said = found(month)

    assert len(month.planted) == 10
    for pattern, ids in month.planted:
        assert any(each.pattern is pattern and ids <= {*each.acts} for each in said), pattern


def test_less_than_one_in_a_hundred_honest_exceptions_is_pointed_at() -> None:
    """A finding about a location points at nobody, so it is judged by itself below."""
    pointed = honest = 0
    for seed in SEEDS:
        month = labelled(seed)
        odd = month.odd
        honest += sum(act.id not in odd for act in month.acts)
        of_people = [each for each in found(month) if each.pattern is not Pattern.SHARE]
        said = {id for each in of_people for id in each.acts}
        pointed += len(said - odd)

    assert pointed / honest < 0.01


def test_no_location_stands_out_that_is_like_the_others() -> None:
    wrong = [
        each
        for seed in SEEDS
        for each in found(labelled(seed))
        if each.pattern is Pattern.SHARE and each.location not in (shop_id(2), shop_id(5))
    ]

    assert wrong == []


def test_a_burst_is_so_many_by_one_person_and_what_touches_it_is_one() -> None:
    month = Month(labelled(0).chance)
    quick = WITHIN / BURST
    for number in range(BURST + 3):
        month.act(0, 1, number, moment(1, 10) + number * quick)
    for number in range(BURST - 1):
        month.act(0, 2, number, moment(1, 10) + number * quick)
    for number in range(BURST):
        month.act(0, 3, number, moment(1, 10) + number * WITHIN)

    (burst,) = found(month)

    assert (burst.pattern, burst.staff, burst.count) == (Pattern.VELOCITY, "staff:0-1", BURST + 3)


def test_who_serves_the_last_customer_is_not_out_of_hours() -> None:
    at = moment(1, HOURS.closes)

    assert is_within(at + GRACE - timedelta(seconds=1), HOURS)
    assert not is_within(at + GRACE, HOURS)
    assert is_within(moment(1, HOURS.opens) - GRACE, HOURS)
    assert not is_within(moment(1, HOURS.opens) - GRACE - timedelta(seconds=1), HOURS)
    assert is_within(moment(1, 0.1), replace(HOURS, opens=0, closes=24))


def test_a_pair_is_the_same_two_on_several_days() -> None:
    month = Month(labelled(0).chance)
    for _ in range(SAME_PAIR):
        month.act(0, 1, 7, moment(1, 10))  # one visit with much to redeem
    for day in range(SAME_PAIR):
        month.act(0, 10 + day, 8, moment(day, 10))  # always another colleague

    assert [each.pattern for each in found(month)] == []


@given(st.integers(1, 60), st.floats(0.01, 0.9), st.data())
def test_chance_is_reckoned_as_it_is(of: int, each: float, data: st.DataObject) -> None:
    at_least = data.draw(st.integers(0, of))
    exact = sum(comb(of, n) * each**n * (1 - each) ** (of - n) for n in range(at_least, of + 1))

    assert chance_of(at_least, of, each) == pytest.approx(exact, rel=1e-6, abs=1e-9)


@given(st.integers(0, 500), st.integers(1, 2000))
def test_nobody_stands_out_by_the_share_of_all_others(exceptions: int, redemptions: int) -> None:
    share = Share(min(exceptions, redemptions), redemptions)

    assert not stands_out(share, Share(10 * share.exceptions, 10 * redemptions), among=5)
