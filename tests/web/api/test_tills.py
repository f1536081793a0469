"""Sales at tills and redemptions as a till sees them."""

from itertools import count
from typing import Any

import pytest
from httpx import AsyncClient, Response

from tests.web.api.test_points import MUG
from tests.whole_house import Dealt
from watchword.wiring import Services

PHONE, MAIL, CARD = "+491701234567", "ann@example.org", "4711 0815"
UNKNOWN = "+491707654321"
ITS_OWN = ("id", "session_id", "reserved_at", "instance")
numbers = count()


async def post(
    till: AsyncClient, path: str, body: dict[str, object], *, key: str | None = None
) -> Response:
    headers = {"Idempotency-Key": key or f"key-{next(numbers)}"}
    return await till.post(path, json=body, headers=headers)


async def said(reply: Response, status: int = 201) -> dict[str, Any]:
    assert reply.status_code == status, reply.text
    found: dict[str, Any] = reply.json()
    return found


@pytest.fixture
async def reward(tester: AsyncClient, dealt: Dealt) -> str:
    """What a customer with points may have."""
    customer = await said(
        await tester.post(
            "/v1/customers",
            json={
                "given_name": "Ann",
                "family_name": "Müller",
                "contacts": [{"phone": PHONE}, {"email": MAIL}],
            },
        )
    )
    card = await said(
        await tester.post("/v1/cards", json={"customer_id": customer["id"], "number": CARD})
    )
    begun = await tester.post(f"/v1/cards/{card['id']}/attempts", json={"method": "sms"})
    await said(begun)
    answer = await tester.post(f"/v1/cards/{card['id']}/answers", json={"code": dealt.latest})
    assert (await said(answer))["verdict"] == "verified"
    given = {"points": 100, "reason": "a gift to begin with"}
    place = f"/v1/accounts/{card['account_id']}/points/adjustments"
    await said(await post(tester, place, given))
    made: str = (await said(await tester.post("/v1/rewards", json=MUG)))["id"]
    return made


async def test_a_till_sells_from_the_number_to_the_refund(
    tester: AsyncClient, dealt: Dealt, reward: str
) -> None:
    opened = await said(await post(tester, "/v1/till-sessions", {"phone": PHONE}))
    sale = f"/v1/till-sessions/{opened['id']}"
    early = await tester.get(f"{sale}/wallet")
    proven = await said(await post(tester, f"{sale}/answers", {"code": dealt.latest}))
    wallet = await said(await tester.get(f"{sale}/wallet"), 200)
    asked = {"session_id": opened["id"], "reward_id": reward, "amount": 1999}
    made = await said(await post(tester, "/v1/redemptions", asked, key="r"))
    again = await said(await post(tester, "/v1/redemptions", asked, key="r"))
    place = f"/v1/redemptions/{made['id']}"
    done = await said(await tester.post(f"{place}/commitments", json={"order_id": "2030-1"}))
    other = await tester.post(f"{place}/commitments", json={"order_id": "2030-2"})
    partly = await tester.post(f"{place}/reversals", json={"reference": "a", "points": 10})
    over = await tester.post(f"{place}/reversals", json={"reference": "b", "points": 51})
    whole = await said(await tester.post(f"{place}/reversals", json={"reference": "c"}))
    listed = (await tester.get("/v1/redemptions")).json()

    assert early.status_code == 403
    assert proven["verdict"] == "proven"
    assert (wallet["name"], wallet["points"]) == ("Ann", 100)
    assert [(each["reward"]["id"], each["may_take"]) for each in wallet["rewards"]] == [
        (reward, True)
    ]
    assert made == again
    assert (made["state"], done["state"], done["order_id"]) == ("reserved", "committed", "2030-1")
    assert other.json()["type"].endswith("redeemed-for-other-order")
    assert (await said(partly))["reversed"] == 10
    assert (over.status_code, over.json()["left"]) == (409, 50)
    assert (whole["state"], whole["reversed"]) == ("reversed", 60)
    assert listed == {"redemptions": [whole], "cursor": None}


async def test_an_unknown_number_is_answered_byte_for_byte_like_a_known_one(
    tester: AsyncClient, dealt: Dealt, reward: str
) -> None:
    pairs = list[tuple[Response, Response]]()
    for name, known, unknown in (
        ("phone", PHONE, UNKNOWN),
        ("email", MAIL, "nobody@example.org"),
        ("card", CARD, "4711 0816"),
    ):
        both = [await post(tester, "/v1/till-sessions", {name: each}) for each in (known, unknown)]
        pairs.append((both[0], both[1]))
        ids = [each.json()["id"] for each in both]
        for path, body in (
            ("sendings", {}),
            *(("answers", {"code": dealt.wrong}) for _ in range(6)),
            ("choices", {"customer_id": ids[0]}),
        ):
            one, two = [await post(tester, f"/v1/till-sessions/{id}/{path}", body) for id in ids]
            pairs.append((one, two))
        for path in ("", "/wallet"):
            one, two = [await tester.get(f"/v1/till-sessions/{id}{path}") for id in ids]
            pairs.append((one, two))

    for one, two in pairs:
        assert one.status_code == two.status_code
        assert one.headers == two.headers or _without_request(one) == _without_request(two)
        assert _masked(one) == _masked(two)


async def test_whoever_wants_to_hear_nothing_is_answered_like_an_unknown_number(
    tester: AsyncClient, dealt: Dealt, reward: str
) -> None:
    silent: dict[str, object] = {"to": {"phone": PHONE}, "kind": "everything", "reason": "by post"}
    await said(await post(tester, "/v1/suppressions", silent))
    begun = [await post(tester, "/v1/till-sessions", {"phone": each}) for each in (PHONE, UNKNOWN)]
    ids = [(await said(each))["id"] for each in begun]

    wrong: dict[str, object] = {"code": dealt.wrong}
    for path, body in (
        ("sendings", {}),
        *(("answers", wrong) for _ in range(6)),
        ("sendings", {}),
    ):
        one, two = [await post(tester, f"/v1/till-sessions/{id}/{path}", body) for id in ids]
        assert one.status_code == two.status_code
        assert _masked(one) == _masked(two)


async def test_what_could_happen_twice_needs_a_key_and_the_key_means_one_thing(
    tester: AsyncClient, reward: str
) -> None:
    without = await tester.post("/v1/till-sessions", json={"phone": PHONE})
    first = await post(tester, "/v1/till-sessions", {"phone": PHONE}, key="one")
    again = await post(tester, "/v1/till-sessions", {"phone": PHONE}, key="one")
    other = await post(tester, "/v1/till-sessions", {"phone": UNKNOWN}, key="one")

    assert (without.status_code, without.json()["type"].rpartition(":")[2]) == (
        400,
        "idempotency-key-needed",
    )
    assert first.json() == again.json()
    assert other.status_code == 422


@pytest.mark.parametrize(
    "body", [{}, {"phone": PHONE, "card": "4711"}, {"phone": "12"}, {"phone": PHONE, "amount": -1}]
)
async def test_what_cannot_be_read_is_refused(tester: AsyncClient, body: dict[str, object]) -> None:
    assert (await post(tester, "/v1/till-sessions", body)).status_code in {400, 422}


async def test_a_wallet_without_a_code_needs_the_setting(
    tester: AsyncClient, services: Services, reward: str
) -> None:
    reply = await post(tester, "/v1/wallet-openings", {"phone": PHONE})

    assert reply.status_code == 403
    assert reply.json()["type"].endswith("switched-off")


def _masked(reply: Response) -> dict[str, object]:
    body: dict[str, object] = reply.json()
    return {name: None if name in ITS_OWN else each for name, each in body.items()}


def _without_request(reply: Response) -> dict[str, str]:
    return {
        name: each for name, each in reply.headers.items() if name not in {"x-request-id", "date"}
    }
