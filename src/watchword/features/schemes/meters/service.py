"""What happens to meters: they are set up, and count what is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.limits.rules import Allowed, charge_send, may_send
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.service import Organisations
from watchword.features.schemes.meters.rules import (
    Bound,
    BoundId,
    Meter,
    Metered,
    MeterId,
    NameTaken,
    SpanTaken,
    TooManyBounds,
    TooManyMeters,
    UnknownMeter,
    find_fault_of_bound,
    find_fault_of_meter,
    key_of,
)
from watchword.features.schemes.meters.store import BoundStore, MeterStore
from watchword.features.schemes.rules import NoScheme, SchemeId
from watchword.features.schemes.store import SchemeStore
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Storage, Transaction


class Meters:
    def __init__(self, *, storage: Storage, organisations: Organisations) -> None:
        self._storage = storage
        self._organisations = organisations

    async def count(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        scheme_id: SchemeId,
        metered: Mapping[str, str],
    ) -> Metered | UnknownMeter | None:
        """Count once by each meter that is named, unless by any of them it is too often."""
        known = {
            each.name: each for each in await MeterStore(transaction, organisation_id).of(scheme_id)
        }
        if not metered.keys() <= known.keys():
            return UnknownMeter()
        keys = await self._organisations.keys(transaction, organisation_id)
        bounds, budgets = (
            BoundStore(transaction, organisation_id),
            BudgetStore(transaction, organisation_id),
        )
        wanted = {
            key_of(bound, keys.blind("meter", whose)): bound
            for name, whose in metered.items()
            for bound in await bounds.of(known[name].id)
        }
        # In one order, so that nobody waits for each other.
        held = {key: await budgets.make_or_hold(key) for key in sorted(wanted)}
        now = transaction.now()
        for key, budget in held.items():
            if not isinstance(may_send(budget, wanted[key].limits, now), Allowed):
                return Metered()
        for key, budget in held.items():
            await budgets.save(key, charge_send(budget, wanted[key].limits, now))
        return None

    async def of(self, caller: Caller, scheme_id: SchemeId) -> Sequence[Meter]:
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            return await MeterStore(transaction, whose).of(scheme_id)

    async def bounds_of(
        self, caller: Caller, scheme_id: SchemeId, id: MeterId
    ) -> Sequence[Bound] | None:
        """Give the bounds of a meter; nothing, if there is no such meter."""
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            if await _found(transaction, whose, scheme_id, id) is None:
                return None
            return await BoundStore(transaction, whose).of(id)

    async def create(
        self, caller: Caller, scheme_id: SchemeId, name: str, description: str | None
    ) -> Meter | NoScheme | NameTaken | TooManyMeters:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            if await SchemeStore(transaction, whose).hold(scheme_id) is None:
                return NoScheme()
            store, now = MeterStore(transaction, whose), transaction.now()
            there = await store.of(scheme_id)
            if fault := find_fault_of_meter(name, [each.name for each in there]):
                return fault
            meter = Meter(
                id=MeterId(new_id()),
                scheme_id=scheme_id,
                name=name,
                description=description,
                created_at=now,
                changed_at=now,
            )
            await store.add(meter)
            await _note(transaction, caller, scheme_id)
        return meter

    async def describe(
        self, caller: Caller, scheme_id: SchemeId, id: MeterId, description: str | None
    ) -> Meter | None:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await SchemeStore(transaction, whose).hold(scheme_id)
            meter = await _found(transaction, whose, scheme_id, id)
            if meter is None:
                return None
            meter = replace(meter, description=description, changed_at=transaction.now())
            await MeterStore(transaction, whose).save(meter)
            await _note(transaction, caller, scheme_id)
        return meter

    async def remove(self, caller: Caller, scheme_id: SchemeId, id: MeterId) -> bool:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await SchemeStore(transaction, whose).hold(scheme_id)
            if await _found(transaction, whose, scheme_id, id) is None:
                return False
            await BoundStore(transaction, whose).remove_of_meter(id)
            await MeterStore(transaction, whose).remove(id)
            await _note(transaction, caller, scheme_id)
        return True

    async def bind(
        self, caller: Caller, scheme_id: SchemeId, id: MeterId, most: int, seconds: int
    ) -> Bound | SpanTaken | TooManyBounds | None:
        """Give a meter a bound more; nothing, if there is no such meter."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await SchemeStore(transaction, whose).hold(scheme_id)
            if await _found(transaction, whose, scheme_id, id) is None:
                return None
            store, now = BoundStore(transaction, whose), transaction.now()
            there = await store.of(id)
            if fault := find_fault_of_bound(seconds, [each.seconds for each in there]):
                return fault
            bound = Bound(
                id=BoundId(new_id()),
                meter_id=id,
                most=most,
                seconds=seconds,
                created_at=now,
                changed_at=now,
            )
            await store.add(bound, scheme_id)
            await _note(transaction, caller, scheme_id)
        return bound

    async def rebind(
        self,
        caller: Caller,
        scheme_id: SchemeId,
        meter_id: MeterId,
        id: BoundId,
        wanted: Callable[[Bound], tuple[int, int]],
    ) -> Bound | SpanTaken | None:
        """Change a bound; `wanted` gives how much in how long from what they were."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await SchemeStore(transaction, whose).hold(scheme_id)
            if await _found(transaction, whose, scheme_id, meter_id) is None:
                return None
            store = BoundStore(transaction, whose)
            there = {each.id: each for each in await store.of(meter_id)}
            if id not in there:
                return None
            most, seconds = wanted(there[id])
            if any(each.seconds == seconds and each.id != id for each in there.values()):
                return SpanTaken()
            bound = replace(there[id], most=most, seconds=seconds, changed_at=transaction.now())
            await store.save(bound)
            await _note(transaction, caller, scheme_id)
        return bound

    async def unbind(
        self, caller: Caller, scheme_id: SchemeId, meter_id: MeterId, id: BoundId
    ) -> bool:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await SchemeStore(transaction, whose).hold(scheme_id)
            if await _found(transaction, whose, scheme_id, meter_id) is None:
                return False
            store = BoundStore(transaction, whose)
            if id not in {each.id for each in await store.of(meter_id)}:
                return False
            await store.remove(id)
            await _note(transaction, caller, scheme_id)
        return True


async def _found(
    transaction: Transaction, organisation_id: OrganisationId, scheme_id: SchemeId, id: MeterId
) -> Meter | None:
    there = await MeterStore(transaction, organisation_id).of(scheme_id)
    return next((each for each in there if each.id == id), None)


async def _note(transaction: Transaction, caller: Caller, id: SchemeId) -> None:
    entry = Entry(
        action=Action.SCHEME_CHANGED,
        actor=caller.actor,
        target=Noun.SCHEME.of(id),
        details={"part": "meters"},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
