"""Sessions end everywhere at once, and what somebody may do changes at once."""

from datetime import timedelta

import pytest

from tests.stores import KEYRING, MovableTime
from tests.whole_house import dealt, services
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.features.staff.roles.rules import Changed
from watchword.features.staff.rules import Colleague, Grant, StaffMember, written
from watchword.features.staff.sessions.rules import (
    KEPT_FOR,
    Ended,
    Over,
    SessionLimits,
    SignedIn,
    SignedInBy,
    Stranger,
    Visit,
)
from watchword.features.staff.sessions.service import REMEMBERED_FOR, Sessions
from watchword.foundation.secret import Secret
from watchword.settings import parse
from watchword.wiring import Services, open_services

__all__ = ["dealt", "services"]


@pytest.fixture
async def organisation(services: Services) -> Organisation:
    made = await services.organisations.found(
        slug="shop", name="Shop", mode=Mode.TEST, country="DE", locale="de", actor="test"
    )
    assert isinstance(made, Organisation)
    return made


@pytest.fixture
async def ann(services: Services, organisation: Organisation) -> Colleague:
    return await enrolled(services, organisation, "ann@example.org")


async def enrolled(services: Services, organisation: Organisation, email: str) -> Colleague:
    made = await services.staff.members.enrol(
        organisation, name="Ann", email=email, grants=(Grant(Role.OWNER),), actor="test"
    )
    assert isinstance(made, StaffMember)
    return Colleague(member=made, organisation=organisation)


async def entered(services: Services, who: Colleague) -> SignedIn:
    signed_in = await services.staff.sessions.enter(
        who.organisation.id, who.member.id, by=SignedInBy.EMAIL, device="Firefox", address=None
    )
    assert signed_in is not None
    return signed_in


async def test_secrets_are_long_and_none_comes_twice(services: Services, ann: Colleague) -> None:
    secrets = {(await entered(services, ann)).secret.reveal() for _ in range(20)}

    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {43}  # 256 bits in base64
    assert len({letter for secret in secrets for letter in secret}) > 50


async def test_what_is_ended_elsewhere_opens_nothing_after_five_seconds(
    services: Services, ann: Colleague
) -> None:
    signed_in = await entered(services, ann)
    clock = iter([0.0, REMEMBERED_FOR - 0.1, REMEMBERED_FOR])
    elsewhere = Sessions(  # as another process has it
        storage=services.storage,
        organisations=services.organisations,
        staff=services.staff.members,
        limits=SessionLimits(),
        seconds=lambda: next(clock),
    )
    first = await elsewhere.recognise(signed_in.secret, None)
    await services.staff.sessions.end_everywhere(ann, ann.member.id)
    soon = await elsewhere.recognise(signed_in.secret, None)
    later = await elsewhere.recognise(signed_in.secret, None)

    assert REMEMBERED_FOR <= 5
    assert isinstance(first, Visit)
    assert isinstance(soon, Visit)
    assert isinstance(later, Over)


async def test_what_is_remembered_does_not_outlive_the_limits(
    services: Services, ann: Colleague, time: MovableTime
) -> None:
    signed_in = await entered(services, ann)
    assert isinstance(await services.staff.sessions.recognise(signed_in.secret, None), Visit)

    time.pass_by(timedelta(hours=1))
    found = await services.staff.sessions.recognise(signed_in.secret, None)

    assert isinstance(found, Over)
    assert found.because is Ended.IDLE


async def test_changed_roles_hold_at_the_next_request(services: Services, ann: Colleague) -> None:
    bob = await enrolled(services, ann.organisation, "bob@example.org")
    signed_in = await entered(services, bob)
    await services.staff.sessions.recognise(signed_in.secret, None)

    changed = await services.staff.roles.give(
        ann, bob.member.id, (Grant(Role.CLERK),), seen=written(bob.member.grants)
    )
    found = await services.staff.sessions.recognise(signed_in.secret, None)

    assert isinstance(changed, Changed)
    assert isinstance(found, Visit)
    assert found.colleague.member.grants == (Grant(Role.CLERK),)


async def test_a_session_that_was_ended_while_it_was_remembered_is_not_seen_again(
    services: Services, ann: Colleague, migrated: str, time: MovableTime
) -> None:
    signed_in = await entered(services, ann)
    async with open_services(
        parse({"database": {"url": migrated}}), KEYRING, now=time
    ) as elsewhere:
        await elsewhere.staff.sessions.recognise(signed_in.secret, None)
        await services.staff.sessions.end_everywhere(ann, ann.member.id)
        time.pass_by(timedelta(minutes=10))  # so that it is time to note that it is used

        found = await elsewhere.staff.sessions.recognise(signed_in.secret, None)

    assert isinstance(found, Over)


async def test_only_sessions_that_hold_are_listed(
    services: Services, ann: Colleague, time: MovableTime
) -> None:
    await entered(services, ann)
    time.pass_by(timedelta(hours=1))
    second = await entered(services, ann)
    third = await entered(services, ann)
    visit = Visit(colleague=ann, session=second.session)
    await services.staff.sessions.end(visit, third.session.id)

    found = await services.staff.sessions.of(visit)

    assert [each.id for each in found] == [second.session.id]


async def test_nobody_ends_the_session_of_somebody_else_by_its_id(
    services: Services, ann: Colleague
) -> None:
    bob = await enrolled(services, ann.organisation, "bob@example.org")
    of_ann, of_bob = await entered(services, ann), await entered(services, bob)
    visit = Visit(colleague=bob, session=of_bob.session)

    assert not await services.staff.sessions.end(visit, of_ann.session.id)
    assert isinstance(await services.staff.sessions.recognise(of_ann.secret, None), Visit)


async def test_what_is_long_over_is_forgotten(
    services: Services, ann: Colleague, time: MovableTime
) -> None:
    old = await entered(services, ann)
    time.pass_by(KEPT_FOR + timedelta(seconds=1))
    new = await entered(services, ann)

    assert await services.staff.sessions.forget_old(10) == 1
    assert await services.staff.sessions.recognise(old.secret, None) == Stranger()
    assert isinstance(await services.staff.sessions.recognise(new.secret, None), Visit)


async def test_nobody_enters_who_is_only_invited_or_shut_out(
    services: Services, ann: Colleague
) -> None:
    bob = await enrolled(services, ann.organisation, "bob@example.org")
    await services.staff.roles.disable(ann, bob.member.id, "gone")

    assert (
        await services.staff.sessions.enter(
            bob.organisation.id, bob.member.id, by=SignedInBy.EMAIL, device="x", address=None
        )
        is None
    )
    assert await services.staff.sessions.recognise(Secret("x"), None) == Stranger()
