"""The first page of the console: who gets to see it, and what they see there."""

import re
from dataclasses import replace

import httpx
import pytest

from tests.web.console.people import Browser, Office
from tests.whole_house import Dealt, asked, phone, shown
from watchword.features.clients.rules import Client, Scope
from watchword.features.delivery.breaker import Breaker
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffMember
from watchword.wiring import Services

TILE = re.compile(r"<dt>([^<]+)</dt><dd>([0-9.,]+)")


@pytest.fixture
async def shop(services: Services, organisation: Organisation) -> Client:
    key, _ = await services.clients.create(
        organisation, label="Kasse", scopes=frozenset(Scope), actor="test"
    )
    return Client(key=key, organisation=organisation)


async def send_and_count(services: Services, shop: Client, dealt: Dealt) -> None:
    """Three codes are sent, one of them comes back, and the worker counts."""
    codes = [
        shown(await services.challenges.open(shop, asked(phone(f"+4917012345{number:02}"))))
        for number in range(3)
    ]
    await services.challenges.answer(shop, codes[-1].id, dealt.latest)
    sandbox = ProviderName("sandbox")
    for queued in await services.deliveries.claim(sandbox, 10):
        message = await services.deliveries.open(queued)
        outcome = await services.providers[sandbox].send(message)
        await services.deliveries.settle(queued, outcome, knows_repeats=False, chance=0.5)
    while await services.overview.counting.turn():
        continue


async def test_whoever_is_signed_in_sees_the_organisation_and_their_own_name(
    owner: Browser,
) -> None:
    page = await owner.read("/console")

    assert "Gartencenter Sonnenhof" in page
    assert "Owner" in page


async def test_a_stranger_is_sent_to_sign_in(office: Office) -> None:
    async with httpx.AsyncClient(transport=office.transport, base_url="https://a.test") as stranger:
        reply = await stranger.get("/console?lang=de")

    assert reply.status_code == 303
    assert reply.headers["location"] == "/console/sign-in?next=%2Fconsole%3Flang%3Dde&lang=de"


async def test_the_menu_shows_what_the_role_opens(office: Office) -> None:
    clerk = await office.enter(Role.CLERK)

    page = await clerk.read("/console")

    assert "/console/challenges" in page
    assert "/console/staff" not in page


async def test_the_menu_needs_no_script_and_says_where_one_is(owner: Browser) -> None:
    page = await owner.read("/console/challenges?lang=en")

    assert 'popovertarget="menu"' in page
    assert '<p class="where"><strong>Codes</strong>' in page
    assert 'href="/console/challenges?lang=en" aria-current="page"' in page
    assert "<script" not in page


async def test_every_page_offers_to_sign_out_by_a_form_of_its_own(owner: Browser) -> None:
    page = await owner.read("/console?lang=en")

    form = re.search(
        r'<form method="post" action="/console/sign-out">(.*?)</form>', page, re.DOTALL
    )
    assert form is not None
    assert 'name="token"' in form[1]


async def test_where_nothing_was_sent_one_learns_how_the_first_code_is(owner: Browser) -> None:
    page = await owner.read("/console?lang=en")

    assert "Send your first code" in page
    assert "/v1/challenges" in page
    assert "<svg role" not in page


async def test_figures_are_what_was_counted(
    services: Services, shop: Client, owner: Browser, dealt: Dealt
) -> None:
    await send_and_count(services, shop, dealt)

    page = await owner.read("/console?lang=en")

    tiles = dict(TILE.findall(page))
    assert (tiles["Sent"], tiles["Confirmed"], tiles["Blocked"]) == ("3", "1", "0")
    assert "3 sent, 1 of them confirmed." in page
    assert "Cost at most" not in page, "nothing is known of prices here"


async def test_every_bar_has_its_row_in_the_table(
    services: Services, shop: Client, owner: Browser, dealt: Dealt
) -> None:
    await send_and_count(services, shop, dealt)

    for span, parts in (("24h", 24), ("7d", 7), ("30d", 30), ("century", 24)):
        page = await owner.read(f"/console?lang=en&span={span}")
        unit = "hour" if parts == 24 else "day"
        assert f"Codes per {unit}<" in page
        assert page.count('<th scope="row">') == parts
        assert f'viewBox="0 0 {parts} 100"' in page


async def test_a_page_brings_no_styles_and_no_scripts_of_its_own(
    services: Services, shop: Client, owner: Browser, dealt: Dealt
) -> None:
    await send_and_count(services, shop, dealt)

    page = await owner.read("/console")

    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"\son\w+=", page)


async def test_a_clerk_gets_a_field_to_find_a_code_with_and_no_figures(
    services: Services, shop: Client, office: Office, dealt: Dealt
) -> None:
    await send_and_count(services, shop, dealt)
    clerk = await office.enter(Role.CLERK)

    page = await clerk.read("/console?lang=en")

    assert 'name="find"' in page
    assert "Sent and confirmed" not in page
    assert "By channel" not in page


@pytest.mark.parametrize("role", [Role.ANALYST, Role.MARKETING])
async def test_who_looks_at_figures_alone_is_led_nowhere_else(
    services: Services, shop: Client, office: Office, dealt: Dealt, role: Role
) -> None:
    await send_and_count(services, shop, dealt)

    page = await (await office.enter(role)).read("/console?lang=en")

    assert "Sent and confirmed" in page
    assert "/console/challenges" not in page
    assert "/console/blocks" not in page


async def live_owner(services: Services, office: Office) -> Browser:
    """Give the browser of an owner of an organisation that reaches real people."""
    made = await services.organisations.found(
        slug="live", name="Live", mode=Mode.LIVE, country="DE", locale="en", actor="test"
    )
    assert isinstance(made, Organisation)
    member = await services.staff.members.enrol(
        made, name="Liv", email="liv@example.org", grants=(Grant(Role.OWNER),), actor="test"
    )
    assert isinstance(member, StaffMember)
    abroad = replace(office, organisation=made)
    return await abroad.sign_in(member)


async def test_a_provider_that_rests_needs_somebody_and_no_longer_when_it_works(
    services: Services, office: Office
) -> None:
    owner = await live_owner(services, office)
    gateway, now = ProviderName("gateway"), services.storage.now()
    assert "gateway rests." not in await owner.read("/console?lang=en")

    await services.overview.rests.note(gateway, Breaker(failures=5, rests=1, rests_until=now))
    assert "gateway rests." in await owner.read("/console?lang=en")

    await services.overview.rests.note(gateway, Breaker())
    assert "gateway rests." not in await owner.read("/console?lang=en")


async def test_what_rests_is_shown_to_nobody_who_may_not_see_channels(
    services: Services, office: Office
) -> None:
    now = services.storage.now()
    rest = Breaker(failures=5, rests=1, rests_until=now)
    await services.overview.rests.note(ProviderName("sandbox"), rest)

    assert "rests" not in await (await office.enter(Role.CLERK)).read("/console?lang=en")
