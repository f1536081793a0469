"""From where staff may come: from everywhere, or from certain networks only."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.stand_ins.authenticator import Authenticator, said
from tests.stores import KEYRING, MovableTime
from tests.web.console.account.test_passkeys import SIGN_IN, added
from tests.web.console.people import OWN_FORM, Browser, Office
from tests.whole_house import Dealt
from watchword.features.organisations.settings.changing.rules import Change
from watchword.features.organisations.settings.rules import Changed
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.rules import Colleague
from watchword.features.staff.sessions.rules import Visit
from watchword.settings import parse
from watchword.wiring import Services, open_services

HOME, ROAD = {"X-Forwarded-For": "192.0.2.7"}, {"X-Forwarded-For": "203.0.113.9"}
FENCE = ("192.0.2.0/24", "2001:db8::/32")


@pytest.fixture
async def services(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Services]:
    web = {"public_url": "https://codes.example.org", "trusted_hops": 1}
    settings = parse({"database": {"url": migrated}, "web": web})
    async with open_services(settings, KEYRING, now=time, draw=dealt) as services:
        yield services


async def fence(office: Office, *networks: str) -> None:
    configuration, whose = office.services.configuration, office.organisation.id
    ground = (await configuration.settings.layers(whose, SectionName.ACCESS, None)).ground
    own = {"networks": networks}
    outcome = await configuration.changes.change(
        whose,
        Change(section=SectionName.ACCESS, own=own, ground=ground),
        actor="test",
        address="192.0.2.7",
    )
    assert isinstance(outcome, Changed), outcome


async def test_a_session_holds_in_its_network_alone(office: Office, owner: Browser) -> None:
    assert (await owner.pages.get("/console", headers=ROAD)).status_code == 200

    await fence(office, *FENCE)

    refused = await owner.pages.get("/console?lang=en", headers=ROAD)
    assert refused.status_code == 403
    assert "Not from this network" in refused.text
    assert "/console/account" not in refused.text
    for address in ("192.0.2.200", "::ffff:192.0.2.200", "2001:db8::7"):
        reply = await owner.pages.get("/console", headers={"X-Forwarded-For": address})
        assert reply.status_code == 200, address


async def test_what_a_stranger_claims_of_their_address_does_not_count(
    office: Office, owner: Browser
) -> None:
    await fence(office, *FENCE)

    for claimed in ("192.0.2.7, 203.0.113.9", "192.0.2.7,", "", "unknown"):
        reply = await owner.pages.get("/console", headers={"X-Forwarded-For": claimed})
        assert reply.status_code == 403, claimed


async def test_a_form_from_elsewhere_changes_nothing(office: Office, owner: Browser) -> None:
    page = await owner.pages.get("/console/account", headers=HOME)
    await fence(office, *FENCE)
    token = page.text.split('name="token" value="')[1][:32]
    path = "/console/account/language"
    fields = {"token": token, "language": "en"}

    reply = await owner.pages.post(path, data=fields, headers={**OWN_FORM, **ROAD})

    assert reply.status_code == 403
    page = await owner.pages.get("/console/account", headers=HOME)
    assert "Mein Konto" in page.text


async def test_a_passkey_opens_from_its_network_alone(
    office: Office, owner: Browser, device: Authenticator
) -> None:
    await added(owner, device)
    await fence(office, *FENCE)
    url = office.services.settings.web.public_url
    async with httpx.AsyncClient(transport=office.transport, base_url=url) as stranger:
        for where, status in ((ROAD, 403), (HOME, 303)):
            headers = {**OWN_FORM, **where}
            reply = await stranger.post(f"{SIGN_IN}/options", data={"passkey": ""}, headers=headers)
            answer = said(device.show(json.dumps(reply.json()["options"])))
            reply = await stranger.post(SIGN_IN, data={"credential": answer}, headers=headers)
            assert reply.status_code == status


async def test_from_elsewhere_nobody_learns_whether_a_passkey_is_good(
    office: Office, owner: Browser, device: Authenticator
) -> None:
    await added(owner, device)
    await fence(office, *FENCE)
    url, pages = office.services.settings.web.public_url, []
    async with httpx.AsyncClient(transport=office.transport, base_url=url) as stranger:
        for is_good in (True, False):
            headers = {**OWN_FORM, **ROAD}
            reply = await stranger.post(f"{SIGN_IN}/options", data={"passkey": ""}, headers=headers)
            answer = json.loads(said(device.show(json.dumps(reply.json()["options"]))))
            if not is_good:
                answer["response"]["signature"] = answer["response"]["signature"][::-1]
            fields = {"credential": json.dumps(answer)}
            reply = await stranger.post(SIGN_IN, data=fields, headers=headers)
            pages.append((reply.status_code, reply.text))

    assert pages[0] == pages[1]
    [passkey] = await office.services.staff.passkeys.of(owner_visit(office, owner))
    assert passkey.used_at is None


def owner_visit(office: Office, owner: Browser) -> Visit:
    colleague = Colleague(member=owner.member, organisation=office.organisation)
    return Visit(colleague=colleague, session=owner.session)


async def test_when_the_list_is_emptied_everybody_comes_in_again(
    office: Office, owner: Browser
) -> None:
    await fence(office, *FENCE)
    assert (await owner.pages.get("/console", headers=ROAD)).status_code == 403

    await fence(office)

    assert (await owner.pages.get("/console", headers=ROAD)).status_code == 200
