"""What happens to kept PINs: they are judged, set, looked back on, reset, unlocked and rewrapped.

A hash takes a while, so none is made inside a transaction. A try is counted in one, judged outside,
and what was right is forgotten in another: whoever pulls the plug between them has used up a try.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace

import structlog

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.cores.rules import PinFits, PinLocked, PinVerdict, PinWrong, Unavailable
from watchword.features.customers.rules import CustomerId
from watchword.features.pins.kept.hashes import (
    is_any_kept,
    place_of,
    place_of_earlier,
    rewrapped,
)
from watchword.features.pins.kept.rules import (
    KEPT_AT_MOST,
    TELEPHONE,
    Changed,
    Crowd,
    EarlierId,
    Kept,
    Locking,
    NoPin,
    NotLocked,
    Origin,
    PinRecord,
    Subject,
    UsedBefore,
    is_customer,
    is_locked,
    left,
    mark_of,
    new_record,
    righted,
    set_anew,
    tried,
)
from watchword.features.pins.kept.store import PinStore
from watchword.features.staff.rules import Reasonless, find_fault_of_reason
from watchword.foundation.capped import Capped, Crowded
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.sealed_hashes import SALT_BYTES, Cost, is_kept, keep
from watchword.foundation.sealing import HEAD_BYTES, Place, SealBroken, Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

REWRAPPED_AT_ONCE = 200
PINS_AT_ONCE = 4
"""So many hashes are made in a row by a report, before it makes way for callers."""
NOBODY = Subject("nobody")

log = structlog.get_logger()


class KeptPins:
    def __init__(
        self, *, storage: Storage, sealer: Sealer, capped: Capped, cost: Cost | None = None
    ) -> None:
        """`sealer`: seals with the key for PINs. `capped`: where hashes are made."""
        self._storage = storage
        self._sealer = sealer
        self._capped = capped
        self._cost = cost or Cost()

    async def get(self, organisation_id: OrganisationId, subject: Subject) -> PinRecord | None:
        async with self._storage.reading(organisation_id) as transaction:
            return await PinStore(transaction, organisation_id).get(subject)

    async def look(
        self, organisation_id: OrganisationId, subject: Subject, locking: Locking
    ) -> tuple[PinRecord | None, bool]:
        """Give what is known of a PIN, and whether it is locked at this moment."""
        async with self._storage.reading(organisation_id) as transaction:
            record = await PinStore(transaction, organisation_id).get(subject)
            now = transaction.now()
        return record, record is not None and is_locked(record, locking, now)

    async def verify(
        self, organisation_id: OrganisationId, subject: Subject, pin: Secret, locking: Locking
    ) -> PinVerdict:
        """Judge a PIN. Of whoever has none it takes as long, and is wrong."""
        try:
            async with self._capped.place() as thread:
                record = await self._count(organisation_id, subject, locking)
                if isinstance(record, PinLocked):
                    return record
                is_right = await thread.run(self._is_right, organisation_id, record, pin)
                if is_right and record is not None:
                    return await self._forget(organisation_id, record)
        except Crowded:
            log.warning("pins.crowded")
            return Unavailable()
        except SealBroken:
            # Without its key a PIN is neither right nor wrong, and nobody comes through.
            log.warning("pins.not_opened", organisation_id=str(organisation_id))
            return Unavailable()
        if record is not None and left(record, locking) == 0:
            await self._note_locked(organisation_id, subject)
        return PinWrong(None if record is None else left(record, locking))

    async def set(
        self,
        caller: Caller,
        subject: Subject,
        pin: Secret,
        *,
        customer_id: CustomerId | None = None,
        origin: Origin = Origin.CUSTOMER,
        expected: str = "",
        previous: int = 0,
    ) -> Kept:
        """Set a PIN. It is judged by whoever calls; here only the last ones are looked at.
        `expected`: the mark of what was there when it was judged."""
        whose, id = caller.organisation.id, EarlierId(new_id())
        try:
            async with self._capped.place() as thread:
                if await thread.run(self._is_any, pin, await self._last(whose, subject, previous)):
                    return UsedBefore()
                earlier = await thread.run(self._kept, pin, place_of_earlier(whose, id))
                sealed = await thread.run(self._kept, pin, place_of(whose, subject))
        except Crowded:
            return Crowd()
        async with self._storage.begin(whose) as transaction:
            now = transaction.now()
            before = await PinStore(transaction, whose).make_or_hold(
                new_record(subject, customer_id, now)
            )
            if mark_of(before) != expected:
                return Changed()
            after = set_anew(before, sealed, origin, now)
            await _put(transaction, caller, after, origin, (id, earlier))
        return after

    async def remember(self, caller: Caller, subject: Subject, pin: Secret) -> PinRecord | Crowd:
        """Keep what is needed to look back on a PIN that somebody has chosen, and a core keeps."""
        whose, id = caller.organisation.id, EarlierId(new_id())
        try:
            async with self._capped.place() as thread:
                earlier = await thread.run(self._kept, pin, place_of_earlier(whose, id))
        except Crowded:
            return Crowd()
        async with self._storage.begin(whose) as transaction:
            now = transaction.now()
            before = await PinStore(transaction, whose).make_or_hold(new_record(subject, None, now))
            after = set_anew(before, None, Origin.CUSTOMER, now)
            await _put(transaction, caller, after, Origin.CUSTOMER, (id, earlier))
        return after

    async def was_used(
        self, organisation_id: OrganisationId, subject: Subject, pin: Secret, previous: int
    ) -> bool | Crowd:
        """Say whether a PIN is among the last ones, the one in force among them."""
        last = await self._last(organisation_id, subject, previous)
        try:
            async with self._capped.place() as thread:
                return await thread.run(self._is_any, pin, last)
        except Crowded:
            return Crowd()

    async def has(
        self, organisation_id: OrganisationId, subject: Subject, pin: Secret
    ) -> bool | Crowd:
        """Say whether a PIN is in force, and count nothing: for whoever has just set it, and does
        not know whether that came through."""
        record = await self.get(organisation_id, subject)
        try:
            async with self._capped.place() as thread:
                return await thread.run(self._is_right, organisation_id, record, pin)
        except Crowded:
            return Crowd()

    async def which(
        self, organisation_id: OrganisationId, subject: Subject, pins: Sequence[Secret]
    ) -> Secret | Crowd | None:
        """Say which of some PINs is in force, if any, and count nothing: for reports on PINs that
        others could work out. Between two of them callers have their turn."""
        record = await self.get(organisation_id, subject)
        if record is None or record.sealed_hash is None:
            return None
        for place in range(0, len(pins), PINS_AT_ONCE):
            some = pins[place : place + PINS_AT_ONCE]
            try:
                async with self._capped.place() as thread:
                    found = await thread.run(self._first_right, organisation_id, record, some)
            except Crowded:
                return Crowd()
            if found is not None:
                return found
        return None

    async def reset(
        self, caller: Caller, subject: Subject, reason: str
    ) -> PinRecord | Reasonless | NoPin:
        """Ask for another PIN in the next call. The one that is there stays until then."""
        if fault := find_fault_of_reason(reason):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store, now = PinStore(transaction, whose), transaction.now()
            record = await store.hold(subject)
            if record is None:
                if is_customer(subject):
                    return NoPin()
                record = await store.make_or_hold(new_record(subject, None, now))
            after = replace(record, must_change=True)
            await store.save(after)
            await _note(transaction, caller, Action.PIN_RESET, subject, reason=reason.strip())
        return after

    async def unlock(
        self, caller: Caller, subject: Subject, reason: str
    ) -> PinRecord | Reasonless | NotLocked:
        if fault := find_fault_of_reason(reason):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = PinStore(transaction, whose)
            record = await store.hold(subject)
            if record is None or (record.locked_at is None and not record.wrong_in_a_row):
                return NotLocked()
            after = righted(record, transaction.now())
            await store.save(after)
            await _note(transaction, caller, Action.PIN_UNLOCKED, subject, reason=reason.strip())
        return after

    async def rewrap(self, organisation_id: OrganisationId) -> int:
        """Seal some hashes anew, under the newest version of the key; count them. None is left
        when it is 0."""
        head = self._sealer.seal(b"", place_of(organisation_id, NOBODY))[:HEAD_BYTES]
        async with self._storage.begin(organisation_id) as transaction:
            store = PinStore(transaction, organisation_id)
            old = await store.old(head, REWRAPPED_AT_ONCE)
            for subject, sealed in old:
                place = place_of(organisation_id, subject)
                await store.rewrap(subject, rewrapped(sealed, self._sealer, place))
            earlier = await store.old_earlier(head, REWRAPPED_AT_ONCE)
            for id, sealed in earlier:
                place = place_of_earlier(organisation_id, id)
                await store.rewrap_earlier(id, rewrapped(sealed, self._sealer, place))
        return len(old) + len(earlier)

    async def _count(
        self, organisation_id: OrganisationId, subject: Subject, locking: Locking
    ) -> PinRecord | PinLocked | None:
        async with self._storage.begin(organisation_id) as transaction:
            store, now = PinStore(transaction, organisation_id), transaction.now()
            record = await store.hold(subject)
            if record is None or record.sealed_hash is None:
                return None
            if is_locked(record, locking, now):
                return PinLocked()
            # Before it counts: nobody is locked because a key is missing.
            self._sealer.open(record.sealed_hash, place_of(organisation_id, subject))
            after = tried(record, locking, now)
            await store.save(after)
        return after

    async def _forget(self, organisation_id: OrganisationId, judged: PinRecord) -> PinVerdict:
        """Forget what was wrong, unless another PIN was set meanwhile."""
        async with self._storage.begin(organisation_id) as transaction:
            store = PinStore(transaction, organisation_id)
            record = await store.hold(judged.subject)
            if record is None or mark_of(record) != mark_of(judged):
                return PinWrong()
            await store.save(righted(record, transaction.now()))
        return PinFits()

    async def _note_locked(self, organisation_id: OrganisationId, subject: Subject) -> None:
        async with self._storage.begin(organisation_id) as transaction:
            entry = Entry(
                action=Action.PIN_LOCKED, actor=Noun.MACHINE.of(TELEPHONE), target=_target(subject)
            )
            await AuditStore(transaction, organisation_id).add(entry)
        log.warning("pin.locked", organisation_id=str(organisation_id))

    async def _last(
        self, organisation_id: OrganisationId, subject: Subject, most: int
    ) -> Sequence[tuple[bytes, Place]]:
        if not most:
            return []
        async with self._storage.reading(organisation_id) as transaction:
            found = await PinStore(transaction, organisation_id).earlier(subject, most)
        return [(sealed, place_of_earlier(organisation_id, id)) for id, sealed in found]

    def _is_right(
        self, organisation_id: OrganisationId, record: PinRecord | None, pin: Secret
    ) -> bool:
        if record is None or record.sealed_hash is None:
            self._kept(pin, place_of(organisation_id, NOBODY))
            return False
        place = place_of(organisation_id, record.subject)
        return is_kept(pin, record.sealed_hash, self._sealer, place)

    def _first_right(
        self, organisation_id: OrganisationId, record: PinRecord, pins: Sequence[Secret]
    ) -> Secret | None:
        return next((each for each in pins if self._is_right(organisation_id, record, each)), None)

    def _is_any(self, pin: Secret, last: Sequence[tuple[bytes, Place]]) -> bool:
        return is_any_kept(pin, last, self._sealer)

    def _kept(self, pin: Secret, place: Place) -> bytes:
        return keep(pin, secrets.token_bytes(SALT_BYTES), self._sealer, place, self._cost)


async def _put(
    transaction: Transaction,
    caller: Caller,
    after: PinRecord,
    origin: Origin,
    earlier: tuple[EarlierId, bytes],
) -> None:
    store = PinStore(transaction, caller.organisation.id)
    id, sealed = earlier
    await store.save(after)
    await store.add_earlier(id, after, sealed, origin)
    await _trim(store, after.subject)
    await _note(transaction, caller, Action.PIN_SET, after.subject, origin=origin)


async def _trim(store: PinStore, subject: Subject) -> None:
    """Let go of PINs that nobody will look back on any more."""
    found = await store.earlier(subject, 2 * KEPT_AT_MOST)
    await store.drop_earlier([id for id, _ in found[KEPT_AT_MOST:]])


def _target(subject: Subject) -> str:
    return f"pin:{subject}"


async def _note(
    transaction: Transaction, caller: Caller, action: Action, subject: Subject, **said: str
) -> None:
    entry = Entry(action=action, actor=caller.actor, target=_target(subject), details=said)
    await AuditStore(transaction, caller.organisation.id).add(entry)
