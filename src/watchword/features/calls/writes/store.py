"""Where it is kept that a PIN was sent to a core, before it is, and how that ended."""

from collections.abc import Sequence
from datetime import timedelta

from watchword.features.calls.rules import CallId
from watchword.features.calls.writes.rules import (
    LET_BE,
    LOOKS,
    Doubt,
    WriteState,
    wait_after,
)
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

BEGIN = """
    insert into call_writes (
        organisation_id, call_id, turn, state, begun_at, sealed, looks, look_at
    ) values (:organisation_id, :call_id, :turn, 'begun', :now, :sealed, 0, :look_at)
    on conflict do nothing
"""

END = """
    update call_writes set state = :state, ended_at = :now, sealed = null, look_at = null
    where organisation_id = :organisation_id and call_id = :call_id and turn = :turn
      and state in ('begun', 'unknown')
"""

DOUBT = """
    update call_writes set state = 'unknown', ended_at = :now, look_at = :look_at
    where organisation_id = :organisation_id and call_id = :call_id and turn = :turn
      and state in ('begun', 'unknown')
"""

# It is seen to on the page of its call, so it is listed for as long as there is one.
LEFT_OPEN = """
    select w.* from call_writes w
    join calls c on c.organisation_id = w.organisation_id and c.id = w.call_id
    where w.organisation_id = :organisation_id and w.state in ('unresolved', 'untold', 'denied')
    order by w.begun_at desc, w.call_id, w.turn limit :most
"""

OPEN_OF = """
    select * from call_writes
    where organisation_id = :organisation_id and call_id = :call_id
      and state in ('unresolved', 'untold', 'denied')
    order by turn
"""

UNTOLD = """
    update call_writes set state = 'untold'
    where organisation_id = :organisation_id and call_id = :call_id and state = 'set'
"""

DENY = """
    update call_writes set state = 'denied'
    where organisation_id = :organisation_id and call_id = :call_id
      and state in ('set', 'untold')
"""

HOLD = """
    select turn from call_writes
    where organisation_id = :organisation_id and call_id = :call_id and state = 'set'
    order by turn for update
"""

SEE_TO = """
    update call_writes set state = 'seen_to'
    where organisation_id = :organisation_id and call_id = :call_id
      and state in ('unresolved', 'untold', 'denied')
"""

DUE = """
    select * from call_writes
    where look_at is not null and look_at <= :now
    order by look_at limit 1
    for update skip locked
"""

TAKE = """
    update call_writes set looks = :looks, look_at = :look_at
    where organisation_id = :organisation_id and call_id = :call_id and turn = :turn
"""


class WriteStore:
    """The journal of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def begin(self, id: CallId, turn: int, sealed: bytes | None = None) -> bool:
        """Note that a PIN is about to be sent; say whether that is so for the first time.

        `sealed`: what it takes to look for it, if nobody sees how that ends."""
        return bool(
            await self._transaction.run(
                BEGIN,
                **self._named(id, turn),
                now=self._now,
                sealed=sealed,
                look_at=self._after(LET_BE),
            )
        )

    async def end(self, id: CallId, turn: int, state: WriteState) -> bool:
        """Note how it ended; say whether nobody had said so before. What ends in doubt is looked
        for, and everything else is let go of."""
        named = self._named(id, turn)
        if state is WriteState.UNKNOWN:
            look_at = self._after(LOOKS[0])
            return bool(await self._transaction.run(DOUBT, **named, now=self._now, look_at=look_at))
        return bool(await self._transaction.run(END, **named, now=self._now, state=state))

    async def hold(self, id: CallId) -> bool:
        """Hold what was written in a call, so that of two who look at what became of its notices
        the second sees what the first has seen; say whether there is anything."""
        return bool(await self._transaction.all(HOLD, **self._of_call(id)))

    async def mark_untold(self, id: CallId) -> int:
        """Note that a PIN was set in a call, and that its member cannot be told; count it."""
        return await self._transaction.run(UNTOLD, **self._of_call(id))

    async def deny(self, id: CallId) -> bool:
        """Note that whoever was told of the PIN of a call did not set it; say whether that is
        news."""
        return bool(await self._transaction.run(DENY, **self._of_call(id)))

    async def see_to(self, id: CallId) -> int:
        """Note that a person has seen to what was left open in a call; count it."""
        return await self._transaction.run(SEE_TO, **self._of_call(id))

    async def open_of(self, id: CallId) -> Sequence[Doubt]:
        """Give what waits for a person of one call."""
        rows = await self._transaction.all(OPEN_OF, **self._of_call(id))
        return [_from_row(row) for row in rows]

    async def left_open(self, most: int) -> Sequence[Doubt]:
        """Give what waits for a person, the newest first."""
        rows = await self._transaction.all(LEFT_OPEN, organisation_id=self._ours, most=most)
        return [_from_row(row) for row in rows]

    def _of_call(self, id: CallId) -> dict[str, str]:
        return {"organisation_id": self._ours, "call_id": str(id)}

    def _named(self, id: CallId, turn: int) -> dict[str, str | int]:
        return {"organisation_id": self._ours, "call_id": str(id), "turn": turn}

    def _after(self, span: timedelta) -> int:
        return to_microseconds(self._transaction.now() + span)


class WriteSweep:
    """Writes of all organisations of which nobody saw the end."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def take(self) -> Doubt | None:
        """Take one that is to be looked for, and let it be for a while: whoever looks may die."""
        now = self._transaction.now()
        row = await self._transaction.one(DUE, now=to_microseconds(now))
        if row is None:
            return None
        doubt = _from_row(row, looks=(row["looks"] or 0) + 1)
        await self._transaction.run(
            TAKE,
            organisation_id=row["organisation_id"],
            call_id=row["call_id"],
            turn=row["turn"],
            looks=doubt.looks,
            look_at=to_microseconds(now + wait_after(doubt.looks)),
        )
        return doubt


def _from_row(row: Row, looks: int = 1) -> Doubt:
    return Doubt(
        organisation_id=OrganisationId(Id(row["organisation_id"])),
        call_id=CallId(Id(row["call_id"])),
        turn=row["turn"],
        state=WriteState(row["state"]),
        begun_at=from_microseconds(row["begun_at"]),
        looks=looks,
        sealed=row["sealed"],
    )
