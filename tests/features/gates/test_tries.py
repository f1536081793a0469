"""How often somebody may be wrong at a link."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stores import NOON
from watchword.features.campaigns.rules import LASTS_AT_MOST, LINKS_LIVE, LINKS_LIVE_AT_MOST
from watchword.features.gates.tries.rules import (
    FRESH,
    LONG_PAUSE,
    LONGEST_PAUSE,
    PAUSE,
    TRIES,
    Charged,
    Paused,
    Tries,
    charge,
    of_all_links,
)
from watchword.features.limits.rules import Cap

MANUAL = Path(__file__).parents[3] / "docs" / "explanation"


def charged(tries: Tries, times: int, moment: datetime = NOON) -> Tries:
    for _ in range(times):
        outcome = charge(tries, moment)
        assert isinstance(outcome, Charged)
        tries = outcome.tries
    return tries


def test_five_tries_and_then_a_pause() -> None:
    fifth = charge(charged(FRESH, TRIES - 1), NOON)

    assert isinstance(fifth, Charged)
    assert fifth.left == 0
    assert charge(fifth.tries, NOON) == Paused(NOON + PAUSE)
    assert charge(fifth.tries, NOON + PAUSE - timedelta(microseconds=1)) == Paused(NOON + PAUSE)


def test_after_a_pause_there_are_five_again() -> None:
    paused = charged(FRESH, TRIES)

    first = charge(paused, NOON + PAUSE)

    assert isinstance(first, Charged)
    assert first.left == TRIES - 1


def test_the_fourth_pause_in_a_row_lasts_a_day_and_the_tenth_a_week() -> None:
    tries, moment = FRESH, NOON
    waits = []
    for _ in range(12):
        tries = charged(tries, TRIES, moment)
        assert tries.paused_until is not None
        waits.append(tries.paused_until - moment)
        moment = tries.paused_until

    assert waits == [PAUSE] * 3 + [LONG_PAUSE] * 6 + [LONGEST_PAUSE] * 3


@pytest.mark.parametrize(
    ("lives", "answers"),
    [(LASTS_AT_MOST + LINKS_LIVE, 130), (LASTS_AT_MOST + LINKS_LIVE_AT_MOST, 235)],
)
def test_whoever_never_tires_has_no_more_answers_than_the_manual_says(
    lives: timedelta, answers: int
) -> None:
    tries, moment, taken = FRESH, NOON, 0
    while moment < NOON + lives:
        tries, taken = charged(tries, TRIES, moment), taken + TRIES
        assert tries.paused_until is not None
        moment = tries.paused_until

    assert taken == answers
    assert f"{answers} answers" in (MANUAL / "what-a-gate-protects.md").read_text()


@given(some.lists(some.integers(1, 60), min_size=1, max_size=300))
def test_whoever_never_tires_gets_twenty_in_the_beginning_and_five_a_day_from_then_on(
    waits: list[int],
) -> None:
    tries, moment, taken = FRESH, NOON, 0
    for minutes in waits:
        moment += timedelta(minutes=minutes)
        outcome = charge(tries, moment)
        if isinstance(outcome, Charged):
            tries, taken = outcome.tries, taken + 1

    days = (moment - NOON) // LONG_PAUSE
    assert taken <= 4 * TRIES + TRIES * (days + 1)


@given(some.lists(some.integers(0, 20), min_size=1, max_size=300))
def test_whoever_was_told_to_wait_gets_nothing_before(waits: list[int]) -> None:
    tries, moment, until = FRESH, NOON, NOON
    for minutes in waits:
        moment += timedelta(minutes=minutes)
        match charge(tries, moment):
            case Charged(after) as charged:
                assert moment >= until
                assert charged.left == TRIES - after.used
                tries, until = after, after.paused_until or until
            case Paused(said):
                assert moment < said == until


@pytest.mark.parametrize(
    ("recipients", "most"), [(0, 300), (30_000, 300), (100_000, 1_000), (1_000_000, 3_000)]
)
def test_a_large_campaign_may_have_more_wrong_answers(recipients: int, most: int) -> None:
    assert of_all_links(recipients).sends == (Cap(most, timedelta(minutes=10)),)
