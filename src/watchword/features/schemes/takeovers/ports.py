"""Where services are taken over from."""

from collections.abc import AsyncGenerator
from typing import Protocol

from watchword.features.schemes.takeovers.rules import Told


class Original(Protocol):
    """The product for which applications were written. It raises where it cannot be read."""

    def services(self) -> AsyncGenerator[Told, None]:
        """Tell every service, each once."""
        ...

    async def templates(self) -> int:
        """Count the templates of messages that were written there."""
        ...
