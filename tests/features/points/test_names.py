"""Points that are put by have a name. Nobody moves those of others by it, nor has it twice."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from tests.features.points.tills import Till
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import Profile
from watchword.features.points.ledger import (
    Balance,
    Kind,
    MoreThanSpent,
    NothingReserved,
    ReservedBefore,
    Transfer,
)
from watchword.features.points.store import PointStore
from watchword.foundation.ids import new_id
from watchword.foundation.storage import ConstraintViolated

BEN = Profile("Ben", "Becker")


async def put_by_unasked(till: Till, account: AccountId, redemption: UUID, like: UUID) -> None:
    """Write a reservation down as if the name were free: what was put by before is its pattern."""
    async with till.shop.storage.begin(till.whose.id) as transaction:
        store = PointStore(transaction, till.whose.id)
        (pattern,) = await store.of_redemption(like)
        row = replace(pattern, id=new_id(), account_id=account, redemption_id=redemption)  # type: ignore[arg-type]
        await store.add(row)


async def test_a_name_is_for_one_reservation_whosever(till: Till) -> None:
    ann, ben, redemption = await till.account(), await till.account(profile=BEN), new_id()
    await till.reserve(ann, redemption, 10)

    assert await till.reserve(ben, redemption, 10) == ReservedBefore()
    await till.release(ann, redemption)
    assert await till.reserve(ann, redemption, 10) == ReservedBefore()
    assert [await till.balance(each) for each in (ann, ben)] == [Balance(available=100)] * 2


async def test_of_two_at_once_one_has_the_name(till: Till) -> None:
    ann, ben, redemption = await till.account(), await till.account(profile=BEN), new_id()

    moved = await asyncio.gather(
        *(till.reserve(each, redemption, 10) for each in (ann, ben)), return_exceptions=True
    )

    assert sum(isinstance(each, Transfer) for each in moved) == 1
    assert sum(isinstance(each, ReservedBefore | ConstraintViolated) for each in moved) == 1


async def test_the_database_itself_keeps_names_apart(till: Till) -> None:
    ann, ben, redemption = await till.account(), await till.account(profile=BEN), new_id()
    await till.reserve(ann, redemption, 10)

    with pytest.raises(ConstraintViolated):
        await put_by_unasked(till, ben, redemption, redemption)


async def test_nobody_moves_by_its_name_what_others_put_by(till: Till) -> None:
    ann, ben, redemption = await till.account(), await till.account(profile=BEN), new_id()
    await till.reserve(ben, new_id(), 10)
    await till.reserve(ann, redemption, 10)

    assert await till.release(ben, redemption) == NothingReserved()
    assert await till.commit(ben, redemption) == NothingReserved()
    assert isinstance(await till.commit(ann, redemption), Transfer)
    assert await till.give_back(ben, redemption, 10) == MoreThanSpent(0)
    assert await till.balance(ben) == Balance(available=90, reserved=10)


async def test_what_was_united_with_another_account_is_its_own(till: Till) -> None:
    ann, ben, redemption = await till.account(), await till.account(profile=BEN), new_id()
    await till.reserve(ben, redemption, 10)
    assert await till.unite(ann, ben)

    assert isinstance(await till.commit(ann, redemption), Transfer)
    given = await till.give_back(ben, redemption, 4)
    assert isinstance(given, Transfer)
    assert (given.kind, given.account_id) == (Kind.REVERSED, ann)
    assert await till.balance(ann) == Balance(available=194)
