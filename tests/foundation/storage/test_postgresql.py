"""What is true of PostgreSQL alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.contracts.conftest import elsewhere
from tests.postgresql import TestServer
from watchword.foundation.storage import (
    StatementRefused,
    Storage,
    StorageConflict,
    StorageUnavailable,
    open_storage,
)

HOLD = "select * from notes where id = :id for update"
BY_ID = "select id from notes where id = :each"
READ_WHOLE = "select seq_scan as times from pg_stat_xact_user_tables where relname = 'notes'"
PLAN_IS_KEPT_AFTER = 10
CLAIM = "select * from notes order by id for update skip locked"

pytestmark = pytest.mark.every_postgresql


@pytest.fixture
async def storage(postgresql_server: TestServer) -> AsyncIterator[Storage]:
    url = postgresql_server.create_database()
    async with open_storage(url) as storage:
        async with storage.begin() as transaction:
            await transaction.run("create table notes (id text primary key)")
            await transaction.many("insert into notes values (:id)", [{"id": id} for id in "ab"])
        yield storage
    postgresql_server.drop_database(url)


async def count(storage: Storage) -> int:
    async with storage.reading() as transaction:
        return len(await transaction.all("select * from notes"))


async def test_a_connection_that_is_lost_is_unavailable_and_replaced(storage: Storage) -> None:
    with pytest.raises(StorageUnavailable):
        async with storage.begin() as transaction:
            await transaction.run("delete from notes")
            await transaction.one("select pg_terminate_backend(pg_backend_pid())")

    assert await count(storage) == 2


async def test_what_is_kept_soon_is_not_waited_for_and_the_next_is(storage: Storage) -> None:
    found = []
    for begin in (storage.soon, storage.begin):
        async with begin() as transaction:
            row = await transaction.one("select current_setting('synchronous_commit') as waits")
            assert row is not None
            found.append(row["waits"])

    assert found == ["off", "on"]


async def test_of_two_that_wait_for_each_other_one_has_to_go(storage: Storage) -> None:
    both_hold = asyncio.Barrier(2)

    async def hold(first: str, second: str) -> None:
        async with storage.begin() as transaction:
            await transaction.one(HOLD, id=first)
            await both_hold.wait()
            await transaction.one(HOLD, id=second)

    outcomes = await asyncio.gather(hold("a", "b"), hold("b", "a"), return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {StorageConflict, type(None)}


async def test_who_claims_does_not_wait_for_what_another_holds(storage: Storage) -> None:
    async def claim() -> list[str]:
        async with storage.begin() as transaction:
            return [row["id"] for row in await transaction.all(CLAIM)]

    async with storage.begin() as transaction:
        await transaction.one(HOLD, id="a")

        assert await asyncio.wait_for(elsewhere(claim()), timeout=60) == ["b"]


async def test_a_block_in_which_a_statement_was_stopped_keeps_nothing(storage: Storage) -> None:
    with pytest.raises(StatementRefused):
        async with storage.begin() as transaction:
            await transaction.run("delete from notes")
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await transaction.one("select pg_sleep(60)")

    assert await count(storage) == 2


async def test_a_table_that_has_grown_is_read_whole_no_more(storage: Storage) -> None:
    async def ask() -> int:
        await transaction.each(BY_ID, ["a", "b", "nobody"])
        row = await transaction.one(READ_WHOLE)
        return 0 if row is None else int(row["times"])

    async with storage.begin() as transaction:
        await transaction.run("analyze notes")
        while_small = [await ask() for _ in range(PLAN_IS_KEPT_AFTER)]
        await transaction.many(
            "insert into notes values (:id)", [{"id": f"{n}"} for n in range(9999)]
        )
        assert while_small[-1] > 0
        assert await ask() == while_small[-1]


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StorageUnavailable):
        async with open_storage("postgresql://127.0.0.1:1/watchword"):
            pass
