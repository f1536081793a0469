"""Codes as staff find them: listed, narrowed down, searched for, told, cancelled."""

import re
from datetime import timedelta

import pytest

from tests.stores import MovableTime
from tests.web.console.people import OWN_FORM, Browser, Office
from tests.whole_house import Dealt, asked, email, phone, shown
from watchword.features.challenges.desk import Machine
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Client, Scope
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.foundation.ids import new_id
from watchword.wiring import Services

LIST = "/console/challenges"
ROW = re.compile(r'<a class="to" href="/console/challenges/([0-9a-f-]{36})[^"]*">([^<]+)</a>')


@pytest.fixture
async def shop(services: Services, organisation: Organisation) -> Client:
    key, _ = await services.clients.create(
        organisation, label="Kasse Nord", scopes=frozenset(Scope), actor="test"
    )
    return Client(key=key, organisation=organisation)


async def opened(
    services: Services, shop: Client, number: int = 7, *, reference: str | None = None
) -> Shown:
    opening = Opening(
        purpose=Purpose.STEP_UP,
        contact=phone(f"+4917012345{number:02}"),
        channel=None,
        locale="de",
        reference=reference,
    )
    return shown(await services.challenges.open(shop, opening))


def rows(page: str) -> list[str]:
    """Give the ids of the codes in a list."""
    return [id for id, _ in ROW.findall(page)]


async def test_the_newest_code_stands_first_and_its_address_is_masked(
    services: Services, shop: Client, owner: Browser, time: MovableTime
) -> None:
    first = await opened(services, shop, 1)
    time.pass_by(timedelta(minutes=1))
    second = await opened(services, shop, 2)

    page = await owner.read(LIST)

    assert rows(page) == [str(second.id), str(first.id)]
    assert "+49•••••4501" in page
    assert "1701234501" not in page.replace(" ", "")


async def test_pages_of_a_list_follow_each_other_without_a_gap(
    services: Services, shop: Client, owner: Browser, time: MovableTime
) -> None:
    made = []
    for number in range(60):
        made.append(str((await opened(services, shop, number)).id))
        if number % 3 == 0:
            time.pass_by(timedelta(seconds=1))

    seen, path = list[str](), LIST
    while path:
        page = await owner.read(path)
        seen += rows(page)
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        path = onward[1].replace("&amp;", "&") if onward else ""

    assert sorted(seen) == sorted(made)
    assert len(seen) == len({*seen})


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("status=pending", True),
        ("status=verified", False),
        ("status=denied", False),
        ("purpose=step_up", True),
        ("purpose=redemption", False),
        ("channel=sms", True),
        ("channel=letter", False),
        ("period=24h", True),
        ("status=pending&purpose=step_up&channel=sms&period=30d", True),
        ("status=nonsense&purpose=staff_signin&channel=&period=soon&rows=7&cursor=no", True),
    ],
)
async def test_a_list_is_narrowed_down(
    services: Services, shop: Client, owner: Browser, query: str, *, is_there: bool
) -> None:
    code = await opened(services, shop)

    page = await owner.read(f"{LIST}?{query}")

    assert rows(page) == ([str(code.id)] if is_there else [])


async def test_what_is_older_than_the_period_is_not_there(
    services: Services, shop: Client, owner: Browser, office: Office, time: MovableTime
) -> None:
    await opened(services, shop)
    time.pass_by(timedelta(days=8))
    again = await office.sign_in(owner.member)

    assert rows(await again.read(f"{LIST}?period=7d")) == []
    assert len(rows(await again.read(f"{LIST}?period=30d"))) == 1


async def test_ends_that_are_rare_are_found_among_others(
    services: Services, shop: Client, owner: Browser, time: MovableTime
) -> None:
    cancelled = await opened(services, shop, 1)
    await services.challenges.cancel(shop, cancelled.id)
    time.pass_by(timedelta(seconds=1))
    await opened(services, shop, 2)

    assert rows(await owner.read(f"{LIST}?status=cancelled")) == [str(cancelled.id)]


async def test_a_code_is_found_by_the_phone_number_however_it_is_typed(
    services: Services, shop: Client, owner: Browser
) -> None:
    code = await opened(services, shop, 7)
    await opened(services, shop, 8)

    for typed in ("+491701234507", "0170 1234507", "+49 (0)170 123 45 07"):
        reply = await owner.send(f"{LIST}/search?lang=en", of=LIST, find=typed)
        assert reply.status_code == 303
        assert "1234507" not in reply.headers["location"]
        assert rows(await owner.read(reply.headers["location"])) == [str(code.id)]


async def test_a_code_is_found_by_the_e_mail_address_whatever_the_case(
    services: Services, shop: Client, owner: Browser
) -> None:
    code = shown(await services.challenges.open(shop, asked(email("Ann@Example.org"))))

    reply = await owner.send(f"{LIST}/search?lang=en", of=LIST, find="ann@example.ORG")

    page = await owner.read(reply.headers["location"])
    assert rows(page) == [str(code.id)]
    assert "ann@example.org" not in page.lower()


async def test_a_code_is_found_by_its_reference_and_by_its_id(
    services: Services, shop: Client, owner: Browser
) -> None:
    code = await opened(services, shop, reference="Bestellung 4711")

    for typed in ("Bestellung 4711", str(code.id), str(code.id).upper()):
        reply = await owner.send(f"{LIST}/search?lang=en", of=LIST, find=typed)
        assert reply.headers["location"] == f"{LIST}/{code.id}"


async def test_several_codes_of_one_reference_are_listed(
    services: Services, shop: Client, owner: Browser
) -> None:
    made = {str((await opened(services, shop, number, reference="4711")).id) for number in (1, 2)}

    reply = await owner.send(f"{LIST}/search?lang=en", of=LIST, find="4711")

    assert reply.status_code == 200
    assert {*rows(reply.text)} == made


@pytest.mark.parametrize(
    "typed", ["+491709999999", "nobody@example.org", "no such thing", "%", "'"]
)
async def test_what_is_not_there_is_said_to_be_not_there(owner: Browser, typed: str) -> None:
    reply = await owner.send(f"{LIST}/search?lang=en", of=LIST, find=typed)

    assert reply.status_code == 200
    assert "Nothing was found" in reply.text


@pytest.mark.parametrize("typed", ["", "   ", "x" * 201, "a\nb"])
async def test_what_cannot_be_searched_for_is_shown_with_what_would_be_right(
    owner: Browser, typed: str
) -> None:
    reply = await owner.send(f"{LIST}/search?lang=en", of=LIST, find=typed)

    assert reply.status_code == 422
    assert "at most 200 characters" in reply.text


async def test_a_code_is_told_with_who_asked_and_what_became_of_it_but_never_the_code(
    services: Services, shop: Client, owner: Browser, dealt: Dealt, time: MovableTime
) -> None:
    code = await opened(services, shop, reference="4711")
    await services.challenges.answer(shop, code.id, dealt.wrong)
    time.pass_by(timedelta(seconds=9))
    await services.challenges.answer(shop, code.id, dealt.latest)

    page = await owner.read(f"{LIST}/{code.id}?lang=en")

    assert "API key “Kasse Nord”" in page
    assert "It was the first step of the plan." in page
    assert page.index("A wrong code was typed.") < page.rindex("The right code was typed.")
    assert "4711" in page
    assert dealt.latest not in page
    assert dealt.wrong not in page


async def test_a_code_is_cancelled_once_it_was_confirmed(
    services: Services, shop: Client, owner: Browser, dealt: Dealt
) -> None:
    code = await opened(services, shop)

    reply = await owner.send(f"{LIST}/{code.id}/cancellations", of=f"{LIST}/{code.id}")

    assert reply.status_code == 303
    page = await owner.read(f"{reply.headers['location']}&lang=en")
    assert "The code is cancelled." in page
    assert "Cancelled by Owner." in page
    assert "Cancel this code" not in page
    assert (await services.challenges.answer(shop, code.id, dealt.latest)).word == "over"


async def test_a_code_that_is_over_cannot_be_cancelled_by_an_old_page(
    services: Services, shop: Client, owner: Browser, dealt: Dealt
) -> None:
    code = await opened(services, shop)
    await services.challenges.answer(shop, code.id, dealt.latest)

    reply = await owner.send(f"{LIST}/{code.id}/cancellations", of=LIST)

    assert reply.headers["location"].endswith("said=over")
    assert "Confirmed" in await owner.read(f"{LIST}/{code.id}?lang=en")


async def test_after_signing_in_again_nothing_is_cancelled_before_it_is_asked_once_more(
    services: Services, shop: Client, owner: Browser
) -> None:
    code = await opened(services, shop)

    path = f"{LIST}/{code.id}"
    reply = await owner.send(f"{path}/cancellations?lang=en", of=path, resumed="on")

    assert reply.status_code == 200
    assert "Waits for the code" in reply.text


async def test_a_clerk_sees_codes_and_cancels_none(
    services: Services, shop: Client, office: Office
) -> None:
    code = await opened(services, shop)
    clerk = await office.enter(Role.CLERK)

    assert "Cancel this code" not in await clerk.read(f"{LIST}/{code.id}?lang=en")
    reply = await clerk.send(f"{LIST}/{code.id}/cancellations", of=LIST)

    assert reply.status_code == 403
    assert "Waits for the code" in await clerk.read(f"{LIST}/{code.id}?lang=en")


@pytest.mark.parametrize("role", [Role.MARKETING, Role.ANALYST])
async def test_whoever_may_not_see_codes_sees_none(office: Office, role: Role) -> None:
    visitor = await office.enter(role)

    assert LIST not in await visitor.read("/console")
    await visitor.read(LIST, status=403)


async def test_codes_of_another_organisation_are_not_there(
    services: Services, owner: Browser
) -> None:
    await owner.read(f"{LIST}/{new_id()}", status=404)


async def test_with_which_codes_staff_sign_in_is_nobodys_business(
    services: Services, organisation: Organisation, owner: Browser
) -> None:
    opening = Opening(
        purpose=Purpose.STAFF_SIGNIN, contact=email(), channel=Channel.EMAIL, locale="de"
    )
    house = Machine(name="sign-in", organisation=organisation)
    code = shown(await services.challenges.open(house, opening))

    assert rows(await owner.read(LIST)) == []
    await owner.read(f"{LIST}/{code.id}", status=404)
    reply = await owner.send(f"{LIST}/search?lang=en", of=LIST, find=str(code.id))
    assert "Nothing was found" in reply.text
    token = re.search(r'name="token" value="([0-9a-f]+)"', await owner.read(LIST))
    assert token is not None
    data = {"token": token[1]}
    cancelling = await owner.pages.post(
        f"{LIST}/{code.id}/cancellations", data=data, headers=OWN_FORM
    )
    assert cancelling.status_code == 404
