"""What `backup`, `restore` and `revocations` have in common: progress, a mark, and a list."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec
from rich.console import Console
from rich.progress import Progress

from watchword.features.restores.rules import LINE_AT_MOST, BadLine, Taken, line_of, read_line
from watchword.foundation.errors import WatchwordError
from watchword.foundation.private_files import write_private
from watchword.migrations.copies.files import Header
from watchword.settings import Settings
from watchword.wiring.copies import Begin


class ListNotKept(WatchwordError):
    """The list of what was taken away cannot be read or written."""

    def __init__(self, path: Path, fault: OSError) -> None:
        super().__init__(f"The list at {path} cannot be used: {fault.strerror}.")


@contextmanager
def progress_of(what: str) -> Iterator[Begin]:
    """Show how far one is, if somebody looks."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:

        def begin(total: int) -> "_Advance":
            return _Advance(shown, what, total)

        yield begin


class _Advance:
    def __init__(self, shown: Progress, what: str, total: int) -> None:
        self._shown = shown
        self._task = shown.add_task(what, total=total)

    def __call__(self, more: int) -> None:
        self._shown.advance(self._task, more)


def mark(settings: Settings, file: Path, header: Header, now: datetime) -> None:
    """Leave a mark for the doctor, who wants to know how old the last backup is."""
    if settings.backup.marker is None:
        return
    said = {"file": str(file), "sha256": header.sha256, "rows": header.rows, "at": now}
    path = Path(settings.backup.marker)
    try:
        write_private(path, msgspec.json.encode(said) + b"\n")
    except OSError as fault:
        raise WatchwordError(
            f"The backup is made, but backup.marker cannot be written at {path}: {fault.strerror}."
        ) from None


def read_list(path: Path) -> Sequence[Taken]:
    """Read a list of what was taken away."""
    try:
        with path.open("rb") as file:
            return [*_lines(file)]
    except OSError as fault:
        raise ListNotKept(path, fault) from None


class RevocationList:
    """A list that is added to. Two who add at once take turns."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.lines = [*_lines(file, mends=True)]

    def add(self, lines: Sequence[Taken]) -> int:
        """Add what is not there yet, and count it."""
        there = {line_of(line) for line in self.lines}
        new = [line for line in lines if line_of(line) not in there]
        self._file.writelines(map(line_of, new))
        return len(new)


@contextmanager
def adding_to(path: Path) -> Iterator[RevocationList]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield RevocationList(file)
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise ListNotKept(path, fault) from None


def _lines(file: IO[bytes], *, mends: bool = False) -> Iterator[Taken]:
    """Read line by line. `mends`: cut off a last line that was only half written."""
    number, place = 0, 0
    while line := file.readline(LINE_AT_MOST):
        number += 1
        if mends and not line.endswith(b"\n") and len(line) < LINE_AT_MOST:
            file.seek(place)
            file.truncate()
            return
        if not line.endswith(b"\n"):
            raise BadLine(number)
        yield read_line(number, line)
        place = file.tell()
