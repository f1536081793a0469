"""What a browser keeps for its owner: the short name, and the language, wherever one goes."""

import pytest

from tests.web.console.bare import Bare, faults_of_cookies
from tests.web.console.people import Browser, Office
from tests.whole_house import Dealt
from watchword.features.staff.permissions import Role
from watchword.web.console.cookies import name_of
from watchword.web.html.keepsakes import Keepsake

SIGN_IN, LANGUAGE = "/console/sign-in", "/console/account/language"
ANN = "ann@example.org"


async def come_in(office: Office, dealt: Dealt, path: str, words: tuple[str, str]) -> Bare:
    """Sign Ann in from a page, by buttons with these words; her account speaks German."""
    await office.enter(Role.CLERK, name="Ann", email=ANN)
    bare = await office.stranger().open(path)
    await bare.press(words[0], organisation="sonnenhof", email=ANN)
    assert bare.reply is not None
    await bare.press(words[1], code=dealt.latest)
    return bare


ENGLISH = ("Send me a code", "Sign in")


async def test_who_was_in_once_types_no_short_name_any_more(office: Office, dealt: Dealt) -> None:
    bare = await come_in(office, dealt, SIGN_IN, ENGLISH)
    bare.client.cookies.delete(name_of(office.services.settings.web))

    for path in (SIGN_IN, f"{SIGN_IN}/recovery"):
        await bare.open(path)
        assert bare.field("organisation") == "sonnenhof"
    await bare.open(f"{SIGN_IN}?organisation=other")
    assert bare.field("organisation") == "other"


async def test_a_stranger_sees_no_short_name(office: Office) -> None:
    bare = await office.stranger().open(SIGN_IN)

    assert bare.field("organisation") == ""


async def test_a_keepsake_that_is_none_of_ours_is_not_shown(office: Office) -> None:
    bare = office.stranger()
    bare.client.cookies.set(Keepsake.ORGANISATION, "x" * 41, path="/console")

    assert (await bare.open(SIGN_IN)).field("organisation") == ""


async def test_a_language_chosen_at_the_door_stays_when_its_address_is_typed_anew(
    office: Office,
) -> None:
    bare = await office.stranger().open(f"{SIGN_IN}?lang=de", language="en")
    assert bare.reply is not None
    assert faults_of_cookies(bare.reply) == []

    await bare.open(SIGN_IN, language="en")

    assert "Code senden" in bare.page or 'lang="de"' in bare.page.split("<head>")[0]


async def test_who_chose_a_language_at_the_door_is_spoken_to_in_it_inside(
    office: Office, dealt: Dealt
) -> None:
    bare = await come_in(office, dealt, f"{SIGN_IN}?lang=en", ENGLISH)

    await bare.open("/console", language="de")

    assert "My account" in bare.page


async def test_who_chose_none_is_spoken_to_as_their_account_says(
    office: Office, dealt: Dealt
) -> None:
    bare = await come_in(office, dealt, SIGN_IN, ENGLISH)

    await bare.open("/console", language="en")

    assert "Mein Konto" in bare.page


async def test_a_language_is_switched_on_any_page_and_one_stays_there(office: Office) -> None:
    ann = await office.enter(Role.OWNER)
    page = "/console/challenges?rows=25"

    reply = await ann.send(LANGUAGE, of=page, language="en", back=page)

    assert reply.headers["location"] == page
    assert "My account" in await ann.read(page, language="de")


@pytest.mark.parametrize("back", ["https://evil.example/console", "//evil.example", "/docs"])
async def test_the_switch_leads_nowhere_else(owner: Browser, back: str) -> None:
    reply = await owner.send(LANGUAGE, of="/console", language="en", back=back)

    assert reply.headers["location"] == "/console"


async def test_each_page_has_the_switch_with_its_own_address(owner: Browser) -> None:
    page = await owner.read("/console/staff?lang=en&rows=25")

    assert 'name="back" value="/console/staff?rows=25"' in page


@pytest.mark.parametrize("language", ["de", "en"])
async def test_what_is_not_there_is_said_inside_of_the_console(
    owner: Browser, language: str
) -> None:
    html = {"Accept": "text/html"}
    gone = "/console/staff/5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e"

    inside = await owner.pages.get(f"{gone}?lang={language}", headers=html)
    nowhere = await owner.pages.get(f"/console/nowhere?lang={language}", headers=html)

    assert (inside.status_code, nowhere.status_code) == (404, 404)
    assert 'id="menu"' in inside.text
    assert 'href="/console?lang=' in nowhere.text or 'href="/console"' in nowhere.text
    assert gone not in inside.text
