"""What delivery asks of the outside."""

from typing import Protocol

from watchword.features.delivery.rules import Message, SendOutcome


class Provider(Protocol):
    """Carries one message at a time to whoever it is for. Called outside any transaction."""

    @property
    def knows_repeats(self) -> bool:
        """Say whether the same message id, sent twice, reaches the customer once."""

    async def send(self, message: Message) -> SendOutcome:
        """Hand the message over, and say how that ended. Raise nothing: a fault is an outcome."""

    async def close(self) -> None:
        """Let go of connections."""
