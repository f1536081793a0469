"""The keyring while it is changed: by one operator at a time, and as a whole or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchword.foundation.keyring_files import KeyringFile, KeyringNotKept
from watchword.foundation.storage import StorageUnavailable


class KeyringHeld(StorageUnavailable):
    """Somebody else is changing it, and may be half through."""


@contextmanager
def changing(path: Path) -> Iterator[KeyringFile]:
    """Give a keyring that nobody else can change meanwhile.

    If two could, each would add a version of its own, and what the first has locked with its
    version would be lost when the second writes the file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as fault:
        raise KeyringNotKept(path, fault) from None
    try:
        _hold(folder, path)
        yield KeyringFile(path)
    finally:
        os.close(folder)


def _hold(folder: int, path: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise KeyringHeld("Another command is changing the keyring. Wait for its end.") from None
    except OSError as fault:
        raise KeyringNotKept(path, fault) from None
