"""How exports and checkpoints are read from files: line by line, with a bar that shows how far."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from watchword.features.ledger.checkpoints import Note, PublicKey, read_key
from watchword.features.ledger.lines import LINE_AT_MOST
from watchword.features.ledger.outside import read_notes
from watchword.features.ledger.verification import Verdict, Verification

LINES_AT_ONCE = 5000


def verified(path: Path, keys: Sequence[PublicKey], notes: Sequence[Note]) -> Verdict:
    """Read an export from its beginning to its end, and say what is to be said of it."""
    checking = Verification(trusted=keys, outside=notes)
    with path.open("rb") as file, _progress() as progress:
        task = progress.add_task("Entries", total=path.stat().st_size)
        for count, line in enumerate(_lines(file)):
            checking.read(line)
            if count % LINES_AT_ONCE == 0:
                progress.update(task, completed=file.tell())
    return checking.end()


def keys_of(written: Sequence[str]) -> list[PublicKey]:
    keys = []
    for text in written:
        key = read_key(text.strip())
        if key is None:
            raise typer.BadParameter(
                "A public key is 32 bytes in base64, as the server shows it under "
                "/.well-known/watchword-ledger-keys.",
                param_hint="--key",
            )
        keys.append(key)
    return keys


def notes_in(paths: Sequence[Path]) -> tuple[list[Note], int]:
    """Give all checkpoints of some files, and how many are not whole."""
    found, torn = list[Note](), 0
    for path in paths:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            for note in read_notes(file):
                if note is None:
                    torn += 1
                else:
                    found.append(note)
    return found, torn


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LINE_AT_MOST):
        yield line


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
