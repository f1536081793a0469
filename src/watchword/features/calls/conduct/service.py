"""What happens when something is heard in a call: it is played on, until the caller has to speak.

A turn is taken in one transaction, worked on without one, and answered in another: a core may be
slow. Whoever asks meanwhile is told to hold. If the process dies, another one does the turn again.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeAlias, TypeVar

import structlog

from watchword.features.activation.dialogue.call import call as script_of
from watchword.features.activation.dialogue.script import Playback, Turn
from watchword.features.activation.dialogue.steps import (
    CallStarted,
    Ended,
    Ending,
    Event,
    HangUp,
    HungUp,
    Say,
    Step,
    Tell,
)
from watchword.features.activation.profiles.documents import NoDocument
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.calls.desk import CallDesk, OpenCall
from watchword.features.calls.history import Answer, History
from watchword.features.calls.log import heard, played
from watchword.features.calls.ports import Granter, Granters, Lines, Paces
from watchword.features.calls.rules import (
    Again,
    Busy,
    Call,
    CallId,
    Door,
    Incoming,
    Next,
    Overdue,
    Resume,
    Shut,
    TurnJudged,
    answered,
    begun,
    digest_of,
    ended,
    is_same_turn,
    judge_turn,
    named_by,
    taken,
)
from watchword.features.clients.rules import Caller as Client
from watchword.foundation.ids import new_id
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

ANSWERED_WITHIN = 2.0
"""Seconds. Amazon Connect waits three, and others not much longer."""

GONE = Answer([HangUp()])

Done = TypeVar("Done")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Held:
    """It takes a moment: ask with the same token again, and with no event."""

    token: Secret


@dataclass(frozen=True, slots=True)
class OutOfStep:
    """This was no turn of the call that could be next. There is no more of it."""


@dataclass(frozen=True, slots=True)
class NoLine:
    """There is no line by this name that may be called."""


@dataclass(frozen=True, slots=True)
class Begun:
    id: CallId
    spoken: "Spoken"


Spoken: TypeAlias = Answer | Held | OutOfStep


class _Taken(NamedTuple):
    """A turn that is ours to work on."""

    call: Call
    history: History

    def hearing(self, event: Event) -> "_Taken":
        return self._replace(history=self.history.and_then(event))


@dataclass(slots=True)
class _Played:
    """What has come of a turn so far."""

    history: History
    steps: list[Step] = field(default_factory=list)
    told: list[Tell] = field(default_factory=list)
    is_over: bool = False

    def add(self, given: Turn) -> None:
        self.steps += given.steps
        self.told += given.told
        self.is_over = given.is_over


class Conduct:
    def __init__(
        self,
        *,
        storage: Storage,
        lines: Lines,
        granters: Granters,
        paces: Paces,
        sealer: Sealer,
        new_token: Callable[[], str] = secrets.token_urlsafe,
        patience: float = ANSWERED_WITHIN,
    ) -> None:
        """`sealer`: seals with a key outside the database. `patience`: seconds of one answer."""
        self._storage = storage
        self._lines = lines
        self._granters = granters
        self._paces = paces
        self._sealer = sealer
        self._new_token = new_token
        self._patience = patience
        self._working = set[asyncio.Task[Any]]()

    async def begin(self, client: Client, incoming: Incoming) -> Begun | NoLine:
        """Begin a call; the token in the answer is for its next turn. Begun again by its reference,
        it has its first answer once more, and after the first turn none."""
        token, whose = self._new_token(), client.organisation.id
        door, reference = incoming.door, incoming.reference
        id = CallId(new_id()) if reference is None else named_by(whose, door, reference)
        async with self._storage.begin(whose) as transaction:
            desk = CallDesk(transaction, whose, self._sealer)
            if reference is not None and (there := await desk.hold(id)):
                return Begun(id, begun_again(there))
            line = await self._lines.written(
                transaction, client, incoming.profile_id, incoming.language
            )
            if line is None:
                return NoLine()
            call = begun(id, line.profile_id, incoming, token, desk.now)
            is_paced = await self._is_paced(transaction, client, incoming)
            begins = CallStarted(desk.now, incoming.number, is_paced=is_paced)
            history = History(line.document, [begins])
            await desk.add(call, history)
            if call.is_trial:
                await AuditStore(transaction, whose).add(_tried(call, client))
        log.info("call.started", call_id=str(id), door=door)
        if is_paced:
            self._paces.announce(client)
        return Begun(id, await self._in_time(Secret(token), self._work(client, call, history)))

    async def _is_paced(self, transaction: Transaction, client: Client, incoming: Incoming) -> bool:
        if incoming.door is Door.REHEARSAL:
            return not await self._paces.may_rehearse(transaction, client)
        return not await self._paces.is_open(transaction, client, incoming.number)

    async def hear(
        self, client: Client, door: Door, id: CallId, token: str, event: Event | None
    ) -> Spoken:
        """Go on with what was heard; with nothing, ask whether what was held is answered. A call
        that came by another door than this is like one that is not there."""
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = CallDesk(transaction, client.organisation.id, self._sealer)
            there = await desk.hold(id)
            if there is None or there.call.door is not door:
                return OutOfStep()
            found = await self._take(desk, there, Secret(token), event)
        if not isinstance(found, _Taken):
            return found
        work = self._work(client, found.call, found.history)
        return await self._in_time(Secret(token), work)

    async def _take(
        self, desk: CallDesk, there: OpenCall, token: Secret, event: Event | None
    ) -> "_Taken | Spoken":
        match judge_turn(there.call, digest_of(token.reveal()), desk.now, is_poll=event is None):
            case Busy():
                return Held(token)
            case Again() if there.answer is not None:
                return there.answer
            case Next() if isinstance(event, HungUp):
                return await self._hung_up(desk, there)
            case (Next() | Resume()) as judged if there.history is not None:
                found = _Taken(taken(there.call, desk.now), there.history)
                if judged == Next() and event is not None:
                    await desk.write(there.call.id, heard(there.call.turn, desk.now, event))
                    found = found.hearing(event)
                await desk.save(found.call, found.history, there.answer)
                return found
            case Next() | Resume() | Again() | Shut() | Overdue() as judged:
                return await self._out_of_step(desk, there, judged)

    async def hang_up(self, client: Client, id: CallId) -> None:
        """End a call whose caller is gone, in whatever turn it is."""
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = CallDesk(transaction, client.organisation.id, self._sealer)
            there = await desk.hold(id)
            # What is worked on comes to its end first: a PIN that was sent may have arrived.
            if there is not None and there.call.working_since is None:
                await self._hung_up(desk, there)

    async def close(self) -> None:
        """Let what is worked on come to its end, and what that begins."""
        while self._working:
            await asyncio.gather(*self._working, return_exceptions=True)

    async def _hung_up(self, desk: CallDesk, there: OpenCall) -> Answer:
        if there.call.ended_at is None:
            call = ended(there.call, desk.now, Ending.HUNG_UP)
            await desk.write(call.id, heard(call.turn, desk.now, HungUp()))
            await desk.save(call)
            log.info("call.ended", call_id=str(call.id), ending=call.ending)
        return Answer([HangUp()])

    async def _out_of_step(self, desk: CallDesk, there: OpenCall, judged: TurnJudged) -> OutOfStep:
        ending = Ending.SILENT if isinstance(judged, Overdue) else Ending.OUT_OF_STEP
        if there.call.ended_at is None:
            await desk.save(ended(there.call, desk.now, ending))
            log.warning("call.out_of_step", call_id=str(there.call.id), ending=ending)
        return OutOfStep()

    async def _in_time(self, token: Secret, work: Coroutine[Any, Any, Answer]) -> Spoken:
        """Give the answer, or let the caller hold while it is worked on."""
        task = self._aside(work)
        done, _ = await asyncio.wait([task], timeout=self._patience)
        return task.result() if done else Held(token)

    def _aside(self, work: Coroutine[Any, Any, Done]) -> "asyncio.Task[Done]":
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    async def _work(self, client: Client, call: Call, history: History) -> Answer:
        try:
            line = self._lines.read(history.document)
        except NoDocument:
            return await self._let_go(client, call)
        granter = self._granters.of(client, call, line, history.started)
        done = await _play(partial(script_of, line), granter, history)
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = CallDesk(transaction, client.organisation.id, self._sealer)
            there = await desk.hold(call.id)
            if there is None or not is_same_turn(call, there.call):
                # Somebody took us for dead, did the turn again, and has told of it.
                return GONE if there is None else there.answer or GONE
            for told in done.told:
                await granter.tell(transaction, told)
            answer = await self._answer(desk, there.call, done)
        # Nobody on the telephone waits for what a core is told beside.
        self._aside(granter.announce(done.told))
        return answer

    async def _let_go(self, client: Client, call: Call) -> Answer:
        """End a call that another version of ours has begun."""
        answer = Answer([Say("call_us"), HangUp()])
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = CallDesk(transaction, client.organisation.id, self._sealer)
            await desk.save(ended(call, desk.now, Ending.OUT_OF_STEP), None, answer)
        log.warning("call.out_of_step", call_id=str(call.id), ending=Ending.OUT_OF_STEP)
        return answer

    async def _answer(self, desk: CallDesk, call: Call, done: _Played) -> Answer:
        """Answer a turn. A call that was ended meanwhile stays so; its log has what was done."""
        if call.ended_at is not None:
            await desk.write(call.id, played(call.turn, desk.now, done.told, done.steps))
            return GONE
        token = None if done.is_over else Secret(self._new_token())
        digest = digest_of("" if token is None else token.reveal())
        answer, ending = Answer(done.steps, token), _ending(done)
        call = answered(call, digest, desk.now, ending)
        await desk.save(call, None if done.is_over else done.history, answer)
        await desk.write(call.id, played(call.turn, desk.now, done.told, done.steps))
        if ending is not None:
            log.info("call.ended", call_id=str(call.id), ending=ending)
        return answer


def begun_again(there: OpenCall) -> Spoken:
    """Say what a platform hears that begins a call which it has begun before."""
    return OutOfStep() if there.call.turn > 1 or there.answer is None else there.answer


async def _play(
    script: Callable[[CallStarted], Any], granter: Granter, history: History
) -> _Played:
    """Play on with what was heard, and grant all wishes, until somebody has to speak."""
    done, playback = _Played(history), Playback(script, history.heard)
    done.add(playback.given)
    while (wish := playback.given.wish) is not None:
        event = await granter.grant(wish)
        done.history = done.history.and_then(event)
        done.add(playback.hear(event))
    return done


def _ending(done: _Played) -> Ending | None:
    """Say how a call has ended, if it has, as the script has told."""
    return next((each.how for each in done.told if isinstance(each, Ended)), None)


def _tried(call: Call, client: Client) -> Entry:
    """Say who tries a line, and whether for real: they may learn by it whether a PIN fits."""
    is_real = call.door is Door.SIMULATOR
    action = Action.CALL_TRIED if is_real else Action.CALL_REHEARSED
    return Entry(action=action, actor=client.actor, target=f"call:{call.id}")
