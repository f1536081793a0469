"""What happens after rows were restored: nothing of them that is over goes on, and it is noted."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.consents.rules import taken_over
from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.suppressions.rules import Suppression, SuppressionId
from watchword.features.contacts.suppressions.store import SuppressionStore
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.customers.rules import CustomerId, erased
from watchword.features.customers.store import CustomerStore
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.store import OrganisationDirectory
from watchword.features.privacy.desk import destroy, gather
from watchword.features.privacy.mapping import Subject
from watchword.features.privacy.store import PeopleStore
from watchword.features.restores.rules import Lost, Origin, Settled, Taken, What
from watchword.features.restores.store import RestoredTables, TakenStore
from watchword.features.staff.roles.rules import narrowed
from watchword.features.staff.rules import StaffId, StaffState, read_written
from watchword.features.staff.store import StaffStore
from watchword.foundation.clock import from_microseconds
from watchword.foundation.ids import EVERYWHERE, Id, OrganisationId
from watchword.foundation.storage import Storage, Transaction

NO_OPT_OUT = "A line of an opt-out has no opt-out."


class Restores:
    """Needs no key: what it destroys, it does not read."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def taken_since(self, moment: datetime) -> AsyncIterator[Sequence[Taken]]:
        """Give what was taken away since then, one organisation after the other."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            organisations = await OrganisationDirectory(transaction).all()
        for organisation in organisations:
            async with self._storage.reading(organisation.id) as transaction:
                yield await TakenStore(transaction, organisation.id).since(moment)

    async def void(self, transaction: Transaction, origin: Origin) -> None:
        """Put out of force what must not live again, where the schema is still an older one."""
        await RestoredTables(transaction).void(origin.tables)

    async def settle(
        self, transaction: Transaction, origin: Origin, lines: Iterable[Taken], actor: str
    ) -> Settled:
        """Let nothing live again, in the transaction in which the rows were added.

        So there is no moment at which a restored copy could be worked with as it was.
        """
        tables = RestoredTables(transaction)
        pending = await tables.pending()
        voided = await tables.void(origin.tables)
        taken: Counter[What] = Counter()
        lost: list[Taken] = []
        for line in lines:
            if line.setting is None:
                taken[line.what] += await take_away(transaction, tables, line)
            elif not await tables.knows(line):
                lost.append(line)
        organisations = await OrganisationDirectory(transaction).all()
        for organisation in organisations:
            entry = _entry(organisation, origin, pending, lost, actor)
            await AuditStore(transaction, organisation.id).add(entry)
        return Settled(voided=voided, taken=taken, lost=[*_named(lost, organisations)])


async def take_away(transaction: Transaction, tables: RestoredTables, line: Taken) -> int:
    """Take something away once more; say whether it was there."""
    match line.what:
        case What.PERSON:
            return await _forget(transaction, line)
        case What.CUSTOMER:
            return await _forget_customer(transaction, line)
        case What.OPT_OUT:
            return await _opt_out(transaction, line)
        case What.ROLES:
            return await _narrow(transaction, line)
        case _:
            return min(await tables.take(line), 1)


async def _forget(transaction: Transaction, line: Taken) -> int:
    """Destroy the key of somebody who was forgotten, and all that is found by their id."""
    whose, id = OrganisationId(Id(line.organisation)), ContactId(Id(line.id))
    store = PeopleStore(transaction, whose)
    person_id = await store.hold(id)
    found = await gather(transaction, whose, {Subject.CONTACT: {line.id}})
    await destroy(transaction, whose, found)
    if person_id is None:
        return 0
    await store.destroy(id, person_id)
    return 1


async def _forget_customer(transaction: Transaction, line: Taken) -> int:
    """Destroy the key of a customer who was forgotten, and what leads to them."""
    whose, id = OrganisationId(Id(line.organisation)), CustomerId(Id(line.id))
    store = CustomerStore(transaction, whose)
    sealed = await store.hold(id)
    if sealed is None or sealed.customer.deleted_at is not None:
        return 0
    await ReachedStore(transaction, whose).remove_all(id)
    await AccountStore(transaction, whose).drop_holder(id)
    await DuplicateStore(transaction, whose).drop(id)
    for each in (*await store.aliases(id), id):
        if (held := await store.hold(each)) is not None:
            gone = erased(held.customer, from_microseconds(line.at))
            await store.empty(replace(held, customer=gone))
    return 1


async def _opt_out(transaction: Transaction, line: Taken) -> int:
    said = line.opt_out
    if said is None:
        raise ValueError(NO_OPT_OUT)
    suppression = Suppression(
        id=SuppressionId(Id(line.id)),
        kind=said.kind,
        contact_kind=said.contact_kind,
        digest=said.digest,
        created_at=from_microseconds(line.at),
        created_by=said.by,
    )
    whose = OrganisationId(Id(line.organisation))
    store = SuppressionStore(transaction, whose)
    if await store.add(suppression):
        return 1
    there = await store.keep(suppression)
    taken = taken_over(there, suppression)
    if taken == there:
        return 0
    await store.take_over(taken)
    return 1


async def _narrow(transaction: Transaction, line: Taken) -> int:
    """Leave somebody no more than they were left with; shut them out, if that is nothing."""
    store = StaffStore(transaction, OrganisationId(Id(line.organisation)))
    sealed = await store.hold(StaffId(Id(line.id)))
    if sealed is None:
        return 0
    grants = narrowed(sealed.grants, read_written(line.roles or ""))
    if grants == sealed.grants:
        return 0
    state = sealed.state if grants else StaffState.DISABLED
    await store.save(replace(sealed, grants=grants, state=state))
    return 1


def _entry(
    organisation: Organisation,
    origin: Origin,
    pending: Mapping[str, int],
    lost: Sequence[Taken],
    actor: str,
) -> Entry:
    """Say of an organisation that it lives on from a copy."""
    ours = str(organisation.id)
    return Entry(
        action=Action.DATABASE_RESTORED,
        actor=actor,
        target=ours,
        details={
            "backup_made_at": origin.made_at.isoformat(timespec="seconds"),
            "schema": origin.schema,
            "challenges": pending.get(ours, 0),
            "settings_lost": sum(line.organisation == ours for line in lost),
        },
    )


def _named(lines: Iterable[Taken], organisations: Iterable[Organisation]) -> Iterator[Lost]:
    """Say whose settings were lost, by the name that the operator knows; the oldest come first."""
    slugs = {str(each.id): each.slug for each in organisations}
    for line in sorted(lines, key=lambda each: each.at):
        # An organisation that is younger than the backup is lost as a whole.
        if line.organisation in slugs and line.setting is not None:
            yield Lost(
                at=from_microseconds(line.at),
                organisation=slugs[line.organisation],
                setting=line.setting,
            )
