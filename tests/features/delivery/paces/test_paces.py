"""A provider with a pace is given no more than that, by all who work; and codes never wait."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.delivery.outbox import ONE, TWO, Post
from tests.stores import MovableTime
from watchword.features.delivery.paces.rules import MADE_UP_FOR, moved, room, takes
from watchword.features.delivery.paces.service import Paces
from watchword.features.delivery.rules import Priority, ProviderName, Queued
from watchword.foundation.storage import Storage
from watchword.settings import SettingsWrong, paces, parse

START = datetime(2030, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LONG_AGO = datetime.fromtimestamp(0, UTC)
MANY = 64


@pytest.fixture
def post(house: Storage) -> Post:
    post = Post(house, ways=(ONE, TWO))
    post.deliveries.paces = Paces({ONE: 8.0})
    return post


async def bulk(post: Post, count: int, provider: ProviderName = ONE) -> None:
    for _ in range(count):
        await post.put("campaign", provider=provider, priority=Priority.BULK)


async def claimed(post: Post, provider: ProviderName = ONE) -> Sequence[Queued]:
    return await post.deliveries.claim(provider, MANY, bulk=MANY)


async def test_two_workers_together_keep_to_the_pace(post: Post, time: MovableTime) -> None:
    await bulk(post, 40)
    other = Post(post.storage, ways=(ONE, TWO))
    other.deliveries.paces = Paces({ONE: 8.0})
    assert len(await claimed(post)) + len(await claimed(other)) == 3

    taken = 0
    for _ in range(20):
        time.pass_by(timedelta(milliseconds=100))
        taken += len(await claimed(post)) + len(await claimed(other))

    assert taken == 16


async def test_codes_leave_at_once_and_are_not_counted(post: Post, time: MovableTime) -> None:
    await bulk(post, 9)
    await claimed(post)
    for _ in range(5):
        await post.put()

    now = await claimed(post)
    time.pass_by(SECOND / 4)
    later = await claimed(post)

    assert [each.priority for each in now] == [Priority.INTERACTIVE] * 5
    assert [each.priority for each in later] == [Priority.BULK] * 2


async def test_who_has_no_pace_is_given_all_at_once(post: Post) -> None:
    await bulk(post, 40, TWO)

    assert len(await claimed(post, TWO)) == 40


@given(
    per_second=st.floats(0.1, 10_000),
    steps=st.lists(st.integers(0, 2_000_000), min_size=1, max_size=30),
)
def test_whenever_somebody_looks_no_more_leave_than_the_pace_allows(
    per_second: float, steps: list[int]
) -> None:
    now, free_at, gone = START, LONG_AGO, 0
    for step in steps:
        now += timedelta(microseconds=step)
        left = room(per_second, free_at, now)
        free_at, gone = moved(per_second, free_at, now, left), gone + left

    most = (now - START + MADE_UP_FOR + SECOND / per_second) / SECOND * per_second
    assert gone <= most + 0.01


@given(per_second=st.floats(0.1, 1_000))
def test_whoever_looks_often_loses_nothing(per_second: float) -> None:
    now, free_at, gone = START, LONG_AGO, 0
    for _ in range(100):
        left = room(per_second, free_at, now)
        free_at, gone = moved(per_second, free_at, now, left), gone + left
        now += MADE_UP_FOR / 2

    assert gone >= int(per_second * 99 * (MADE_UP_FOR / 2) / SECOND)


def test_a_campaign_takes_as_long_as_the_slowest_pace() -> None:
    assert takes(600, [10.0, 2.0]) == timedelta(minutes=5)
    assert takes(600, []) is None


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"nobody": 30}, "there is no providers.nobody"),
        ({"mail": 0}, "work.bulk_per_second.mail is more than 0"),
        ({"mail": 10_001}, "work.bulk_per_second.mail is more than 0"),
    ],
)
def test_a_pace_is_of_a_provider_that_there_is_and_more_than_nothing(
    said: dict[str, float], problem: str
) -> None:
    mail = {"kind": "smtp", "host": "localhost", "sender": "codes@example.org"}

    with pytest.raises(SettingsWrong, match=problem):
        parse({"providers": {"mail": mail}, "work": {"bulk_per_second": said}})


def test_a_pace_is_read_from_the_settings() -> None:
    mail = {"kind": "smtp", "host": "localhost", "sender": "codes@example.org"}
    settings = parse({"providers": {"mail": mail}, "work": {"bulk_per_second": {"mail": 2.5}}})

    assert paces(settings) == {"mail": 2.5}
