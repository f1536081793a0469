"""Every block can ask what time it is, and hears what the database would say."""

from datetime import UTC, datetime, timedelta

from watchword.foundation.storage import Storage, open_storage

THEN = datetime(2030, 1, 1, 12, tzinfo=UTC)
A_LITTLE = timedelta(seconds=1)

SQLITE_SAYS = "select unixepoch() as seconds"
POSTGRESQL_SAYS = "select extract(epoch from clock_timestamp())::float8 as seconds"


async def test_it_is_what_the_database_says(storage: Storage, engine: str) -> None:
    async with storage.begin() as transaction:
        now = transaction.now()
        row = await transaction.one(SQLITE_SAYS if engine == "sqlite" else POSTGRESQL_SAYS)

    assert row is not None
    assert abs(now - datetime.fromtimestamp(row["seconds"], UTC)) <= A_LITTLE


async def test_it_goes_on_in_a_block_and_from_block_to_block(storage: Storage) -> None:
    async with storage.begin() as transaction:
        moments = [transaction.now(), transaction.now()]
    async with storage.reading() as transaction:
        moments.append(transaction.now())

    assert moments == sorted(moments)


async def test_two_that_share_a_database_agree(storage: Storage, database: str) -> None:
    async with open_storage(database) as other:
        async with storage.begin() as transaction:
            ours = transaction.now()
        async with other.begin() as transaction:
            theirs = transaction.now()

    assert abs(theirs - ours) <= A_LITTLE


async def test_a_test_may_say_what_time_it_is(database: str) -> None:
    async with open_storage(database, now=lambda: THEN) as storage:
        async with storage.begin() as transaction:
            assert transaction.now() == THEN
        async with storage.reading() as transaction:
            assert transaction.now() == THEN
