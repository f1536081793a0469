"""What was deleted stands in no file of SQLite any more, once its log was emptied."""

import asyncio
from pathlib import Path

import pytest

from watchword.foundation.storage import Storage, open_storage

CANARY = "canary-in-a-page"


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("test.db*"))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/test.db"


async def write(storage: Storage, sql: str, **values: str) -> None:
    async with storage.begin() as transaction:
        await transaction.run(sql, **values)


async def test_what_was_deleted_is_gone_from_the_log_and_the_file(tmp_path: Path, url: str) -> None:
    async with open_storage(url) as storage:
        await write(storage, "create table notes (id integer primary key, said text)")
        await write(storage, "create index notes_said on notes (said)")
        for number in range(200):
            await write(storage, "insert into notes (said) values (:it)", it=f"{CANARY}-{number}")
        await write(storage, "update notes set said = null where id <= 100")
        await write(storage, "delete from notes where id > 100")
        before = everything(tmp_path)

        assert await storage.empty_log()

        assert CANARY.encode() in before
        assert CANARY.encode() not in everything(tmp_path)


async def test_whoever_reads_meanwhile_is_let_read_and_it_is_said_that_it_was_in_vain(
    tmp_path: Path, url: str
) -> None:
    async with open_storage(url) as storage:
        await write(storage, "create table notes (said text)")
        await write(storage, "insert into notes (said) values (:it)", it=CANARY)
        is_reading, may_end = asyncio.Event(), asyncio.Event()

        async def read() -> int:
            async with storage.reading() as transaction:
                await transaction.all("select * from notes")
                is_reading.set()
                await may_end.wait()
                return len(await transaction.all("select * from notes"))

        reading = asyncio.create_task(read())
        await is_reading.wait()
        await write(storage, "delete from notes")

        in_vain = await storage.empty_log()
        may_end.set()

        assert await reading == 1
        assert not in_vain
        assert await storage.empty_log()
        assert CANARY.encode() not in everything(tmp_path)


async def test_writing_goes_on_while_it_is_emptied(url: str) -> None:
    async with open_storage(url) as storage:
        await write(storage, "create table notes (said text)")

        await asyncio.gather(
            *(write(storage, "insert into notes (said) values (:it)", it="a") for _ in range(50)),
            storage.empty_log(),
        )

        async with storage.reading() as transaction:
            assert len(await transaction.all("select * from notes")) == 50
