"""What is left of somebody who was forgotten, as programs for Twilio see it."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.web.compat.twilio.desk import ANN, Desk
from tests.web.compat.twilio.test_door import SERVICES, code, made
from watchword.features.clients.rules import Client
from watchword.features.contacts.rules import Contact, read_phone
from watchword.foundation.secret import Secret
from watchword.wiring import Services

SAFE = "/v2/SafeList/Numbers"


@pytest.fixture
async def wire(desk: Desk) -> AsyncIterator[AsyncClient]:
    """Requests as they are, without a library."""
    async with AsyncClient(base_url=desk.url, auth=(desk.account, desk.token)) as wire:
        yield wire


async def test_nothing_of_somebody_forgotten_is_told(
    desk: Desk, services: Services, wire: AsyncClient
) -> None:
    path = f"{SERVICES}/{await made(wire)}"
    asked = {"To": ANN, "Channel": "sms", "Payee": "Rosenhof", "Amount": "1 €"}
    begun = (await wire.post(f"{path}/Verifications", data=asked)).json()
    spared = (await wire.post(SAFE, data={"PhoneNumber": ANN})).json()
    client, ann = await services.clients.recognise(Secret(desk.token)), read_phone(ANN, "DE")
    assert isinstance(client, Client)
    assert isinstance(ann, Contact)
    await services.privacy.erasures.erase(client, ann, "asked for it")

    gone = [
        await wire.get(f"{path}/Verifications/{begun['sid']}"),
        await wire.get(f"{path}/Verifications/{ANN}"),
        await wire.post(f"{path}/Verifications/{begun['sid']}", data={"Status": "approved"}),
        await wire.post(f"{path}/VerificationCheck", data={"To": ANN, "Code": desk.dealt.latest}),
        await wire.get(f"{SAFE}/{ANN}"),
        await wire.get(f"{SAFE}/{spared['sid']}"),
    ]
    listed = await wire.get("/v2/Attempts")

    assert {code(reply) for reply in gone} == {(404, 20404)}
    assert listed.status_code == 200
    assert not [each for each in (ANN[1:], "Rosenhof") if each in listed.text]
    again = await wire.post(f"{path}/Verifications", data=asked)
    assert again.status_code == 201
    assert again.json()["sid"] != begun["sid"]
