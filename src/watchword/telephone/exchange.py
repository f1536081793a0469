"""The exchange: where an Asterisk asks for as long as a server is at work."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

import structlog

from watchword.foundation.networks import all_read
from watchword.telephone.fastagi.server import FastAgi
from watchword.telephone.fastagi.sounds import Sounds
from watchword.wiring import Services

CLEAR_EVERY = 60.0
"""Seconds."""

log = structlog.get_logger()


@asynccontextmanager
async def answering(services: Services, listener: socket.socket) -> AsyncIterator[None]:
    """Answer calls for as long as the block lasts; then hang up on those who still talk."""
    chosen = services.settings.telephone.fastagi
    sounds = Sounds(Path(chosen.sounds or ""), speed=chosen.speed)
    agi = FastAgi(
        organisations=services.organisations,
        calls=services.telephone.conduct,
        sounds=sounds,
        allowed=all_read(chosen.networks) or (),
    )
    async with AsyncExitStack() as stack:
        server = await agi.listen(listener)
        # First nobody else is taken, then lines are let go of: the server waits for all of them.
        stack.push_async_callback(server.wait_closed)
        await stack.enter_async_context(agi)
        stack.callback(server.close)
        clearing = asyncio.create_task(_clear(sounds, services.storage.now))
        stack.callback(clearing.cancel)
        host, port, *_ = listener.getsockname()
        log.info("fastagi.started", address=f"{host}:{port}")
        yield


async def _clear(sounds: Sounds, now: Callable[[], datetime]) -> None:
    """Look again and again for PINs that a process has left as sound when it died."""
    while True:
        if count := sounds.clear(now().timestamp()):
            log.warning("fastagi.sounds_cleared", count=count)
        await asyncio.sleep(CLEAR_EVERY)
