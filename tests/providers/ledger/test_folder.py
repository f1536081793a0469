"""A folder as the second place: notes are only ever added, and a hanging disk holds nobody up."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.ledger.books import book
from tests.stores import BANK, SHOP
from watchword.features.ledger.outside import read_notes
from watchword.features.ledger.ports import NotCopied
from watchword.providers.ledger import folder
from watchword.providers.ledger.folder import FolderCopies

NOTES = book(2, 3, 4).notes


@pytest.fixture
async def copies(tmp_path: Path) -> AsyncIterator[FolderCopies]:
    copies = FolderCopies(tmp_path)
    yield copies
    await copies.close()


def read(path: Path) -> list[str | None]:
    with path.open() as file:
        return [None if note is None else note.text for note in read_notes(file)]


async def test_each_ledger_has_a_file_that_grows(copies: FolderCopies, tmp_path: Path) -> None:
    for note in NOTES:
        await copies.append(BANK, note)
    await copies.append(SHOP, NOTES[0])

    assert read(tmp_path / f"{BANK}.checkpoints") == NOTES
    assert read(tmp_path / f"{SHOP}.checkpoints") == NOTES[:1]


async def test_what_was_there_is_left_as_it_was(copies: FolderCopies, tmp_path: Path) -> None:
    path = tmp_path / f"{BANK}.checkpoints"
    await copies.append(BANK, NOTES[0])
    before = path.read_bytes()

    await copies.append(BANK, NOTES[1])

    assert path.read_bytes().startswith(before)
    assert path.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("length", [1, 60, 120, 180])
async def test_a_note_that_a_crash_cut_short_does_not_run_into_the_next(
    copies: FolderCopies, tmp_path: Path, length: int
) -> None:
    path = tmp_path / f"{BANK}.checkpoints"
    await copies.append(BANK, NOTES[0])
    with path.open("ab") as file:
        file.write(NOTES[1].encode()[:length])

    await copies.append(BANK, NOTES[1])
    await copies.append(BANK, NOTES[2])

    assert [note for note in read(path) if note] == NOTES


async def test_a_folder_that_is_gone_is_said_and_tried_again(tmp_path: Path) -> None:
    copies = FolderCopies(tmp_path / "mount")

    with pytest.raises(NotCopied, match="does not take it"):
        await copies.append(BANK, NOTES[0])
    (tmp_path / "mount").mkdir()
    await copies.append(BANK, NOTES[0])

    assert read(tmp_path / "mount" / f"{BANK}.checkpoints") == NOTES[:1]
    await copies.close()


async def test_a_folder_that_does_not_answer_holds_nobody_up(tmp_path: Path) -> None:
    answers, copies = threading.Event(), FolderCopies(tmp_path, patience=0.05)
    copies._thread.submit(answers.wait)  # noqa: SLF001 - the disk is busy

    with pytest.raises(NotCopied, match="does not answer"):
        await copies.append(BANK, NOTES[0])
    with pytest.raises(NotCopied, match="for long"):
        await copies.append(BANK, NOTES[0])

    answers.set()
    await asyncio.to_thread(copies._thread.shutdown)  # noqa: SLF001
    assert read(tmp_path / f"{BANK}.checkpoints") == NOTES[:1]


def test_what_is_copied_waits_for_the_disk() -> None:
    assert "os.fsync(file.fileno())" in Path(folder.__file__).read_text()
