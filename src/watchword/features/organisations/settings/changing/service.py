"""What happens when settings are changed: load every layer, decide, save, write it down."""

from dataclasses import replace
from typing import Protocol

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import NOTHING, values_of
from watchword.features.organisations.settings.changing.rules import (
    Change,
    Faulty,
    NothingDifferent,
    Outcome,
    Review,
    Reviewed,
    Stale,
    read_ground,
    versions_of,
)
from watchword.features.organisations.settings.faults import (
    Circumstances,
    find_faults,
    find_faults_of_place,
)
from watchword.features.organisations.settings.layers import Ground, Layer, Layers, layers_of
from watchword.features.organisations.settings.rules import (
    Changed,
    Difference,
    Version,
    details,
    differences,
    target_of,
)
from watchword.features.organisations.settings.sections import Approvals, SectionName
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.organisations.settings.store import SettingsStore
from watchword.features.organisations.settings.two_people import (
    NeedsSecondPerson,
    needs_second_person,
    newly_wanted,
    touches_everyone,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction

MEANWHILE_AT_MOST = 20


class CountDeciders(Protocol):
    async def __call__(self, transaction: Transaction, organisation_id: OrganisationId) -> int: ...


class Changes:
    def __init__(
        self,
        *,
        storage: Storage,
        settings: OrganisationSettings,
        house: Circumstances,
        count_deciders: CountDeciders,
    ) -> None:
        """`house`: the languages and limits of the operator.

        `count_deciders`: how many people could approve something.
        """
        self._storage = storage
        self._settings = settings
        self._house = house
        self._count_deciders = count_deciders

    async def consider(
        self, organisation_id: OrganisationId, change: Change, address: str | None = None
    ) -> Reviewed:
        """Say what a change would do. `address` is where the person is who wants it."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await SettingsStore(transaction, organisation_id).layers(change.location)
            layers = layers_of(found, change.section, change.location)
            return await self._review(transaction, organisation_id, change, layers, address)

    async def asked(
        self, organisation_id: OrganisationId, change: Change
    ) -> tuple[Difference, ...]:
        """Say what a change was meant to alter, on the ground that it was made on."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await SettingsStore(transaction, organisation_id).layers(change.location)
            layers = layers_of(found, change.section, change.location)
            then = await _as_it_was(transaction, organisation_id, layers, change.ground)
        return () if then is None else differences(then, change.own)

    async def change(
        self,
        organisation_id: OrganisationId,
        change: Change,
        *,
        actor: str,
        address: str | None = None,
    ) -> Outcome:
        """Put a change in force, unless it needs a second person."""
        async with self._storage.begin(organisation_id) as transaction:
            outcome = await self.perform(
                transaction, organisation_id, change, actor=actor, address=address
            )
        if isinstance(outcome, Changed):
            await self._settings.settle(outcome)
        return outcome

    async def reset(
        self, organisation_id: OrganisationId, section: SectionName, *, actor: str
    ) -> Outcome:
        """Let a section be as if nobody had set anything: the operator's way out of every trap."""
        async with self._storage.begin(organisation_id) as transaction:
            wish = Change(section=section, own=NOTHING, ground=read_ground(""))
            layers = await self._held(transaction, organisation_id, wish)
            outcome = await self.perform(
                transaction,
                organisation_id,
                replace(wish, ground=layers.ground),
                actor=actor,
                approved_by=actor,
            )
        if isinstance(outcome, Changed):
            await self._settings.settle(outcome)
        return outcome

    async def perform(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        change: Change,
        *,
        actor: str,
        approved_by: str | None = None,
        address: str | None = None,
    ) -> Outcome:
        """Put a change in force; `settle` what comes of it once that is durable."""
        layers = await self._held(transaction, organisation_id, change)
        review = await self._review(transaction, organisation_id, change, layers, address)
        if not isinstance(review, Review):
            return review
        if review.needs_second_person and approved_by is None:
            return NeedsSecondPerson(target_of(change.section, change.location))
        version = Version(
            section=change.section,
            location=change.location,
            version=layers.version + 1,
            own=change.own,
            at=transaction.now(),
            by=actor,
            approved_by=approved_by,
        )
        await SettingsStore(transaction, organisation_id).save(version)
        await _note(transaction, organisation_id, version, review.differences)
        return Changed(
            organisation_id=organisation_id,
            location=change.location,
            version=version.version,
            differences=review.differences,
        )

    async def _held(
        self, transaction: Transaction, organisation_id: OrganisationId, change: Change
    ) -> Layers:
        """Hold every layer that a change stands on, the lowest first."""
        if change.location is not None:
            location = await LocationStore(transaction, organisation_id).get(change.location)
            if location is None:
                raise NotFound("location")
        store = SettingsStore(transaction, organisation_id)
        found: dict[tuple[LocationId | None, SectionName], Layer] = {}
        if change.section is not SectionName.BASIS:
            found[None, SectionName.BASIS] = await store.hold(SectionName.BASIS, None)
        found[None, change.section] = await store.hold(change.section, None)
        if change.location is not None:
            place = change.location, change.section
            found[place] = await store.hold(change.section, change.location)
        return layers_of(found, change.section, change.location)

    async def _review(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        change: Change,
        layers: Layers,
        address: str | None,
    ) -> Reviewed:
        if layers.ground != change.ground:
            return await _stale(transaction, organisation_id, layers, change.ground)
        altered = differences(layers, change.own)
        if not altered:
            return NothingDifferent()
        before, after = layers.effective, layers.with_own(change.own)
        around = replace(self._house, address=address)
        if isinstance(after, Approvals):
            deciders = await self._count_deciders(transaction, organisation_id)
            around = replace(around, deciders=deciders)
        place = find_faults_of_place(change.section, change.own) if layers.here else ()
        if faults := (*place, *find_faults(after, around)):
            return Faulty(faults)
        found = await SettingsStore(transaction, organisation_id).layers(None)
        approvals = layers_of(found, SectionName.APPROVALS, None).effective
        assert isinstance(approvals, Approvals)  # noqa: S101 - that section is of that type
        return Review(
            layers=layers,
            differences=altered,
            touches_everyone=touches_everyone(altered),
            newly_wanted=newly_wanted(before, after),
            needs_second_person=needs_second_person(approvals, before, after, altered),
        )


async def _as_it_was(
    transaction: Transaction, organisation_id: OrganisationId, layers: Layers, ground: Ground
) -> Layers | None:
    """Give a section as it was on a ground; nothing, if the ground is none of its own."""
    store = SettingsStore(transaction, organisation_id)
    seen, stack = versions_of(ground), layers.stack
    if len(seen) != len(stack):
        return None
    before: list[Layer] = []
    for version, (section, location, _) in zip(seen, stack, strict=True):
        then = await store.versions(section, location, most=1, newest=version)
        before.append(Layer(own=then[0].own, version=version) if then else Layer())
    return layers.on(before)


async def _stale(
    transaction: Transaction, organisation_id: OrganisationId, layers: Layers, ground: Ground
) -> Stale:
    """Say how it was when the form was opened, and what others have made of it since."""
    store = SettingsStore(transaction, organisation_id)
    base = await _as_it_was(transaction, organisation_id, layers, ground)
    if base is None:
        return Stale(base=values_of(layers.effective), layers=layers)
    meanwhile: list[Version] = []
    for version, (section, location, layer) in zip(versions_of(ground), layers.stack, strict=True):
        newer = await store.versions(
            section, location, most=MEANWHILE_AT_MOST, newest=layer.version
        )
        meanwhile += [each for each in newer if each.version > version]
    meanwhile.sort(key=lambda each: each.at)
    return Stale(base=values_of(base.effective), layers=layers, meanwhile=tuple(meanwhile))


async def _note(
    transaction: Transaction,
    organisation_id: OrganisationId,
    version: Version,
    changes: tuple[Difference, ...],
) -> None:
    told: dict[str, str | int] = {"version": version.version}
    if version.approved_by is not None:
        told["approved_by"] = version.approved_by
    entry = Entry(
        action=Action.SETTINGS_CHANGED,
        actor=version.by,
        target=target_of(version.section, version.location),
        details={**told, **details(changes)},
    )
    await AuditStore(transaction, organisation_id).add(entry)
