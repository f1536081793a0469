"""What the driver asks of every server that is measured."""

from collections.abc import Sequence
from typing import Protocol

from bench.peers.sink import Sink


class Unavailable(Exception):
    """This machine cannot run the peer: no compiler, no network, no such release."""


class Refused(Exception):
    """The server answered, and it was no."""


class Peer(Protocol):
    name: str
    version: str
    crowd: int
    """How many addresses take turns; a round never has fewer than it has pairs."""

    async def install(self) -> None: ...

    async def start(self, sink: Sink) -> None: ...

    async def prepare(self, addresses: Sequence[str]) -> None:
        """Make known whoever must be known before a code can be ordered; this is not measured."""

    async def create(self, address: str) -> str:
        """Order a code by e-mail; what comes back is handed to `check`."""

    async def check(self, address: str, handle: str, code: str) -> bool: ...

    def pids(self) -> Sequence[int]:
        """The roots of its process trees; their children are found by whoever counts."""

    async def stop(self) -> None: ...
