"""A folder as the second place: one file for each ledger, to which notes are only ever added.

It belongs on a disk that whoever can change the database cannot change: another host, or storage
that lets files grow and nothing else.
"""

import asyncio
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from watchword.features.ledger.outside import appended, between
from watchword.features.ledger.ports import NotCopied
from watchword.foundation.ids import OrganisationId

ENDING = ".checkpoints"
PATIENCE = 10.0  # seconds; a network drive may never answer
MODE = 0o640


class FolderCopies:
    """Fills the `Copies` port."""

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self._folder = folder
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="copies")
        self._under_way: Future[None] | None = None

    async def append(self, organisation_id: OrganisationId, note: str) -> None:
        if self._under_way is not None and not self._under_way.done():
            raise NotCopied(f"{self._folder} has not answered for long.")
        path = self._folder / f"{organisation_id}{ENDING}"
        self._under_way = self._thread.submit(_append, path, appended(note))
        try:
            await asyncio.wait_for(
                asyncio.shield(asyncio.wrap_future(self._under_way)), self._patience
            )
        except TimeoutError:
            raise NotCopied(f"{self._folder} does not answer.") from None
        except OSError as fault:
            raise NotCopied(f"{self._folder} does not take it: {fault.strerror}.") from None

    async def close(self) -> None:
        self._thread.shutdown(wait=False)


def _append(path: Path, content: bytes) -> None:
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, MODE)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        # A note that a crash has cut short must not run into the next one.
        size = os.fstat(file.fileno()).st_size
        file.seek(max(size - 2, 0))
        _write(file.fileno(), between(file.read(2)) + content)
        os.fsync(file.fileno())
    if is_new:
        _settle(path.parent)


def _write(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]


def _settle(folder: Path) -> None:
    """Make the name of a new file durable, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
