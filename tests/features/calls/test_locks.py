"""Whoever fails too often in a row is locked, by whatever telephone, until staff let them."""

from datetime import timedelta

import pytest

from tests.features.calls.lines import client_of
from tests.stores import NOON, MovableTime, found, new_organisations
from watchword.features.calls.locks.rules import (
    FORGOTTEN_AFTER,
    IN_A_ROW,
    Count,
    Strictness,
    failed,
    is_forgiven,
)
from watchword.features.calls.locks.service import USUAL, Locks
from watchword.features.clients.rules import Caller
from watchword.features.cores.rules import FindBy
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

BY, NUMBER, OTHER = FindBy.MEMBER_NUMBER, Secret("100234"), Secret("100235")


class Desk:
    def __init__(self, house: Storage, client: Caller) -> None:
        self.locks = Locks(storage=house, organisations=new_organisations(house))
        self.storage = house
        self.client = client

    async def fail(self, times: int, value: Secret = NUMBER) -> None:
        for _ in range(times):
            async with self.storage.begin(self.client.organisation.id) as transaction:
                await self.locks.fail(transaction, self.client, BY, value)

    async def forgive(self) -> None:
        async with self.storage.begin(self.client.organisation.id) as transaction:
            await self.locks.forgive(transaction, self.client, BY, NUMBER)

    async def count(self, value: Secret = NUMBER, strictness: Strictness = USUAL) -> Count:
        async with self.storage.reading(self.client.organisation.id) as transaction:
            return await self.locks.of(transaction, self.client, BY, value, strictness)

    async def actions(self) -> list[str]:
        async with self.storage.reading(self.client.organisation.id) as transaction:
            rows = await transaction.all("select action from audit_entries order by at")
        return [row["action"] for row in rows if row["action"].startswith("caller.")]


@pytest.fixture
async def desk(house: Storage) -> Desk:
    return Desk(house, client_of(await found(house, "bank")))


def test_the_last_of_so_many_locks_and_stays_locked() -> None:
    count = Count()
    for _ in range(IN_A_ROW - 1):
        count = failed(count, NOON)
    assert not count.is_locked

    locked = failed(count, NOON)
    later = failed(locked, NOON + timedelta(days=1))

    assert locked.locked_at == later.locked_at == NOON
    assert not is_forgiven(locked), "nobody who came through by chance unlocks it"
    assert is_forgiven(failed(Count(), NOON))
    assert not is_forgiven(Count())


async def test_ten_in_a_row_lock_and_it_is_noted_once(desk: Desk) -> None:
    await desk.fail(IN_A_ROW + 2)

    assert (await desk.count()).is_locked
    assert not (await desk.count(OTHER)).is_locked
    assert await desk.actions() == ["caller.locked"]


async def test_one_right_one_forgets_what_was_wrong(desk: Desk) -> None:
    await desk.fail(IN_A_ROW - 1)
    await desk.forgive()
    await desk.fail(1)

    assert (await desk.count()).in_a_row == 1


async def test_staff_let_somebody_try_again_with_a_reason(desk: Desk) -> None:
    await desk.fail(IN_A_ROW)

    first = await desk.locks.lift(desk.client, BY, NUMBER, "called from the branch")
    again = await desk.locks.lift(desk.client, BY, NUMBER, "called from the branch")

    assert (first, again) == (True, False)
    assert await desk.count() == Count()
    assert await desk.actions() == ["caller.locked", "caller.unlocked"]


async def test_who_has_not_failed_for_long_is_forgotten_and_locked_ones_are_not(
    desk: Desk, time: MovableTime
) -> None:
    await desk.fail(1)
    await desk.fail(IN_A_ROW, OTHER)
    time.pass_by(FORGOTTEN_AFTER)

    assert await desk.locks.forget(10) == 1
    assert (await desk.count()).in_a_row == 0
    assert (await desk.count(OTHER)).is_locked


async def test_where_it_may_time_lets_somebody_try_again(desk: Desk, time: MovableTime) -> None:
    hour = Strictness(most=3, reopens=timedelta(hours=1))
    for _ in range(3):
        async with desk.storage.begin(desk.client.organisation.id) as transaction:
            await desk.locks.fail(transaction, desk.client, BY, NUMBER, hour)
    locked = await desk.count(strictness=hour)
    time.pass_by(timedelta(hours=1))

    assert locked.is_locked
    assert await desk.count(strictness=hour) == Count()
    assert (await desk.count()).is_locked, "only where it may"


async def test_another_organisation_counts_by_itself(desk: Desk, house: Storage) -> None:
    await desk.fail(IN_A_ROW)

    other = Desk(house, client_of(await found(house, "other")))

    assert not (await other.count()).is_locked
