"""A line and what grants its wishes, for calls that rest in a real database."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tests.features.activation.dialogue.calls import StandInLine, World
from watchword.features.activation.dialogue.steps import CallStarted, Event, Tell, Wish
from watchword.features.activation.profiles.documents import NoDocument
from watchword.features.calls.locks.rules import Sought
from watchword.features.calls.ports import Ready, Written
from watchword.features.calls.rules import Call
from watchword.features.clients.rules import Caller, Operator
from watchword.features.organisations.rules import Organisation
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction

LINE, NO_LINE = UUID(int=7), UUID(int=8)


class OneLine:
    """Knows one line, and gives it as it is now."""

    def __init__(self) -> None:
        self.line = StandInLine()
        self.is_of_another_version = False

    async def written(
        self, transaction: Transaction, client: Caller, profile_id: UUID | None, language: str
    ) -> Written | None:
        return Written(LINE, b"line") if profile_id in {LINE, None} else None

    def read(self, document: bytes) -> Ready:
        assert document == b"line"
        if self.is_of_another_version:
            raise NoDocument
        return self.line


@dataclass
class OneWorld:
    """Grants wishes of all calls. While `gate` is shut nobody is answered."""

    world: World = field(default_factory=World)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    told: list[Tell] = field(default_factory=list)
    announced: list[Tell] = field(default_factory=list)
    dies_at: type[Wish] | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    def of(self, client: Caller, call: Call, line: Ready, started: CallStarted) -> "OneWorld":
        return self

    async def grant(self, wish: Wish) -> Event:
        await self.gate.wait()
        if self.dies_at is not None and isinstance(wish, self.dies_at):
            raise SystemError("The process is no more.")
        return self.world.grant(wish)

    async def tell(self, transaction: Transaction, told: Tell) -> None:
        self.told.append(told)

    async def announce(self, told: Sequence[Tell]) -> None:
        self.announced += told


@dataclass
class AnyPace:
    """Fills `Paces`: takes calls, or none."""

    takes_calls: bool = True
    failures: int = 0
    sends_codes: bool = True
    rehearses: bool = True
    rung: int = 0

    async def is_open(
        self, transaction: Transaction, client: Caller, number: Secret | None
    ) -> bool:
        return self.takes_calls

    async def charge(self, transaction: Transaction, client: Caller, number: Secret | None) -> bool:
        self.failures += 1
        return self.takes_calls

    async def charge_code(self, transaction: Transaction, client: Caller, sought: Sought) -> bool:
        return self.sends_codes

    async def take_back(
        self, transaction: Transaction, client: Caller, number: Secret | None, *, was_right: bool
    ) -> None:
        self.failures -= 1

    def announce(self, client: Caller) -> None:
        self.rung += 1

    async def may_rehearse(self, transaction: Transaction, client: Caller) -> bool:
        return self.rehearses

    async def charge_rehearsal(self, transaction: Transaction, client: Caller) -> bool:
        return self.rehearses

    async def take_back_rehearsal(self, transaction: Transaction, client: Caller) -> None:
        pass


def client_of(organisation: Organisation) -> Caller:
    return Operator(name="telephone", organisation=organisation)
