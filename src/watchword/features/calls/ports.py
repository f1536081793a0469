"""What a call asks of those who know lines, and of those who grant what a script wishes for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from watchword.features.activation.dialogue.ports import Playable
from watchword.features.activation.dialogue.steps import CallStarted, Event, Known, Tell, Wish
from watchword.features.calls.locks.rules import Sought
from watchword.features.calls.rules import Call
from watchword.features.clients.rules import Caller as Client
from watchword.features.contacts.rules import Contact
from watchword.features.cores.rules import CoreName, Member, MemberRef, PinState, Unavailable
from watchword.features.pins.kept.rules import Locking, Subject
from watchword.features.pins.rules import PinRules
from watchword.features.webhooks.events import Event as Told
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction


class Ready(Playable, Protocol):
    """A line that is ready for a call: what a script asks of it, and what its wishes need."""

    @property
    def core(self) -> CoreName: ...

    @property
    def pin_rules(self) -> PinRules: ...

    @property
    def locking(self) -> Locking: ...

    @property
    def asks_when_staff_want(self) -> bool:
        """Say whether a call asks for another PIN where staff want that."""
        ...

    def reached(self, member: Member, at: datetime) -> Contact | None:
        """Say where a code goes that shows that it is them: to a telephone that takes texts, or
        else to an e-mail address, that has been on file for long enough."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """A line as it is now, whole, to be kept for as long as a call lasts."""

    profile_id: UUID
    document: bytes = field(repr=False)


class Lines(Protocol):
    """Who knows the lines of organisations."""

    async def written(
        self, transaction: Transaction, client: Client, profile_id: UUID | None, language: str
    ) -> Written | None:
        """Give the line of a profile, or the one that an organisation answers calls with; nothing,
        if there is none that can be called. `language`: in which a call on it is held."""
        ...

    def read(self, document: bytes) -> Ready:
        """Make a line of a document. Nothing of it changes during a call."""
        ...


class Granter(Protocol):
    """Who grants the wishes of one call. Nothing of this raises for a refusal."""

    async def grant(self, wish: Wish) -> Event: ...

    async def tell(self, transaction: Transaction, told: Tell) -> None:
        """Keep what is told, in the transaction that keeps the turn."""
        ...

    async def announce(self, told: Sequence[Tell]) -> None:
        """Do the rest of it, once that is durable."""
        ...


class MemberPins(Protocol):
    """What we keep of members of a core ourselves: whether they chose their PIN, which ones they
    had, and that staff want another one."""

    async def known(self, client: Client, core: CoreName, ref: MemberRef, state: PinState) -> Known:
        """Add what we know to what the core has said."""
        ...

    async def was_used(
        self, client: Client, core: CoreName, ref: MemberRef, pin: Secret, previous: int
    ) -> bool | Unavailable:
        """Say whether a PIN was one of the last ones; so many of them are looked at."""
        ...

    async def chosen(self, client: Client, core: CoreName, ref: MemberRef, pin: Secret) -> bool:
        """Keep that a member has a PIN of their own now; say whether that was kept."""
        ...

    async def subject(self, whose: OrganisationId, core: CoreName, ref: MemberRef) -> Subject:
        """Say under whose name it is kept."""
        ...


class Granters(Protocol):
    def of(self, client: Client, call: Call, line: Ready, started: CallStarted) -> Granter: ...


class News(Protocol):
    """Who tells the applications of an organisation what has happened."""

    async def note(
        self, transaction: Transaction, organisation_id: OrganisationId, event: Told
    ) -> None: ...

    def announce(self, organisation_id: OrganisationId) -> None:
        """Have it sent, once that transaction is durable."""
        ...


class Paces(Protocol):
    """Who counts what goes wrong, whoever it is: before it is judged, and less if it was right."""

    async def is_open(
        self, transaction: Transaction, client: Client, number: Secret | None
    ) -> bool: ...

    async def charge(self, transaction: Transaction, client: Client, number: Secret | None) -> bool:
        """Count a guess that is about to be judged, and say whether it is to be."""
        ...

    async def charge_code(self, transaction: Transaction, client: Client, sought: Sought) -> bool:
        """Count a code that somebody is asked for, by what they typed; say whether it is sent."""
        ...

    async def take_back(
        self, transaction: Transaction, client: Client, number: Secret | None, *, was_right: bool
    ) -> None:
        """Count one guess less: it was right, or nobody could judge it."""
        ...

    def announce(self, client: Client) -> None:
        """Have it told that a line is tried out, if it is, once that is durable."""
        ...

    async def may_rehearse(self, transaction: Transaction, client: Client) -> bool: ...

    async def charge_rehearsal(self, transaction: Transaction, client: Client) -> bool:
        """Count a guess of whoever rehearses, and say whether it is to be judged."""
        ...

    async def take_back_rehearsal(self, transaction: Transaction, client: Client) -> None: ...
