"""Who is let in, and what is said to whoever is not; what is wrong with a request, in few words."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient, Response

from tests.web.compat.twilio.conftest import new_account
from tests.web.compat.twilio.desk import ANN, Desk
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode
from watchword.wiring import Services

FOUR = {"code", "message", "more_info", "status"}
SERVICES = "/v2/Services"
NOBODY = "VA" + "0" * 32


@pytest.fixture
async def wire(desk: Desk) -> AsyncIterator[AsyncClient]:
    """Requests as they are, without a library."""
    async with AsyncClient(base_url=desk.url, auth=(desk.account, desk.token)) as wire:
        yield wire


def code(reply: Response) -> tuple[int, int]:
    said = reply.json()
    assert said.keys() == FOUR
    assert said["status"] == reply.status_code
    assert reply.headers["content-type"] == "application/json"
    return reply.status_code, said["code"]


async def made(wire: AsyncClient) -> str:
    sid: str = (await wire.post(SERVICES, data={"FriendlyName": "Rosenhof"})).json()["sid"]
    return sid


async def test_account_and_token_or_key_and_secret_open_it(desk: Desk, wire: AsyncClient) -> None:
    by_account = await wire.get(SERVICES)
    by_key = await wire.get(SERVICES, auth=(desk.key_sid, desk.token))

    assert by_account.status_code == by_key.status_code == 200
    assert by_account.json() == by_key.json()


async def test_whoever_is_not_known_is_told_no_more(desk: Desk, wire: AsyncClient) -> None:
    account, token = desk.stranger
    strangers = [
        (desk.account, "ww_test_" + "0" * 64),
        (desk.account, ""),
        (desk.account, token),
        (account, desk.token),
        ("", desk.token),
        (desk.account.lower(), desk.token),
        ("SK" + "0" * 32, desk.token),
    ]
    replies = [await wire.get(SERVICES, auth=stranger) for stranger in strangers]
    async with AsyncClient(base_url=desk.url) as bare:
        spelt = [
            await bare.get(SERVICES, headers={"Authorization": said})
            for said in (f"Bearer {desk.token}", "Basic", "Basic !", "Basic /w==", "")
        ]

    assert {code(reply) for reply in [*replies, *spelt]} == {(401, 20003)}
    assert len({reply.text for reply in [*replies, *spelt]}) == 1
    assert replies[0].headers["www-authenticate"].startswith("Basic ")


async def test_what_is_not_there_is_not_removed_either(wire: AsyncClient) -> None:
    service = f"{SERVICES}/{await made(wire)}"
    limit = (await wire.post(f"{service}/RateLimits", data={"UniqueName": "who"})).json()["sid"]
    gone = [
        f"{service}/RateLimits/RK{'0' * 32}",
        f"{service}/RateLimits/{limit}/Buckets/BL{'0' * 32}",
        f"{service}/MessagingConfigurations/DE",
    ]

    assert [code(await wire.delete(path)) for path in gone] == [(404, 20404)] * 3


async def test_what_belongs_to_one_account_is_not_there_for_another(
    desk: Desk, wire: AsyncClient
) -> None:
    service = await made(wire)
    begun = await wire.post(
        f"{SERVICES}/{service}/Verifications", data={"To": ANN, "Channel": "sms"}
    )
    path = f"{SERVICES}/{service}"
    async with AsyncClient(base_url=desk.url, auth=desk.stranger) as other:
        replies = [
            await other.get(path),
            await other.post(path, data={"FriendlyName": "Mine"}),
            await other.delete(path),
            await other.post(f"{path}/Verifications", data={"To": ANN, "Channel": "sms"}),
            await other.get(f"{path}/Verifications/{begun.json()['sid']}"),
            await other.get(f"{path}/Verifications/{ANN}"),
            await other.post(f"{path}/VerificationCheck", data={"To": ANN, "Code": "123456"}),
        ]
        listed = (await other.get(SERVICES)).json()["services"]

    assert {code(reply) for reply in replies} == {(404, 20404)}
    assert listed == []
    assert (await wire.get(path)).json()["friendly_name"] == "Rosenhof"


async def test_a_key_opens_what_its_scopes_say(services: Services, desk: Desk) -> None:
    few = frozenset({Scope.CHALLENGES_READ})
    account, _, token = await new_account(services, "few", Mode.TEST, few)
    async with AsyncClient(base_url=desk.url, auth=(account, token)) as wire:
        refused = [
            await wire.get(SERVICES),
            await wire.post(SERVICES, data={"FriendlyName": "Rosenhof"}),
            await wire.post(f"{SERVICES}/{NOBODY}/Verifications", data={"To": ANN}),
            await wire.post(f"{SERVICES}/{NOBODY}/VerificationCheck", data={"To": ANN}),
        ]
        looked = await wire.get(f"{SERVICES}/{NOBODY}/Verifications/{ANN}")

    assert {code(reply) for reply in refused} == {(403, 20403)}
    assert code(looked) == (404, 20404)


async def test_whoever_knocks_too_often_waits(desk: Desk) -> None:
    async with AsyncClient(base_url=desk.url, auth=(desk.account, "no")) as wire:
        replies = [await wire.get(SERVICES) for _ in range(22)]

    assert code(replies[0]) == (401, 20003)
    assert code(replies[-1]) == (429, 20429)
    assert int(replies[-1].headers["retry-after"]) > 0


async def test_every_refusal_below_the_front_has_its_form(desk: Desk, wire: AsyncClient) -> None:
    service = await made(wire)
    too_large = {"FriendlyName": "x" * 20_000}

    assert code(await wire.get("/v2/Nothing")) == (404, 20404)
    assert code(await wire.get("/v2/Services/nothing")) == (404, 20404)
    assert code(await wire.get("")) == (404, 20404)
    assert code(await wire.patch(SERVICES)) == (405, 20004)
    assert code(await wire.post(SERVICES, data=too_large))[0] == 413
    assert code(await wire.post(SERVICES, json={"FriendlyName": "Rosenhof"})) == (400, 60200)
    assert code(await wire.post(SERVICES, content=b"\xff=\xff")) == (400, 60200)
    for rest in (
        "Webhooks",
        "Entities",
        "Entities/ann/Factors",
        "AccessTokens",
        "Passkeys/Factors",
    ):
        assert code(await wire.post(f"{SERVICES}/{service}/{rest}")) == (404, 20404), rest
    assert code(await wire.get("/v2/Forms/form-push")) == (404, 20404)


async def test_no_error_repeats_who_was_asked_for(wire: AsyncClient) -> None:
    service = await made(wire)
    replies = [
        await wire.get(f"{SERVICES}/{service}/Verifications/{ANN}"),
        await wire.get(f"{SERVICES}/{service}/Verifications/ann@example.org"),
        await wire.get(f"{SERVICES}/{service}/Entities/ann"),
        await wire.get(f"/v2/{ANN}"),
        await wire.post(
            f"{SERVICES}/{service}/Verifications", data={"To": f"{ANN}x", "Channel": "sms"}
        ),
        await wire.post(
            f"{SERVICES}/{service}/VerificationCheck", data={"To": ANN, "Code": "424242"}
        ),
    ]

    said = " ".join(reply.text for reply in replies)
    assert not [secret for secret in (ANN[1:], "ann", "424242") if secret in said]
    assert f"/Services/{service}/Verifications/***" in said


async def test_what_is_wrong_with_a_request_is_named(wire: AsyncClient) -> None:
    service = await made(wire)
    path = f"{SERVICES}/{service}/Verifications"
    good = {"To": ANN, "Channel": "sms"}

    async def wrong(**given: str) -> str:
        reply = await wire.post(path, data={**good, **given})
        assert code(reply) == (400, 60200), given
        said: str = reply.json()["message"]
        return said

    assert await wrong(To="") == "Invalid parameter: To"
    assert await wrong(To="015112345678") == "Invalid parameter: To"
    assert await wrong(To="ann@example.org") == "Invalid parameter: To"
    assert await wrong(Channel="") == "Invalid parameter: Channel"
    assert await wrong(Channel="pigeon") == "Invalid parameter: Channel"
    assert await wrong(Channel="email") == "Invalid parameter: To"
    assert await wrong(Locale="klingon") == "Invalid parameter: Locale"
    assert await wrong(CustomCode="123") == "Invalid parameter: CustomCode"
    assert await wrong(CustomCode="12 45") == "Invalid parameter: CustomCode"
    assert await wrong(CustomFriendlyName="12345") == "Invalid parameter: CustomFriendlyName"
    assert await wrong(DeviceIp="here") == "Invalid parameter: DeviceIp"
    assert await wrong(AppHash="short") == "Invalid parameter: AppHash"
    assert await wrong(RiskCheck="maybe") == "Invalid parameter: RiskCheck"
    assert await wrong(Tags="[]") == "Invalid parameter: Tags"
    assert await wrong(Tags='{"a": "' + "x" * 129 + '"}') == "Invalid parameter: Tags"
    assert await wrong(RateLimits='{"unknown": "1"}') == "Invalid parameter: RateLimits"
    assert await wrong(ChannelConfiguration="x") == "Invalid parameter: ChannelConfiguration"


async def test_what_is_not_here_is_refused_by_its_own_code(wire: AsyncClient) -> None:
    service = await made(wire)
    path = f"{SERVICES}/{service}/Verifications"
    good = {"To": ANN, "Channel": "sms"}
    tries = {
        (403, 60204): [{"CustomCode": "1234"}, {"CustomMessage": "Hello"}],
        (400, 60223): [{"Channel": "sna"}],
        (400, 60602): [{"Channel": "call", "AppHash": "FA+9qCX9VSu"}],
        (404, 60228): [{"TemplateSid": "HJ" + "0" * 32}],
        (403, 60205): [{"To": "+493012345678"}],
    }
    for said, given in tries.items():
        for each in given:
            assert code(await wire.post(path, data={**good, **each})) == said, each


async def test_a_plus_may_come_as_a_blank(wire: AsyncClient) -> None:
    service = await made(wire)
    raw = f"To={ANN}&Channel=sms"  # as a form, a plus is a blank
    reply = await wire.post(
        f"{SERVICES}/{service}/Verifications",
        content=raw,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert (reply.status_code, reply.json()["to"]) == (201, ANN)
