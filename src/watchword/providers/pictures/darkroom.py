"""Has pictures drawn by another process, one at a time, which is ended if it takes too long."""

import asyncio
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from watchword.features.pages.pictures.rules import (
    PIXELS_AT_MOST,
    PRINT_AT_MOST,
    NoPicture,
    Print,
    Seen,
    WhyNoPicture,
)

PROGRAM = Path(__file__).parent / "drawing.py"
PRINT = struct.Struct(">HHI")
SECONDS, SECONDS_TO_END = 20.0, 5.0
WAITING_AT_MOST = 4
NOTHING_DRAWN = NoPicture(WhyNoPicture.NOT_A_PICTURE)


class OwnDarkroom:
    """Fills the `Darkroom` port. `program`: what draws; `seconds`: how long it may take."""

    def __init__(self, *, program: Path = PROGRAM, seconds: float = SECONDS) -> None:
        self._program = program
        self._seconds = seconds
        self._free = asyncio.Semaphore(1)
        self._waiting = 0

    async def develop(
        self, content: bytes, seen: Seen, widths: Sequence[int]
    ) -> tuple[Print, ...] | NoPicture:
        if self._waiting >= WAITING_AT_MOST:
            return NoPicture(WhyNoPicture.CROWDED)
        self._waiting += 1
        try:
            async with self._free:
                return await self._drawn(content, seen, widths)
        finally:
            self._waiting -= 1

    async def _drawn(
        self, content: bytes, seen: Seen, widths: Sequence[int]
    ) -> tuple[Print, ...] | NoPicture:
        # No environment: whoever takes the process over finds no password in it.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(self._program)),
            *(seen.kind.upper(), ",".join(map(str, widths)), str(PIXELS_AT_MOST)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
        )
        try:
            async with asyncio.timeout(self._seconds):
                written = await _asked(process, content, len(widths))
                if written is None:
                    return NOTHING_DRAWN
                code = await process.wait()
        except TimeoutError:
            return NOTHING_DRAWN
        finally:
            await _ended(process)
        return (tuple(_read(written)) if code == 0 else ()) or NOTHING_DRAWN


async def _ended(process: Process) -> None:
    """See to it that nothing is left of a process: neither itself, nor what it was about to say."""
    with suppress(ProcessLookupError):
        process.kill()
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS_TO_END):
            if process.stdout is not None:
                await process.stdout.read()
    await process.wait()


async def _asked(process: Process, content: bytes, count: int) -> bytes | None:
    """Hand a picture over, and give what is written; nothing, if that is more than there can be."""
    if process.stdin is None or process.stdout is None:
        return None
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(content)
        await process.stdin.drain()
        process.stdin.close()
    most, written = count * (PRINT.size + PRINT_AT_MOST), bytearray()
    while piece := await process.stdout.read(65_536):
        written += piece
        if len(written) > most:
            return None
    return bytes(written)


def _read(written: bytes) -> Iterator[Print]:
    at = 0
    while at + PRINT.size <= len(written):
        width, height, length = PRINT.unpack_from(written, at)
        at += PRINT.size
        yield Print(width, height, written[at : at + length])
        at += length
