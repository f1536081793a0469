"""Who knocks too often with keys that are none, and what happens when a limit is lifted."""

from datetime import timedelta

import pytest

from tests.stores import BANK, NOON, SHOP, MovableTime, at_rest
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.limits.rules import Allowed, Budget, NotBefore
from watchword.features.limits.service import Gates, Lifts
from watchword.features.limits.store import BudgetStore
from watchword.foundation.storage import Storage

ADDRESS, OTHER_ADDRESS = "203.0.113.7", "203.0.113.8"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def gates(house: Storage) -> Gates:
    return Gates(storage=house, key=bytes(32))


class TestAnAddress:
    async def test_may_knock_twenty_times_in_a_minute(self, gates: Gates) -> None:
        leaves = [await gates.knock(ADDRESS) for _ in range(21)]

        assert leaves == [Allowed()] * 20 + [NotBefore(NOON + MINUTE)]

    async def test_is_in_nobody_elses_way(self, gates: Gates) -> None:
        for _ in range(30):
            await gates.knock(ADDRESS)

        assert await gates.knock(OTHER_ADDRESS) == Allowed()

    async def test_of_ipv6_is_counted_with_all_of_its_network(self, gates: Gates) -> None:
        leaves = [await gates.knock(f"2001:db8:1:1::{each:x}") for each in range(21)]

        assert leaves == [Allowed()] * 20 + [NotBefore(NOON + MINUTE)]
        assert await gates.knock("2001:db8:1:2::1") == Allowed()

    async def test_that_goes_on_knocking_goes_on_waiting(
        self, gates: Gates, time: MovableTime
    ) -> None:
        for _ in range(30):
            time.pass_by(timedelta(seconds=2))
            await gates.knock(ADDRESS)

        assert isinstance(await gates.knock(ADDRESS), NotBefore)
        time.pass_by(MINUTE)
        assert await gates.knock(ADDRESS) == Allowed()

    async def test_is_not_kept(self, gates: Gates, migrated: str) -> None:
        await gates.knock(ADDRESS)

        assert ADDRESS.encode() not in await at_rest(migrated)

    async def test_is_forgotten_when_it_has_long_been_quiet(
        self, gates: Gates, time: MovableTime
    ) -> None:
        await gates.knock(ADDRESS)

        assert await gates.forget(500) == 0
        time.pass_by(timedelta(days=1, seconds=1))
        assert await gates.forget(500) == 1


class TestLifting:
    async def test_frees_one_contact_point_in_one_organisation_and_leaves_a_trace(
        self, house: Storage
    ) -> None:
        for whose in (BANK, SHOP):
            for key in ("7:signin:*", "7:redemption:*", "77:signin:*"):
                async with house.begin(whose) as transaction:
                    store = BudgetStore(transaction, whose)
                    await store.make_or_hold(key)
                    await store.save(key, Budget(wrong_in_a_row=100))

        assert await Lifts(storage=house).lift(BANK, "7", "staff:1") == 2

        async with house.begin(BANK) as transaction:
            store = BudgetStore(transaction, BANK)
            assert await store.hold("7:signin:*") == Budget()
            assert (await store.hold("77:signin:*")).wrong_in_a_row == 100
            assert await AuditStore(transaction, BANK).about("7") == [
                Entry(
                    action=Action.LIMITS_LIFTED,
                    actor="staff:1",
                    target="7",
                    details={"budgets": 2},
                )
            ]
        async with house.begin(SHOP) as transaction:
            assert (await BudgetStore(transaction, SHOP).hold("7:signin:*")).wrong_in_a_row == 100
