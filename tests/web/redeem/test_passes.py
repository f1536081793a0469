"""A page of a shop takes part in one sale, and in nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from tests.stores import MovableTime
from tests.web.api.test_tills import CARD, PHONE, UNKNOWN, post, reward, said
from tests.web.conftest import calling
from tests.whole_house import Dealt
from watchword.features.clients.rules import Client
from watchword.foundation.secret import Secret
from watchword.wiring import Services

__all__ = ["reward"]

SHOP, OTHER = "https://shop.example.org", "https://shop.example.com"
ONLINE = {"kind": "online", "amount": 1999}


@pytest.fixture
async def page(app: Litestar) -> AsyncIterator[AsyncClient]:
    """A page of the shop: it holds no key."""
    async with calling(app, "none") as page:
        page.headers["Origin"] = SHOP
        yield page


async def begun(
    shop: AsyncClient, page: AsyncClient, phone: str = PHONE, **more: object
) -> dict[str, Any]:
    """Begin a sale as the server of a shop does, and hand its pass to the page."""
    opened = await said(await post(shop, "/v1/till-sessions", {"phone": phone, **ONLINE, **more}))
    given = await said(
        await shop.post(f"/v1/till-sessions/{opened['id']}/passes", json={"origin": SHOP})
    )
    page.headers["Authorization"] = f"Bearer {given['token']}"
    return opened


def word(reply: Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def test_a_customer_types_the_code_chooses_and_the_shop_commits(
    tester: AsyncClient, page: AsyncClient, dealt: Dealt, reward: str
) -> None:
    opened = await begun(tester, page)
    early = await page.get("/redeem/wallet")
    wrong = await said(await page.post("/redeem/answers", json={"code": dealt.wrong}))
    right = await said(await page.post("/redeem/answers", json={"code": dealt.latest}))
    wallet = await said(await page.get("/redeem/wallet"), 200)
    first, again = [
        await said(await page.post("/redeem/redemptions", json={"reward_id": reward}))
        for _ in range(2)
    ]
    kept = (await tester.get(f"/v1/redemptions/{first['id']}")).json()
    place = f"/v1/redemptions/{first['id']}/commitments"
    done = await said(await tester.post(place, json={"order_id": "o-1"}))

    assert word(early) == (403, "not-proven")
    assert (wrong["verdict"], right["verdict"]) == ("wrong", "proven")
    assert (wallet["name"], wallet["points"]) == ("Ann", 100)
    assert first == again
    assert (kept["session_id"], kept["state"]) == (opened["id"], "reserved")
    assert done["state"] == "committed"


async def test_a_page_cannot_commit_and_opens_nothing_else(
    tester: AsyncClient, page: AsyncClient, dealt: Dealt, reward: str
) -> None:
    opened = await begun(tester, page)
    await page.post("/redeem/answers", json={"code": dealt.latest})
    made = await said(await page.post("/redeem/redemptions", json={"reward_id": reward}))

    for reply in (
        await page.post(f"/v1/redemptions/{made['id']}/commitments", json={}),
        await page.get(f"/v1/till-sessions/{opened['id']}/wallet"),
        await page.get("/v1/redemptions"),
        await page.get("/v1/customers"),
    ):
        assert reply.status_code == 401
        assert "access-control-allow-origin" not in reply.headers


async def test_only_pages_of_the_shop_see_what_is_answered(
    tester: AsyncClient, page: AsyncClient, reward: str
) -> None:
    await begun(tester, page)
    ours = await page.get("/redeem/sale")
    theirs = await page.get("/redeem/sale", headers={"Origin": OTHER})
    asked = await page.options(
        "/redeem/answers",
        headers={"Origin": OTHER, "Access-Control-Request-Method": "POST"},
    )

    assert (ours.status_code, ours.headers["access-control-allow-origin"]) == (200, SHOP)
    assert ours.headers.get_list("vary")
    assert (*word(theirs), theirs.headers["access-control-allow-origin"]) == (
        *(403, "pass-for-other-page"),
        SHOP,
    )
    assert (asked.status_code, asked.headers["access-control-allow-headers"]) == (
        *(204,),
        "authorization, content-type",
    )
    assert "access-control-allow-credentials" not in {*ours.headers, *asked.headers}


async def test_an_unknown_number_looks_like_a_known_one_on_the_page(
    tester: AsyncClient, page: AsyncClient, dealt: Dealt, reward: str
) -> None:
    told = []
    for phone in (PHONE, UNKNOWN):
        await begun(tester, page, phone)
        replies = [await page.get("/redeem/sale"), await page.get("/redeem/wallet")]
        replies += [await page.post("/redeem/answers", json={"code": dealt.wrong}) for _ in "12345"]
        replies += [await page.post("/redeem/sendings", json={})]
        told.append([(each.status_code, {**each.json(), "instance": None}) for each in replies])

    assert told[0] == told[1]


async def test_a_pass_ends_with_its_time_its_key_and_when_it_is_touched(
    tester: AsyncClient, page: AsyncClient, services: Services, time: MovableTime, reward: str
) -> None:
    await begun(tester, page)
    good = page.headers["Authorization"]
    changed = [
        good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        good + "A",
        "Bearer wp_",
        good[:40],
    ]
    touched = [await page.get("/redeem/sale", headers={"Authorization": one}) for one in changed]
    fine = await page.get("/redeem/sale")
    client = await services.clients.recognise(
        Secret(tester.headers["Authorization"].removeprefix("Bearer "))
    )
    assert isinstance(client, Client)
    time.pass_by(timedelta(minutes=21))
    late = await page.get("/redeem/sale")
    await begun(tester, page, UNKNOWN)
    await services.clients.revoke(client.organisation.id, client.key.id, "test")
    revoked = await page.get("/redeem/sale")

    assert fine.status_code == 200
    assert {word(each) for each in (*touched, late, revoked)} == {(401, "unknown-key")}


async def test_no_pass_is_given_for_a_till_or_for_what_is_no_origin(
    tester: AsyncClient, page: AsyncClient, reward: str
) -> None:
    at_till = await said(await post(tester, "/v1/till-sessions", {"card": CARD}))
    opened = await begun(tester, page)
    refused = await tester.post(f"/v1/till-sessions/{at_till['id']}/passes", json={"origin": SHOP})
    malformed = [
        await tester.post(f"/v1/till-sessions/{opened['id']}/passes", json={"origin": origin})
        for origin in ("*", "http://shop.example.org", f"{SHOP}/", "null", f"{SHOP}\r\nx: y", "")
    ]

    assert word(refused) == (409, "sale-not-online")
    assert {each.status_code for each in malformed} == {400}


async def test_a_customer_who_does_without_has_their_points_again(
    tester: AsyncClient, page: AsyncClient, dealt: Dealt, reward: str
) -> None:
    await begun(tester, page)
    await page.post("/redeem/answers", json={"code": dealt.latest})
    made = await said(await page.post("/redeem/redemptions", json={"reward_id": reward}))
    ended = await said(await page.post("/redeem/endings", json={}))

    assert ended["state"] == "ended"
    assert (await tester.get(f"/v1/redemptions/{made['id']}")).json()["state"] == "released"
