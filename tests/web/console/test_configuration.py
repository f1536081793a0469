"""Configuration: what an organisation decides for itself, as people with different roles see it."""

import re

import httpx
import pytest

from tests.web.console.people import Browser, Office
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import values_of
from watchword.features.organisations.settings.sections import Method, Preset, SectionName
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant

PATH = "/console/configuration"
ENGLISH = "?lang=en"
GROUND = re.compile(r'name="ground" value="([0-9-]*)"')
Fields = dict[str, str | list[str]]


async def filled(browser: Browser, area: str, location: LocationId | None = None) -> Fields:
    """Give the form of an area as it stands, for a test to change something in it."""
    place = "" if location is None else f"&location={location}"
    page = await browser.read(f"{PATH}/{area}{ENGLISH}{place}")
    ground = GROUND.search(page)
    assert ground is not None
    fields: Fields = {"ground": ground[1], "location": "" if location is None else str(location)}
    for name, value in re.findall(
        r'<input type="(?:checkbox|radio)" name="(\w+)" value="([\w]*)" ?checked', page
    ):
        fields.setdefault(name, [])
        fields[name] = [*fields[name], value]
    fields.update(re.findall(r'name="(\w+)" value="(\d*)"[^>]* inputmode="numeric"', page))
    fields["order"] = re.findall(r'name="order" value="(\w+)"', page)
    return fields


async def send(browser: Browser, area: str, do: str, fields: Fields) -> httpx.Response:
    path = f"{PATH}/{area}{ENGLISH}"
    return await browser.send(path, of=path, do=do, **fields)


async def save(browser: Browser, area: str, fields: Fields) -> httpx.Response:
    return await send(browser, area, "save", {**fields, "understood": "on"})


async def location(office: Office, name: str) -> Location:
    made = await office.services.configuration.locations.add(
        office.organisation.id, name=name, time_zone=None, actor="test"
    )
    assert isinstance(made, Location)
    return made


async def in_force(office: Office, section: SectionName) -> dict[str, object]:
    settings = office.services.configuration.settings
    return dict(values_of((await settings.of(office.organisation.id)).section(section)))


async def test_the_areas_stand_in_a_list_and_lead_to_their_pages(owner: Browser) -> None:
    page = await owner.read(f"{PATH}{ENGLISH}")

    assert all(f'href="{PATH}/{area}?lang=en"' in page for area in SectionName)
    assert page.count(">Edit</a>") == len(SectionName)


@pytest.mark.parametrize("area", SectionName)
async def test_each_area_has_a_page_and_a_history(owner: Browser, area: str) -> None:
    assert "Review changes" in await owner.read(f"{PATH}/{area}{ENGLISH}")
    history = await owner.read(f"{PATH}/{area}/history{ENGLISH}")
    assert "Nobody has changed anything here" in history


@pytest.mark.parametrize("path", [f"{PATH}/casino", f"{PATH}/redemption?location=x"])
async def test_what_is_no_area_and_no_location_is_not_there(owner: Browser, path: str) -> None:
    assert (await owner.pages.get(path)).status_code == 404


async def test_customer_loyalty_leads_to_the_methods_with_what_they_cost(owner: Browser) -> None:
    page = await owner.read(f"{PATH}/verification?lang=de")

    assert "Kundenbindung" in page
    assert "<h1>Verifizierungsmethoden</h1>" in page
    assert 'aria-label="SMS nach unten"' in page
    assert "Kosten je Versand" in page


async def test_a_method_moves_by_its_buttons_and_nothing_is_saved_by_that(
    owner: Browser, office: Office
) -> None:
    fields = await filled(owner, "verification")

    reply = await send(owner, "verification", "down:sms", fields)

    order = re.findall(r'name="order" value="(\w+)"', reply.text)
    assert order == ["email", "sms", *list(Method)[2:]]
    assert (await in_force(office, SectionName.VERIFICATION))["methods"] == tuple(Method)


async def test_a_method_that_is_off_stands_behind_those_that_are_on(owner: Browser) -> None:
    fields = await filled(owner, "verification")
    fields["methods"] = [each for each in fields["methods"] if each != "sms"]

    reply = await send(owner, "verification", "up:whatsapp", fields)

    order = re.findall(r'name="order" value="(\w+)"', reply.text)
    assert order == ["whatsapp", "email", *list(Method)[3:], "sms"]
    assert [*re.findall(r'place">(\d*)</td>', reply.text)] == ["1", "2", "3", "4", "5", ""]


async def test_a_message_without_a_price_says_so(owner: Browser) -> None:
    page = await owner.read(f"{PATH}/verification?lang=en")

    assert "no price is set" in page
    assert "nothing is sent" in page


async def test_a_change_is_shown_with_what_it_does_before_it_is_saved(
    owner: Browser, office: Office
) -> None:
    fields = await filled(owner, "redemption")
    fields.pop("customer_pins")

    shown = await send(owner, "redemption", "review", fields)

    assert shown.status_code == 200
    assert "Nobody can redeem with these settings." in shown.text
    assert "It touches every customer." in shown.text
    assert (await in_force(office, SectionName.REDEMPTION))["customer_pins"] is True

    saved = await save(owner, "redemption", fields)

    assert saved.status_code == 303
    assert (await in_force(office, SectionName.REDEMPTION))["customer_pins"] is False
    assert "Saved." in await owner.read(saved.headers["location"] + "&lang=en")
    history = await owner.read(f"{PATH}/redemption/history{ENGLISH}")
    assert "Customers get codes for redemptions" in history
    assert "inherited → off" in history


async def test_what_touches_everyone_is_not_saved_unread(owner: Browser, office: Office) -> None:
    fields = await filled(owner, "redemption")
    fields.pop("customer_pins")

    reply = await send(owner, "redemption", "save", fields)

    assert reply.status_code == 422
    assert "tick the box below" in reply.text
    assert (await in_force(office, SectionName.REDEMPTION))["customer_pins"] is True


async def test_what_is_so_already_is_said(owner: Browser) -> None:
    reply = await send(owner, "redemption", "review", await filled(owner, "redemption"))

    assert "It is so already." in reply.text


@pytest.mark.parametrize(
    ("area", "field_and_typed", "said"),
    [
        ("appearance", ("colour", "yellow"), "A colour is written as #0b6e5f"),
        ("appearance", ("colour", "#ffcc00"), "hard to read. The nearest that works: #"),
        ("appearance", ("mark", "ABCD"), "At most 3 characters."),
        ("access", ("idle_minutes", "many"), "A whole number, or nothing."),
        ("access", ("idle_minutes", "61"), "From 5 to 60."),
        ("access", ("networks", "the office"), "“the office” is no network."),
        ("access", ("networks", "192.0.2.7/24"), "Perhaps you mean 192.0.2.0/24."),
        ("access", ("networks", "203.0.113.0/24"), "You would lock yourself out"),
        ("approvals", ("life_hours", "721"), "From 1 to 720."),
        ("approvals", ("settings", "on"), "There is nobody else who could agree."),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field_and_stays_as_it_was_typed(
    owner: Browser, office: Office, area: str, field_and_typed: tuple[str, str], said: str
) -> None:
    field, typed = field_and_typed
    before = await in_force(office, SectionName(area))
    fields: Fields = {**(await filled(owner, area)), field: typed}

    reply = await send(owner, area, "review", fields)

    assert reply.status_code == 422
    assert said in reply.text
    assert typed in reply.text
    assert await in_force(office, SectionName(area)) == before


async def test_a_stale_form_shows_what_others_did_and_keeps_what_was_typed(
    office: Office, owner: Browser
) -> None:
    other = await office.enter(Role.OWNER, name="Bea")
    mine = {**(await filled(owner, "redemption")), "show_in_wallet": "on"}
    await save(other, "redemption", {**(await filled(other, "redemption")), "master_pin": "on"})

    stale = await save(owner, "redemption", mine)

    assert stale.status_code == 409
    assert "This was changed while your page was open." in stale.text
    assert "Bea" in stale.text
    assert "A master PIN may be used</strong>: off → on" in stale.text
    for field in ("show_in_wallet", "master_pin"):
        assert re.search(rf'name="{field}" value="on" checked', stale.text)
    assert (await in_force(office, SectionName.REDEMPTION))["show_in_wallet"] is False
    ground = GROUND.search(stale.text)
    assert ground is not None

    again = await save(owner, "redemption", {**mine, "master_pin": "on", "ground": ground[1]})

    assert again.status_code == 303
    found = await in_force(office, SectionName.REDEMPTION)
    assert (found["show_in_wallet"], found["master_pin"]) == (True, True)


async def test_of_what_both_changed_one_is_told(office: Office, owner: Browser) -> None:
    other = await office.enter(Role.OWNER, name="Bea")
    mine = {**(await filled(owner, "messages")), "language": "en"}
    await save(other, "messages", {**(await filled(other, "messages")), "language": "de"})

    stale = await send(owner, "messages", "review", mine)

    assert stale.status_code == 409
    assert "you both changed this; yours stands below" in stale.text
    assert '<option value="en" selected>' in stale.text


async def test_a_form_that_is_resumed_is_shown_and_changes_nothing(
    owner: Browser, office: Office
) -> None:
    fields = {**(await filled(owner, "redemption")), "show_in_wallet": "on", "resumed": "on"}

    reply = await save(owner, "redemption", fields)

    assert reply.status_code == 200
    assert re.search(r'name="show_in_wallet" value="on" checked', reply.text)
    assert (await in_force(office, SectionName.REDEMPTION))["show_in_wallet"] is False


async def test_keeping_on_editing_loses_nothing(owner: Browser) -> None:
    fields = {**(await filled(owner, "redemption")), "show_in_wallet": "on"}

    reply = await send(owner, "redemption", "edit", fields)

    assert re.search(r'name="show_in_wallet" value="on" checked', reply.text)


async def test_a_preset_shows_all_that_it_changes_before_it_is_chosen(
    owner: Browser, office: Office
) -> None:
    fields = {**(await filled(owner, "basis")), "preset": "credit_union"}

    shown = await send(owner, "basis", "review", fields)

    assert "What that changes elsewhere" in shown.text
    assert "Nobody can redeem with these settings." in shown.text
    saved = await save(owner, "basis", fields)
    assert saved.status_code == 303
    assert (await in_force(office, SectionName.BASIS))["preset"] is Preset.CREDIT_UNION
    assert (await in_force(office, SectionName.ACCESS))["idle_minutes"] == 15


async def test_a_location_differs_and_goes_back(owner: Browser, office: Office) -> None:
    berlin = await location(office, "Berlin")
    services = office.services.configuration.settings
    fields = {**(await filled(owner, "redemption", berlin.id)), "master_pin": "on"}
    assert "customer_pins" not in fields

    await save(owner, "redemption", fields)

    there = await services.at(office.organisation.id, berlin.id)
    assert (there.redemption.master_pin, there.redemption.customer_pins) == (True, True)
    page = await owner.read(f"{PATH}/redemption{ENGLISH}&location={berlin.id}")
    assert "Differs here" in page
    assert "Berlin · differs" in page

    fields = {**(await filled(owner, "redemption", berlin.id)), "back": "master_pin"}
    await save(owner, "redemption", fields)

    assert not (await services.at(office.organisation.id, berlin.id)).redemption.master_pin


@pytest.mark.parametrize("role", [Role.CLERK, Role.PHONE_AGENT, Role.MARKETING, Role.ANALYST])
async def test_whoever_may_not_see_it_finds_neither_menu_nor_page(
    office: Office, role: Role
) -> None:
    somebody = await office.enter(role)

    assert f'href="{PATH}"' not in await somebody.read("/console")
    for path in (PATH, f"{PATH}/redemption", f"{PATH}/redemption/history", "/console/locations"):
        assert (await somebody.pages.get(path)).status_code == 403


async def test_a_manager_sees_it_and_changes_nothing(office: Office, owner: Browser) -> None:
    manager = await office.enter(Role.MANAGER)

    page = await manager.read(f"{PATH}/redemption{ENGLISH}")

    assert "Review changes" not in page
    assert "<fieldset" in page
    assert "disabled" in page
    fields = {**(await filled(owner, "redemption")), "show_in_wallet": "on"}
    reply = await manager.send(
        f"{PATH}/redemption", of="/console", do="save", understood="on", **fields
    )
    assert reply.status_code == 403
    assert (await in_force(office, SectionName.REDEMPTION))["show_in_wallet"] is False


async def test_an_owner_of_one_location_changes_that_one_alone(office: Office) -> None:
    berlin, potsdam = await location(office, "Berlin"), await location(office, "Potsdam")
    local = await office.enter(Role.OWNER, grants=(Grant(Role.OWNER, berlin.id),))

    whole = await filled(local, "redemption")
    own = {**(await filled(local, "redemption", berlin.id)), "master_pin": "on"}

    assert (await save(local, "redemption", {**whole, "master_pin": "on"})).status_code == 403
    assert (await save(local, "redemption", own)).status_code == 303
    foreign = await local.pages.get(f"{PATH}/redemption?location={potsdam.id}")
    assert foreign.status_code == 404


async def test_the_console_shows_the_mark_and_the_colour_of_the_organisation(
    owner: Browser,
) -> None:
    fields: Fields = {**(await filled(owner, "appearance")), "mark": "GS", "colour": "#0B6E5F"}

    await save(owner, "appearance", fields)

    page = await owner.read("/console")
    assert ">GS</text>" in page
    assert 'fill="#0b6e5f"' in page


@pytest.mark.parametrize("area", SectionName)
async def test_pages_are_small_and_look_at_a_change_of_mind_harmlessly(
    owner: Browser, area: str
) -> None:
    page = await owner.pages.get(f"{PATH}/{area}")

    assert len(page.content) < 60_000
    assert "style=" not in page.text
    assert "<script" not in page.text


async def test_the_clock_of_the_house_is_chosen_and_named_on_every_page(owner: Browser) -> None:
    fields = await filled(owner, "basis")

    unknown = await save(owner, "basis", {**fields, "time_zone": "Mars/Olympus"})
    saved = await save(owner, "basis", {**fields, "time_zone": "America/New_York"})

    assert unknown.status_code == 422
    assert "There is no such time zone" in unknown.text
    assert saved.status_code == 303
    assert "Nordamerikanische Ostküstenzeit" in await owner.read("/console/ledger")
