"""What is granted in a rehearsal: what is read is read for real, the rest is as if it were done.

No code is sent, no PIN is set, nobody is told, locked or unlocked. Guesses are counted all the
same, before they are judged, for whoever rehearses: so that nobody of the staff finds out a PIN by
trying.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from watchword.features.activation.dialogue.codes import (
    CodeRight,
    CodeSent,
    CodeWrong,
    JudgeCode,
    SendCode,
    Unlock,
    Unlocked,
)
from watchword.features.activation.dialogue.counting import Charge, Charged, TakenBack, TooMuch
from watchword.features.activation.dialogue.steps import Event, Tell, Wish, WritePin
from watchword.features.calls.ports import Granter, Paces, Ready
from watchword.features.calls.rehearsals.rules import code_of
from watchword.features.calls.rules import Call
from watchword.features.clients.rules import Caller as Client
from watchword.features.cores.ports import BankingCore
from watchword.foundation.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Fills `Granter`. `reading`: grants what only reads; its core is one that is rehearsed."""

    reading: Granter
    core: BankingCore
    storage: Storage
    paces: Paces
    client: Client
    call: Call
    line: Ready

    async def grant(self, wish: Wish) -> Event:
        match wish:
            case Charge():
                return await self._charged()
            case SendCode():
                return self._sent(wish)
            case JudgeCode():
                is_right = wish.typed == code_of(self.call.id)
                return CodeRight() if is_right else CodeWrong()
            case WritePin():
                return await self.core.set_pin(wish.ref, wish.pin, wish.expected)
            case Unlock():
                return Unlocked()
            case _:
                return await self.reading.grant(wish)

    async def tell(self, transaction: Transaction, told: Tell) -> None:
        if isinstance(told, TakenBack):
            await self.paces.take_back_rehearsal(transaction, self.client)

    async def announce(self, told: Sequence[Tell]) -> None:
        """Nobody hears of it."""

    async def _charged(self) -> Charged | TooMuch:
        async with self.storage.begin(self.client.organisation.id) as transaction:
            is_counted = await self.paces.charge_rehearsal(transaction, self.client)
        return Charged() if is_counted else TooMuch()

    def _sent(self, wish: SendCode) -> CodeSent:
        """Say whether a code would have gone out."""
        at, member = self.call.started_at, wish.member
        to = None if member is None else self.line.reached(member, at)
        return CodeSent("rehearsed", reaches=to is not None)
