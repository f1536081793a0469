"""What a lane claims before there is room for it: how much, in which order, and for how long."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.stores import BANK, NOON
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.room import KEPT_AHEAD, most_ahead, most_bulk
from watchword.features.delivery.rules import MessageId, Priority, ProviderName, Queued
from watchword.features.templates.rules import TemplateName
from watchword.foundation.ids import new_id
from watchword.workers.ahead import Ahead


class Seconds:
    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


def message(about: str, priority: Priority = Priority.BULK) -> Queued:
    return Queued(
        id=MessageId(new_id()),
        organisation_id=BANK,
        channel=Channel.SMS,
        provider=ProviderName("one"),
        template=TemplateName.CODE,
        locale="de",
        sealed=b"",
        about=about,
        attempts=1,
        not_after=NOON + timedelta(hours=1),
        priority=priority,
    )


def code(about: str) -> Queued:
    return replace(message(about), priority=Priority.INTERACTIVE)


def taken(ahead: Ahead, *, is_room_for_bulk: bool = True) -> list[str]:
    found = []
    while (queued := ahead.take(is_room_for_bulk=is_room_for_bulk)) is not None:
        found.append(queued.about)
    return found


def test_a_code_goes_before_what_was_claimed_long_before_it() -> None:
    ahead = Ahead(64)
    ahead.put([message("1"), message("2")])
    ahead.put([code("3"), code("4"), message("5")])

    assert taken(ahead) == ["3", "4", "1", "2", "5"]


def test_the_room_that_is_kept_for_codes_is_for_codes_alone() -> None:
    ahead = Ahead(64)
    ahead.put([code("1"), message("2")])

    assert taken(ahead, is_room_for_bulk=False) == ["1"]
    assert len(ahead) == 1


def test_nothing_is_claimed_ahead_before_it_is_known_how_quickly_messages_leave() -> None:
    assert Ahead(64).most == 0


def test_as_many_are_claimed_ahead_as_leave_in_a_moment() -> None:
    seconds = Seconds()
    ahead = Ahead(64, seconds)
    for _ in range(100):
        ahead.has_left()
    seconds.passed = 0.5

    ahead.reckon()

    assert ahead.most == most_ahead(64, 200.0) == 20


def test_once_nothing_leaves_nothing_is_claimed_ahead() -> None:
    seconds = Seconds()
    ahead = Ahead(64, seconds)
    for _ in range(100):
        ahead.has_left()
    seconds.passed = 0.5
    ahead.reckon()
    seconds.passed = 5.0

    ahead.reckon()

    assert ahead.most == 0


def test_what_waits_for_too_long_is_given_back_and_nothing_else() -> None:
    seconds = Seconds()
    ahead = Ahead(64, seconds)
    ahead.put([message("1")])
    seconds.passed = KEPT_AHEAD / 2
    ahead.put([message("2")])
    seconds.passed = KEPT_AHEAD + 0.1

    assert [each.about for each in ahead.give_back(everything=False)] == ["1"]
    assert [each.about for each in ahead.give_back(everything=True)] == ["2"]
    assert not len(ahead)


@given(st.integers(1, 500), st.floats(0, 1e6))
def test_a_lane_never_has_more_ahead_than_with_its_provider(concurrency: int, pace: float) -> None:
    assert 0 <= most_ahead(concurrency, pace) <= most_bulk(concurrency) <= concurrency


@given(st.integers(1, 500), st.floats(0, 9.99))
def test_a_provider_that_is_slow_gets_nothing_ahead(concurrency: int, pace: float) -> None:
    assert most_ahead(concurrency, pace) == 0
