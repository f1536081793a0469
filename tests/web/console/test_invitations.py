"""Letting colleagues in: a mail, a page, a button; and the first owner from a printed link."""

import re
from datetime import timedelta

import pytest

from tests.stores import MovableTime
from tests.web.console.bare import Bare
from tests.web.console.people import Browser, Office
from tests.whole_house import Dealt
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Accepted, Message
from watchword.features.staff.owners.rules import OwnedAlready, Printed
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffState
from watchword.wiring import Services

LIST, NEW = "/console/staff", "/console/staff/new"
CLEO = {"name": "Cleo", "email": "cleo@example.org", "role": "clerk", "location": ""}
LINK = re.compile(r"https?://[^\s]+(/console/(?:invitations|objections)/[\w-]+)")


async def mails(services: Services) -> list[Message]:
    """Take all mails that wait, as a worker would."""
    claimed = await services.deliveries.claim(SANDBOX, 50)
    found = []
    for queued in claimed:
        found.append(await services.deliveries.open(queued))
        await services.deliveries.settle(queued, Accepted(), knows_repeats=True, chance=0.5)
    return found


async def link_in_mail(services: Services) -> str:
    [mail] = await mails(services)
    found = LINK.search(mail.text.reveal())
    assert found is not None
    return found[1]


async def invited(services: Services, owner: Browser) -> str:
    """Invite Cleo, and give the path of the link that she got."""
    reply = await owner.send(LIST, of=NEW, **CLEO)
    assert reply.headers["location"] == f"{LIST}?said=invited", reply.text
    return await link_in_mail(services)


async def test_somebody_is_invited_and_comes_in(
    services: Services, office: Office, owner: Browser, dealt: Dealt
) -> None:
    path = await invited(services, owner)

    bare = await office.stranger().open(f"{path}?lang=en")
    assert "Welcome to Gartencenter Sonnenhof" in bare.page
    await bare.press("Accept", name="Cleopatra")
    assert "we have sent a code there" in bare.page
    await bare.press("Sign in", code=dealt.latest)

    assert bare.path == "/console"
    assert "Welcome, Cleopatra." in bare.page
    assert "Welcome" not in (await bare.open("/console")).page
    page = await owner.read(f"{LIST}?lang=en")
    assert "Cleopatra" in page
    assert "c•••@example.org" in page
    assert "cleo@example.org" not in page


async def test_opening_the_link_changes_nothing(
    services: Services, office: Office, owner: Browser
) -> None:
    path = await invited(services, owner)

    for _ in range(3):
        assert (await office.stranger().open(path)).status == 200

    members = await services.staff.members.all(office.organisation.id)
    assert {each.state for each in members} == {StaffState.ACTIVE, StaffState.INVITED}


async def test_whoever_has_only_the_link_does_not_get_in(
    services: Services, office: Office, owner: Browser, dealt: Dealt
) -> None:
    bare = await office.stranger().open(await invited(services, owner))
    await bare.press("Accept")

    await bare.open("/console")

    assert bare.path == "/console/sign-in"


async def cleos(services: Services, office: Office) -> str:
    """Give the address of the page about her."""
    members = await services.staff.members.all(office.organisation.id)
    [cleo] = [member for member in members if member.name == "Cleo"]
    return f"{LIST}/{cleo.id}"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        *(("used", "used already"), ("again", "good no more")),
        *(("late", "too old"), ("gone", "good no more")),
    ],
)
async def test_a_link_is_good_once_and_not_for_long(
    office: Office, owner: Browser, time: MovableTime, *, spoil: str, said: str
) -> None:
    services = office.services
    path = await invited(services, owner)
    one = await cleos(services, office)
    match spoil:
        case "used":
            await (await office.stranger().open(path)).press("Accept")
        case "again":
            await owner.send(f"{one}/invitations", of=one)
        case "late":
            time.pass_by(timedelta(hours=72))
        case _:
            await owner.send(f"{one}/invitations/withdrawals", of=one)

    bare = await office.stranger().open(path)

    assert (bare.status, said in bare.page) == (404, True)


async def test_a_withdrawn_address_can_be_invited_again(
    services: Services, office: Office, owner: Browser
) -> None:
    await invited(services, owner)
    one = await cleos(services, office)

    await owner.send(f"{one}/invitations/withdrawals", of=one)

    assert await invited(services, owner)


async def test_nobody_is_invited_twice(services: Services, owner: Browser) -> None:
    await invited(services, owner)

    reply = await owner.send(LIST, of=NEW, **{**CLEO, "email": "CLEO@example.org"})

    assert reply.status_code == 422
    assert "CLEO@example.org" in reply.text
    assert await mails(services) == []


@pytest.mark.parametrize(
    "wrong",
    [{"email": "cleo"}, {"name": " "}, {"role": ""}, {"role": "king"}, {"location": "nowhere"}],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    owner: Browser, wrong: dict[str, str]
) -> None:
    typed = {**CLEO, **wrong}

    reply = await owner.send(LIST, of=NEW, **typed)

    assert reply.status_code == 422
    assert typed["email"] in reply.text


async def test_mails_to_one_address_are_counted(
    services: Services, office: Office, owner: Browser
) -> None:
    await invited(services, owner)
    one = await cleos(services, office)
    replies = [await owner.send(f"{one}/invitations", of=one) for _ in range(5)]

    assert [each.status_code for each in replies] == [303] * 4 + [422]


async def test_who_takes_invitations_back_cannot_send_more_by_inviting_anew(
    services: Services, office: Office, owner: Browser
) -> None:
    for _ in range(5):
        await invited(services, owner)
        one = await cleos(services, office)
        await owner.send(f"{one}/invitations/withdrawals", of=one)

    reply = await owner.send(f"{LIST}?lang=en", of=NEW, **CLEO)

    assert reply.status_code == 422
    assert "the next one has to wait" in reply.text
    assert await mails(services) == []
    members = await services.staff.members.all(office.organisation.id)
    assert "Cleo" not in {each.name for each in members}


async def test_the_mail_and_the_page_say_where_one_signs_in_later(
    services: Services, office: Office, owner: Browser
) -> None:
    await owner.send(LIST, of=NEW, **CLEO)
    [mail] = await mails(services)
    path = LINK.search(mail.text.reveal())
    assert path is not None
    door = f"{services.settings.web.public_url}/console/sign-in?organisation=sonnenhof"

    page = (await office.stranger().open(path[1])).page

    assert door in mail.text.reveal()
    assert door in page
    assert door in await owner.read("/console/account")


@pytest.mark.parametrize(("language", "said"), [("en", "lets you into"), ("de", "gibt Ihnen")])
async def test_an_invitation_speaks_as_whoever_invites_has_chosen(
    services: Services, owner: Browser, language: str, said: str
) -> None:
    await owner.send(LIST, of=NEW, **CLEO, language=language)

    [mail] = await mails(services)

    assert said in mail.text.reveal()


async def test_the_account_speaks_as_the_page_did_on_which_it_was_accepted(
    services: Services, office: Office, owner: Browser, dealt: Dealt
) -> None:
    bare = await office.stranger().open(await invited(services, owner), language="en")
    await bare.press("Accept")
    await bare.press("Sign in", code=dealt.latest)

    await bare.open("/console", language="de")

    assert "My account" in bare.page


async def printed(services: Services, office: Office, email: str) -> Printed | OwnedAlready:
    made = await services.staff.owners.print(
        office.organisation, name="Olga", email=email, actor="operator:ann"
    )
    assert isinstance(made, Printed | OwnedAlready)
    return made


def path_of(made: Printed | OwnedAlready) -> str:
    assert isinstance(made, Printed)
    found = LINK.fullmatch(made.address.reveal())
    assert found is not None
    return found[1]


async def test_the_first_owner_comes_in_by_the_printed_link_without_any_mail(
    services: Services, office: Office
) -> None:
    path = path_of(await printed(services, office, "olga@example.org"))

    bare = await (await office.stranger().open(path)).press("Accept and sign in")
    again = await office.stranger().open(path)

    assert bare.path == "/console"
    assert again.status == 404
    assert await mails(services) == []


async def test_an_owner_who_has_lost_every_way_gets_another_link_and_nobody_else_does(
    services: Services, office: Office
) -> None:
    first = path_of(await printed(services, office, "olga@example.org"))
    second = path_of(await printed(services, office, "olga@example.org"))
    bare = await (await office.stranger().open(second)).press("Accept and sign in")

    other = await printed(services, office, "otto@example.org")

    assert bare.path == "/console"
    assert (await office.stranger().open(first)).status == 404
    assert other == OwnedAlready("o•••@example.org")


async def test_an_invitation_has_no_more_power_than_its_roles(
    services: Services, office: Office, owner: Browser, dealt: Dealt
) -> None:
    bare: Bare = await office.stranger().open(await invited(services, owner))
    await bare.press("Accept")
    await bare.press("Sign in", code=dealt.latest)

    await bare.open(LIST)

    assert bare.status == 403
    members = await services.staff.members.all(office.organisation.id)
    assert [each.grants for each in members if each.name == "Cleo"] == [(Grant(Role.CLERK),)]
