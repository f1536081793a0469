"""Profiles as staff set them up: judged beside each other, versioned, written out and taken in."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from tests.features.activation.evidence import CLEAR, traits
from tests.features.activation.profiles.samples import ALONE, ANOTHER, FIRST, USUAL
from tests.stores import found
from watchword.features.activation.profiles.rules import (
    BadProfile,
    Fault,
    Flaw,
    Process,
    Profile,
    ProfileInUse,
    ProfileOutOfDate,
    Terms,
)
from watchword.features.activation.profiles.service import Profiles
from watchword.features.activation.profiles.settings import (
    BadSettings,
    LineSettings,
    SetLine,
    SettingsOutOfDate,
)
from watchword.features.activation.profiles.writing import (
    BYTES_AT_MOST,
    ProfilesView,
    UnreadableFile,
    read,
)
from watchword.features.activation.questions import Asked, Question
from watchword.features.activation.scenarios import PinLooked, Scenario
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Operator
from watchword.features.cores.rules import CoreName, CoreTraits, PinMode
from watchword.foundation.storage import Storage

CORE = CoreName("test")


@dataclass
class Cores:
    """What the operator has set up; it may change."""

    traits: CoreTraits | None = field(default=CLEAR)

    def __call__(self, name: CoreName) -> CoreTraits | None:
        return self.traits if name == CORE else None


@dataclass
class Office:
    desk: Profiles
    caller: Operator
    cores: Cores
    storage: Storage

    async def create(self, terms: Terms) -> Profile:
        made = await self.desk.create(self.caller, terms)
        assert isinstance(made, Profile)
        return made

    async def usual(self) -> Profile:
        """Make all three, the standard one with both processes switched on."""
        first, another = await self.create(FIRST), await self.create(ANOTHER)
        return await self.create(linked(first, another))

    async def take_in(self, content: bytes, caller: Operator | None = None) -> object:
        view = read(content)
        assert isinstance(view, ProfilesView)
        return await self.desk.take_in(caller or self.caller, view)

    async def names(self) -> list[str]:
        all_ = await self.desk.all(self.caller.organisation.id)
        return [each.terms.name for each in all_.profiles]


def linked(first: Profile, another: Profile) -> Terms:
    return replace(
        USUAL,
        activation=replace(USUAL.activation, profile_id=first.id),
        force=replace(USUAL.force, profile_id=another.id),
    )


FOREIGN = CoreName("foreign")


@pytest.fixture
async def office(house: Storage) -> Office:
    cores = Cores()
    organisation = await found(house)
    office = Office(
        Profiles(storage=house, traits_of=cores, is_theirs=lambda _, name: name != FOREIGN),
        Operator(name="ada", organisation=organisation),
        cores,
        house,
    )
    await office.desk.set_line(office.caller, LineSettings(core=CORE), 0)
    return office


async def test_what_was_made_is_found_again(office: Office) -> None:
    made = await office.usual()

    found_again = (await office.desk.all(office.caller.organisation.id)).get(made.id)

    assert found_again == made
    assert await office.names() == ["Another PIN", "First PIN", "Members"]


async def test_what_cannot_work_is_not_saved(office: Office) -> None:
    refused = await office.desk.create(office.caller, USUAL)

    assert isinstance(refused, BadProfile)
    assert Fault(Flaw.UNKNOWN_PROFILE, "force.profile_id") in refused.faults
    assert await office.names() == []


async def test_a_change_is_of_what_somebody_saw_and_all_versions_stay(office: Office) -> None:
    made = await office.create(FIRST)
    longer = replace(FIRST, unchanged_days=60)

    after = await office.desk.change(office.caller, made.id, longer, 1)
    late = await office.desk.change(office.caller, made.id, FIRST, 1)

    assert isinstance(after, Profile)
    assert late == ProfileOutOfDate(2)
    versions = await office.desk.versions(office.caller.organisation.id, made.id)
    assert [(each.number, each.terms) for each in versions] == [(2, longer), (1, FIRST)]


async def test_of_two_changes_at_once_one_is_told_of_the_other(office: Office) -> None:
    made = await office.create(FIRST)
    wanted = [replace(FIRST, unchanged_days=days) for days in (40, 50)]

    ended = await asyncio.gather(
        *(office.desk.change(office.caller, made.id, terms, 1) for terms in wanted)
    )

    assert sorted(type(each).__name__ for each in ended) == ["Profile", "ProfileOutOfDate"]


class TestDeleting:
    async def test_says_who_needs_a_profile(self, office: Office) -> None:
        usual = await office.usual()
        first = usual.terms.activation.profile_id
        assert first is not None
        version = (await office.desk.all(office.caller.organisation.id)).line.version
        answering = LineSettings(core=CORE, profile_id=usual.id)
        assert isinstance(await office.desk.set_line(office.caller, answering, version), SetLine)

        assert await office.desk.delete(office.caller, first, 1) == ProfileInUse(
            ("Members",), answers_calls=False
        )
        assert await office.desk.delete(office.caller, usual.id, 1) == ProfileInUse(
            (), answers_calls=True
        )

    async def test_leaves_its_versions(self, office: Office) -> None:
        made = await office.create(FIRST)

        assert await office.desk.delete(office.caller, made.id, 2) == ProfileOutOfDate(1)
        assert await office.desk.delete(office.caller, made.id, 1) is None

        versions = await office.desk.versions(office.caller.organisation.id, made.id)
        assert [(each.number, each.terms) for each in versions] == [(2, None), (1, FIRST)]
        assert await office.names() == []


class TestTheSite:
    async def test_is_set_as_somebody_saw_it(self, office: Office) -> None:
        assert await office.desk.set_line(office.caller, LineSettings(), 0) == SettingsOutOfDate(1)

        versions = await office.desk.line_versions(office.caller.organisation.id)

        assert [(each.version, each.settings.core) for each in versions] == [(1, CORE)]

    async def test_does_not_break_a_profile(self, office: Office) -> None:
        await office.usual()
        office.cores.traits = replace(CLEAR, finds_by=frozenset())

        refused = await office.desk.set_line(office.caller, LineSettings(), 1)

        assert isinstance(refused, BadProfile)
        assert {each.where.split(":")[0] for each in refused.faults} == {"Members"}

    async def test_that_a_core_has_changed_keeps_nobody_from_mending(self, office: Office) -> None:
        usual = await office.usual()
        office.cores.traits = traits(PinMode.HASHED)

        other = await office.desk.create(office.caller, replace(ALONE, name="Other"))
        everything = await office.desk.all(office.caller.organisation.id)
        mended = await office.desk.set_line(
            office.caller, LineSettings(core=CORE, reading=PinLooked.ENTERED), 1
        )

        assert isinstance(other, Profile)
        assert {each.scenario for each in everything.offs(usual)} >= {Scenario.SSN_LAST4}
        assert isinstance(mended, SetLine)


class TestFiles:
    async def test_come_back_as_they_went_out(self, office: Office) -> None:
        await office.usual()
        content = await office.desk.write(office.caller.organisation.id)
        elsewhere = Operator(name="ada", organisation=await found(office.storage, "other"))
        await office.desk.set_line(elsewhere, LineSettings(core=CORE), 0)

        taken = await office.take_in(content, elsewhere)

        assert not isinstance(taken, BadProfile)
        assert await office.desk.write(elsewhere.organisation.id) == content

    async def test_change_what_has_the_same_name_and_leave_the_rest(self, office: Office) -> None:
        usual = await office.usual()
        await office.create(replace(ALONE, name="Kept"))
        content = await office.desk.write(office.caller.organisation.id)
        await office.desk.change(
            office.caller, usual.id, replace(ALONE, name="members"), usual.version
        )

        await office.take_in(content)

        after = (await office.desk.all(office.caller.organisation.id)).get(usual.id)
        assert after is not None
        assert (after.terms, after.version) == (usual.terms, 3)
        assert await office.names() == ["Another PIN", "First PIN", "Kept", "Members"]

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda content: content.replace(b'"zip"', b'"zap"'),
            lambda content: content.replace(b'"kind"', b'"kinds"'),
            lambda content: content.replace(b"profiles/1", b"profiles/2"),
            lambda content: content[:-5],
            lambda content: b"",
            lambda content: b"[" * 100_000,
            lambda content: b" " * (BYTES_AT_MOST + 1),
        ],
    )
    async def test_that_cannot_be_read_are_refused(
        self, office: Office, spoil: Callable[[bytes], bytes]
    ) -> None:
        await office.usual()
        content = await office.desk.write(office.caller.organisation.id)

        assert isinstance(read(spoil(content)), UnreadableFile)

    async def test_of_which_one_cannot_work_change_nothing(self, office: Office) -> None:
        await office.usual()
        content = await office.desk.write(office.caller.organisation.id)
        unlinked = content.replace(b'"profile": "Another PIN"', b'"profile": "Nobody"')
        doubled = content.replace(b'"name": "Another PIN"', b'"name": "first pin"')

        for spoilt in (unlinked, doubled):
            assert isinstance(await office.take_in(spoilt), BadProfile)
        assert await office.desk.write(office.caller.organisation.id) == content


async def test_each_change_is_in_the_audit_and_names_nothing_that_was_set(office: Office) -> None:
    made = await office.create(replace(FIRST, name="Secret plan"))
    await office.desk.delete(office.caller, made.id, 1)

    async with office.storage.reading(office.caller.organisation.id) as transaction:
        audit = AuditStore(transaction, office.caller.organisation.id)
        lines = [
            *await audit.about(f"telephone_profile:{made.id}"),
            *await audit.about("telephone"),
        ]

    assert {each.action for each in lines} == {
        Action.TELEPHONE_PROFILE_CREATED,
        Action.TELEPHONE_PROFILE_DELETED,
        Action.TELEPHONE_SITE_CHANGED,
    }
    assert "Secret plan" not in repr(lines)


async def test_one_organisation_does_not_see_another(office: Office) -> None:
    await office.usual()
    other = await found(office.storage, "other")

    assert (await office.desk.all(other.id)).profiles == []


async def test_whoever_accepts_a_risk_is_named(office: Office) -> None:
    risky = b"""{"format": "watchword.profiles/1", "profiles": [{"name": "Old",
        "kind": "customer_activation", "questions": [{"question": "ssn"}],
        "risk": {"reason": "telephones without text messages"}}]}"""

    taken = await office.take_in(risky)

    assert not isinstance(taken, BadProfile)
    (profile,) = (await office.desk.all(office.caller.organisation.id)).profiles
    assert profile.terms.risk is not None
    assert (profile.terms.risk.by, profile.terms.questions) == (
        "operator:ada",
        (Asked(Question.SSN),),
    )
    assert profile.terms.force == Process()


async def test_nobody_names_the_core_of_another_organisation(office: Office) -> None:
    refused = await office.desk.set_line(office.caller, LineSettings(core=FOREIGN), 1)

    assert isinstance(refused, BadSettings)
    assert refused.field == "core"
