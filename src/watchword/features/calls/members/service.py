"""Looking at members without a call: what would happen to them, and helping them into the next one.

No PIN is tried by this, and none is shown.
"""

from collections.abc import Sequence
from typing import TypeAlias

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.calls.locks.rules import Sought, looked_for
from watchword.features.calls.locks.service import Locks
from watchword.features.calls.member_pins.service import KeptMemberPins
from watchword.features.calls.members.rules import (
    LOOKS,
    CoreAway,
    Looked,
    LookedTooOften,
    MemberSeen,
    NoEffect,
    NoLineYet,
    seen,
)
from watchword.features.calls.ports import Lines, Ready
from watchword.features.clients.rules import Caller as Client
from watchword.features.cores.ports import BankingCore, Cores
from watchword.features.cores.rules import OWN, Capability, Member, MemberRef, Unavailable
from watchword.features.limits.rules import Allowed, charge_send, may_send
from watchword.features.limits.store import BudgetStore
from watchword.features.pins.kept.rules import NoPin, PinRecord, Subject
from watchword.features.pins.kept.service import KeptPins
from watchword.features.staff.rules import Reasonless, find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

Seen: TypeAlias = Looked | NoLineYet | CoreAway | LookedTooOften


class Members:
    def __init__(
        self,
        *,
        storage: Storage,
        lines: Lines,
        cores: Cores,
        member_pins: KeptMemberPins,
        pins: KeptPins,
        locks: Locks,
    ) -> None:
        self._storage = storage
        self._lines = lines
        self._cores = cores
        self._member_pins = member_pins
        self._pins = pins
        self._locks = locks

    async def look(self, client: Client, number: Secret) -> Seen:
        """Find members by what the line asks first, and say what a call would decide. Who was
        looked at is in the audit, as a digest, before anybody sees them. What somebody does about
        a member counts as another look: it shows them, too."""
        if not await self._is_counted(client):
            return LookedTooOften()
        line = await self._line(client)
        looked = await self._look(client, line, number)
        if line is not None and isinstance(looked, Looked):
            await self._note(client, line, looked.found)
        return looked

    async def _look(self, client: Client, line: Ready | None, number: Secret) -> Seen:
        core = None if line is None else self._cores.of(client.organisation, line.core)
        if line is None or core is None:
            return NoLineYet()
        country = client.organisation.country
        found = await core.find(line.find_by, looked_for(line.find_by, number, country))
        if isinstance(found, Unavailable):
            return CoreAway()
        members = await self._members(client, line, core, found)
        if members is None:
            return CoreAway()
        is_locked = await self._is_locked(client, line, _sought(line, number, found))
        return Looked(members, is_locked, line.asks_when_staff_want, found, line.unlocks_by_code)

    async def reset(
        self, client: Client, number: Secret, place: int, reason: str
    ) -> Seen | Reasonless | NoEffect:
        """Ask one of them for another PIN in the next call; not where nobody would be asked."""
        line = await self._line(client)
        looked = await self.look(client, number)
        if not isinstance(looked, Looked) or line is None:
            return looked
        if not looked.asks_when_staff_want:
            return NoEffect(looked)
        if not 0 <= place < len(looked.found):
            raise NotFound("member")
        ref = looked.found[place].ref
        subject = await self._member_pins.subject(client.organisation.id, line.core, ref)
        match await self._pins.reset(client, subject, reason):
            case PinRecord():
                return await self._look(client, line, number)
            case Reasonless() as refused:
                return refused
            case NoPin():
                return NoEffect(looked)

    async def unlock(self, client: Client, number: Secret, reason: str) -> Seen | Reasonless:
        """Let whoever calls with a number try again, here and in the core, where it can that. If
        the core does not answer, nobody is told that they may."""
        if fault := find_fault_of_reason(reason):
            return fault
        line = await self._line(client)
        looked = await self.look(client, number)
        if not isinstance(looked, Looked) or line is None:
            return looked
        for member, shown in zip(looked.found, looked.members, strict=True):
            if shown.is_locked:
                done = await self._unlock(client, line, member.ref, reason)
                if isinstance(done, Unavailable):
                    return CoreAway()
        await self._locks.lift(client, _sought(line, number, looked.found), reason.strip())
        return await self._look(client, line, number)

    async def _unlock(
        self, client: Client, line: Ready, ref: MemberRef, reason: str
    ) -> bool | Unavailable:
        """Unlock a PIN where it rests. Ours is unlocked by whoever does it, for their reason."""
        if line.core == OWN:
            subject = await self._member_pins.subject(client.organisation.id, line.core, ref)
            return isinstance(await self._pins.unlock(client, subject, reason), PinRecord)
        core = self._cores.of(client.organisation, line.core)
        if core is None or not core.traits.can(Capability.UNLOCK):
            return False
        return await core.unlock(ref)

    async def _is_counted(self, client: Client) -> bool:
        """Count a look before it is taken, with whoever takes it."""
        name = f"looks:{client.actor}"
        async with self._storage.begin(client.organisation.id) as transaction:
            store, now = BudgetStore(transaction, client.organisation.id), transaction.now()
            budget = await store.make_or_hold(name)
            if may_send(budget, LOOKS, now) != Allowed():
                return False
            await store.save(name, charge_send(budget, LOOKS, now))
        return True

    async def _note(self, client: Client, line: Ready, found: Sequence[Member]) -> None:
        whose = client.organisation.id
        subjects: list[Subject | None] = [
            await self._member_pins.subject(whose, line.core, each.ref) for each in found
        ]
        entries = [_looked_up(client, line, each) for each in subjects or [None]]
        async with self._storage.begin(whose) as transaction:
            for entry in entries:
                await AuditStore(transaction, whose).add(entry)

    async def _line(self, client: Client) -> Ready | None:
        language = client.organisation.locale
        async with self._storage.reading(client.organisation.id) as transaction:
            written = await self._lines.written(transaction, client, None, language)
        return None if written is None else self._lines.read(written.document)

    async def _members(
        self, client: Client, line: Ready, core: BankingCore, found: Sequence[Member]
    ) -> Sequence[MemberSeen] | None:
        shown = []
        for member in found:
            state = await core.pin_state(member.ref)
            if isinstance(state, Unavailable):
                return None
            known = await self._member_pins.known(client, line.core, member.ref, state)
            others = [each for each in found if each is not member]
            now = self._storage.now()
            shown.append(seen(member, known, line.decide(known, None, [member, *others], now)))
        return shown

    async def _is_locked(self, client: Client, line: Ready, sought: Sought) -> bool:
        async with self._storage.reading(client.organisation.id) as transaction:
            count = await self._locks.of(transaction, client, sought, line.locking)
        return count.is_locked


def _sought(line: Ready, number: Secret, found: Sequence[Member]) -> Sought:
    return Sought(line.find_by, number, line.core, [each.ref for each in found])


def _looked_up(client: Client, line: Ready, subject: Subject | None) -> Entry:
    """Say whom somebody saw, as PINs of theirs are named, too; or that they tried a number."""
    return Entry(
        action=Action.CALLER_LOOKED_UP,
        actor=client.actor,
        target=f"caller:{line.find_by}" if subject is None else f"pin:{subject}",
        details={"found": subject is not None},
    )
