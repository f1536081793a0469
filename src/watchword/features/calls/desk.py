"""A call on the table: what rests of it is opened, and sealed again, inside one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from watchword.features.calls.history import (
    Answer,
    History,
    Unreadable,
    pack_answer,
    pack_history,
    unpack_answer,
    unpack_history,
)
from watchword.features.calls.log import LogLine
from watchword.features.calls.rules import Call, CallId
from watchword.features.calls.store import CallStore, Resting
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Place, SealBroken, Sealer
from watchword.foundation.storage import Transaction


@dataclass(frozen=True, slots=True)
class OpenCall:
    """`history` and `answer`: nothing, if they are gone, or cannot be read any more."""

    call: Call
    history: History | None = field(default=None, repr=False)
    answer: Answer | None = None


class CallDesk:
    def __init__(
        self, transaction: Transaction, organisation_id: OrganisationId, sealer: Sealer
    ) -> None:
        self.now = transaction.now()
        self._store = CallStore(transaction, organisation_id)
        self._whose = organisation_id
        self._sealer = sealer

    async def add(self, call: Call, history: History) -> None:
        await self._store.add(
            call, Resting(self._sealed(call.id, "history", pack_history(history)))
        )

    async def hold(self, id: CallId) -> OpenCall | None:
        held = await self._store.hold(id)
        if held is None:
            return None
        call, resting = held
        return OpenCall(call, self._history(id, resting), self._answer(id, resting))

    async def save(
        self, call: Call, history: History | None = None, answer: Answer | None = None
    ) -> None:
        """Keep a call. What is not given of it is let go of."""
        resting = Resting(
            None if history is None else self._sealed(call.id, "history", pack_history(history)),
            None if answer is None else self._sealed(call.id, "answer", pack_answer(answer)),
        )
        await self._store.save(call, resting)

    async def write(self, id: CallId, lines: Sequence[LogLine]) -> None:
        await self._store.add_lines(id, lines)

    def _history(self, id: CallId, resting: Resting) -> History | None:
        raw = self._opened(id, "history", resting.history)
        try:
            return None if raw is None else unpack_history(raw)
        except Unreadable:
            return None

    def _answer(self, id: CallId, resting: Resting) -> Answer | None:
        raw = self._opened(id, "answer", resting.answer)
        try:
            return None if raw is None else unpack_answer(raw)
        except Unreadable:
            return None

    def _sealed(self, id: CallId, column: str, content: bytes) -> bytes:
        return self._sealer.seal(content, Place(self._whose, "calls", column, str(id)))

    def _opened(self, id: CallId, column: str, sealed: bytes | None) -> bytes | None:
        if sealed is None:
            return None
        try:
            return self._sealer.open(sealed, Place(self._whose, "calls", column, str(id)))
        except SealBroken:
            return None
