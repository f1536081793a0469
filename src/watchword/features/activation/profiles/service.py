"""What happens to profiles: staff make, change, take away, write out and take in.

Each change is judged beside all other profiles, the PIN rules and the core; one that would break
another profile is refused, too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from watchword.features.activation.profiles.rules import (
    PROFILES_AT_MOST,
    BadProfile,
    Fault,
    Flaw,
    Off,
    Profile,
    ProfileId,
    ProfileInUse,
    ProfileKind,
    ProfileOutOfDate,
    Refused,
    Surroundings,
    Terms,
    TooManyProfiles,
    changed,
    find_faults,
    known_as,
    made,
    offs,
    users_of,
)
from watchword.features.activation.profiles.settings import (
    NO_SUCH_CORE,
    BadSettings,
    LineSettings,
    SetLine,
    SettingsOutOfDate,
    find_fault,
)
from watchword.features.activation.profiles.store import LineStore, ProfileStore
from watchword.features.activation.profiles.versions import VERSIONS_SHOWN, Version
from watchword.features.activation.profiles.writing import (
    ProfilesView,
    terms_of,
    written,
)
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.cores.rules import CoreName, CoreTraits
from watchword.features.organisations.rules import Organisation
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Storage, Transaction

TraitsOf: TypeAlias = Callable[[CoreName], CoreTraits | None]
"""Tells what a core can do that the operator has set up."""
IsTheirs: TypeAlias = Callable[[Organisation, CoreName], bool]
"""Tells whether an organisation has a core."""


@dataclass(frozen=True, slots=True)
class Profilebook:
    """All of one organisation: profiles, and what holds for them. `ground`: what a new one would
    work with."""

    line: SetLine
    profiles: Sequence[Profile]
    around: Mapping[ProfileId, Surroundings]
    ground: Surroundings

    def offs(self, profile: Profile) -> Sequence[Off]:
        """Name the scenarios of a profile that do not run."""
        return offs(profile.terms, self.around[profile.id])

    def users_of(self, profile: Profile) -> Sequence[str]:
        return users_of(profile.id, self.profiles)

    def get(self, id: ProfileId | None) -> Profile | None:
        return next((each for each in self.profiles if each.id == id), None)


class Profiles:
    """The service. Every change is in the audit."""

    def __init__(self, *, storage: Storage, traits_of: TraitsOf, is_theirs: IsTheirs) -> None:
        self._storage = storage
        self._traits_of = traits_of
        self._is_theirs = is_theirs

    async def all(self, organisation_id: OrganisationId) -> Profilebook:
        async with self._storage.reading(organisation_id) as transaction:
            return await self.opened(transaction, organisation_id)

    async def opened(
        self, transaction: Transaction, organisation_id: OrganisationId
    ) -> Profilebook:
        profiles = await ProfileStore(transaction, organisation_id).all()
        line = await LineStore(transaction, organisation_id).current()
        around = {each.id: self._around(each.id, profiles, line.settings) for each in profiles}
        return Profilebook(line, profiles, around, self._around(None, profiles, line.settings))

    async def create(self, caller: Caller, terms: Terms) -> Profile | Refused:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store, found = await self._held(transaction, whose)
            if len(found.profiles) >= PROFILES_AT_MOST:
                return TooManyProfiles()
            id = ProfileId(new_id())
            profile = made(id, terms, caller.actor, transaction.now())
            after = [*found.profiles, profile]
            if refusal := self._judge(found, after, found.line.settings, own=id):
                return refusal
            await store.add(profile)
            await _note(transaction, caller, Action.TELEPHONE_PROFILE_CREATED, profile)
        return profile

    async def change(
        self, caller: Caller, id: ProfileId, terms: Terms, version: int
    ) -> Profile | Refused:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store, found = await self._held(transaction, whose)
            before = found.get(id)
            if before is None:
                raise NotFound("profile")
            after = changed(before, terms, version, caller.actor, transaction.now())
            if not isinstance(after, Profile):
                return after
            others = [each for each in found.profiles if each.id != id]
            if refusal := self._judge(found, [after, *others], found.line.settings, own=id):
                return refusal
            await store.save(after)
            await _note(transaction, caller, Action.TELEPHONE_PROFILE_CHANGED, after)
        return after

    async def delete(
        self, caller: Caller, id: ProfileId, version: int | None
    ) -> ProfileInUse | ProfileOutOfDate | None:
        """Take a profile away that nobody needs, as somebody saw it or as it is."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store, found = await self._held(transaction, whose)
            profile = found.get(id)
            if profile is None:
                raise NotFound("profile")
            if version not in (None, profile.version):
                return ProfileOutOfDate(profile.version)
            users, answers = found.users_of(profile), found.line.settings.profile_id == id
            if users or answers:
                return ProfileInUse(tuple(users), answers)
            gone = replace(
                profile,
                version=profile.version + 1,
                updated_at=transaction.now(),
                updated_by=caller.actor,
            )
            await store.drop(gone)
            await _note(transaction, caller, Action.TELEPHONE_PROFILE_DELETED, gone)
        return None

    async def versions(self, organisation_id: OrganisationId, id: ProfileId) -> Sequence[Version]:
        """Give what a profile was, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            return await ProfileStore(transaction, organisation_id).versions(id)

    async def write(self, organisation_id: OrganisationId) -> bytes:
        """Give all profiles as a file."""
        return written((await self.all(organisation_id)).profiles)

    async def take_in(
        self, caller: Caller, view: ProfilesView
    ) -> Sequence[Profile] | BadProfile | TooManyProfiles:
        """Take in a file whole, or nothing of it. A profile of the same name is changed, others
        stay as they are."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store, found = await self._held(transaction, whose)
            taken = _taken(view, found.profiles, caller, transaction)
            if isinstance(taken, BadProfile):
                return taken
            after = {each.id: each for each in found.profiles} | {each.id: each for each in taken}
            if len(after) > PROFILES_AT_MOST:
                return TooManyProfiles()
            if refusal := self._judge(found, [*after.values()], found.line.settings):
                return refusal
            known = {each.id for each in found.profiles}
            for each in taken:
                await (store.save(each) if each.id in known else store.add(each))
            await _note_taken(transaction, caller, len(taken))
        return taken

    async def line_versions(self, organisation_id: OrganisationId) -> Sequence[SetLine]:
        async with self._storage.reading(organisation_id) as transaction:
            return await LineStore(transaction, organisation_id).newest(VERSIONS_SHOWN)

    async def set_line(
        self, caller: Caller, settings: LineSettings, version: int
    ) -> SetLine | BadSettings | BadProfile | SettingsOutOfDate:
        """Set what holds for all profiles, as somebody saw it: each must work afterwards, too."""
        if settings.core is not None and not self._is_theirs(caller.organisation, settings.core):
            # Somebody else's is like one that is not there.
            return BadSettings("core", NO_SUCH_CORE)
        if fault := find_fault(settings, self._traits(settings)):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            _, found = await self._held(transaction, whose)
            if found.line.version != version:
                return SettingsOutOfDate(found.line.version)
            if fault := _fault_of_answer(settings, found):
                return fault
            if refusal := self._judge(found, found.profiles, settings):
                return refusal
            await LineStore(transaction, whose).add(settings, version + 1, caller.actor)
            entry = Entry(
                action=Action.TELEPHONE_SITE_CHANGED,
                actor=caller.actor,
                target="telephone",
                details={"version": version + 1},
            )
            await AuditStore(transaction, whose).add(entry)
            return await LineStore(transaction, whose).current()

    async def _held(
        self, transaction: Transaction, whose: OrganisationId
    ) -> tuple[ProfileStore, Profilebook]:
        store = ProfileStore(transaction, whose)
        await store.hold()
        return store, await self.opened(transaction, whose)

    def _judge(
        self,
        found: Profilebook,
        after: Sequence[Profile],
        settings: LineSettings,
        *,
        own: ProfileId | None = None,
    ) -> BadProfile | None:
        """Look at all profiles as they would be. `own`: the one that is changed, and has to work;
        of others, what did not work before is no reason to refuse. Its own faults come first: they
        can be mended where they are shown."""
        for each in sorted(after, key=lambda each: each.id != own):
            faults = find_faults(each.terms, self._around(each.id, after, settings))
            if faults and each.id == own:
                return BadProfile(faults)
            before = found.get(each.id)
            known = () if before is None else find_faults(before.terms, found.around[each.id])
            named = [
                replace(fault, where=f"{each.terms.name}: {fault.where}")
                for fault in faults
                if fault not in known or each != before
            ]
            if named:
                return BadProfile(tuple(named))
        return None

    def _around(
        self, id: ProfileId | None, profiles: Sequence[Profile], settings: LineSettings
    ) -> Surroundings:
        return Surroundings(
            traits=self._traits(settings),
            reading=settings.reading,
            expires=settings.greatest_age_days is not None,
            others={each.id: each.terms for each in profiles if each.id != id},
        )

    def _traits(self, settings: LineSettings) -> CoreTraits | None:
        return None if settings.core is None else self._traits_of(settings.core)


def _taken(
    view: ProfilesView, before: Sequence[Profile], caller: Caller, transaction: Transaction
) -> Sequence[Profile] | BadProfile:
    by_name = {known_as(each.terms.name): each for each in before}
    names = [known_as(each.name) for each in view.profiles]
    for number, name in enumerate(names):
        if name in names[:number]:
            return BadProfile((Fault(Flaw.NAME_TAKEN, f"profiles.{number}.name"),))
    ids = {
        name: by_name[name].id if name in by_name else ProfileId(new_id())
        for name in dict.fromkeys([*by_name, *names])
    }
    nobody, now = ProfileId(new_id()), transaction.now()
    taken: list[Profile] = []
    for name, each in zip(names, view.profiles, strict=True):
        terms = terms_of(each, ids, nobody, caller.actor, now)
        if name not in by_name:
            taken.append(made(ids[name], terms, caller.actor, now))
            continue
        after = changed(by_name[name], terms, by_name[name].version, caller.actor, now)
        if not isinstance(after, Profile):
            return BadProfile((Fault(Flaw.OTHER_KIND, f"{terms.name}: kind"),))
        taken.append(after)
    return taken


def _fault_of_answer(settings: LineSettings, found: Profilebook) -> BadSettings | None:
    if settings.profile_id is None:
        return None
    chosen = found.get(settings.profile_id)
    if chosen is None or chosen.terms.kind is not ProfileKind.STANDARD:
        return BadSettings("profile_id", "Calls are answered with a standard profile.")
    return None


async def _note(transaction: Transaction, caller: Caller, action: Action, profile: Profile) -> None:
    entry = Entry(
        action=action,
        actor=caller.actor,
        target=f"telephone_profile:{profile.id}",
        details={"kind": profile.terms.kind, "version": profile.version},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)


async def _note_taken(transaction: Transaction, caller: Caller, count: int) -> None:
    entry = Entry(
        action=Action.TELEPHONE_PROFILES_TAKEN_IN,
        actor=caller.actor,
        target="telephone",
        details={"profiles": count},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
