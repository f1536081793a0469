"""Who hears a bell, and when."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TypeAlias

import asyncpg
import pytest

from tests.postgresql import TestServer
from watchword.foundation.bells import Bells, LocalBells, PostgresqlBells

LONG, SOON = 120.0, 0.02  # seconds

Watching: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

LISTENING = """
    select pid from pg_stat_activity
    where datname = current_database() and query like 'LISTEN%' and state = 'idle'
"""
CUT = "select pg_terminate_backend($1)"


class TestABell:
    async def test_wakes_all_who_wait_for_it_and_nobody_else(self) -> None:
        bells = LocalBells()
        one, another, stranger = bells.listen("a"), bells.listen("a"), bells.listen("b")

        bells.ring("a")

        assert await one.wait(LONG)
        assert await another.wait(LONG)
        assert not await stranger.wait(SOON)

    async def test_wakes_who_waits_already(self) -> None:
        bells = LocalBells()
        ear = bells.listen("a")
        waiting = asyncio.create_task(ear.wait(LONG))
        await asyncio.sleep(0)

        bells.ring("a")

        assert await waiting

    async def test_that_rang_before_the_waiting_is_heard_at_once_and_once(self) -> None:
        bells = LocalBells()
        ear = bells.listen("a")
        bells.ring("a")
        bells.ring("a")

        assert await ear.wait(LONG)
        assert not await ear.wait(SOON)

    async def test_that_does_not_ring_is_waited_for_no_longer_than_said(self) -> None:
        assert not await LocalBells().listen("a").wait(SOON)

    async def test_that_nobody_listens_for_rings_all_the_same(self) -> None:
        bells: Bells = LocalBells()

        bells.ring("a")

        assert not await bells.listen("a").wait(SOON)  # it rang for nobody, and is not kept

    async def test_is_not_heard_by_who_has_left(self) -> None:
        bells = LocalBells()
        ear, other = bells.listen("a", "b"), bells.listen("a")
        bells.forget(ear)

        bells.ring("a")
        bells.ring("b")

        assert not await ear.wait(SOON)
        assert await other.wait(LONG)

    async def test_may_be_one_of_several_that_one_listens_for(self) -> None:
        bells = LocalBells()
        ear = bells.listen("a", "b")

        bells.ring("b")

        assert await ear.wait(LONG)


class TestBellsOfPostgresql:
    @pytest.fixture
    def url(self, postgresql_server: TestServer) -> Iterator[str]:
        url = postgresql_server.create_database()
        yield url
        postgresql_server.drop_database(url)

    @pytest.fixture
    async def watching(self, url: str) -> AsyncIterator[Watching]:
        connection = await asyncpg.connect(url)
        yield connection
        await connection.close()

    @pytest.fixture
    async def ours(self, url: str) -> AsyncIterator[PostgresqlBells]:
        bells = PostgresqlBells(url)
        yield bells
        await bells.close()

    @pytest.fixture
    async def theirs(self, url: str) -> AsyncIterator[PostgresqlBells]:
        """Those of another process, as far as PostgreSQL can tell."""
        bells = PostgresqlBells(url)
        yield bells
        await bells.close()

    async def listeners(self, watching: Watching, count: int, *, but: object = None) -> list[int]:
        async with asyncio.timeout(LONG):
            while True:
                pids = [row["pid"] for row in await watching.fetch(LISTENING)]
                if len(pids) == count and but not in pids:
                    return pids
                await asyncio.sleep(SOON)

    async def test_are_heard_in_another_process(
        self,
        ours: PostgresqlBells,
        theirs: PostgresqlBells,
        watching: Watching,
    ) -> None:
        ear, stranger = theirs.listen("news"), theirs.listen("other news")
        await self.listeners(watching, 2)

        ours.ring("news")

        assert await ear.wait(LONG)
        assert not await stranger.wait(SOON)

    async def test_are_heard_here_without_waiting_for_the_wire(self, ours: PostgresqlBells) -> None:
        ear = ours.listen("news")

        ours.ring("news")

        assert ear.rung.is_set()

    async def test_that_rang_before_there_was_a_connection_are_heard_when_there_is(
        self,
        theirs: PostgresqlBells,
        watching: Watching,
        url: str,
    ) -> None:
        ear = theirs.listen("news")
        await self.listeners(watching, 1)
        late = PostgresqlBells(url)

        late.ring("news")

        assert await ear.wait(LONG)
        await late.close()

    async def test_that_only_listen_hear_again_after_their_connection_is_lost(
        self,
        theirs: PostgresqlBells,
        watching: Watching,
        url: str,
    ) -> None:
        ear = theirs.listen("news")
        [lost] = await self.listeners(watching, 1)

        await watching.execute(CUT, lost)
        await self.listeners(watching, 1, but=lost)

        await watching.execute("select pg_notify('watchword', 'news')")
        assert await ear.wait(LONG)

    async def test_that_ring_while_the_connection_is_lost_are_heard_later(
        self, theirs: PostgresqlBells, watching: Watching, url: str
    ) -> None:
        ear = theirs.listen("news")
        [kept] = await self.listeners(watching, 1)
        ours = PostgresqlBells(url)
        pids = await self.listeners(watching, 2)
        [lost] = {*pids} - {kept}

        await watching.execute(CUT, lost)
        ours.ring("news")

        assert await ear.wait(LONG)
        await ours.close()

    async def test_are_not_stopped_by_a_server_that_is_away(self, tmp_path: object) -> None:
        bells = PostgresqlBells(f"postgresql://nobody@/nothing?host={tmp_path}")
        ear = bells.listen("news")

        bells.ring("news")

        assert await ear.wait(LONG)
        await bells.close()
