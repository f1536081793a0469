"""A call on the table: what rests of it is opened, and sealed again, inside one transaction."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

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


class OpenCall:
    """A call, and what rests of it. It is opened when somebody looks: a turn needs one or the
    other. `history` and `answer`: nothing, if they are gone, or cannot be read any more."""

    def __init__(self, call: Call, resting: Resting, seals: "_Seals") -> None:
        self.call = call
        self._resting = resting
        self._seals = seals

    @cached_property
    def history(self) -> History | None:
        raw = self._seals.opened("history", self._resting.history)
        try:
            return None if raw is None else unpack_history(raw)
        except Unreadable:
            return None

    @cached_property
    def answer(self) -> Answer | None:
        raw = self._seals.opened("answer", self._resting.answer)
        try:
            return None if raw is None else unpack_answer(raw)
        except Unreadable:
            return None


class CallDesk:
    def __init__(
        self, transaction: Transaction, organisation_id: OrganisationId, sealer: Sealer
    ) -> None:
        self.now = transaction.now()
        self._store = CallStore(transaction, organisation_id)
        self._whose = organisation_id
        self._sealer = sealer

    async def add(self, call: Call, history: History) -> None:
        sealed = self._seals(call.id).sealed("history", pack_history(history))
        await self._store.add(call, Resting(sealed))

    async def hold(self, id: CallId) -> OpenCall | None:
        held = await self._store.hold(id)
        if held is None:
            return None
        call, resting = held
        return OpenCall(call, resting, self._seals(id))

    async def save(
        self, call: Call, history: History | None = None, answer: Answer | None = None
    ) -> None:
        """Keep a call. What is not given of it is let go of."""
        seals = self._seals(call.id)
        resting = Resting(
            None if history is None else seals.sealed("history", pack_history(history)),
            None if answer is None else seals.sealed("answer", pack_answer(answer)),
        )
        await self._store.save(call, resting)

    async def write(self, id: CallId, lines: Sequence[LogLine]) -> None:
        await self._store.add_lines(id, lines)

    def _seals(self, id: CallId) -> "_Seals":
        return _Seals(self._sealer, self._whose, id)


class _Seals(NamedTuple):
    """What seals the columns of one call, and opens them."""

    sealer: Sealer
    whose: OrganisationId
    id: CallId

    def sealed(self, column: str, content: bytes) -> bytes:
        return self.sealer.seal(content, self._place(column))

    def opened(self, column: str, sealed: bytes | None) -> bytes | None:
        if sealed is None:
            return None
        try:
            return self.sealer.open(sealed, self._place(column))
        except SealBroken:
            return None

    def _place(self, column: str) -> Place:
        return Place(self.whose, "calls", column, str(self.id))
