"""What webhooks ask of the outside."""

from typing import Protocol

from watchword.features.webhooks.rules import Answer, SignedRequest


class Connector(Protocol):
    """Sends requests to addresses that a stranger chose, and only where it is safe."""

    def find_fault(self, url: str) -> str | None:
        """Say why nothing can be sent to an address, as far as the address itself shows it."""

    async def post(self, request: SignedRequest) -> Answer:
        """Send once, and say how that ended. Raise nothing: a fault is an answer."""

    async def close(self) -> None:
        """Let go of connections."""
