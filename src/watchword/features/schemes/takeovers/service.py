"""What happens when services of another product are taken over: each in one transaction."""

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.schemes.meters.rules import Bound, Meter
from watchword.features.schemes.meters.store import BoundStore, MeterStore
from watchword.features.schemes.rules import SCHEMES_AT_MOST, Scheme
from watchword.features.schemes.senders.rules import Sender
from watchword.features.schemes.senders.store import SenderStore
from watchword.features.schemes.store import SchemeStore
from watchword.features.schemes.takeovers.rules import Here, Step, Taking, Told, taking
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction


class Takeovers:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def foresee(self, caller: Caller, told: Told) -> Taking:
        """Say what would be written of a service, and write nothing."""
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            here = await _look(transaction, whose, told)
            return taking(told, here, transaction.now())

    async def take(self, caller: Caller, told: Told) -> Taking:
        """Take a service over, whole or not at all."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await SchemeStore(transaction, whose).hold(told.id)
            here = await _look(transaction, whose, told)
            taken = taking(told, here, transaction.now())
            for step in taken.steps:
                await _write(transaction, whose, told, step)
            if taken.steps:
                await _note(transaction, caller, told, taken)
        return taken


async def _look(transaction: Transaction, organisation_id: OrganisationId, told: Told) -> Here:
    schemes = SchemeStore(transaction, organisation_id)
    bounds = BoundStore(transaction, organisation_id)
    meters = await MeterStore(transaction, organisation_id).of(told.id)
    return Here(
        scheme=await schemes.find(told.id),
        meters=meters,
        bounds=[bound for meter in meters for bound in await bounds.of(meter.id)],
        senders=await SenderStore(transaction, organisation_id).of(told.id),
        is_full=await schemes.count() >= SCHEMES_AT_MOST,
    )


async def _write(
    transaction: Transaction, organisation_id: OrganisationId, told: Told, step: Step
) -> None:
    match step.thing:
        case Scheme() as scheme:
            schemes = SchemeStore(transaction, organisation_id)
            await (schemes.add(scheme) if step.is_new else schemes.save(scheme))
        case Meter() as meter:
            meters = MeterStore(transaction, organisation_id)
            await (meters.add(meter) if step.is_new else meters.save(meter))
        case Bound() as bound:
            bounds = BoundStore(transaction, organisation_id)
            await (bounds.add(bound, told.id) if step.is_new else bounds.save(bound))
        case Sender() as sender:
            senders = SenderStore(transaction, organisation_id)
            await (senders.add(sender) if step.is_new else senders.save(sender))


async def _note(transaction: Transaction, caller: Caller, told: Told, taken: Taking) -> None:
    is_new = any(step.is_new and isinstance(step.thing, Scheme) for step in taken.steps)
    entry = Entry(
        action=Action.SCHEME_CREATED if is_new else Action.SCHEME_CHANGED,
        actor=caller.actor,
        target=Noun.SCHEME.of(told.id),
        details={"part": "takeover", "written": len(taken.steps)},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
