"""Those who listen for news: not too many, and sent home when the server stops."""

from collections.abc import Iterator
from contextlib import contextmanager

from watchword.foundation.bells import Bells, Ear

SEATS = 50


class Audience:
    """All listeners of one process. Each would keep its connection for as long as we let it."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()
        self.is_dismissed = False

    @property
    def is_full(self) -> bool:
        return len(self._ears) >= SEATS

    @property
    def size(self) -> int:
        return len(self._ears)

    @contextmanager
    def listening(self, bells: Bells, *names: str) -> Iterator[Ear]:
        ear = bells.listen(*names)
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)
            bells.forget(ear)

    def dismiss(self) -> None:
        """Send everybody home: a server that stops waits for all whom it still answers."""
        self.is_dismissed = True
        for ear in self._ears:
            ear.rung.set()
