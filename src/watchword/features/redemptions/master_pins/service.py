"""What happens to master PINs: two people set one, it is shown once, and ended.

Nothing of it is remembered between two requests, so what is set or ended anywhere holds everywhere
at once.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from watchword.features.approvals.rules import Kind as Approval
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.master_pins.pins import Draw, draw_pin, place_of
from watchword.features.redemptions.master_pins.rules import (
    LIVES,
    BadLife,
    MasterPin,
    MasterPinId,
    NeedsSecondPerson,
    NewPin,
    NothingToEnd,
    subject_of,
)
from watchword.features.redemptions.master_pins.store import MasterPinStore
from watchword.features.tills.terminals.rules import LocationShut
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.sealed_hashes import SALT_BYTES, keep
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage, Transaction

SHOWN_AT_MOST = 10

log = structlog.get_logger()


class MasterPins:
    def __init__(
        self,
        *,
        storage: Storage,
        approvals: Approvals,
        sealer: Sealer,
        draw: Draw = secrets.randbelow,
    ) -> None:
        """`sealer`: seals with the key for PINs."""
        self._storage = storage
        self._approvals = approvals
        self._sealer = sealer
        self._draw = draw

    async def set(
        self, caller: Caller, location_id: LocationId, life: timedelta
    ) -> NewPin | NeedsSecondPerson | LocationShut | BadLife:
        """Make another one for a location, as somebody else has agreed to. The one before is worth
        nothing from then on."""
        if life not in LIVES:
            return BadLife()
        whose, subject = caller.organisation.id, subject_of(location_id)
        async with self._storage.begin(whose) as transaction:
            # It is held, so that of two that are made at once only the later one is good.
            location = await LocationStore(transaction, whose).hold(location_id)
            if location is None:
                raise NotFound("location")
            if not location.is_open:
                return LocationShut()
            permit = await self._approvals.take(
                transaction, whose, Approval.MASTER_PIN, subject, actor=caller.actor
            )
            if permit is None or permit.decided_by is None:
                return NeedsSecondPerson(subject)
            new = self._made(caller, location_id, permit.decided_by, transaction, life)
            store = MasterPinStore(transaction, whose)
            await store.end(location_id)
            await store.add(new.pin)
            await _note(
                transaction,
                caller,
                Action.MASTER_PIN_SET,
                subject,
                agreed_by=permit.decided_by,
                until=new.pin.expires_at.isoformat(timespec="seconds"),
            )
        log.info("master_pin.set", location_id=str(location_id))
        return new

    async def end(self, caller: Caller, location_id: LocationId) -> NothingToEnd | None:
        """Let the one of a location be worth nothing. Nobody else has to agree to that."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            if not await MasterPinStore(transaction, whose).end(location_id):
                return NothingToEnd()
            subject = subject_of(location_id)
            await _note(transaction, caller, Action.MASTER_PIN_ENDED, subject)
        return None

    async def of(
        self, organisation_id: OrganisationId, location_id: LocationId
    ) -> Sequence[MasterPin]:
        """Give those of a location, the newest first: when each was set, and by whom."""
        async with self._storage.reading(organisation_id) as transaction:
            store = MasterPinStore(transaction, organisation_id)
            return await store.newest(location_id, SHOWN_AT_MOST)

    async def current(self, organisation_id: OrganisationId) -> Mapping[LocationId, MasterPin]:
        """Give those that nobody has ended, by location. The time of some may be over."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await MasterPinStore(transaction, organisation_id).all_current()
        return {each.location_id: each for each in found}

    def _made(
        self,
        caller: Caller,
        location_id: LocationId,
        agreed_by: str,
        transaction: Transaction,
        life: timedelta,
    ) -> NewPin:
        id, content, now = MasterPinId(new_id()), draw_pin(self._draw), transaction.now()
        salt = secrets.token_bytes(SALT_BYTES)
        place = place_of(caller.organisation.id, id)
        pin = MasterPin(
            id=id,
            location_id=location_id,
            sealed_hash=keep(content, salt, self._sealer, place),
            set_by=caller.actor,
            agreed_by=agreed_by,
            created_at=now,
            expires_at=now + life,
        )
        return NewPin(pin, content)


async def _note(
    transaction: Transaction, caller: Caller, action: Action, target: str, **said: str
) -> None:
    entry = Entry(action=action, actor=caller.actor, target=target, details=said)
    await AuditStore(transaction, caller.organisation.id).add(entry)
