"""Looking for PINs that were sent to a core, and nobody saw how that ended: a process died, or the
core did not answer. Whoever has another PIN by that is told, as if all had gone well."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from watchword.features.activation.dialogue.steps import Ending
from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.calls.log import LineKind, LogLine
from watchword.features.calls.notices.rules import Occasion, Told, read_about
from watchword.features.calls.notices.service import Notices
from watchword.features.calls.ports import MemberPins
from watchword.features.calls.rules import LEASE, CallId, ended
from watchword.features.calls.store import CallStore, Resting
from watchword.features.calls.untold.service import NOBODY_TOLD, leave_denied, leave_untold
from watchword.features.calls.writes.rules import (
    Doubt,
    Illegible,
    Sent,
    WriteState,
    judge,
    packed,
    unpacked,
)
from watchword.features.calls.writes.store import WriteStore, WriteSweep
from watchword.features.clients.rules import Caller as Client
from watchword.features.cores.ports import BankingCore, Cores
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.staff.rules import Reasonless, find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.sealing import Place, SealBroken, Sealer
from watchword.foundation.storage import Storage, Transaction

LOOKED_FOR: Final = "pin_looked_for"
"""What stands in the log of a call when it is known, or when nobody will."""
SOME_NOT_TOLD: Final = "some_not_told"
SEEN_TO: Final = "seen_to"
SHOWN = 20
AT_ONCE: Final = 4
PATIENCE: Final = 10.0
"""Seconds. A core has given up before."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _House:
    """Who looks when nobody calls."""

    organisation: Organisation
    actor: str = Noun.MACHINE.of("telephone")


class Doubts:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        cores: Cores,
        member_pins: MemberPins,
        notices: Notices,
        sealer: Sealer,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._cores = cores
        self._member_pins = member_pins
        self._notices = notices
        self._sealer = sealer

    def seal(self, doubt: Doubt, sent: Sent) -> bytes:
        """Seal what it would take to look for a PIN, for the case that nobody sees the end."""
        return self._sealer.seal(packed(sent), _place(doubt))

    async def left_open(self, whose: OrganisationId) -> Sequence[Doubt]:
        """Give what a person has to see to, the newest first: one more than is shown, where there
        are more."""
        async with self._storage.reading(whose) as transaction:
            return await WriteStore(transaction, whose).left_open(SHOWN + 1)

    async def open_of(self, whose: OrganisationId, id: CallId) -> Sequence[Doubt]:
        """Give what a person has to see to of one call, however long ago it was."""
        async with self._storage.reading(whose) as transaction:
            return await WriteStore(transaction, whose).open_of(id)

    async def see_to(self, client: Client, id: CallId, reason: str) -> Reasonless | None:
        """Tick off what was left open in a call. What somebody has done about it is the reason."""
        if fault := find_fault_of_reason(reason):
            return fault
        whose = client.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = WriteStore(transaction, whose)
            left = await store.open_of(id)
            if not left or not await store.see_to(id):
                raise NotFound("open PIN")
            line = LogLine(left[-1].turn, transaction.now(), LineKind.DECIDED, SEEN_TO)
            await CallStore(transaction, whose).add_lines(id, [line])
            entry = Entry(
                action=Action.PIN_SEEN_TO,
                actor=client.actor,
                target=f"call:{id}",
                details={"reason": reason.strip()},
            )
            await AuditStore(transaction, whose).add(entry)
        return None

    async def deny(self, whose: OrganisationId, about: str) -> bool:
        """Leave it open to staff that whoever heard a notice says that it was not them; say whether
        it was about a PIN, and is news."""
        of = read_about(about)
        if of is None:
            return False
        async with self._storage.begin(whose) as transaction:
            return await leave_denied(transaction, whose, *of)

    async def told(
        self, transaction: Transaction, client: Client, occasion: Occasion, told: Told
    ) -> None:
        """Say loudly that a PIN was set in a call, if nobody can be told of it; and in its log, if
        only some of those whose PIN it is can be."""
        whose, id, turn = client.organisation.id, occasion.call_id, occasion.turn
        if not told.places:
            await leave_untold(transaction, whose, id, turn, NOBODY_TOLD, actor=client.actor)
        elif told.is_partial:
            line = LogLine(turn, transaction.now(), LineKind.DECIDED, SOME_NOT_TOLD)
            await CallStore(transaction, whose).add_lines(id, [line])

    async def settle(self, most: int) -> int:
        """Look for what is due, and say how much that was. Nothing is written to a core."""
        most = min(most, AT_ONCE)
        for done in range(most):
            async with self._storage.begin(EVERYWHERE) as transaction:
                doubt = await WriteSweep(transaction).take()
                is_ours = doubt is not None and await _is_left(transaction, doubt)
            if doubt is None:
                return done
            if is_ours:
                await self._look(doubt)
        return most

    async def _look(self, doubt: Doubt) -> None:
        async with self._storage.reading(doubt.organisation_id) as transaction:
            house = _House(await self._organisations.read(transaction, doubt.organisation_id))
        sent = self._opened(doubt)
        core = None if sent is None else self._cores.of(house.organisation, sent.core)
        if sent is None or core is None:
            await self._end(house, doubt, WriteState.UNRESOLVED, sent)
            return
        state = judge(doubt.looks, is_there=await _is_there(core, sent))
        if state is None:
            return
        if state is WriteState.SET and not await self._member_pins.chosen(
            house, sent.core, sent.member.ref, sent.pin
        ):
            log.warning("call.pin_not_remembered", call_id=str(doubt.call_id))
        if await self._end(house, doubt, state, sent) and state is WriteState.SET:
            self._notices.announce(house.organisation)
            await _note(core, sent)

    async def _end(self, house: _House, doubt: Doubt, state: WriteState, sent: Sent | None) -> bool:
        """Keep how it ended, and say whether nobody had said so before."""
        whose = doubt.organisation_id
        target = None if sent is None else await self._target(whose, sent)
        async with self._storage.begin(whose) as transaction:
            if not await WriteStore(transaction, whose).end(doubt.call_id, doubt.turn, state):
                return False
            now = transaction.now()
            line = LogLine(doubt.turn, now, LineKind.DECIDED, LOOKED_FOR, state)
            await CallStore(transaction, whose).add_lines(doubt.call_id, [line])
            entry = Entry(
                action=Action.PIN_LOOKED_FOR,
                actor=house.actor,
                target=target or f"call:{doubt.call_id}",
                details={"ended": state, "call_id": str(doubt.call_id)},
            )
            await AuditStore(transaction, whose).add(entry)
            if state is WriteState.SET and sent is not None:
                occasion = Occasion(doubt.call_id, doubt.turn, sent.event, sent.language)
                told = await self._notices.tell(
                    transaction, house.organisation, occasion, sent.members
                )
                await self.told(transaction, house, occasion, told)
        log.warning("call.write_settled", call_id=str(doubt.call_id), ended=state)
        return True

    async def _target(self, whose: OrganisationId, sent: Sent) -> str:
        return f"pin:{await self._member_pins.subject(whose, sent.core, sent.member.ref)}"

    def _opened(self, doubt: Doubt) -> Sent | None:
        if doubt.sealed is None:
            return None
        try:
            return unpacked(self._sealer.open(doubt.sealed, _place(doubt)))
        except (SealBroken, Illegible):
            return None


async def _is_left(transaction: Transaction, doubt: Doubt) -> bool:
    """Say whether nobody is at work on it any more; then nobody takes up its call again either."""
    if doubt.state is not WriteState.BEGUN:
        return True
    calls, now = CallStore(transaction, doubt.organisation_id), transaction.now()
    held = await calls.hold(doubt.call_id)
    if held is None or held[0].ended_at is not None:
        return True
    call, _ = held
    if call.working_since is not None and now < call.working_since + LEASE:
        return False
    await calls.save(ended(call, now, Ending.SILENT), Resting())
    log.info("call.ended", call_id=str(call.id), ending=Ending.SILENT)
    return True


async def _is_there(core: BankingCore, sent: Sent) -> bool | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await core.has_pin(sent.member.ref, sent.pin)
    except TimeoutError:
        return None


async def _note(core: BankingCore, sent: Sent) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await core.note(sent.member.ref, sent.event)
    except TimeoutError:
        log.warning("core.note_lost", core=sent.core, what=sent.event)


def _place(doubt: Doubt) -> Place:
    return Place(doubt.organisation_id, "call_writes", "sealed", f"{doubt.call_id}:{doubt.turn}")
