"""The sandbox of a test organisation, for tests of programs: what would have been sent."""

from watchword.client.acts import Act, reading
from watchword.client.shapes import SandboxMessage


def messages(to: str | None = None) -> Act[list[SandboxMessage]]:
    """List messages to somebody, or to all, the newest first."""
    return reading("/sandbox/messages", list[SandboxMessage], to=to)
