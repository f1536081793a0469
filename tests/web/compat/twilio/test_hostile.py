"""What somebody tries who means no good, or sends what no library would."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient

from tests.web.compat.twilio.desk import ANN, BEN, Desk
from tests.web.compat.twilio.test_door import SERVICES, code, made
from watchword.foundation.ids import Id, OrganisationId
from watchword.web.compat.twilio.errors import UNKNOWN
from watchword.wiring import Services

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DEEP = '{"a":' + "[" * 2500


@pytest.fixture
async def wire(desk: Desk) -> AsyncIterator[AsyncClient]:
    """Requests as they are, without a library."""
    async with AsyncClient(base_url=desk.url, auth=(desk.account, desk.token)) as wire:
        yield wire


async def test_what_was_refused_is_not_kept(desk: Desk) -> None:
    async with AsyncClient(base_url=desk.url, auth=(desk.account, "no")) as wire:
        for _ in range(3):
            assert code(await wire.get(SERVICES)) == (401, 20003)

    assert (UNKNOWN.__traceback__, UNKNOWN.__context__) == (None, None)


async def test_letters_that_no_header_has_are_no_key(desk: Desk) -> None:
    async with AsyncClient(base_url=desk.url) as bare:
        said = {b"authorization": "Basic é".encode("latin-1")}
        reply = await bare.get(SERVICES, headers=said)

    assert code(reply) == (401, 20003)


@pytest.mark.parametrize("name", ["Tags", "RateLimits", "ChannelConfiguration"])
async def test_an_object_may_be_as_deep_as_it_likes(wire: AsyncClient, name: str) -> None:
    path = f"{SERVICES}/{await made(wire)}/Verifications"
    body = f"To=%2B{ANN[1:]}&Channel=sms&{name}={DEEP}"
    reply = await wire.post(path, content=body, headers=FORM)

    assert code(reply) == (400, 60200)
    assert reply.json()["message"] == f"Invalid parameter: {name}"


@pytest.mark.parametrize(
    "name",
    [
        "shop.example/win",
        "https://shop.example",
        "www.shop.example",
        "shop.example?w=1",
        "shop.example:8080",
        "\uff53\uff48\uff4f\uff50.example/win",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "\u0661\u0662\u0663\u0664\u0665",
        "\U0001d7cf\U0001d7d0\U0001d7d1\U0001d7d2\U0001d7d3",
        "\u2460\u2461\u2462\u2463\u2464",
        "\u6f22" * 32,
        "Rosen\u202ehof",
    ],
)
async def test_a_name_is_no_code_no_page_and_no_longer_than_it_looks(
    wire: AsyncClient, name: str
) -> None:
    service = await made(wire)
    begun = await wire.post(
        f"{SERVICES}/{service}/Verifications",
        data={"To": ANN, "Channel": "sms", "CustomFriendlyName": name},
    )
    founded = await wire.post(SERVICES, data={"FriendlyName": name})

    assert (code(begun), code(founded)) == ((400, 60200), (400, 60200))


@pytest.mark.parametrize("name", ["Rosenhof.de", "Café 24", "Müller & Söhne", "Роза", "Shop: 1 2"])
async def test_a_name_as_people_have_it_is_one(wire: AsyncClient, name: str) -> None:
    assert (await wire.post(SERVICES, data={"FriendlyName": name})).status_code == 201


async def test_of_a_number_that_nobody_wrote_to_no_message_is_counted(
    desk: Desk, wire: AsyncClient
) -> None:
    service = await made(wire)
    await wire.post(f"{SERVICES}/{service}/Verifications", data={"To": ANN, "Channel": "sms"})

    async def counted(to: str) -> int:
        reply = await wire.get("/v2/Attempts/Summary", params={"ChannelData.To": to})
        total: int = reply.json()["total_attempts"]
        return total

    assert (await counted(ANN), await counted(BEN)) == (1, 0)


async def test_a_country_and_a_prefix_that_differ_are_nobodys(wire: AsyncClient) -> None:
    service = await made(wire)
    await wire.post(f"{SERVICES}/{service}/Verifications", data={"To": ANN, "Channel": "sms"})

    async def counted(country: str, prefix: str) -> int:
        asked = {"Country": country, "DestinationPrefix": prefix}
        reply = await wire.get("/v2/Attempts/Summary", params=asked)
        total: int = reply.json()["total_attempts"]
        return total

    assert (await counted("DE", "+49"), await counted("de", "49")) == (1, 1)
    assert (await counted("FR", "+49"), await counted("DE", "+33")) == (0, 0)


async def test_a_code_that_an_application_made_makes_nobody_known(
    desk: Desk, services: Services, wire: AsyncClient
) -> None:
    """Who is known has budgets of their own: an application could give itself any number."""
    service = await made(wire)
    await wire.post(f"{SERVICES}/{service}", data={"CustomCodeEnabled": "true"})
    asked = {"To": ANN, "Channel": "sms", "CustomCode": "Rosen1", "DeviceIp": "192.0.2.7"}
    await wire.post(f"{SERVICES}/{service}/Verifications", data=asked)
    done = await wire.post(
        f"{SERVICES}/{service}/VerificationCheck", data={"To": ANN, "Code": "Rosen1"}
    )
    whose = OrganisationId(Id(desk.account.removeprefix("AC")))
    async with services.storage.reading(whose) as transaction:
        known = await transaction.all("select * from known_requesters")

    assert done.json()["status"] == "approved"
    assert known == []


async def test_all_addresses_of_a_network_ask_as_one(
    desk: Desk, services: Services, wire: AsyncClient
) -> None:
    service = await made(wire)
    for to, address in ((ANN, "2001:db8::1"), (BEN, "2001:db8::2:ffff")):
        await wire.post(
            f"{SERVICES}/{service}/Verifications",
            data={"To": to, "Channel": "sms", "DeviceIp": address},
        )
    whose = OrganisationId(Id(desk.account.removeprefix("AC")))
    async with services.storage.reading(whose) as transaction:
        asked = await transaction.all("select requester from challenges")

    assert len(asked) == 2
    assert len({row["requester"] for row in asked}) == 1


async def test_what_is_asked_again_is_told_as_it_was_asked_first(wire: AsyncClient) -> None:
    path = f"{SERVICES}/{await made(wire)}/Verifications"
    asked = {"To": ANN, "Channel": "sms"}
    first = (await wire.post(path, data={**asked, "Payee": "Ann", "Amount": "1"})).json()
    again = (await wire.post(path, data={**asked, "Payee": "Ben", "Amount": "2"})).json()
    looked = (await wire.get(f"{path}/{first['sid']}")).json()

    assert again["sid"] == first["sid"]
    assert {each["payee"] for each in (first, again, looked)} == {"Ann"}
    assert {each["amount"] for each in (first, again, looked)} == {"1"}


@pytest.mark.parametrize(
    "payee", ["shop.example/pay", "Ann\r\nYour code: 1", "\u202eAnn", "\u3164", "\u6f22" * 60]
)
@pytest.mark.parametrize("name", ["Payee", "Amount"])
async def test_what_is_said_of_a_payment_is_no_other_message(
    wire: AsyncClient, payee: str, name: str
) -> None:
    asked = {"To": ANN, "Channel": "sms", "Payee": "Ann", "Amount": "1 €", name: payee}
    path = f"{SERVICES}/{await made(wire)}/Verifications"

    assert code(await wire.post(path, data=asked)) == (400, 60200)


async def test_a_code_for_a_payment_goes_by_no_channel_that_does_not_say_so(
    desk: Desk, wire: AsyncClient
) -> None:
    service = await made(wire)
    await wire.post(f"{SERVICES}/{service}", data={"Psd2Enabled": "true"})
    asked = {"To": ANN, "Channel": "sms", "Payee": "Ben", "Amount": "1 €"}
    begun = (await wire.post(f"{SERVICES}/{service}/Verifications", data=asked)).json()
    desk.time.pass_by(timedelta(minutes=1))
    house = desk.url.removesuffix("/twilio")
    sendings = f"{house}/v1/challenges/{UUID(begun['sid'][2:])}/sendings"
    by = {"Authorization": f"Bearer {desk.token}"}
    async with AsyncClient(headers=by) as other:
        called = await other.post(sendings, json={"channel": "voice"})
        texted = await other.post(sendings, json={"channel": "sms"})

    assert (called.status_code, texted.status_code) == (422, 201), called.text
