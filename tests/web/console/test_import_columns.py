"""What columns mean counts as it stands on the page: what was tried is taken in, nothing else."""

import re

import pytest

from tests.features.imports.files import ANNA, HEADINGS, table
from tests.web.console.brought_files import begin, brought, mapping_of, tried, work
from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

GREEN = re.compile(r'<button class="primary" form="(\w+)" formaction="([^"?]+)')
NEXT = re.compile(r'aria-labelledby="next">(.*?)</section>', re.DOTALL)
LINKED = re.compile(r'<a href="([^"?]+)')
ANEW = "You have changed how the file is read, so it was checked anew."


@pytest.fixture
async def manager(office: Office) -> Browser:
    return english(await office.enter(Role.MANAGER))


async def names_of_columns(manager: Browser, path: str) -> list[str]:
    columns = mapping_of(await manager.read(path))["column"]
    assert isinstance(columns, list)
    return columns


async def test_the_button_that_takes_in_sends_the_columns_as_they_stand_on_the_page(
    manager: Browser, services: Services
) -> None:
    path = await tried(manager, services, table(ANNA))

    assert GREEN.findall(await manager.read(path)) == [("mapping", f"{path}/starts")]


async def test_with_other_columns_than_were_tried_nothing_is_taken_in_and_all_is_tried_anew(
    manager: Browser, services: Services, organisation: Organisation
) -> None:
    path = await tried(manager, services, table(ANNA))
    columns = await names_of_columns(manager, path)
    columns[1], columns[2] = columns[2], columns[1]

    reply = await begin(manager, path, column=columns)
    under_way = await manager.read(reply.headers["location"])
    await work(services)

    page = await manager.read(reply.headers["location"])
    assert "so it is checked anew first. Nothing was taken in." in under_way
    assert f'content="2;url={path}?said=anew' in under_way
    assert ANEW in page
    assert "Would be taken in</dt><dd>1</dd>" in page
    assert await names_of_columns(manager, path) == columns
    assert not (await services.cards.cards.page(organisation.id)).items

    await begin(manager, path)
    await work(services)
    assert "Taken in</dt><dd>1</dd>" in await manager.read(path)
    assert "Müller Anna" in await manager.read("/console/cards?q=Anna")


async def test_other_words_that_people_agreed_to_are_tried_anew_too(
    manager: Browser, services: Services
) -> None:
    headings = f"{HEADINGS};Einwilligung SMS;Einwilligung am"
    path = await brought(manager, table(f"{ANNA};ja;01.02.2020", headings=headings))
    await manager.send(
        f"{path}/checks", of=path, **{**mapping_of(await manager.read(path)), "wording": "Ja."}
    )
    await work(services)

    reply = await begin(manager, path, wording="Ja, gern.")
    await work(services)

    assert ANEW in await manager.read(reply.headers["location"])
    assert mapping_of(await manager.read(path))["wording"] == "Ja, gern."


async def test_what_was_refused_of_columns_is_not_replaced_by_those_that_were_tried(
    manager: Browser, services: Services
) -> None:
    path = await tried(manager, services, table(ANNA))
    without = [
        "" if each == "family_name" else each for each in await names_of_columns(manager, path)
    ]

    refused = await manager.send(f"{path}/checks", of=path, column=without)
    pressed = await manager.send(f"{path}/starts", of=path, **mapping_of(refused.text))

    for page in (refused, pressed):
        assert page.status_code == 422
        assert "No column has family names" in page.text
        assert mapping_of(page.text)["column"] == without
    assert "is being taken in" not in await manager.read(path)


async def test_two_columns_of_one_meaning_are_not_taken_in_as_they_were_tried(
    manager: Browser, services: Services
) -> None:
    path = await tried(manager, services, table(ANNA))
    columns = await names_of_columns(manager, path)
    columns[1] = "family_name"

    reply = await begin(manager, path, column=columns)

    assert reply.status_code == 422
    assert "Two columns cannot mean the same" in reply.text
    assert "is being taken in" not in await manager.read(path)


async def test_after_signing_in_again_changed_columns_stand_there_and_nothing_has_begun(
    manager: Browser, services: Services
) -> None:
    path = await tried(manager, services, table(ANNA))
    columns = await names_of_columns(manager, path)
    columns[0] = ""

    page = await begin(manager, path, column=columns, resumed="yes")

    assert page.status_code == 200
    assert mapping_of(page.text)["column"] == columns
    assert "is being taken in" not in await manager.read(path)


@pytest.mark.parametrize(
    ("heading", "is_spoken_of"),
    [("Lieblingsfarbe", False), ("Newsletter ja/nein", True)],
    ids=["a_colour", "a_newsletter"],
)
async def test_what_to_do_about_columns_that_are_left_out_fits_the_moment(
    manager: Browser, services: Services, heading: str, *, is_spoken_of: bool
) -> None:
    content = table(f"{ANNA};ja", headings=f"{HEADINGS};{heading}")
    path = await tried(manager, services, content)
    before = await manager.read(path)
    await begin(manager, path)
    await work(services)
    after = await manager.read(path)

    assert f"<strong>{heading}</strong>" in before
    assert "say below what it means, and try it again" in before
    assert ("Then say so below" in before) is is_spoken_of
    assert "Bring the file anew" not in before
    assert "Nothing of these is kept." in after
    assert ("Bring the file anew" in after) is is_spoken_of
    assert "below" not in after


async def test_refused_rows_come_back_with_the_columns_that_were_chosen_for_them(
    manager: Browser, services: Services
) -> None:
    headings = f"{HEADINGS};Newsletter;Unterschrieben"
    path = await brought(manager, table(f"{ANNA};ja;gestern", headings=headings))
    columns = [*(await names_of_columns(manager, path))[:-2], "email_consent", "consent_at"]
    await manager.send(f"{path}/checks", of=path, column=columns, wording="Ja, gern.")
    await work(services)
    refused = (await manager.pages.get(f"{path}/errors")).content

    again = await brought(manager, refused.replace(b"gestern", b"01.02.2020"))

    page = await manager.read(again)
    assert mapping_of(page) == {"column": [*columns, "", ""], "wording": "Ja, gern."}
    assert "what was said of the last file with these headings" in page
    assert "guessed" not in page


async def test_nothing_is_taken_over_from_a_file_that_nobody_has_tried(
    manager: Browser, services: Services
) -> None:
    chosen = await brought(manager, table(ANNA))
    guessed = await brought(manager, table(ANNA))
    columns = [*(await names_of_columns(manager, chosen))[:-1], ""]
    await manager.send(f"{chosen}/checks", of=chosen, column=columns)
    await work(services)

    again = await brought(manager, table(ANNA))

    assert "This was guessed from the headings." in await manager.read(guessed)
    assert await names_of_columns(manager, again) == columns


@pytest.mark.parametrize("door", ["checks", "starts"])
async def test_after_columns_were_refused_the_trial_of_others_is_not_shown_as_theirs(
    manager: Browser, services: Services, door: str
) -> None:
    path = await tried(manager, services, table(ANNA))
    without = [
        "" if each == "family_name" else each for each in await names_of_columns(manager, path)
    ]

    refused = await manager.send(f"{path}/{door}", of=path, column=without)

    assert "Would be taken in" not in refused.text
    assert "its result is not shown" in refused.text
    assert not GREEN.findall(refused.text)
    assert "Would be taken in" in await manager.read(path)


@pytest.mark.parametrize(
    ("role", "led_to"),
    [
        (Role.MANAGER, ["/console/desk"]),
        (Role.OWNER, ["/console/desk", "/console/audiences/new"]),
    ],
)
async def test_whoever_has_taken_a_file_in_is_led_on_to_what_they_may_do(
    office: Office, services: Services, role: Role, led_to: list[str]
) -> None:
    browser = english(await office.enter(role))
    path = await tried(browser, services, table(ANNA))
    before = await browser.read(path)
    await begin(browser, path)
    await work(services)

    [after] = NEXT.findall(await browser.read(path))

    assert not NEXT.findall(before)
    assert LINKED.findall(after) == led_to
