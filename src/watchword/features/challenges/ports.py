"""What challenges ask of the outside: who counts what becomes of them, and who prints letters."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.organisations.rules import Organisation
from watchword.features.webhooks.events import EventKind

WhyNot: TypeAlias = Callable[[Contact, Organisation], str | None]
"""Says why nobody can print a letter to a postal address; nothing, if somebody can."""


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
