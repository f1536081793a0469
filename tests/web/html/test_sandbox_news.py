"""News from the sandbox: heard at once, by not too many, and by nobody for ever."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.web.html.stage import HERE, Stage, open_stage, served
from watchword.features.organisations.rules import Mode
from watchword.foundation.bells import LocalBells
from watchword.web.html import audience, sandbox_news
from watchword.web.html.audience import Audience
from watchword.web.html.sandbox_news import HEARTBEAT, HELLO, NEWS, tell

ROOT = Path(__file__).parents[3]
PATIENCE, A_WHILE = 60.0, 0.2  # seconds


@pytest.fixture
async def everywhere(database: str) -> AsyncIterator[Stage]:
    """A stage on each engine: their bells are not the same."""
    async with open_stage(database) as stage:
        yield stage


@asynccontextmanager
async def listening(address: str) -> AsyncIterator[AsyncIterator[str]]:
    """Listen as a browser does, and give the lines that come."""
    async with (
        httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client,
        client.stream("GET", "/sandbox/events") as reply,
    ):
        assert reply.status_code == 200
        assert reply.headers["Content-Type"].startswith("text/event-stream")
        assert reply.headers["Cache-Control"] == "no-store"
        yield (line async for line in reply.aiter_lines() if line)


async def until_size(stage: Stage, size: int) -> None:
    for _ in range(6000):
        if stage.app.state.audience.size == size:
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"There are {stage.app.state.audience.size} listeners, not {size}.")


async def test_a_message_is_news_and_the_news_carries_nothing_of_it(everywhere: Stage) -> None:
    organisation = await everywhere.found()
    async with served(everywhere.app) as address, listening(address) as lines:
        assert await anext(lines) == "retry: 2000"

        await everywhere.deliver(organisation, code="090914")

        assert [await anext(lines), await anext(lines)] == ["event: news", "data: look"]


async def test_what_live_organisations_send_is_no_news(stage: Stage) -> None:
    live = await stage.found("live", mode=Mode.LIVE)
    async with served(stage.app) as address, listening(address) as lines:
        await anext(lines)

        await stage.deliver(live)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(lines), A_WHILE)


async def test_who_leaves_is_forgotten(stage: Stage) -> None:
    await stage.found()
    async with served(stage.app) as address:
        async with listening(address) as lines:
            await anext(lines)
            await until_size(stage, 1)

        await until_size(stage, 0)


async def test_who_comes_when_all_seats_are_taken_is_asked_to_come_later(stage: Stage) -> None:
    bells = LocalBells()
    taken = stage.app.state.audience
    seats = [taken.listening(bells) for _ in range(audience.SEATS)]
    for seat in seats:
        seat.__enter__()

    reply = await stage.pages.get("/sandbox/events")

    assert reply.status_code == 503
    assert "Retry-After" in reply.headers


async def test_not_even_those_who_come_at_the_same_moment_get_more_than_there_are(
    stage: Stage,
) -> None:
    async def ask(client: httpx.AsyncClient) -> int:
        async with client.stream("GET", "/sandbox/events") as reply:
            statuses.append(reply.status_code)
            if len(statuses) == many:
                all_were_told.set()
            await all_were_told.wait()
            return reply.status_code

    many = 3 * audience.SEATS
    statuses: list[int] = []
    all_were_told = asyncio.Event()
    limits = httpx.Limits(max_connections=None)
    async with (
        served(stage.app) as address,
        httpx.AsyncClient(base_url=address, timeout=PATIENCE, limits=limits) as client,
        asyncio.timeout(PATIENCE),
    ):
        told = await asyncio.gather(*(ask(client) for _ in range(many)))

    assert sorted(told) == [200] * audience.SEATS + [503] * 2 * audience.SEATS


async def test_a_seat_that_was_taken_and_never_used_is_free_again(stage: Stage) -> None:
    told = tell(stage.app.state.audience, LocalBells(), [])
    await anext(told)
    assert stage.app.state.audience.size == 1

    del told

    await until_size(stage, 0)


async def test_a_silent_connection_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_news, "HEARTBEAT_EVERY", 0.01)
    told = tell(Audience(), LocalBells(), ["news"])

    assert [await anext(told) for _ in range(4)] == [b"", HELLO, HEARTBEAT, HEARTBEAT]


async def test_it_ends_after_a_while_so_that_new_organisations_are_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox_news, "HEARTBEAT_EVERY", 0.001)

    told = [part async for part in tell(Audience(), LocalBells(), [])]

    assert told == [b"", HELLO, *[HEARTBEAT] * sandbox_news.HEARTBEATS]


async def test_news_that_came_while_telling_is_told_next() -> None:
    bells, listeners = LocalBells(), Audience()
    told = tell(listeners, bells, ["news"])
    assert [await anext(told), await anext(told)] == [b"", HELLO]

    bells.ring("news")

    assert await anext(told) == NEWS


async def test_a_server_that_stops_sends_its_audience_home(copy: str) -> None:
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.web.html.serve_stage", copy),
        cwd=ROOT,
        env={"PYTHONPATH": "src:."},
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    port = int(await server.stdout.readline())
    async with listening(f"http://{HERE}:{port}") as lines:
        await anext(lines)

        server.send_signal(signal.SIGTERM)

        assert [line async for line in lines] == []
    async with asyncio.timeout(PATIENCE):
        assert await server.wait() in {0, -signal.SIGTERM}
