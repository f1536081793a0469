"""Where an organisation wants it, nobody hands out or forgets anything alone."""

from typing import TypeAlias

import pytest

from tests.whole_house import asked, phone, shown
from watchword.features.approvals.rules import Approved, Kind, Proposal, Request
from watchword.features.clients.rules import Caller, Client, Operator
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.privacy.erasure.service import Erasures
from watchword.features.privacy.rules import Erased
from watchword.features.privacy.service import People
from watchword.features.privacy.views import PersonExport
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant, StaffMember
from watchword.wiring import Services

WHY = "asked for it by letter"
WANTED = """
    insert into organisation_settings (
        organisation_id, scope, section, version, content, changed_at, changed_by
    ) values (:organisation_id, '', :section, 1, :content, 1, 'test')
"""
BOTH = '{"person_export": true, "person_erasure": true}'

Owners: TypeAlias = tuple[Colleague, Colleague]


@pytest.fixture
async def owners(services: Services, shop: Client) -> Owners:
    """Two owners of an organisation that wants two people for this."""
    shown(await services.challenges.open(shop, asked()))
    async with services.storage.begin(shop.organisation.id) as transaction:
        await transaction.run(
            WANTED,
            organisation_id=str(shop.organisation.id),
            section=SectionName.APPROVALS,
            content=BOTH,
        )
    return await _owner(services, shop, "ann"), await _owner(services, shop, "bob")


async def _owner(services: Services, shop: Client, name: str) -> Colleague:
    member = await services.staff.members.enrol(
        shop.organisation,
        name=name,
        email=f"{name}@example.org",
        grants=(Grant(Role.OWNER),),
        actor="test",
    )
    assert isinstance(member, StaffMember)
    return Colleague(member=member, organisation=shop.organisation)


async def do(services: Services, kind: Kind, caller: Caller) -> object:
    people: People = services.privacy.people
    erasures: Erasures = services.privacy.erasures
    act = people.export if kind is Kind.PERSON_EXPORT else erasures.erase
    return await act(caller, phone(), WHY)


async def agreed(services: Services, kind: Kind, needed: NeedsSecondPerson, owners: Owners) -> None:
    """Let the first owner ask, and the second one agree."""
    author, other = owners
    approvals, whose = services.configuration.approvals, author.organisation.id
    proposal = Proposal(kind=kind, subject=needed.subject, reason=WHY)
    asked_for = await approvals.propose(whose, proposal, actor=author.actor)
    assert isinstance(asked_for, Request)
    assert isinstance(await approvals.approve(whose, asked_for.id, actor=other.actor), Approved)


@pytest.mark.parametrize("kind", [Kind.PERSON_EXPORT, Kind.PERSON_ERASURE])
async def test_it_is_done_once_when_somebody_else_has_agreed(
    services: Services, owners: Owners, kind: Kind
) -> None:
    author, other = owners

    alone = await do(services, kind, author)
    assert isinstance(alone, NeedsSecondPerson)
    await agreed(services, kind, alone, owners)
    by_another = await do(services, kind, other)
    done = await do(services, kind, author)

    assert isinstance(by_another, NeedsSecondPerson)
    assert isinstance(done, PersonExport | Erased)
    assert phone().canonical.reveal() not in alone.subject
    if kind is Kind.PERSON_EXPORT:
        assert isinstance(await do(services, kind, author), NeedsSecondPerson)


@pytest.mark.parametrize("kind", [Kind.PERSON_EXPORT, Kind.PERSON_ERASURE])
async def test_what_was_agreed_to_is_good_for_nothing_else(
    services: Services, owners: Owners, kind: Kind
) -> None:
    other_kind = Kind.PERSON_ERASURE if kind is Kind.PERSON_EXPORT else Kind.PERSON_EXPORT
    alone = await do(services, kind, owners[0])
    assert isinstance(alone, NeedsSecondPerson)
    await agreed(services, kind, alone, owners)

    assert isinstance(await do(services, other_kind, owners[0]), NeedsSecondPerson)


async def test_a_program_cannot_do_it_alone_either(
    services: Services, shop: Client, owners: Owners
) -> None:
    assert isinstance(await do(services, Kind.PERSON_EXPORT, shop), NeedsSecondPerson)
    assert isinstance(await do(services, Kind.PERSON_ERASURE, shop), NeedsSecondPerson)


async def test_whoever_runs_the_machine_answers_for_it_alone(
    services: Services, shop: Client, owners: Owners
) -> None:
    operator = Operator(name="test", organisation=shop.organisation)

    assert isinstance(await do(services, Kind.PERSON_EXPORT, operator), PersonExport)
    assert isinstance(await do(services, Kind.PERSON_ERASURE, operator), Erased)
