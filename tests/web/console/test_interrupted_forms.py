"""A session ends in the middle of a form. Nothing is lost, and nothing is done by itself."""

from datetime import timedelta

import httpx
import pytest

from tests.stores import MovableTime
from tests.web.console.bare import Bare
from tests.web.console.people import OWN_FORM, Office
from tests.whole_house import Dealt
from watchword.features.staff.interrupted.rules import KEPT_AT_MOST
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffMember
from watchword.wiring import Services

ANN, BOB = "ann@example.org", "bob@example.org"
NEW, LIST = "/console/staff/new?lang=en", "/console/staff"
TYPED = {"name": "Cleo „die Schnelle“ Ölmüller & Söhne", "email": "cleo@example.org"}


@pytest.fixture
async def ann(services: Services, office: Office) -> StaffMember:
    return await enrolled(services, office, ANN)


async def enrolled(services: Services, office: Office, email: str) -> StaffMember:
    made = await services.staff.members.enrol(
        office.organisation, name=email, email=email, grants=(Grant(Role.OWNER),), actor="test"
    )
    assert isinstance(made, StaffMember)
    return made


async def inside(office: Office, dealt: Dealt, email: str = ANN) -> Bare:
    bare = await office.stranger().open("/console/sign-in?organisation=sonnenhof")
    await bare.press("Send me a code", email=email)
    return await bare.press("Sign in", code=dealt.latest)


async def sign_in_again(bare: Bare, dealt: Dealt, email: str = ANN) -> Bare:
    await bare.press("Send me a code", email=email)
    return await bare.press("Sign in", code=dealt.latest)


async def names(services: Services, office: Office) -> list[str]:
    members = await services.staff.members.all(office.organisation.id)
    return sorted(each.name for each in members)


async def test_what_was_typed_is_there_again_and_is_done_by_its_own_button(
    services: Services, office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    bare = await (await inside(office, dealt)).open(NEW)
    time.pass_by(timedelta(hours=1))

    await bare.press("Send the invitation", **TYPED)
    assert "You were away for 1 hour" in bare.page
    assert "What you had typed is kept" in bare.page

    await sign_in_again(bare, dealt)
    assert bare.path == LIST
    assert "Nothing has been sent yet" in bare.page  # as she chose for the page
    assert {name: bare.field(name) for name in TYPED} == TYPED
    assert await names(services, office) == [ANN]

    await bare.press("Send the invitation")
    assert await names(services, office) == sorted([ANN, TYPED["name"]])


async def test_a_form_that_is_not_of_the_session_that_is_over_is_not_kept(
    office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    bare = await (await inside(office, dealt)).open(NEW)
    time.pass_by(timedelta(hours=1))

    reply = await bare.client.post(LIST, data={"token": "0" * 32, **TYPED}, headers=OWN_FORM)

    assert reply.status_code == 403
    assert 'name="carried"' not in reply.text
    assert TYPED["email"] not in reply.text


async def test_wrong_codes_and_other_ways_lose_nothing(
    services: Services, office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    bare = await (await inside(office, dealt)).open(NEW)
    time.pass_by(timedelta(hours=2))
    await bare.press("Send the invitation", **TYPED)
    await bare.press("Use a recovery code")
    assert bare.field("carried")
    await bare.press("Sign in", email=ANN, code="k4wd-7mq2-zr5x-a8tp")
    assert "do not belong together" in bare.page
    assert bare.field("carried")

    carried = bare.field("carried")
    again = await office.stranger().open("/console/sign-in?organisation=sonnenhof")
    reply = await again.client.post(
        "/console/sign-in",
        data={"organisation": "sonnenhof", "email": ANN, "carried": carried},
        headers=OWN_FORM,
    )
    again.reply = reply
    await again.press("Sign in", code=dealt.wrong)
    await again.press("Sign in", code=dealt.latest)

    assert again.field("email") == TYPED["email"]


async def test_somebody_else_does_not_see_it(
    services: Services, office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    await enrolled(services, office, BOB)
    bare = await (await inside(office, dealt)).open(NEW)
    time.pass_by(timedelta(hours=1))
    await bare.press("Send the invitation", **TYPED)

    await sign_in_again(bare, dealt, BOB)

    assert bare.status == 200
    assert TYPED["email"] not in bare.page
    assert "is not shown" in bare.page
    assert await names(services, office) == [ANN, BOB]


async def test_it_is_kept_for_an_hour(
    office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    bare = await (await inside(office, dealt)).open(NEW)
    time.pass_by(timedelta(hours=1))
    await bare.press("Send the invitation", **TYPED)
    time.pass_by(timedelta(hours=1))

    await sign_in_again(bare, dealt)

    assert "more than an hour ago" in bare.page


async def test_nobody_can_make_somebody_send_a_form_by_carrying_one(
    services: Services, office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    bare = await (await inside(office, dealt)).open(NEW)
    time.pass_by(timedelta(hours=1))
    await bare.press("Send the invitation", **TYPED)
    carried = bare.field("carried")
    await sign_in_again(bare, dealt)

    async def sent(path: str, said: str, site: str = "same-origin") -> httpx.Response:
        headers = {"Sec-Fetch-Site": site}
        return await bare.client.post(path, data={"carried": said}, headers=headers)

    elsewhere = await sent("/console/account/language", carried)
    foreign = await sent(LIST, carried, "cross-site")
    changed = await sent(LIST, carried[:-2] + ("AA" if carried[-2:] != "AA" else "BB"))
    again = await sent(LIST, carried)

    assert [each.status_code for each in (elsewhere, foreign, changed)] == [403, 403, 403]
    assert (again.status_code, TYPED["email"] in again.text) == (200, True)
    assert await names(services, office) == [ANN]


async def test_what_is_too_much_is_said_before_it_is_lost(
    office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    bare = await (await inside(office, dealt)).open(NEW)
    time.pass_by(timedelta(hours=1))

    await bare.press("Send the invitation", **{**TYPED, "name": "x" * KEPT_AT_MOST})

    assert "too much to be kept" in bare.page


async def test_the_longest_form_that_is_kept_comes_back_whole(
    office: Office, ann: StaffMember, dealt: Dealt, time: MovableTime
) -> None:
    bare = await (await inside(office, dealt)).open(NEW)
    time.pass_by(timedelta(hours=1))
    long = "äöü " * 1200

    await bare.press("Send the invitation", **{**TYPED, "name": long})
    await sign_in_again(bare, dealt)

    assert bare.field("name") == long.strip()


async def test_a_stranger_who_sends_a_form_is_asked_who_they_are(office: Office) -> None:
    bare = office.stranger()

    reply = await bare.client.post(LIST, data=TYPED, headers=OWN_FORM)

    assert reply.url.path == "/console/sign-in"
    assert TYPED["email"] not in f"{reply.text}{reply.url}"
