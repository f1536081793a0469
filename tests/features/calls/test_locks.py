"""Whoever fails too often in a row is locked, by whatever telephone, until staff let them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.calls.lines import client_of
from tests.stores import NOON, MovableTime, found, new_organisations
from watchword.features.calls.locks.rules import (
    FORGOTTEN_AFTER,
    LOCKS_END_AFTER,
    Count,
    Sought,
    failed,
    is_forgiven,
    names_of,
)
from watchword.features.calls.locks.service import Locks
from watchword.features.clients.rules import Caller
from watchword.features.cores.rules import CoreName, FindBy, MemberRef
from watchword.features.pins.kept.rules import Locking
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

DEMO, LOCKING = CoreName("demo"), Locking()
NUMBER = Sought(FindBy.MEMBER_NUMBER, Secret("100234"), DEMO)
OTHER = Sought(FindBy.MEMBER_NUMBER, Secret("100235"), DEMO)
MEMBER = MemberRef(Secret("7013"), Secret("1"))
BY_NUMBER = replace(NUMBER, found=[MEMBER])
BY_PHONE = Sought(FindBy.PHONE, Secret("2025550113"), DEMO, [MEMBER])


class Desk:
    def __init__(self, house: Storage, client: Caller) -> None:
        self.locks = Locks(storage=house, organisations=new_organisations(house))
        self.storage = house
        self.client = client

    async def fail(self, times: int, sought: Sought = NUMBER, locking: Locking = LOCKING) -> int:
        """Guess so often; give how many of that may be judged."""
        return sum([await self.charge(sought, locking) for _ in range(times)])

    async def charge(self, sought: Sought = NUMBER, locking: Locking = LOCKING) -> bool:
        async with self.storage.begin(self.client.organisation.id) as transaction:
            return await self.locks.charge(transaction, self.client, sought, locking)

    async def take_back(self, sought: Sought = NUMBER) -> None:
        async with self.storage.begin(self.client.organisation.id) as transaction:
            await self.locks.take_back(transaction, self.client, sought, LOCKING)

    async def forgive(self, sought: Sought = NUMBER) -> None:
        async with self.storage.begin(self.client.organisation.id) as transaction:
            await self.locks.forgive(transaction, self.client, sought)

    async def count(self, sought: Sought = NUMBER, locking: Locking = LOCKING) -> Count:
        async with self.storage.reading(self.client.organisation.id) as transaction:
            return await self.locks.of(transaction, self.client, sought, locking)

    async def actions(self) -> list[str]:
        async with self.storage.reading(self.client.organisation.id) as transaction:
            rows = await transaction.all("select action from audit_entries order by at")
        return [row["action"] for row in rows if row["action"].startswith("caller.")]


@pytest.fixture
async def desk(house: Storage) -> Desk:
    return Desk(house, client_of(await found(house, "bank")))


def test_the_last_of_so_many_locks_and_stays_locked() -> None:
    count = Count()
    for _ in range(LOCKING.after - 1):
        count = failed(count, NOON, LOCKING.after)
    assert not count.is_locked

    locked = failed(count, NOON, LOCKING.after)
    later = failed(locked, NOON + timedelta(days=1), LOCKING.after)

    assert locked.locked_at == later.locked_at == NOON
    assert not is_forgiven(locked), "nobody who came through by chance unlocks it"
    assert is_forgiven(failed(Count(), NOON, LOCKING.after))
    assert not is_forgiven(Count())


async def test_ten_in_a_row_lock_and_it_is_noted_once(desk: Desk) -> None:
    await desk.fail(LOCKING.after + 2)

    assert (await desk.count()).is_locked
    assert not (await desk.count(OTHER)).is_locked
    assert await desk.actions() == ["caller.locked"]


async def test_of_guesses_that_are_under_way_at_once_no_more_are_judged_than_one_after_another(
    desk: Desk,
) -> None:
    judged = await asyncio.gather(*(desk.charge() for _ in range(3 * LOCKING.after)))

    assert judged.count(True) == LOCKING.after


async def test_what_was_right_is_taken_back_and_the_lock_with_it_if_it_was_that_one(
    desk: Desk,
) -> None:
    await desk.fail(LOCKING.after - 1)
    last, beyond = await desk.charge(), await desk.charge()
    await desk.take_back()

    assert (last, beyond) == (True, False)
    assert await desk.count() == replace(
        await desk.count(), in_a_row=LOCKING.after - 1, locked_at=None
    )
    assert await desk.fail(2) == 1


async def test_who_was_found_has_one_count_however_they_were_looked_up(desk: Desk) -> None:
    await desk.fail(4, BY_NUMBER)
    await desk.fail(6, BY_PHONE)

    assert (await desk.count(BY_NUMBER)).is_locked
    assert await desk.count() == Count(), "of the number itself nothing is known"


async def test_whoever_shares_a_telephone_with_somebody_locked_is_not_judged_by_it(
    desk: Desk,
) -> None:
    await desk.fail(LOCKING.after, BY_NUMBER)
    shared = replace(BY_PHONE, found=[MemberRef(Secret("1"), Secret("1")), MEMBER])

    assert not await desk.charge(shared)


async def test_staff_lift_all_counts_of_somebody(desk: Desk) -> None:
    await desk.fail(LOCKING.after, BY_PHONE)
    await desk.fail(LOCKING.after)

    assert await desk.locks.lift(desk.client, BY_NUMBER, "called from the branch")
    assert await desk.count() == await desk.count(BY_PHONE) == Count()


@given(st.integers(0, 4), st.sampled_from(["", "+1", "1", "001", "+1 "]))
def test_a_number_that_nobody_has_is_the_same_however_it_is_spelt(zeros: int, country: str) -> None:
    number = Sought(FindBy.MEMBER_NUMBER, Secret("0" * zeros + "100234"), DEMO)
    phone = Sought(FindBy.PHONE, Secret(country + "202 555-0113"), DEMO)

    assert names_of(number, "US") == names_of(NUMBER, "US")
    assert names_of(phone, "US") == names_of(replace(BY_PHONE, found=()), "US")


async def test_one_right_one_forgets_what_was_wrong(desk: Desk) -> None:
    await desk.fail(LOCKING.after - 1)
    await desk.forgive()
    await desk.fail(1)

    assert (await desk.count()).in_a_row == 1


async def test_staff_let_somebody_try_again_with_a_reason(desk: Desk) -> None:
    await desk.fail(LOCKING.after)

    first = await desk.locks.lift(desk.client, NUMBER, "called from the branch")
    again = await desk.locks.lift(desk.client, NUMBER, "called from the branch")

    assert (first, again) == (True, False)
    assert await desk.count() == Count()
    assert await desk.actions() == ["caller.locked", "caller.unlocked"]


async def test_who_has_not_failed_for_long_is_forgotten_and_locked_ones_are_not(
    desk: Desk, time: MovableTime
) -> None:
    await desk.fail(1)
    await desk.fail(LOCKING.after, OTHER)
    time.pass_by(FORGOTTEN_AFTER)

    assert await desk.locks.forget(10) == 1
    assert (await desk.count()).in_a_row == 0
    assert (await desk.count(OTHER)).is_locked


async def test_a_lock_that_nobody_lifts_ends_after_a_year_whoever_it_is(
    desk: Desk, time: MovableTime
) -> None:
    await desk.fail(LOCKING.after)
    await desk.fail(LOCKING.after, OTHER)
    time.pass_by(LOCKS_END_AFTER - timedelta(seconds=1))
    before = await desk.locks.forget(10)
    time.pass_by(timedelta(seconds=1))

    assert (before, await desk.locks.forget(10)) == (0, 2)
    assert not (await desk.count()).is_locked


async def test_where_it_may_time_lets_somebody_try_again(desk: Desk, time: MovableTime) -> None:
    hour = Locking(after=3, reopens=timedelta(hours=1))
    await desk.fail(3, locking=hour)
    locked = await desk.count(locking=hour)
    time.pass_by(timedelta(hours=1))

    assert locked.is_locked
    assert await desk.count(locking=hour) == Count()
    assert (await desk.count()).is_locked, "only where it may"


async def test_another_organisation_counts_by_itself(desk: Desk, house: Storage) -> None:
    await desk.fail(LOCKING.after)

    other = Desk(house, client_of(await found(house, "other")))

    assert not (await other.count()).is_locked
