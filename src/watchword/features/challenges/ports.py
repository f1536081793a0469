"""What challenges ask of the outside: somebody who counts what becomes of them."""

from typing import Protocol

from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.channels import Channel
from watchword.features.webhooks.events import EventKind


class About(Protocol):
    """A challenge, or what is asked for before there is one."""

    @property
    def purpose(self) -> Purpose: ...

    @property
    def channel(self) -> Channel | None: ...


class Tally(Protocol):
    """Counts, for whoever runs the machine. It is told no id, so it cannot tell anybody of one."""

    def became(self, kind: EventKind, purpose: Purpose, channel: Channel) -> None:
        """Count a challenge that something has happened to."""

    def refused(self, word: str, purpose: Purpose, channel: Channel | None) -> None:
        """Count what was not done; `channel` is none if nobody had chosen one."""


class _NoTally:
    """Fills the `Tally` port where nobody wants to know."""

    def became(self, kind: EventKind, purpose: Purpose, channel: Channel) -> None:
        """Let it pass."""

    def refused(self, word: str, purpose: Purpose, channel: Channel | None) -> None:
        """Let it pass."""


NO_TALLY: Tally = _NoTally()
