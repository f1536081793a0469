"""Staff as owners and managers see it: who works here, what each may do, and shutting out."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from tests.stores import MovableTime
from tests.web.console.people import Browser, Office
from watchword.features.audit.rules import Action
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import LATER, PRESETS, TABLE, Role
from watchword.features.staff.rules import Colleague, Grant, StaffMember, StaffState, written
from watchword.wiring import Services

LIST = "/console/staff"


async def location(services: Services, office: Office, name: str) -> Location:
    made = await services.configuration.locations.add(
        office.organisation.id, name=name, time_zone=None, actor="test"
    )
    assert isinstance(made, Location)
    return made


async def test_the_list_names_people_and_hides_their_addresses(
    office: Office, owner: Browser
) -> None:
    await office.enter(Role.CLERK, name="Karl Krüger", email="karl@example.org")

    page = await owner.read(f"{LIST}?lang=en")

    for said in ("Karl Krüger", "k•••@example.org", "Clerk", "active", "What roles may do"):
        assert said in page
    assert "karl@example.org" not in page


async def test_a_long_list_has_pages(services: Services, office: Office, owner: Browser) -> None:
    for number in range(60):
        await services.staff.members.enrol(
            office.organisation,
            name=f"Colleague {number:02}",
            email=f"c{number}@example.org",
            grants=(Grant(Role.CLERK),),
            actor="test",
        )
    seen: list[str] = []
    path = LIST
    for _ in range(3):
        page = await owner.read(path)
        seen += [f"Colleague {n:02}" for n in range(60) if f"Colleague {n:02}" in page]
        if 'rel="next"' not in page:
            break
        path = (
            page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        )

    assert sorted(seen) == [f"Colleague {n:02}" for n in range(60)]


async def test_roles_are_given_at_a_location_and_hold_at_once(
    services: Services, office: Office, owner: Browser
) -> None:
    shop = await location(services, office, "Bremen")
    clerk = await office.enter(Role.CLERK)
    one = f"{LIST}/{clerk.member.id}"
    assert (await clerk.pages.get(LIST)).status_code == 403

    reply = await owner.send(
        f"{one}/roles",
        of=one,
        seen="clerk",
        role=["manager", "clerk", ""],
        location=[str(shop.id), "", ""],
    )

    assert reply.headers["location"] == f"{one}?said=roles", reply.text
    assert (await clerk.pages.get(LIST)).status_code == 200
    [entry] = await audited(services, office, Action.STAFF_ROLES_CHANGED)
    assert entry == {"roles": f"clerk manager@{shop.id}", "roles_before": "clerk"}


async def audited(services: Services, office: Office, action: Action) -> list[dict[str, object]]:
    sql = "select details, action from audit_entries where organisation_id = :id"
    async with services.storage.reading(office.organisation.id) as transaction:
        rows = await transaction.all(sql, id=str(office.organisation.id))

    return [msgspec.json.decode(row["details"]) for row in rows if row["action"] == action]


async def test_a_form_that_is_out_of_date_loses_nothing_and_overwrites_nothing(
    services: Services, office: Office, owner: Browser
) -> None:
    clerk = await office.enter(Role.CLERK)
    one = f"{LIST}/{clerk.member.id}"
    await owner.send(f"{one}/roles", of=one, seen="clerk", role=["analyst"], location=[""])

    late = await owner.send(f"{one}/roles", of=one, seen="clerk", role=["marketing"], location=[""])

    assert late.status_code == 422
    assert 'name="seen" value="analyst"' in late.text
    assert '<option value="marketing" selected>' in late.text
    member = await services.staff.members.get(office.organisation.id, clerk.member.id)
    assert written(member.grants) == "analyst"


async def test_the_only_owner_cannot_be_shut_out_or_lose_the_role(
    services: Services, office: Office, owner: Browser
) -> None:
    one = f"{LIST}/{owner.member.id}"
    boss = await office.enter(Role.OWNER)
    other = f"{LIST}/{boss.member.id}"
    await owner.send(f"{other}/disablings", of=other, reason="on leave")

    roles = await owner.send(f"{one}/roles", of=one, seen="owner", role=["clerk"], location=[""])
    shut = await owner.send(f"{one}/disablings", of=one, reason="why not")

    assert (roles.status_code, shut.status_code) == (422, 422)
    member = await services.staff.members.get(office.organisation.id, owner.member.id)
    assert (member.state, member.grants) == (StaffState.ACTIVE, (Grant(Role.OWNER),))


async def test_two_owners_who_shut_each_other_out_at_once_do_not_both_succeed(
    services: Services, office: Office, owner: Browser
) -> None:
    boss = await office.enter(Role.OWNER)
    for _ in range(5):
        pair = (owner, boss)
        roles, colleague = services.staff.roles, [_colleague(office, each) for each in pair]

        await asyncio.gather(
            roles.disable(colleague[0], boss.member.id, "first"),
            roles.disable(colleague[1], owner.member.id, "second"),
        )

        members = await services.staff.members.all(office.organisation.id)
        active = [each for each in members if each.state is StaffState.ACTIVE]
        assert len(active) == 1
        [out] = [each for each in members if each.state is StaffState.DISABLED]
        inside = next(each for each in pair if each.member.id == active[0].id)
        await roles.enable(_colleague(office, inside), out.id, "again")


def _colleague(office: Office, browser: Browser) -> Colleague:
    return Colleague(member=browser.member, organisation=office.organisation)


async def test_whoever_is_shut_out_is_out_at_once_and_hears_why(
    office: Office, owner: Browser
) -> None:
    clerk = await office.enter(Role.CLERK)
    one = f"{LIST}/{clerk.member.id}"

    await owner.send(f"{one}/disablings", of=one, reason="left the company")
    out = await clerk.pages.get("/console")
    await owner.send(f"{one}/enablings", of=one, reason="came back")
    still_out = await clerk.pages.get("/console")

    assert "over=disabled" in out.headers["location"]
    assert "over=signed_out" in still_out.headers["location"]


@pytest.mark.parametrize("reason", ["", "  ", "x", "y" * 201, "a\nb"])
async def test_shutting_out_needs_a_reason(office: Office, owner: Browser, reason: str) -> None:
    clerk = await office.enter(Role.CLERK)
    one = f"{LIST}/{clerk.member.id}"

    reply = await owner.send(f"{one}/disablings", of=one, reason=reason)

    assert reply.status_code == 422
    assert (await clerk.pages.get("/console")).status_code == 200


async def test_one_session_is_ended_or_all(office: Office, owner: Browser) -> None:
    clerk = await office.enter(Role.CLERK)
    again = await office.sign_in(clerk.member)
    third = await office.sign_in(clerk.member)
    one = f"{LIST}/{clerk.member.id}"

    await owner.send(f"{one}/sessions/{again.session.id}/endings", of=one)
    after_one = [(await each.pages.get("/console")).status_code for each in (clerk, again, third)]
    await owner.send(f"{one}/sessions/endings", of=one)
    after_all = [(await each.pages.get("/console")).status_code for each in (clerk, again, third)]

    assert after_one == [200, 303, 200]
    assert after_all == [303, 303, 303]


async def test_a_manager_of_one_place_sees_only_who_works_there(
    services: Services, office: Office, owner: Browser
) -> None:
    here, there = [await location(services, office, name) for name in ("Bremen", "Celle")]
    manager = await office.enter(Role.MANAGER, grants=(Grant(Role.MANAGER, here.id),))
    near = await office.enter(Role.CLERK, name="Nah", grants=(Grant(Role.CLERK, here.id),))
    far = await office.enter(Role.CLERK, name="Fern", grants=(Grant(Role.CLERK, there.id),))

    page = await manager.read(LIST)

    assert "Nah" in page
    assert "Fern" not in page
    assert (await manager.pages.get(f"{LIST}/{near.member.id}")).status_code == 200
    assert (await manager.pages.get(f"{LIST}/{far.member.id}")).status_code == 404


async def test_nobody_of_another_organisation_is_there(
    services: Services, office: Office, owner: Browser
) -> None:
    bank = await services.organisations.found(
        slug="bank",
        name="Bank",
        mode=office.organisation.mode,
        country="DE",
        locale="de",
        actor="test",
    )
    assert isinstance(bank, Organisation)
    stranger = await services.staff.members.enrol(
        bank, name="Banker", email="b@example.org", grants=(Grant(Role.OWNER),), actor="test"
    )
    assert isinstance(stranger, StaffMember)

    assert "Banker" not in await owner.read(LIST)
    assert (await owner.pages.get(f"{LIST}/{stranger.id}")).status_code == 404


async def test_the_page_of_roles_says_what_the_table_says(owner: Browser) -> None:
    page = await owner.read(f"{LIST}/roles?lang=en")

    rows = [row for permission, row in TABLE.items() if permission not in LATER]
    assert page.count('<th scope="row">') == len(rows)
    cells = sum(map(len, rows))
    assert page.count("<td data-label=") == cells
    for name in PRESETS:
        assert name in page


async def test_a_session_ends_by_being_idle_and_by_being_old(
    owner: Browser, time: MovableTime
) -> None:
    for _ in range(13):
        time.pass_by(timedelta(minutes=55))
        assert (await owner.pages.get("/console")).status_code == 200
    time.pass_by(timedelta(minutes=5))
    old = await owner.pages.get("/console?x=1")

    assert old.headers["location"] == (
        "/console/sign-in?next=%2Fconsole%3Fx%3D1&over=too_long&organisation=sonnenhof"
    )
