"""What happens when a script wishes for something: a core is asked, a code is sent, a PIN is set.

For whoever is not known the same is done as far as it can be, and what is done is answered at the
same moment (`pauses`): so that a wait tells nobody who is a member.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple, assert_never

import structlog

from watchword.features.activation.dialogue.codes import (
    CodeRefused,
    CodeRight,
    CodeSent,
    CodeWrong,
    JudgeCode,
    SendCode,
    Unlock,
    Unlocked,
)
from watchword.features.activation.dialogue.counting import (
    Charge,
    Charged,
    TakenBack,
    TooMuch,
    TooOften,
)
from watchword.features.activation.dialogue.steps import (
    CallStarted,
    DrawPin,
    Ended,
    Event,
    Failed,
    Find,
    Found,
    Known,
    LookAt,
    LookBack,
    NewPin,
    Note,
    Remark,
    Succeeded,
    Tell,
    Unused,
    Used,
    Verify,
    Wish,
    WritePin,
)
from watchword.features.calls.granting.rules import FOR_NOBODY, is_about_somebody, purpose_of
from watchword.features.calls.locks.rules import Sought, looked_for, plain
from watchword.features.calls.locks.service import Locks
from watchword.features.calls.notices.rules import Occasion
from watchword.features.calls.notices.service import Notices
from watchword.features.calls.outages.service import Outages
from watchword.features.calls.pauses.service import Pauses, Place
from watchword.features.calls.ports import Granter, MemberPins, Paces, Ready
from watchword.features.calls.rehearsals.service import Rehearsal
from watchword.features.calls.rules import Call, Door
from watchword.features.calls.writes.rules import Doubt, Sent, WriteState
from watchword.features.calls.writes.service import Doubts
from watchword.features.calls.writes.store import WriteStore
from watchword.features.challenges.codebook import Telling
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.service import Challenges, Opened
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Verified, Wrong
from watchword.features.clients.rules import Caller as Client
from watchword.features.contacts.rules import Contact, stand_in
from watchword.features.cores.ports import BankingCore, Cores
from watchword.features.cores.rehearsal.service import RehearsedCores
from watchword.features.cores.rules import (
    OWN,
    CoreEvent,
    Member,
    MemberRef,
    PinMode,
    PinSet,
    PinState,
    PinUnknown,
    PinWrong,
    Unavailable,
)
from watchword.features.cores.service import set_pin, settled
from watchword.features.pins.rules import Draw, NoneDrawn, draw_pin
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

NOBODY = MemberRef(Secret(""), Secret(""))
UNLOCKED_BECAUSE = "By telephone, after a code to what is on file"
NOTES_WITHIN = 10.0
"""Seconds. A note is a courtesy; a call does not wait for it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backroom:
    """What all calls are granted their wishes with."""

    storage: Storage
    cores: Cores
    challenges: Challenges
    member_pins: MemberPins
    locks: Locks
    paces: Paces
    notices: Notices
    doubts: Doubts
    pauses: Pauses
    outages: Outages = field(default_factory=Outages)
    draw: Draw = secrets.randbelow


class Talk(NamedTuple):
    """A call, the line it is on, and from which telephone it comes, if that is told."""

    call: Call
    line: Ready
    number: Secret | None


class Granting:
    """Fills `Granters`."""

    def __init__(self, backroom: Backroom) -> None:
        self._backroom = backroom

    def of(self, client: Client, call: Call, line: Ready, started: CallStarted) -> Granter:
        room, talk = self._backroom, Talk(call, line, started.caller)
        if call.door is not Door.REHEARSAL:
            return CallGranter(room, client, talk)
        # Its own pauses, too: how long a rehearsal takes is nothing for callers to wait for.
        cores = RehearsedCores(room.cores)
        quiet = replace(room, cores=cores, pauses=Pauses(), outages=Outages())
        reading = CallGranter(quiet, client, talk)
        return Rehearsal(reading, reading.core, room.storage, room.paces, client, call, line)


class CallGranter:
    """Grants the wishes of one call. Fills `Granter`."""

    def __init__(self, backroom: Backroom, client: Client, talk: Talk) -> None:
        self._room = backroom
        self._client = client
        self._call, self._line, self._number = talk

    async def grant(self, wish: Wish) -> Event:
        if not isinstance(wish, Find | LookAt | Verify | SendCode | JudgeCode):
            return await self._granted(wish)  # Only of whoever is known, or a look at our own.
        is_near = isinstance(wish, SendCode | JudgeCode) or self.core.traits.is_near
        work, about = self._granted(wish), partial(is_about_somebody, wish)
        return await self._room.pauses.even(self._place(wish), work, about, is_near=is_near)

    async def _granted(self, wish: Wish) -> Event:  # noqa: C901, PLR0911 - one for each wish
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
            case Unlock():
                return await self._unlock(wish)
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
            case TakenBack(was_right=was_right):
                client, sought, strict = self._client, self._sought(told), self._line.locking
                await self._room.paces.take_back(
                    transaction, client, self._number, was_right=was_right
                )
                await self._room.locks.take_back(transaction, client, sought, strict)
            case Succeeded():
                await self._room.locks.forgive(transaction, self._client, self._sought(told))
            case Note(member, event, others):
                call, whose = self._call, self._client.organisation
                occasion = Occasion(call.id, call.turn, event, call.language)
                members = [member, *self._sharing(others)]
                reached = await self._room.notices.tell(transaction, whose, occasion, members)
                await self._room.doubts.told(transaction, self._client, occasion, reached)
            case Failed() | Ended() | Remark():
                pass

    async def announce(self, told: Sequence[Tell]) -> None:
        notes = [each for each in told if isinstance(each, Note)]
        if notes:
            self._room.notices.announce(self._client.organisation)
        for note in notes:
            await self._leave_note(note)

    async def _find(self, wish: Find) -> Event:
        whose = self._client.organisation
        found = await self.core.find(wish.by, looked_for(wish.by, wish.value, whose.country))
        if isinstance(found, Unavailable):
            return found
        sought = Sought(wish.by, wish.value, self._line.core, [each.ref for each in found])
        async with self._room.storage.reading(whose.id) as transaction:
            count = await self._room.locks.of(transaction, self._client, sought, self._line.locking)
        return Found(found, is_locked=count.is_locked)

    async def _charge(self, wish: Charge) -> Event:
        """Count a guess, durably, before anybody judges it: what was read earlier in the call may
        be true no more."""
        client, sought = self._client, self._sought(wish)
        async with self._room.storage.begin(client.organisation.id) as transaction:
            is_taken = await self._room.paces.charge(transaction, client, self._number)
            is_counted = is_taken and await self._room.locks.charge(
                transaction, client, sought, self._line.locking
            )
        if not is_taken:
            return self._too_much()
        return Charged() if is_counted else TooOften()

    async def _look_at(self, wish: LookAt) -> Event:
        outages, place = self._room.outages, self._place(wish)
        if wish.ref is None:
            return Unavailable() if outages.lasts(place) else Known(PinState(PinMode.HASHED))
        state = await self.core.pin_state(wish.ref)
        outages.keep(place, is_away=isinstance(state, Unavailable))
        if isinstance(state, Unavailable):
            return state
        return await self._room.member_pins.known(self._client, self._line.core, wish.ref, state)

    async def _verify(self, wish: Verify) -> Event:
        if wish.ref is None and self._line.core != OWN:
            # A core that hangs lets whoever is not known wait as well; what it says tells nothing,
            # for it may be well and judge no PIN. Then theirs could not be judged, either.
            await self.core.is_well()
            return Unavailable() if self._room.outages.lasts(self._place(wish)) else PinWrong()
        # Our own core makes a hash, and the PIN of nobody waits with all others for one.
        verdict = await self.core.verify_pin(wish.ref or NOBODY, wish.pin)
        self._room.outages.keep(self._place(wish), is_away=isinstance(verdict, Unavailable))
        return verdict

    async def _send_code(self, wish: SendCode) -> Event:
        """Send a code, and say so whatever stands in its way: only that too many were asked for by
        what was typed is told, for that is so whether or not somebody is known by it."""
        client, sought = self._client, Sought(self._line.find_by, wish.value, self._line.core)
        async with self._room.storage.begin(client.organisation.id) as transaction:
            if not await self._room.paces.charge_code(transaction, client, sought):
                return CodeRefused()
        at = self._call.started_at
        to = None if wish.member is None else self._line.reached(wish.member, at)
        if to is not None:
            opened = await self._open(wish, to, Telling.SENT)
            if isinstance(opened, Shown):
                return CodeSent(str(opened.id))
        name = plain(sought.by, wish.value, client.organisation.country).reveal()
        nobody = stand_in(f"caller {sought.by} {name}", client.organisation.country)
        opened = await self._open(wish, nobody, Telling.KEPT)
        name = f"{FOR_NOBODY}{opened.id if isinstance(opened, Shown) else ''}"
        return CodeSent(name, reaches=False)

    async def _open(self, wish: SendCode, to: Contact, telling: Telling) -> Opened:
        opening = Opening(
            purpose=purpose_of(wish),
            contact=to,
            channel=None,
            locale=self._call.language,
            reference=f"call:{self._call.id}",
            telling=telling,
            call_id=self._call.id,
        )
        return await self._room.challenges.open(self._client, opening)

    async def _judge_code(self, wish: JudgeCode) -> Event:
        client, reference = self._client, wish.reference.removeprefix(FOR_NOBODY)
        async with self._room.storage.begin(client.organisation.id) as transaction:
            is_taken = await self._room.paces.charge(transaction, client, self._number)
        if not is_taken:
            return self._too_much()
        if not reference:
            return CodeWrong()
        id = ChallengeId(Id(reference))
        verdict = await self._room.challenges.answer(client, id, wish.typed.reveal())
        match verdict:
            case Verified():
                async with self._room.storage.begin(client.organisation.id) as transaction:
                    await self._room.paces.take_back(
                        transaction, client, self._number, was_right=True
                    )
                return CodeRight()
            case Wrong(left):
                return CodeWrong(is_over=not left)
            case _:
                return CodeWrong(is_over=True)

    def _too_much(self) -> Event:
        self._room.paces.announce(self._client)
        return TooMuch()

    async def _unlock(self, wish: Unlock) -> Event:
        """Let somebody try again here. In a core of others only its own staff unlock."""
        if self._line.core == OWN:
            unlocked = await self.core.unlock(wish.ref)
            if isinstance(unlocked, Unavailable):
                return unlocked
        sought = Sought(wish.by, wish.value, self._line.core, [wish.ref])
        await self._room.locks.lift(self._client, sought, UNLOCKED_BECAUSE)
        return Unlocked()

    async def _look_back(self, wish: LookBack) -> Event:
        used = await self._room.member_pins.was_used(
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
            store, now = WriteStore(transaction, whose), transaction.now()
            is_first = await store.begin(call.id, call.turn, self._sealed(wish, now))
        if is_first:
            ended = await set_pin(self.core, wish.ref, wish.pin, wish.expected)
        else:
            ended = await settled(self.core, wish.ref, wish.pin, PinUnknown())
        if isinstance(ended, PinSet):
            core = self._line.core
            if not await self._room.member_pins.chosen(self._client, core, wish.ref, wish.pin):
                log.warning("call.pin_not_remembered", call_id=str(call.id))
        async with self._room.storage.begin(whose) as transaction:
            await WriteStore(transaction, whose).end(call.id, call.turn, WriteState(ended.word))
        return ended

    def _sealed(self, wish: WritePin, now: datetime) -> bytes:
        """Seal what it takes to look for a PIN, should nobody see how it ends that it is sent."""
        sent = Sent(
            core=self._line.core,
            member=wish.member,
            others=self._sharing(wish.others),
            pin=wish.pin,
            event=wish.event,
            language=self._call.language,
        )
        doubt = Doubt(
            organisation_id=self._client.organisation.id,
            call_id=self._call.id,
            turn=self._call.turn,
            state=WriteState.BEGUN,
            begun_at=now,
        )
        return self._room.doubts.seal(doubt, sent)

    async def _leave_note(self, note: Note) -> None:
        try:
            async with asyncio.timeout(NOTES_WITHIN):
                await self.core.note(note.member.ref, note.event)
        except TimeoutError:
            log.warning("core.note_lost", core=self._line.core, what=CoreEvent(note.event))

    def _place(self, wish: Wish) -> Place:
        return Place(self._client.organisation.id, self._line.core, type(wish).__name__)

    def _sharing(self, others: Sequence[Member]) -> Sequence[Member]:
        """Give whose PIN it is, too, of those who hold an account with somebody."""
        return () if self.core.traits.pins_are_per_person else others

    def _sought(self, of: Charge | TakenBack | Succeeded) -> Sought:
        return Sought(of.by, of.value, self._line.core, of.found)

    @property
    def core(self) -> BankingCore:
        core = self._room.cores.of(self._client.organisation, self._line.core)
        if core is None:
            raise NotFound("core")
        return core
