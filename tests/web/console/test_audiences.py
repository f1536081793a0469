"""Audiences and tags in the console, in a browser without script."""

import re

import pytest

from tests.features.audiences.crowd import Crowd
from tests.web.console.people import OWN_FORM, TOKEN, Browser, Office
from watchword.features.audiences.rules import Filter, Listed
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague

PATH, COUNTS, LISTS = "/console/audiences", "/console/audiences/counts", "/console/audience-lists"
ENGLISH = "?lang=en"
TOTAL = re.compile(r'class="total"><strong>([^<]*)</strong>')


@pytest.fixture
def crowd(office: Office, owner: Browser) -> Crowd:
    colleague = Colleague(member=owner.member, organisation=office.organisation)
    return Crowd(office.services, colleague)  # type: ignore[arg-type]


async def test_a_filter_is_counted_saved_changed_and_removed(
    owner: Browser, office: Office, crowd: Crowd
) -> None:
    for points in (50, 500, 700):
        await crowd.come(points=points, tags=["regular"])
    said = {"name": "Regulars", "points_from": "100", "tags_any": "Regular, other"}

    counted = await owner.send(f"{COUNTS}{ENGLISH}", of=f"{PATH}/new", **said)
    assert TOTAL.findall(counted.text) == ["2"]
    assert 'value="Regulars"' in counted.text
    assert await office.services.audiences.all(office.organisation.id) == []

    added = await owner.send(f"{PATH}{ENGLISH}", of=f"{PATH}/new", **said)
    assert added.status_code == 303
    [audience] = await office.services.audiences.all(office.organisation.id)
    assert audience.choice == Filter(points_from=100, tags_any=("other", "regular"))
    here = f"{PATH}/{audience.id}"
    assert TOTAL.findall(await owner.read(here)) == ["2"]
    changed = {**said, "points_from": "600", "version": "1"}
    await owner.send(here, **changed)
    stale = await owner.send(f"{here}{ENGLISH}", **changed)
    assert stale.status_code == 422
    assert "Somebody has changed this meanwhile" in stale.text
    assert "600 points or more" in await owner.read(f"{PATH}{ENGLISH}")

    await owner.send(f"{here}/removals", of=here)
    assert "No audiences yet" in await owner.read(f"{PATH}{ENGLISH}")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"points_from": "many"}, "Type a whole number"),
        ({"points_from": "9", "points_to": "1"}, "This cannot be so"),
        ({"bought_since": "soon"}, "Type a day"),
        ({"bought_since": "2999-01-01"}, "This cannot be so"),
        ({"bought_since": "2026-06-01", "not_bought_since": "2026-01-01"}, "This cannot be so"),
        ({"bought_since": "2026-01-01", "never_bought": "on"}, "This cannot be so"),
        ({"tags_any": "a", "tags_none": "a"}, "This cannot be so"),
        ({"name": ""}, "This cannot be so"),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field(
    owner: Browser, said: dict[str, str], problem: str
) -> None:
    reply = await owner.send(f"{PATH}{ENGLISH}", of=f"{PATH}/new", **{"name": "Some", **said})

    assert reply.status_code == 422
    assert problem in reply.text


async def test_a_number_that_is_none_is_named_and_stays_as_it_was_typed(
    owner: Browser, crowd: Crowd
) -> None:
    reply = await owner.send(f"{PATH}{ENGLISH}", of=f"{PATH}/new", name="Some", points_from="abc")

    assert reply.status_code == 422
    assert "<strong>Points: at least</strong>: Type a whole number" in reply.text
    field = re.search(r'<input[^>]*name="points_from"[^>]*>', reply.text)
    assert field is not None
    assert 'value="abc"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    described = re.search(r'aria-describedby="([^"]+)"', field[0])
    assert described is not None
    assert f'id="{described[1]}">Type a whole number' in reply.text
    # A browser says so before anything is sent.
    assert 'pattern="[0-9 .,]*"' in field[0]


@pytest.mark.parametrize("path", [PATH, f"{PATH}/new", "/console/audience-lists"])
async def test_the_menu_says_where_one_is(owner: Browser, path: str) -> None:
    shown = await owner.read(f"{path}{ENGLISH}")

    assert re.search(r'href="/console/audiences[^"]*" aria-current="(page|true)"', shown)


async def bring(owner: Browser, name: str, rows: list[str]) -> None:
    page = await owner.pages.get(LISTS)
    found = TOKEN.search(page.text)
    assert found is not None
    reply = await owner.pages.post(
        LISTS,
        data={"token": found[1], "name": name},
        files={"file": ("guests.csv", "\n".join(["E-Mail", *rows]).encode(), "text/csv")},
        headers=OWN_FORM,
    )
    assert reply.status_code == 303, reply.text


async def test_a_list_is_brought_and_says_what_became_of_its_rows(
    owner: Browser, office: Office, crowd: Crowd
) -> None:
    some = [(await crowd.come()).email.address.reveal() for _ in range(5)]
    await bring(owner, "Guests", [*some, "nobody@example.org", "no address"])

    [audience] = await office.services.audiences.all(office.organisation.id)
    assert isinstance(audience.choice, Listed)
    shown = await owner.read(f"{PATH}/{audience.id}{ENGLISH}")
    assert re.search(r"Customers found</dt><dd>5<", shown)
    assert re.search(r"Nobody found</dt><dd>1<", shown)
    assert "line 8 of the file" in shown
    assert "nobody@example.org" not in shown


async def test_a_list_of_one_looks_like_a_list_of_nobody(
    owner: Browser, office: Office, crowd: Crowd
) -> None:
    await bring(owner, "Guests", [(await crowd.come()).email.address.reveal()])
    await bring(owner, "Ghosts", ["nobody@example.org"])

    shown = list[str]()
    for audience in await office.services.audiences.all(office.organisation.id):
        page = await owner.read(f"{PATH}/{audience.id}{ENGLISH}")
        shown.append(page[page.index("A list that was brought") :].replace(str(audience.id), ""))
    one, nobody = (re.sub(r'name="token" value="\w+"', "", each) for each in shown)
    assert one == nobody
    assert "fewer than 5" in one
    assert (await owner.read(f"{PATH}{ENGLISH}")).count("a list of fewer than 5 customers") == 2


async def test_tags_are_set_on_the_page_of_a_card(owner: Browser, crowd: Crowd) -> None:
    one = await crowd.come()
    here = f"/console/cards/{one.card.id}"

    await owner.send(f"{here}/tags", of=here, tags="Stammkundin; Rosen")
    refused = await owner.send(f"{here}/tags{ENGLISH}", of=here, tags="<b>")

    assert "stammkundin" in await owner.read(here)
    assert refused.status_code == 422
    assert "A tag has up to 32 letters" in refused.text


async def test_marketing_says_whom_it_means_and_a_clerk_does_not(office: Office) -> None:
    marketing, clerk = await office.enter(Role.MARKETING), await office.enter(Role.CLERK)

    await marketing.read(f"{PATH}/new")
    await clerk.read(PATH, status=403)


@pytest.mark.parametrize(
    ("points", "led_to"),
    [
        ("100", '<h2 id="meant">Who is meant</h2>'),
        ("many", '<div id="meant"><div class="note bad"'),
    ],
    ids=["as it can be", "as it cannot be"],
)
async def test_whoever_counts_is_led_to_the_count_or_to_what_is_wrong(
    owner: Browser, points: str, led_to: str
) -> None:
    blank = await owner.read(f"{PATH}/new{ENGLISH}")
    reply = await owner.send(
        f"{COUNTS}{ENGLISH}", of=f"{PATH}/new", name="Regulars", points_from=points
    )

    assert f'formaction="{COUNTS}{ENGLISH}#meant"' in blank
    assert reply.text.count('id="meant"') == 1
    assert led_to in reply.text
