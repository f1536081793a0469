"""Letters in the console: collected, released by two, downloaded and gone; and what came back."""

import io
import re
import zipfile

import pytest

from tests.features.letters.post_room import PostRoom, home
from tests.features.letters.test_returned_mail import tag_of
from tests.paper import text_of
from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from tests.web.console.test_configuration import filled, save
from tests.whole_house import Dealt
from watchword.features.clients.rules import Client, Scope
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.features.templates.rules import group
from watchword.wiring import Services

LIST, BACK = "/console/letters", "/console/letters/returned"


@pytest.fixture
async def organisation(services: Services) -> Organisation:
    made = await services.organisations.found(
        slug="sonnenhof",
        name="Gartencenter Sonnenhof",
        mode=Mode.LIVE,
        country="DE",
        locale="de",
        actor="test",
    )
    assert isinstance(made, Organisation)
    return made


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


@pytest.fixture
async def room(services: Services, organisation: Organisation, dealt: Dealt) -> PostRoom:
    key, _ = await services.clients.create(
        organisation, label="test", scopes=frozenset(Scope), actor="test"
    )
    return PostRoom(services, Client(key=key, organisation=organisation), dealt)


async def collected(owner: Browser) -> str:
    reply = await owner.send(f"{LIST}/batches", of=LIST)
    assert reply.status_code == 303
    return reply.headers["Location"].partition("?")[0]


async def test_letters_are_collected_drawn_downloaded_and_gone(
    owner: Browser, room: PostRoom
) -> None:
    await room.write(home("Ann Example"))
    code = room.dealt.latest
    assert "1 letter" in await owner.read(LIST)

    batch = await collected(owner)
    await owner.send(f"{batch}/releases", of=batch)
    await room.draw()
    reply = await owner.send(f"{batch}/parcels", of=batch)

    assert reply.headers["Content-Type"] == "application/zip"
    assert reply.headers["Cache-Control"] == "no-store"
    parcel = zipfile.ZipFile(io.BytesIO(reply.content))
    assert group(code) in text_of(parcel.read(parcel.namelist()[0]))
    done = await owner.send(f"{batch}/handovers", of=batch)
    assert done.status_code == 303
    page = await owner.read(batch)
    assert "handed over" in page
    assert "Download" not in page
    assert code not in page
    assert group(code) not in page


async def test_no_page_shows_a_code_or_an_address(owner: Browser, room: PostRoom) -> None:
    await room.write(home("Ann Example"))
    batch = await collected(owner)
    await owner.send(f"{batch}/releases", of=batch)
    await room.draw()

    for path in (LIST, batch, BACK):
        page = await owner.read(path)
        assert not re.search(rf"{room.dealt.latest}|{group(room.dealt.latest)}", page)
        assert "Ann Example" not in page


async def test_where_two_have_to_agree_the_batch_waits_for_the_second(
    office: Office, owner: Browser, room: PostRoom
) -> None:
    other = english(await office.enter(Role.MANAGER))
    fields = {**(await filled(owner, "approvals")), "bulk": "on", "life_hours": "72"}
    assert (await save(owner, "approvals", fields)).status_code == 303
    await room.write()
    batch = await collected(owner)

    first = await owner.send(f"{batch}/releases", of=batch)
    assert "Somebody else has to agree" in first.text
    asked = await owner.send(f"{batch}/proposals", of=batch, reason="November letters")
    request = asked.headers["Location"].partition("?")[0]
    assert (await owner.send(f"{batch}/releases", of=batch)).status_code == 200
    approved = await other.send(f"{request}/decisions", of=request, do="approve")
    assert approved.status_code == 303, approved.text
    released = await owner.send(f"{batch}/releases", of=batch)

    assert released.status_code == 303
    assert "being drawn" in await owner.read(batch)


async def test_a_letter_that_came_back_is_scanned_once_and_twice(
    office: Office, room: PostRoom
) -> None:
    clerk = english(await office.enter(Role.CLERK))
    await room.write()
    tag = await tag_of(room)

    first = await clerk.send(BACK, mark=f"WWR:{tag}")
    second = await clerk.send(BACK, mark=tag.lower())
    wrong = await clerk.send(BACK, mark=room.dealt.latest)

    assert "Taken back: J••• · 10••• Berlin" in first.text
    assert "Was taken back before" in second.text
    assert wrong.status_code == 422
    assert "No letter of yours has this mark" in wrong.text


@pytest.mark.parametrize("role", [Role.CLERK, Role.ANALYST, Role.MARKETING, Role.PHONE_AGENT])
async def test_letters_are_printed_by_few(office: Office, role: Role) -> None:
    browser = await office.enter(role)

    await browser.read(LIST, status=403)


async def test_german_pages_are_german(owner: Browser, room: PostRoom) -> None:
    await room.write()

    assert "Zu einem Stapel sammeln" in await owner.read(f"{LIST}?lang=de")
    assert "Rückläufer" in await owner.read(f"{BACK}?lang=de")


async def test_who_tests_can_print_a_batch_of_what_lies_in_the_sandbox(
    services: Services, dealt: Dealt
) -> None:
    bank = await services.organisations.found(
        slug="bank", name="Bank", mode=Mode.TEST, country="DE", locale="de", actor="test"
    )
    assert isinstance(bank, Organisation)
    key, _ = await services.clients.create(
        bank, label="test", scopes=frozenset(Scope), actor="test"
    )
    room = PostRoom(services, Client(key=key, organisation=bank), dealt, SANDBOX)

    await room.write(home("Ann Example"))

    assert (await services.letters.letters.standing(bank.id)).waiting == 1
    assert len(await services.sandbox.look(bank.id)) == 1
