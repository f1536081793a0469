"""What happens when a script wishes for something: a core is asked, a code is sent, a PIN is set.

For whoever is not known the same is done as far as it can be, and it takes as long as it has lately
taken for others: so that a pause tells nobody who is a member.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar, assert_never

import structlog

from watchword.features.activation.dialogue.steps import (
    CallStarted,
    Charge,
    Charged,
    CodeRefused,
    CodeRight,
    CodeSent,
    CodeWrong,
    DrawPin,
    Ended,
    Event,
    Failed,
    Find,
    Found,
    JudgeCode,
    Known,
    Line,
    LookAt,
    LookBack,
    NewPin,
    Note,
    SendCode,
    Succeeded,
    TakenBack,
    Tell,
    TooMuch,
    TooOften,
    Unused,
    Used,
    Verify,
    Wish,
    WritePin,
)
from watchword.features.calls.locks.rules import Sought, Strictness, looked_for
from watchword.features.calls.locks.service import Locks
from watchword.features.calls.notices.service import Notices
from watchword.features.calls.ports import Paces, Ready, Records
from watchword.features.calls.rules import Call
from watchword.features.calls.writes.store import WriteStore
from watchword.features.challenges.codebook import Telling
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.service import Challenges
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Verified, Wrong
from watchword.features.clients.rules import Caller as Client
from watchword.features.contacts.rules import stand_in
from watchword.features.cores.ports import BankingCore, Cores
from watchword.features.cores.rules import (
    CoreEvent,
    PinMode,
    PinSet,
    PinState,
    PinUnknown,
    PinWrong,
    SetPin,
    Unavailable,
)
from watchword.features.cores.service import set_pin, settled
from watchword.features.pins.rules import Draw, NoneDrawn, draw_pin
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

LONGEST_PAUSE = 1.5
"""Seconds. What takes a core longer than this is rare, and lets everybody hold."""
NOTES_WITHIN = 10.0
"""Seconds. A note is a courtesy; a call does not wait for it."""

Answered = TypeVar("Answered")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backroom:
    """What all calls are granted their wishes with."""

    storage: Storage
    cores: Cores
    challenges: Challenges
    records: Records
    locks: Locks
    paces: Paces
    notices: Notices
    draw: Draw = secrets.randbelow
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    took: dict[type[Wish], float] = field(default_factory=dict)
    """How many seconds each kind of wish has taken lately, where somebody was known."""


class Talk(NamedTuple):
    """A call, the line it is on, and from which telephone it comes, if that is told."""

    call: Call
    line: Ready
    number: Secret | None


class Granting:
    """Fills `Granters`."""

    def __init__(self, backroom: Backroom) -> None:
        self._backroom = backroom

    def of(self, client: Client, call: Call, line: Ready, started: CallStarted) -> "Granted":
        return Granted(self._backroom, client, Talk(call, line, started.caller))


class Granted:
    """Grants the wishes of one call. Fills `Granter`."""

    def __init__(self, backroom: Backroom, client: Client, talk: Talk) -> None:
        self._room = backroom
        self._client = client
        self._call, self._line, self._number = talk

    async def grant(self, wish: Wish) -> Event:  # noqa: PLR0911 - one for each wish
        match wish:
            case Find():
                return await self._find(wish)
            case Charge():
                return await self._charge(wish)
            case LookAt():
                return await self._look_at(wish)
            case Verify():
                return await self._verify(wish)
            case SendCode():
                return await self._send_code(wish)
            case JudgeCode():
                return await self._judge_code(wish)
            case LookBack():
                return await self._look_back(wish)
            case DrawPin():
                return self._drawn(wish)
            case WritePin():
                return await self._write(wish)
            case never:
                assert_never(never)

    async def tell(self, transaction: Transaction, told: Tell) -> None:
        match told:
            case TakenBack() | Succeeded() if self._call.is_trial:
                pass  # Whoever tries a line out locks nobody, and forgives nobody.
            case TakenBack():
                sought, strict = self._sought(told), self._strictness
                await self._room.paces.take_back(transaction, self._client, self._number)
                await self._room.locks.take_back(transaction, self._client, sought, strict)
            case Succeeded():
                await self._room.locks.forgive(transaction, self._client, self._sought(told))
            case Note(member, event) if not self._call.is_trial:
                await self._room.notices.tell(
                    transaction, self._client.organisation, member, event, self._call.language
                )
            case Note() | Failed() | Ended() | Line():
                pass

    async def announce(self, told: Sequence[Tell]) -> None:
        notes = [each for each in told if isinstance(each, Note)]
        if notes:
            self._room.notices.announce(self._client.organisation)
        for note in notes:
            await self._leave_note(note)

    async def _find(self, wish: Find) -> Event:
        whose = self._client.organisation
        found = await self._core.find(wish.by, looked_for(wish.by, wish.value, whose.country))
        if isinstance(found, Unavailable):
            return found
        sought = Sought(wish.by, wish.value, self._line.core, [each.ref for each in found])
        async with self._room.storage.reading(whose.id) as transaction:
            count = await self._room.locks.of(transaction, self._client, sought, self._strictness)
        return Found(found, is_locked=count.is_locked)

    async def _charge(self, wish: Charge) -> Event:
        """Count a guess, durably, before anybody judges it: what was read earlier in the call may
        be true no more."""
        if self._call.is_trial:
            return Charged()
        client, sought = self._client, self._sought(wish)
        async with self._room.storage.begin(client.organisation.id) as transaction:
            if not await self._room.paces.charge(transaction, client, self._number):
                return TooMuch()
            is_counted = await self._room.locks.charge(
                transaction, client, sought, self._strictness
            )
        return Charged() if is_counted else TooOften()

    async def _look_at(self, wish: LookAt) -> Event:
        if wish.ref is None:
            await self._pause(wish)
            return Known(PinState(PinMode.HASHED))
        state = await self._timed(wish, self._core.pin_state(wish.ref))
        if isinstance(state, Unavailable):
            return state
        return await self._room.records.known(self._client, self._line.core, wish.ref, state)

    async def _verify(self, wish: Verify) -> Event:
        if wish.ref is None:
            await self._pause(wish)
            return PinWrong()
        return await self._timed(wish, self._core.verify_pin(wish.ref, wish.pin))

    async def _send_code(self, wish: SendCode) -> Event:
        at, organisation = self._call.started_at, self._client.organisation
        to = None if wish.member is None else self._line.reached(wish.member, at)
        opening = Opening(
            purpose=Purpose.PIN_ACTIVATION if wish.is_first else Purpose.PIN_CHANGE,
            contact=to or stand_in(f"caller {wish.value.reveal()}", organisation.country),
            channel=None,
            locale=self._call.language,
            reference=f"call:{self._call.id}",
            telling=Telling.SENT if to is not None else Telling.KEPT,
        )
        opened = await self._room.challenges.open(self._client, opening)
        return CodeSent(str(opened.id)) if isinstance(opened, Shown) else CodeRefused()

    async def _judge_code(self, wish: JudgeCode) -> Event:
        client, id = self._client, ChallengeId(Id(wish.reference))
        async with self._room.storage.begin(client.organisation.id) as transaction:
            if not await self._room.paces.charge(transaction, client, self._number):
                return TooMuch()
        verdict = await self._room.challenges.answer(client, id, wish.typed.reveal())
        match verdict:
            case Verified():
                async with self._room.storage.begin(client.organisation.id) as transaction:
                    await self._room.paces.take_back(transaction, client, self._number)
                return CodeRight()
            case Wrong(left):
                return CodeWrong(is_over=not left)
            case _:
                return CodeWrong(is_over=True)

    async def _look_back(self, wish: LookBack) -> Event:
        used = await self._room.records.was_used(
            self._client, self._line.core, wish.ref, wish.pin, self._line.pin_rules.previous
        )
        if isinstance(used, Unavailable):
            return used
        return Used() if used else Unused()

    def _drawn(self, wish: DrawPin) -> Event:
        def refuses(pin: Secret) -> bool:
            return bool(self._line.broken(pin, wish.holders))

        drawn = draw_pin(self._line.pin_rules, refuses, self._room.draw)
        return Unavailable() if isinstance(drawn, NoneDrawn) else NewPin(drawn)

    async def _write(self, wish: WritePin) -> Event:
        """Send a PIN once. If somebody had begun with that before us, it is only looked for."""
        whose, call = self._client.organisation.id, self._call
        async with self._room.storage.begin(whose) as transaction:
            is_first = await WriteStore(transaction, whose).begin(call.id, call.turn)
        if is_first:
            ended = await set_pin(self._core, wish.ref, wish.pin, wish.expected)
        else:
            ended = await settled(self._core, wish.ref, wish.pin, PinUnknown())
        if isinstance(ended, PinSet):
            core = self._line.core
            if not await self._room.records.chosen(self._client, core, wish.ref, wish.pin):
                log.warning("call.pin_not_remembered", call_id=str(call.id))
        async with self._room.storage.begin(whose) as transaction:
            await WriteStore(transaction, whose).end(call.id, call.turn, _word(ended))
        return ended

    async def _leave_note(self, note: Note) -> None:
        try:
            async with asyncio.timeout(NOTES_WITHIN):
                await self._core.note(note.member.ref, note.event)
        except TimeoutError:
            log.warning("core.note_lost", core=self._line.core, what=CoreEvent(note.event))

    async def _timed(self, wish: Wish, work: Awaitable[Answered]) -> Answered:
        began = self._room.clock()
        done = await work
        self._room.took[type(wish)] = self._room.clock() - began
        return done

    async def _pause(self, wish: Wish) -> None:
        """Wait as long as it has lately taken to ask about somebody."""
        await self._room.sleep(min(self._room.took.get(type(wish), 0.0), LONGEST_PAUSE))

    def _sought(self, of: Charge | TakenBack | Succeeded) -> Sought:
        return Sought(of.by, of.value, self._line.core, of.found)

    @property
    def _strictness(self) -> Strictness:
        return Strictness(self._line.lock_after, self._line.reopens)

    @property
    def _core(self) -> BankingCore:
        core = self._room.cores.of(self._client.organisation, self._line.core)
        if core is None:
            raise NotFound("core")
        return core


def _word(ended: SetPin) -> str:
    """Give the word by which the journal keeps an end: `PinUnknown` is `unknown`."""
    return type(ended).__name__.removeprefix("Pin").lower()
