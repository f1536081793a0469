"""The page for whoever got a code and did not ask for one."""

import re

import httpx
import pytest

from tests.web.html.reading import read
from tests.web.html.stage import Stage
from watchword.features.challenges.desk import DENIALS
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Client, Scope
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.delivery.routes import SANDBOX

LINK = re.compile(re.escape(DENIALS) + r"[a-z2-7]{12}\b")
NAME = "Gartencenter <Sonnenhof>"
UNKNOWN = f"{DENIALS}aaaaaaaaaaaa"
ASKED = {"en": "Did you ask for this code?", "de": "Haben Sie diesen Code angefordert?"}


class Sent:
    """A code that was sent, and the address in its message."""

    def __init__(self, stage: Stage, client: Client, id: ChallengeId, path: str) -> None:
        self.stage, self.client, self.id, self.path = stage, client, id, path

    async def status(self) -> Status:
        return (await self.stage.services.challenges.read(self.client, self.id)).status


@pytest.fixture
async def sent(stage: Stage) -> Sent:
    organisation = await stage.found(name=NAME)
    key, _ = await stage.services.clients.create(
        organisation, label="test", scopes=frozenset(Scope), actor="test"
    )
    client = Client(key=key, organisation=organisation)
    contact = read_phone("+491701234567", "DE")
    assert isinstance(contact, Contact)
    opening = Opening(purpose=Purpose.STEP_UP, contact=contact, channel=None, locale="de")
    challenge = await stage.services.challenges.open(client, opening)
    assert isinstance(challenge, Shown)
    [queued] = await stage.services.deliveries.claim(SANDBOX, 9)
    [path] = LINK.findall((await stage.services.deliveries.open(queued)).text.reveal())
    return Sent(stage, client, challenge.id, path)


async def get(stage: Stage, path: str, language: str = "en") -> httpx.Response:
    return await stage.pages.get(path, headers={"Accept-Language": language})


async def test_opening_it_changes_nothing_for_programs_open_it_too(
    stage: Stage, sent: Sent
) -> None:
    replies = [await get(stage, sent.path) for _ in range(3)]

    assert [reply.status_code for reply in replies] == [200] * 3
    assert await sent.status() is Status.PENDING


async def test_pressing_the_button_ends_the_code(stage: Stage, sent: Sent) -> None:
    form = read((await get(stage, sent.path)).text).one("form")
    assert form.attributes["method"] == "post"
    assert "action" not in form.attributes  # it is sent to the page itself

    reply = await stage.pages.post(sent.path)

    assert (reply.status_code, read(reply.text).one("h1").words) == (200, "The code is stopped")
    assert await sent.status() is Status.DENIED


async def test_afterwards_it_says_so_as_often_as_it_is_opened_or_sent(
    stage: Stage, sent: Sent
) -> None:
    await stage.pages.post(sent.path)

    for reply in (await stage.pages.post(sent.path), await get(stage, sent.path)):
        assert read(reply.text).one("h1").words == "The code is stopped"
        assert not read(reply.text).all("form")


async def test_of_a_code_that_is_over_it_says_that_there_is_nothing_to_do(
    stage: Stage, sent: Sent
) -> None:
    await stage.services.challenges.cancel(sent.client, sent.id)

    for reply in (await get(stage, sent.path), await stage.pages.post(sent.path)):
        assert read(reply.text).one("h1").words == "This code is over already"
    assert await sent.status() is Status.CANCELLED


@pytest.mark.parametrize("path", [UNKNOWN, f"{DENIALS}x", f"{DENIALS}{'a' * 200}", f"{DENIALS}%22"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_under_an_address_of_nobody_it_says_that(
    stage: Stage, path: str, method: str
) -> None:
    reply = await stage.pages.request(method, path, headers={"Accept-Language": "en"})

    assert reply.status_code == 404
    assert read(reply.text).one("h1").words == "We do not know this address"


@pytest.mark.parametrize("language", ["de", "en"])
async def test_it_speaks_the_language_of_its_reader(
    stage: Stage, sent: Sent, language: str
) -> None:
    reading = read((await get(stage, sent.path, language)).text)

    assert reading.one("h1").words == ASKED[language]
    assert reading.faults == []


async def test_its_language_can_be_changed_without_leaving_it(stage: Stage, sent: Sent) -> None:
    for path in (sent.path, UNKNOWN):
        links = {*read((await get(stage, path)).text).addresses()}

        assert {f"{path}?lang=de", f"{path}?lang=en"} <= links
    german = await get(stage, f"{sent.path}?lang=de")
    assert read(german.text).one("h1").words == ASKED["de"]


@pytest.mark.parametrize("odd", [f"{DENIALS}%22%3E%3Cb%3E", f"{DENIALS}a%0Ab", f"{DENIALS}%5Cevil"])
async def test_an_address_that_is_none_of_ours_is_not_repeated(stage: Stage, odd: str) -> None:
    addresses = [*read((await get(stage, odd)).text).addresses()]

    assert "/?lang=de" in addresses
    assert not [address for address in addresses if DENIALS in address]


async def test_it_leads_nowhere_but_to_itself(stage: Stage, sent: Sent) -> None:
    for path in (sent.path, UNKNOWN):
        reading = read((await get(stage, path)).text)

        links = {each.attributes["href"] for each in reading.all("a")}
        assert links == {"#main", f"{path}?lang=de", f"{path}?lang=en"}


@pytest.mark.parametrize("language", ["de", "en"])
async def test_it_is_headed_by_the_name_of_who_sent_the_code(
    stage: Stage, sent: Sent, language: str
) -> None:
    reading = read((await get(stage, sent.path, language)).text)

    [head] = reading.with_class("mark")
    assert head.words == NAME
    assert reading.one("title").words.endswith(f"· {NAME}")
    assert reading.one("footer").words.strip() == "Watchword"


async def test_the_name_of_who_sent_it_is_shown_and_never_obeyed(stage: Stage, sent: Sent) -> None:
    page = (await get(stage, sent.path)).text

    assert "Gartencenter &lt;Sonnenhof&gt;" in page
    assert "<Sonnenhof>" not in page


async def test_nothing_is_kept_of_it_and_nobody_is_told_where_it_stood(
    stage: Stage, sent: Sent
) -> None:
    for reply in (await get(stage, sent.path), await stage.pages.post(sent.path)):
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert "set-cookie" not in reply.headers
