"""More connections than a process can have, of callers that say nothing: others wait a little."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from httpx import TransportError

from tests.journeys.installation import Served, eventually, install, new_key, serving
from watchword.features.organisations.rules import Mode
from watchword.web.connections import PATIENCE

FILES, CALLERS = 1024, 1100


@pytest.fixture(autouse=True)
def enough_files() -> Iterator[None]:
    """Let the test itself have as many connections as it wants."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1], limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


async def test_silent_callers_keep_nobody_out_for_longer_than_they_are_waited_for(
    tmp_path: Path,
) -> None:
    place = await install(tmp_path, f"sqlite:///{tmp_path / 'watchword.db'}")
    async with serving(place, await new_key(place, Mode.TEST), files=FILES) as served:
        host, port = served.url.removeprefix("http://").split(":")
        silent = [await asyncio.open_connection(host, port) for _ in range(CALLERS)]
        await eventually("it answered", lambda: _is_alive(served), within=PATIENCE + 2)
        assert await served.answer((await served.open()).id, "12345") == "wrong"
        for _, writer in silent:
            writer.close()

    assert "server.full" in {
        msgspec.json.decode(line)["event"] for line in place.log.read_bytes().splitlines()
    }


async def _is_alive(served: Served) -> bool:
    with suppress(TransportError):
        return (await served.client.get("/health/live")).text == "alive\n"
    return False
