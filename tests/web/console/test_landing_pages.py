"""Landing pages in the console: written block by block, seen beside the form, published."""

import re
from typing import TypeAlias

import pytest

from tests.features.pages.drawn import picture
from tests.web.console.people import OWN_FORM, Browser, Office
from watchword.features.clients.rules import Operator
from watchword.features.pages.blocks import Button, Heading, Legal, Picture, Text
from watchword.features.pages.leaves import Editing
from watchword.features.pages.rules import Draft, PageState
from watchword.features.staff.permissions import Role

PAGES = "/console/pages"
TARGET = "https://shop.example.com/mugs"
TICKETS = re.compile(
    r'src="/console/pages/pictures\?ticket=([^"]+)".*?name="picture_id" value="(.*?)"', re.DOTALL
)
Fields: TypeAlias = dict[str, str | list[str]]


@pytest.fixture
async def writer(office: Office) -> Browser:
    return await office.enter(Role.MARKETING)


async def begun(writer: Browser) -> str:
    added = await writer.send(PAGES, of=f"{PAGES}/new", name="Mugs in spring")
    assert added.status_code == 303
    here, _, query = str(added.headers["location"]).partition("?")
    assert query == "in=de&said=added"
    return here


async def kept(office: Office, here: str) -> Draft:
    [found] = (await office.services.pages.pages.page(office.organisation.id, None, 9)).items
    assert str(found.id) in here
    return await office.services.pages.pages.edit(
        Editing(Operator(name="test", organisation=office.organisation)), found.id
    )


async def test_a_page_is_written_and_seen_beside_the_form(
    writer: Browser, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    here = await begun(writer)
    fields = {"name": "Mugs", "zone": "Europe/Berlin", "version": "1"}

    pressed = await writer.send(f"{here}?lang=en", of=here, **fields, move="add:heading")
    assert "Not saved yet" in pressed.text
    assert (await kept(office, here)).variants == {}
    blocks: Fields = {
        "block": ["heading", "text", "button", "legal"],
        "1.text": "Only this week",
        "2.text": "Two for one.\n\n- red\n- blue",
        "3.label": "To the shop",
        "3.target": TARGET,
        "4.text": "Greenleaf",
    }
    days = {"from_day": "2030-03-31", "from_time": "02:30", "until_day": "2030-04-30"}
    saved = await writer.send(here, of=here, **fields, **blocks, **days)
    assert saved.status_code == 303, saved.text

    draft = await kept(office, here)
    assert draft.variants["de"] == (
        Heading("Only this week"),
        Text("Two for one.\n\n- red\n- blue"),
        Button("To the shop", TARGET),
        Legal("Greenleaf"),
    )
    # The clock leaves this hour out: half past two is half past three.
    assert str(draft.page.valid_from) == "2030-03-31 01:30:00+00:00"
    assert str(draft.page.valid_until) == "2030-04-29 22:00:00+00:00"
    page = await writer.read(f"{here}?lang=en")
    assert "<li>red</li><li>blue</li>" in page
    assert "leads to shop.example.com" not in page, "the page speaks its own language"
    assert "führt zu shop.example.com" in page
    assert "Nothing is written in English" in page

    logged = "".join(capsys.readouterr())
    assert "Only this week" not in logged
    assert "shop.example.com" not in logged


async def test_a_page_is_published_withdrawn_and_ended(writer: Browser, office: Office) -> None:
    here = await begun(writer)
    blocks: Fields = {"block": "heading", "1.text": "Only this week"}
    await writer.send(here, of=here, name="Mugs", zone="UTC", version="1", **blocks)

    await writer.send(f"{here}/publications", of=here, version="2", **{"in": "de"})
    assert (await kept(office, here)).page.state is PageState.LIVE
    await writer.send(f"{here}/withdrawals", of=here, **{"in": "de"})
    assert (await kept(office, here)).page.state is PageState.DRAFT
    await writer.send(f"{here}/retirements", of=here, **{"in": "de"})
    assert (await kept(office, here)).page.state is PageState.RETIRED
    assert "over for good" in await writer.read(f"{here}?lang=en")


@pytest.mark.parametrize(
    ("pressed", "order"),
    [
        ("up:3", ["a", "c", "b"]),
        ("up:1", ["a", "b", "c"]),
        ("down:1", ["b", "a", "c"]),
        ("down:3", ["a", "b", "c"]),
        ("remove:2", ["a", "c"]),
        ("add:text", ["a", "b", "c", ""]),
        ("remove:9", ["a", "b", "c"]),
        ("up:-1", ["a", "b", "c"]),
        ("add:iframe", ["a", "b", "c"]),
        ("look", ["a", "b", "c"]),
    ],
)
async def test_blocks_are_moved_and_nothing_that_was_typed_is_lost(
    writer: Browser, pressed: str, order: list[str]
) -> None:
    here = await begun(writer)
    blocks: Fields = {"block": ["heading"] * 3, "1.text": "a", "2.text": "b", "3.text": "c"}

    page = await writer.send(here, of=here, **blocks, name="typed", version="1", move=pressed)

    found = re.findall(r'name="\d+\.text"[^>]* value="(.*?)"', page.text)
    areas = re.findall(r'<textarea[^>]*name="\d+\.text"[^>]*>\n(.*?)</textarea>', page.text)
    assert found + areas == order
    assert 'value="typed"' in page.text


async def test_what_is_wrong_is_said_beside_its_field(writer: Browser, office: Office) -> None:
    here = await begun(writer)
    blocks: Fields = {
        "block": ["button", "picture"],
        "1.label": "x",
        "1.target": "javascript:alert(1)",
    }
    fields: Fields = {"name": "Mugs", "zone": "Europe/Nowhere", "version": "1"}

    refused = await writer.send(f"{here}?lang=en", of=here, **fields, **blocks)
    assert (refused.status_code, "There is no such time zone" in refused.text) == (422, True)
    refused = await writer.send(f"{here}?lang=en", of=here, **{**fields, "zone": "UTC"}, **blocks)
    assert "Type a whole address that begins with https://" in refused.text
    assert 'href="javascript' not in refused.text
    ok: Fields = {**fields, "zone": "UTC", **blocks, "1.target": TARGET}
    assert (await writer.send(here, of=here, **ok)).status_code == 303
    stale = await writer.send(f"{here}?lang=en", of=here, **ok)
    assert "Somebody has changed this page meanwhile" in stale.text
    draft = await kept(office, here)
    path = f"{PAGES}/{draft.page.id}/publications?lang=en"
    refused = await writer.send(path, of=here, version="2", **{"in": "de"})
    assert refused.status_code == 422
    assert "Choose a picture" in refused.text
    assert "Say what the picture shows" in refused.text


async def test_a_picture_is_brought_chosen_and_taken_out(writer: Browser, office: Office) -> None:
    here = await begun(writer)
    room = f"{here}/pictures"

    async def bring(content: bytes) -> tuple[int, str]:
        token = re.search(r'name="token" value="(.*?)"', await writer.read(room))
        assert token is not None
        reply = await writer.pages.post(
            f"{room}?lang=en",
            data={"token": token[1]},
            files={"file": ("mug.jpg", content, "image/jpeg")},
            headers=OWN_FORM,
        )
        return reply.status_code, reply.text

    assert (await bring(picture("JPEG", (800, 500))))[0] == 303
    for bad, said in ((b"<svg/>", "no picture that we know"), (b"\0" * 9**7, "drawn anew")):
        status, text = await bring(bad)
        assert status == 422
        assert said in text
    page = await writer.read(room)
    [(ticket, id)] = TICKETS.findall(page)
    shown = await writer.pages.get(f"{PAGES}/pictures?ticket={ticket}")
    assert (shown.headers["content-type"], shown.content[8:12]) == ("image/webp", b"WEBP")
    assert shown.headers["cache-control"] == "no-store"
    blocks = {"block": "picture", "1.picture_id": id, "1.alt": "A mug"}
    await writer.send(here, of=here, **blocks, name="Mugs", zone="UTC", version="1")
    [block] = (await kept(office, here)).variants["de"]
    assert isinstance(block, Picture)
    assert str(block.picture_id) == id
    used = await writer.send(f"{room}/removals?lang=en", of=room, picture_id=id)
    assert "This picture stands on the page" in used.text


async def test_whoever_may_not_run_campaigns_sees_no_page(office: Office) -> None:
    writer = await office.enter(Role.MARKETING)
    here = await begun(writer)
    for role in (Role.MANAGER, Role.CLERK, Role.ANALYST):
        browser = await office.enter(role)
        assert "Angebotsseiten" not in await browser.read("/console")
        assert (await browser.pages.get(here)).status_code == 403
