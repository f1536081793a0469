"""Where calls are kept: how each went, and sealed what was heard, for as long as it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from watchword.features.activation.dialogue.steps import Ending
from watchword.features.calls.log import LineKind, LogLine
from watchword.features.calls.rules import LIFE, Call, CallId, Door
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into calls (
        organisation_id, id, profile_id, door, language, is_trial, started_at, turn, token,
        token_before, working_since, ended_at, ending, sealed_history, sealed_answer
    ) values (
        :organisation_id, :id, :profile_id, :door, :language, :is_trial, :started_at, :turn, :token,
        :token_before, :working_since, :ended_at, :ending, :sealed_history, :sealed_answer
    )
"""

GET = "select * from calls where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET} for update"

SAVE = """
    update calls set
        turn = :turn, token = :token, token_before = :token_before,
        working_since = :working_since, ended_at = :ended_at, ending = :ending,
        sealed_history = :sealed_history, sealed_answer = :sealed_answer
    where organisation_id = :organisation_id and id = :id
"""

PAGE = """
    select * from calls
    where organisation_id = :organisation_id
      and (started_at < :before or (started_at = :before and id < :below))
    order by started_at desc, id desc limit :most
"""

ADD_LINE = """
    insert into call_lines (
        organisation_id, call_id, position, turn, at, kind, what, why, digits
    ) values (
        :organisation_id, :call_id, :position, :turn, :at, :kind, :what, :why, :digits
    )
"""

COUNT_LINES = """
    select count(*) as count from call_lines
    where organisation_id = :organisation_id and call_id = :call_id
"""

LINES = """
    select * from call_lines
    where organisation_id = :organisation_id and call_id = :call_id order by position
"""

END_SILENT = """
    update calls set
        ended_at = :now, ending = 'silent', working_since = null, sealed_history = null,
        sealed_answer = null
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from calls
            where ended_at is null and started_at <= :before
            order by started_at limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
"""

FORGET = """
    update calls set sealed_history = null, sealed_answer = null
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from calls
            where ended_at <= :before and sealed_answer is not null
            order by ended_at limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
"""


@dataclass(frozen=True, slots=True)
class Resting:
    """What is kept of a call between two turns, sealed. Of one that has ended only the last answer
    is, for a moment: a platform may not have heard it."""

    history: bytes | None = field(default=None, repr=False)
    answer: bytes | None = field(default=None, repr=False)


class CallStore:
    """The calls of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, call: Call, resting: Resting) -> None:
        await self._transaction.run(
            ADD,
            **self._changing(call, resting),
            profile_id=str(call.profile_id),
            door=call.door,
            language=call.language,
            is_trial=int(call.is_trial),
            started_at=to_microseconds(call.started_at),
        )

    async def get(self, id: CallId) -> Call | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: CallId) -> tuple[Call, Resting] | None:
        """Read a call that nobody else can change until the transaction ends."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        if row is None:
            return None
        return _from_row(row), Resting(row["sealed_history"], row["sealed_answer"])

    async def save(self, call: Call, resting: Resting) -> None:
        await self._transaction.run(SAVE, **self._changing(call, resting))

    async def page(self, after: Bookmark | None, most: int) -> Sequence[Call]:
        """Give calls, the newest first."""
        rows = await self._transaction.all(
            PAGE, organisation_id=self._ours, most=most, **older_than(after)
        )
        return [_from_row(row) for row in rows]

    async def add_lines(self, id: CallId, lines: Sequence[LogLine]) -> None:
        if not lines:
            return
        row = await self._transaction.one(COUNT_LINES, organisation_id=self._ours, call_id=str(id))
        there = 0 if row is None else row["count"]
        await self._transaction.many(
            ADD_LINE,
            [
                {
                    "organisation_id": self._ours,
                    "call_id": str(id),
                    "position": position,
                    "turn": line.turn,
                    "at": to_microseconds(line.at),
                    "kind": line.kind,
                    "what": line.what,
                    "why": line.why,
                    "digits": line.digits,
                }
                for position, line in enumerate(lines, start=there + 1)
            ],
        )

    async def lines(self, id: CallId) -> Sequence[LogLine]:
        rows = await self._transaction.all(LINES, organisation_id=self._ours, call_id=str(id))
        return [
            LogLine(
                turn=row["turn"],
                at=from_microseconds(row["at"]),
                kind=LineKind(row["kind"]),
                what=row["what"],
                why=row["why"],
                digits=row["digits"],
            )
            for row in rows
        ]

    def _changing(self, call: Call, resting: Resting) -> dict[str, Value]:
        return {
            "organisation_id": self._ours,
            "id": str(call.id),
            "turn": call.turn,
            "token": call.token,
            "token_before": call.token_before,
            "working_since": microseconds_if_any(call.working_since),
            "ended_at": microseconds_if_any(call.ended_at),
            "ending": call.ending,
            "sealed_history": resting.history,
            "sealed_answer": resting.answer,
        }


class CallSweep:
    """Calls of all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def end_silent(self, most: int) -> int:
        """End calls of which nothing was heard any more, and let go of what was heard in them."""
        now = self._transaction.now()
        return await self._transaction.run(
            END_SILENT, now=to_microseconds(now), before=to_microseconds(now - LIFE), most=most
        )

    async def forget(self, most: int) -> int:
        """Let go of the last answers of calls that have ended."""
        before = to_microseconds(self._transaction.now() - LIFE)
        return await self._transaction.run(FORGET, before=before, most=most)


def _from_row(row: Row) -> Call:
    return Call(
        id=CallId(Id(row["id"])),
        profile_id=Id(row["profile_id"]),
        door=Door(row["door"]),
        language=row["language"],
        is_trial=bool(row["is_trial"]),
        started_at=from_microseconds(row["started_at"]),
        turn=row["turn"],
        token=row["token"],
        token_before=row["token_before"],
        working_since=moment_if_any(row["working_since"]),
        ended_at=moment_if_any(row["ended_at"]),
        ending=None if row["ending"] is None else Ending(row["ending"]),
    )
