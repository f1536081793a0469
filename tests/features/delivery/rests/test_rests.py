"""Which providers rest: written down by whoever left them alone, and seen by all."""

from datetime import timedelta

from tests.stores import MovableTime
from watchword.features.delivery.breaker import Breaker
from watchword.features.delivery.rests.rules import TRIED_WITHIN, Rest
from watchword.features.delivery.rests.service import Rests
from watchword.features.delivery.rules import ProviderName
from watchword.foundation.storage import Storage

TEXTS, CALLS = ProviderName("texts"), ProviderName("calls")
MINUTE = timedelta(minutes=1)


async def test_a_rest_is_seen_until_it_ends(house: Storage, time: MovableTime) -> None:
    rests = Rests(storage=house)
    until = time() + MINUTE

    await rests.note(TEXTS, Breaker(failures=5, rests=1, rests_until=until))

    assert await rests.all() == {TEXTS: Rest(5, until)}
    await rests.note(TEXTS, Breaker())
    assert await rests.all() == {}


async def test_a_longer_rest_takes_the_place_of_a_shorter_one(
    house: Storage, time: MovableTime
) -> None:
    rests = Rests(storage=house)

    await rests.note(TEXTS, Breaker(failures=5, rests=1, rests_until=time()))
    await rests.note(TEXTS, Breaker(failures=6, rests=2, rests_until=time() + MINUTE))
    await rests.note(CALLS, Breaker(failures=9, rests=1, rests_until=time()))

    assert await rests.all() == {TEXTS: Rest(6, time() + MINUTE), CALLS: Rest(9, time())}


async def test_a_rest_that_nobody_ends_is_not_believed_for_ever(
    house: Storage, time: MovableTime
) -> None:
    rests = Rests(storage=house)
    await rests.note(TEXTS, Breaker(failures=5, rests=1, rests_until=time()))

    time.pass_by(TRIED_WITHIN - timedelta(seconds=1))
    assert TEXTS in await rests.all()
    time.pass_by(timedelta(seconds=1))
    assert await rests.all() == {}


async def test_ending_a_rest_that_never_began_is_nothing(house: Storage) -> None:
    rests = Rests(storage=house)

    await rests.note(TEXTS, Breaker())

    assert await rests.all() == {}
