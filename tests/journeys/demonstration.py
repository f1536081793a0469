"""`watchword demo` as anybody starts it: a process of its own, and what it says about itself."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

WATCHWORD = (sys.executable, "-m", "watchword")
STARTS_WITHIN = 180.0  # seconds


@asynccontextmanager
async def demonstrating(folder: Path) -> AsyncIterator[Any]:
    """Start it on a free port, give what it has said, and end it."""
    command = (*WATCHWORD, "demo", "--port", "0", "--data", str(folder), "--json")
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        yield await asyncio.wait_for(_said(process), STARTS_WITHIN)
    finally:
        process.terminate()
        await process.wait()


async def _said(process: Process) -> Any:  # noqa: ANN401 - it is JSON
    assert process.stdout is not None
    text = ""
    while True:
        line = await process.stdout.readline()
        assert line, f"the demonstration ended: {text}"
        text += line.decode()
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            continue
