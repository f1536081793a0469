"""The keyring while it is changed: by one operator at a time, and as a whole or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchword.foundation.errors import WatchwordError
from watchword.foundation.keyring_files import KeyringFile
from watchword.foundation.storage import StorageUnavailable


class KeyringHeld(StorageUnavailable):
    """Somebody else is changing it, and may be half through."""


class KeyringNotKept(WatchwordError):
    """The place for the keyring does not take it."""


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
        raise KeyringNotKept(f"The keyring cannot be kept at {path}: {fault}.") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield KeyringFile(path)
    except BlockingIOError:
        raise KeyringHeld("Another command is changing the keyring. Wait for its end.") from None
    except OSError as fault:
        raise KeyringNotKept(f"The keyring cannot be kept at {path}: {fault}.") from None
    finally:
        os.close(folder)
