"""A journey that fails leaves no process behind, which would answer in place of the next one."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from tests.journeys.installation import ended_with_the_journey

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); "
WAITS = "import time; time.sleep(60)"


async def begun(script: str) -> Process:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=PIPE)
    if script.startswith(DEAF):
        assert process.stdout is not None
        await process.stdout.readline()
    return process


class Failed(Exception):
    """The journey came to nothing."""


@pytest.mark.parametrize("script", [WAITS, DEAF + WAITS], ids=["hears", "deaf"])
async def test_a_server_is_gone_when_its_journey_has_failed(script: str) -> None:
    process = await begun(script)
    with pytest.raises(Failed):
        async with ended_with_the_journey(process):
            raise Failed

    assert process.returncode == -9


async def test_a_server_that_does_not_stop_as_it_should_fails_the_journey() -> None:
    process = await begun(WAITS)  # SIGTERM ends it, and it says nothing of its own
    with pytest.raises(AssertionError):
        async with ended_with_the_journey(process):
            pass

    assert process.returncode == -15
