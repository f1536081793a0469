"""Calls by Twilio and by platforms that speak VoiceXML: from the first word to the last."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from httpx import AsyncClient
from litestar import Litestar
from structlog.testing import capture_logs

from tests.features.activation.dialogue.calls import CODE, DEFAULT, GOOD, NUMBER, SSN4
from tests.features.calls.lines import AnyPace, OneLine, OneWorld
from tests.stores import KEYRING, MovableTime
from tests.web.conftest import calling, new_key
from tests.web.doors import doors_to
from tests.web.telephone.platforms import GONE, SILENCE, Browser, Twilio
from tests.whole_house import Dealt
from watchword.features.activation.dialogue.steps import Ending
from watchword.features.calls.conduct.service import Conduct
from watchword.features.calls.rules import Call, Door
from watchword.features.organisations.rules import Mode
from watchword.foundation.sealing import Sealer
from watchword.settings import parse
from watchword.wiring import Services, open_services

URL, TOKEN = "https://codes.example.org", "an auth token"
PASSWORD = "sixteen characters"  # noqa: S105 - of a test
SID = "CA" + "1" * 32
OTHER_SID = "CA" + "2" * 32
SETTINGS = {
    "web": {"public_url": URL},
    "providers": {
        "phone": {
            "kind": "twilio",
            "account_sid": "AC" + "0" * 32,
            "auth_token": TOKEN,
            "sender": "+15551230100",
        }
    },
    "telephone": {
        "twiml": {"accounts": {"bank": "phone"}},
        "voicexml": {"passwords": {"bank": PASSWORD}},
    },
}
ACTIVATING = (NUMBER + "#", DEFAULT + "#", SSN4, CODE, GOOD + "#", GOOD + "#")


@dataclass
class House:
    services: Services
    worlds: OneWorld
    client: AsyncClient

    def platform(self, door: Door, sid: str | None = None) -> Twilio | Browser:
        if door is Door.TWIML:
            return Twilio(self.client, URL, TOKEN, sid or f"CA{uuid4().hex}")
        return Browser(self.client, ("bank", PASSWORD))

    async def calls(self) -> Sequence[Call]:
        organisation = await self.services.organisations.find("bank")
        page = await self.services.telephone.register.page(organisation.id, None, 10)
        return page.items


@pytest.fixture
async def bank(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[House]:
    settings = parse({"database": {"url": migrated}, **SETTINGS})
    async with open_services(settings, KEYRING, now=time, draw=dealt) as opened:
        worlds = OneWorld()
        conduct = Conduct(
            storage=opened.storage,
            lines=OneLine(),
            granters=worlds,
            paces=AnyPace(),
            sealer=Sealer({1: bytes(32)}),
            patience=30,
        )
        services = replace(opened, telephone=replace(opened.telephone, conduct=conduct))
        app: Litestar = doors_to(services)
        async with calling(app, await new_key(services, "bank", Mode.LIVE)) as client:
            del client.headers["Authorization"]
            yield House(services, worlds, client)
        await conduct.close()


BOTH = pytest.mark.parametrize("door", [Door.TWIML, Door.VOICEXML])


@BOTH
async def test_a_caller_sets_a_pin_and_goes_on(bank: House, door: Door) -> None:
    with capture_logs() as logged:
        played = await bank.platform(door).call("bank", ACTIVATING)

    assert (bank.worlds.world.pin, played.target) == (GOOD, "banking")
    [call] = await bank.calls()
    assert (call.door, call.ending) == (door, Ending.THROUGH)
    addresses = " ".join(url for url, _ in played.sent)
    for secret in (NUMBER, SSN4, CODE, GOOD):
        assert secret not in addresses
        assert secret not in repr(logged)


@BOTH
async def test_a_hang_up_in_the_middle_sets_nothing(bank: House, door: Door) -> None:
    await bank.platform(door).call("bank", [*ACTIVATING[:-1], GONE])

    [call] = await bank.calls()
    assert (bank.worlds.world.pin, call.ending) == (DEFAULT, Ending.HUNG_UP)


@BOTH
async def test_whoever_presses_nothing_gets_to_a_person(bank: House, door: Door) -> None:
    played = await bank.platform(door).call("bank", [SILENCE] * 3)

    assert played.target == "desk"


@BOTH
async def test_a_turn_that_is_sent_again_is_answered_again_and_heard_once(
    bank: House, door: Door
) -> None:
    platform = bank.platform(door)
    played = await platform.call("bank", ACTIVATING)

    again = await platform.ask(*played.sent[-1])

    assert again.content == played.replies[-2].content
    assert bank.worlds.world.written == [GOOD]


@BOTH
async def test_an_old_turn_is_none(bank: House, door: Door) -> None:
    platform = bank.platform(door)
    played = await platform.call("bank", ACTIVATING)
    was = await bank.calls()

    old = await platform.ask(*played.sent[2])

    assert b"Gather" not in old.content
    assert b"<field" not in old.content
    assert await bank.calls() == was
    assert bank.worlds.world.written == [GOOD]


@BOTH
async def test_a_token_of_another_call_opens_nothing(bank: House, door: Door) -> None:
    platform = bank.platform(door)
    played = await platform.call("bank", [*ACTIVATING[:5], GONE])
    await bank.platform(door).call("bank", ACTIVATING[:1])
    mine, theirs = (each.id for each in await bank.calls())
    (url, _), wished = played.sent[-1], len(bank.worlds.world.wished)

    await platform.ask(url.replace(str(theirs), str(mine)), {"Digits": GOOD, "digits": GOOD})

    assert len(bank.worlds.world.wished) == wished


@BOTH
async def test_a_call_goes_on_by_the_door_that_it_came_in_by_alone(bank: House, door: Door) -> None:
    begun = await bank.platform(door).ask(_start(door), {})
    [action] = re.findall(r'(?:action|submit next)="([^"]*)"', begun.text)[:1]
    was, other = await bank.calls(), Door.VOICEXML if door is Door.TWIML else Door.TWIML
    url = urlsplit(action).path.replace(door, other)
    if other is Door.TWIML:
        url = f"{URL}{url}?by={SID}"

    reply = await bank.platform(other, sid=SID).ask(url, {"Digits": GOOD, "digits": GOOD})

    assert b"Gather" not in reply.content
    assert b"<field" not in reply.content
    assert await bank.calls() == was


def _start(door: Door) -> str:
    return f"{URL}/telephone/twiml/bank" if door is Door.TWIML else "/telephone/voicexml/bank"


async def test_what_begins_a_call_of_twilio_begins_it_once(bank: House) -> None:
    twilio = Twilio(bank.client, URL, TOKEN)
    begin = f"{URL}/telephone/twiml/bank"
    first, again = await twilio.ask(begin, {}), await twilio.ask(begin, {})
    action = ET.fromstring(again.content).find("Gather")  # noqa: S314 - our own
    assert action is not None
    await twilio.ask(action.attrib["action"], {"Digits": NUMBER, "FinishedOnKey": "#"})

    late = await twilio.ask(begin, {})

    assert again.content == first.content
    assert "Gather" not in late.text
    [call] = await bank.calls()
    assert (call.turn, call.ending) == (2, None)


async def test_while_a_core_thinks_the_caller_holds(bank: House) -> None:
    bank.services.telephone.conduct._patience = 0.0  # noqa: SLF001 - each turn takes too long
    for door in (Door.TWIML, Door.VOICEXML):
        bank.worlds.world.pin = DEFAULT
        played = await bank.platform(door).call("bank", ACTIVATING)

        assert bank.worlds.world.pin == GOOD
        assert any(url.endswith("held=1") for url, _ in played.sent)


@pytest.mark.parametrize(
    ("url", "token"),
    [
        (URL, "another"),
        ("https://elsewhere.example.org", TOKEN),
        (URL.replace("https", "http"), TOKEN),
    ],
    ids=["token", "host", "scheme"],
)
async def test_nobody_is_believed_who_is_not_twilio(bank: House, url: str, token: str) -> None:
    twilio = Twilio(bank.client, url, token)

    reply = await twilio.ask(f"{twilio.public_url}/telephone/twiml/bank", {})

    assert (reply.status_code, await bank.calls()) == (403, [])


async def test_what_was_not_signed_goes_on_with_no_call(bank: House) -> None:
    twilio = Twilio(bank.client, URL, TOKEN)
    await twilio.ask(f"{URL}/telephone/twiml/bank", {})
    url = twilio.played.replies[0].text.partition('action="')[2].partition('"')[0]
    [was] = await bank.calls()

    unsigned = await twilio.ask(url, {"Digits": NUMBER}, signature="")
    changed = await Twilio(bank.client, URL, "x").ask(url, {"Digits": NUMBER})
    other = await replace(twilio, sid=OTHER_SID).ask(url, {"Digits": NUMBER})

    assert [each.status_code for each in (unsigned, changed, other)] == [403] * 3
    assert await bank.calls() == [was]
    assert (await twilio.ask(url, {"Digits": NUMBER})).text.count("<Gather") == 1


@pytest.mark.parametrize("login", ["bank:wrong", f"shop:{PASSWORD}", "", None])
async def test_nobody_begins_or_goes_on_without_the_password(
    bank: House, login: str | None
) -> None:
    browser = Browser(bank.client, ("bank", PASSWORD))
    begun = await browser.ask("/telephone/voicexml/bank", {})
    path = begun.text.partition('next="')[2].partition('"')[0]
    was = await bank.calls()
    shown = "" if login is None else f"Basic {b64encode(login.encode()).decode()}"

    headers = {"Authorization": shown}
    for url in ("/telephone/voicexml/bank", path):
        reply = await bank.client.post(url, content=b"digits=1", headers=headers)
        assert (reply.status_code, "www-authenticate" in reply.headers) == (401, True)
    assert (await bank.client.get("/telephone/voicexml/bank", headers=headers)).status_code == 401
    assert await bank.calls() == was


@BOTH
async def test_who_has_not_switched_it_on_is_not_called(bank: House, door: Door) -> None:
    await new_key(bank.services, "shop", Mode.LIVE)

    reply = await bank.client.post(f"/telephone/{door}/shop")

    assert reply.status_code == 404


@BOTH
async def test_a_get_begins_nothing_and_hears_nothing(bank: House, door: Door) -> None:
    platform = bank.platform(door)
    played = await platform.call("bank", ACTIVATING[:1])
    was = await bank.calls()

    for url, _ in played.sent:
        await bank.client.get(urlsplit(url)._replace(scheme="", netloc="").geturl())

    assert await bank.calls() == was
