"""The calls of Alpine IQ as domain.md 1c and 1e tell them, made by an integration that knows no
more than that."""

from asyncio import gather
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from tests.features.tills.shop import SET
from tests.stores import MovableTime
from tests.web.api.test_tills import MAIL, PHONE, UNKNOWN, reward, said
from tests.web.conftest import calling
from tests.whole_house import Dealt
from watchword.features.clients.rules import Client, Scope
from watchword.features.organisations.settings.sections import SectionName
from watchword.foundation.secret import Secret
from watchword.wiring import Services

__all__ = ["reward"]

VERIFY, VIEW = "/compat/aiq/api/v1.1/verify/wallet", "/compat/aiq/api/v1.1/view/wallet"
DIRECT = "/compat/aiq/api/v2/wallet"
TOLD = {  # of the wallet in domain.md 1e
    *("loyaltyPoints", "hidePointsInWallet", "audiences", "discountTemplates"),
}
TOLD_OF_A_DISCOUNT = {
    *("id", "posDiscountID", "avatar", "name", "pageTitle", "instoreRedemption"),
    *("redemptionURL", "pointsDeduction"),
}


@pytest.fixture
def till(tester: AsyncClient) -> AsyncClient:
    """An integration, with the key where the reference has it."""
    tester.headers["X-APIKEY"] = tester.headers["Authorization"].removeprefix("Bearer ")
    return tester


async def ask(till: AsyncClient, phone: str = PHONE) -> Response:
    return await till.post(VERIFY, json={"phone": phone})


async def view(till: AsyncClient, code: str, phone: str = PHONE, **more: object) -> Response:
    return await till.post(VIEW, json={"phone": phone, "code": code, **more})


async def opened(till: AsyncClient, dealt: Dealt) -> dict[str, Any]:
    await said(await ask(till), 200)
    return await said(await view(till, dealt.latest), 200)


def url_of(wallet: dict[str, Any]) -> str:
    found: str = wallet["discountTemplates"][0]["redemptionURL"]
    return found


def word(reply: Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def test_a_till_asks_opens_the_wallet_and_redeems_when_the_order_is_finished(
    till: AsyncClient, dealt: Dealt, reward: str
) -> None:
    wallet = await opened(till, dealt)
    (discount,) = wallet["discountTemplates"]
    before = (await till.get("/v1/redemptions")).json()["redemptions"]
    done = await said(await till.put(f"{url_of(wallet)}/4711"), 200)
    again = await till.put(f"{url_of(wallet)}/4711")
    as_query = await till.put(f"{url_of(wallet)}?transactionID=4711")
    other = await till.put(f"{url_of(wallet)}/4712")
    without = await till.put(url_of(wallet))
    (kept,) = (await till.get("/v1/redemptions")).json()["redemptions"]

    assert wallet.keys() >= TOLD
    assert discount.keys() >= TOLD_OF_A_DISCOUNT
    assert (wallet["loyaltyPoints"], wallet["hidePointsInWallet"]) == (100, False)
    assert (discount["id"], discount["pointsDeduction"]) == (reward, 60)
    assert before == []
    assert (done["transactionID"], done["pointsDeduction"]) == ("4711", 60)
    assert again.json() == as_query.json() == done
    assert word(other) == word(without) == (409, "redeemed-for-other-order")
    assert (kept["state"], kept["order_id"], kept["points"]) == ("committed", "4711", 60)


async def test_a_shop_on_the_web_redeems_without_a_transaction_and_only_once(
    till: AsyncClient, dealt: Dealt, reward: str
) -> None:
    wallet = await opened(till, dealt)
    done, again = [await said(await till.put(url_of(wallet)), 200) for _ in range(2)]
    later = await till.put(f"{url_of(wallet)}?transactionID=4711")
    listed = (await till.get("/v1/redemptions")).json()["redemptions"]

    assert done == again
    assert done["transactionID"] is None
    assert later.status_code == 409
    assert len(listed) == 1


async def give(till: AsyncClient, points: int) -> None:
    """Let the customer have more points."""
    (card,) = (await till.get("/v1/cards")).json()["cards"]
    place = f"/v1/accounts/{card['account_id']}/points/adjustments"
    headers = {"Idempotency-Key": f"give-{points}"}
    given = {"points": points, "reason": "a gift on top"}
    await said(await till.post(place, json=given, headers=headers))


async def listed(till: AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await till.get("/v1/redemptions")).json()["redemptions"]
    return found


async def test_a_transaction_that_comes_again_by_a_new_url_is_answered_as_before(
    till: AsyncClient, dealt: Dealt, reward: str, time: MovableTime
) -> None:
    await give(till, 500)
    lost = url_of(await opened(till, dealt))
    first = await said(await till.put(f"{lost}/4711"), 200)
    time.pass_by(timedelta(minutes=2))
    anew = url_of(await opened(till, dealt))
    again = await said(await till.put(f"{anew}/4711"), 200)
    other = await said(await till.put(f"{anew}/4712"), 200)
    late = await said(await till.put(f"{lost}/4711"), 200)

    assert anew != lost
    assert again == late == first
    assert other["id"] != first["id"]
    assert len(await listed(till)) == 2


async def test_two_urls_that_come_at_once_with_one_transaction_spend_once(
    till: AsyncClient, dealt: Dealt, reward: str, time: MovableTime
) -> None:
    await give(till, 500)
    urls = []
    for _ in range(3):
        urls.append(url_of(await opened(till, dealt)))
        time.pass_by(timedelta(minutes=1))

    replies = await gather(*(till.put(f"{url}/4711") for url in urls for _ in range(2)))

    assert {each.status_code for each in replies} == {200}
    assert len({each.text for each in replies}) == 1
    assert len(await listed(till)) == 1


@pytest.mark.parametrize("again", [("", timedelta(minutes=1)), ("/4711", timedelta(days=1))])
async def test_what_cannot_be_told_from_another_purchase_is_one(
    till: AsyncClient, dealt: Dealt, reward: str, time: MovableTime, again: tuple[str, timedelta]
) -> None:
    """Without a transaction, or a day later, it may well be a new one."""
    await give(till, 500)
    named, apart = again
    for _ in range(2):
        await said(await till.put(f"{url_of(await opened(till, dealt))}{named}"), 200)
        time.pass_by(apart)

    assert len(await listed(till)) == 2


async def test_a_url_is_good_for_ten_minutes_and_what_it_did_is_told_for_longer(
    till: AsyncClient, dealt: Dealt, reward: str, time: MovableTime
) -> None:
    await give(till, 500)
    in_time = url_of(await opened(till, dealt))
    time.pass_by(timedelta(minutes=9, seconds=59))
    done = await said(await till.put(f"{in_time}/4711"), 200)
    too_late = url_of(await opened(till, dealt))
    time.pass_by(timedelta(minutes=10))
    refused = await till.put(f"{too_late}/4712")
    again = await till.put(f"{in_time}/4711")

    assert word(refused) == (409, "till-session-over")
    assert (again.status_code, again.json()) == (200, done)
    assert len(await listed(till)) == 1


async def test_a_transaction_that_was_refunded_is_not_redeemed_anew(
    till: AsyncClient, dealt: Dealt, reward: str
) -> None:
    await give(till, 500)
    done = await said(await till.put(f"{url_of(await opened(till, dealt))}/4711"), 200)
    back = await till.post(f"/v1/redemptions/{done['id']}/reversals", json={"reference": "r"})
    again = await till.put(f"{url_of(await opened(till, dealt))}/4711")

    assert back.status_code == 201
    assert word(again) == (409, "redemption-over")
    assert len(await listed(till)) == 1


async def test_whoever_asks_learns_nothing_of_who_is_known(
    till: AsyncClient, dealt: Dealt, reward: str
) -> None:
    for path, more in ((VERIFY, {}), (VIEW, {"code": dealt.wrong})):
        for _ in range(7):
            one, two = [
                await till.post(path, json={"phone": phone, **more}) for phone in (PHONE, UNKNOWN)
            ]
            assert one.status_code == two.status_code
            assert _masked(one) == _masked(two)
            assert one.headers.keys() == two.headers.keys()


async def test_calls_that_come_three_times_in_any_order_are_one(
    till: AsyncClient, dealt: Dealt, reward: str
) -> None:
    before = len(dealt.codes)
    first = [await ask(till) for _ in range(3)]
    wrong = await view(till, dealt.wrong)
    wallets = [await view(till, dealt.latest) for _ in range(3)]
    late = await view(till, dealt.wrong)
    still = await view(till, dealt.latest)

    assert {each.text for each in first} == {'{"success":true}'}
    assert len(dealt.codes) == before + 1
    assert word(wrong) == word(late) == (403, "not-proven")
    assert wrong.json()["attemptsLeft"] == late.json()["attemptsLeft"]
    assert [each.status_code for each in (*wallets, still)] == [200] * 4


async def test_a_number_alone_opens_nothing_also_after_somebody_has_proven_to_be_there(
    till: AsyncClient, dealt: Dealt, reward: str
) -> None:
    never_asked = await view(till, "123456")
    wallet = await opened(till, dealt)
    guessed = await view(till, dealt.wrong)
    redeemed = await till.put(url_of(wallet))

    assert word(never_asked) == (403, "not-proven")
    assert word(guessed) == word(redeemed) == (409, "proof-burnt")


async def test_what_another_integration_opened_is_not_there(
    app: Litestar, services: Services, till: AsyncClient, dealt: Dealt, reward: str
) -> None:
    wallet = await opened(till, dealt)
    client = await services.clients.recognise(Secret(till.headers["X-APIKEY"]))
    assert isinstance(client, Client)
    _, key = await services.clients.create(
        client.organisation, label="other", scopes=frozenset(Scope), actor="test"
    )
    async with calling(app, key.reveal()) as other:
        other.headers["X-APIKEY"] = key.reveal()
        theirs = await other.put(url_of(wallet))
        await ask(till)
        code = dealt.latest
        asked = await ask(other)
        old = await view(till, code)
        new = await view(other, dealt.latest)

    assert theirs.status_code == 404
    assert asked.status_code == 200
    assert word(old) == (409, "till-session-superseded")
    assert new.status_code == 200


async def test_the_key_is_where_the_reference_has_it(till: AsyncClient, reward: str) -> None:
    del till.headers["X-APIKEY"]

    reply = await ask(till)

    assert word(reply) == (401, "unknown-key")
    assert "X-APIKEY" in reply.json()["detail"]


async def test_a_wallet_without_a_code_needs_the_setting_and_two_scopes(
    app: Litestar, services: Services, till: AsyncClient, reward: str
) -> None:
    shut = await till.post(DIRECT, json={"phone": PHONE})
    client = await set_redemption(services, till, require_code=False, hide_points=True)
    wallet = await said(
        await till.post(f"{DIRECT}?badges=true", json={"phone": UNKNOWN, "email": MAIL}), 200
    )
    nobody = await till.post(DIRECT, json={"phone": UNKNOWN})
    no_one = await till.post(DIRECT, json={})
    done = await till.put(f"{url_of(wallet)}/4711")
    refused = []
    for scopes in ({Scope.WALLETS_DIRECT}, {Scope.POINTS_READ}):
        _, key = await services.clients.create(
            client.organisation, label="less", scopes=frozenset(scopes), actor="test"
        )
        till.headers["X-APIKEY"] = key.reveal()
        refused.append(word(await till.post(DIRECT, json={"phone": PHONE})))

    assert word(shut) == (403, "switched-off")
    assert (wallet["loyaltyPoints"], wallet["hidePointsInWallet"]) == (0, True)
    assert (nobody.status_code, no_one.status_code, done.status_code) == (404, 400, 200)
    assert refused == [(403, "missing-scope")] * 2


async def test_whoever_shares_a_telephone_says_who_they_are_after_the_code(
    till: AsyncClient, dealt: Dealt, reward: str
) -> None:
    other = {"given_name": "Ben", "family_name": "Müller", "contacts": [{"phone": PHONE}]}
    await said(await till.post("/v1/customers", json=other))
    await ask(till)
    asked = await view(till, dealt.latest)
    contacts = asked.json()["contacts"]
    ann = next(each["contactID"] for each in contacts if each["firstName"] == "Ann")
    wallet = await said(await view(till, dealt.latest, contactID=ann), 200)

    assert word(asked) == (409, "customer-not-chosen")
    assert {each["firstName"] for each in contacts} == {"Ann", "Ben"}
    assert (wallet["contactID"], wallet["loyaltyPoints"]) == (ann, 100)


async def test_switching_codes_off_bites_between_the_code_and_the_wallet(
    services: Services, till: AsyncClient, dealt: Dealt, reward: str
) -> None:
    wallet = await opened(till, dealt)
    await set_redemption(services, till, customer_pins=False)

    replies = [await view(till, dealt.latest), await till.put(url_of(wallet)), await ask(till)]

    assert [word(each) for each in replies] == [(403, "switched-off")] * 3


async def set_redemption(services: Services, till: AsyncClient, **content: bool) -> Client:
    client = await services.clients.recognise(Secret(till.headers["X-APIKEY"]))
    assert isinstance(client, Client)
    whose = client.organisation.id
    async with services.storage.begin(whose) as transaction:
        await transaction.run(
            SET,
            whose=str(whose),
            scope="",
            section=SectionName.REDEMPTION,
            content=msgspec.json.encode(content).decode(),
        )
    return client


def _masked(reply: Response) -> dict[str, object]:
    return {**reply.json(), "instance": None}
