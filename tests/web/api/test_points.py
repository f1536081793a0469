"""Points and rewards as a program sees them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from watchword.features.cards.rules import CardId
from watchword.features.clients.rules import Operator
from watchword.wiring import Services

MUG = {
    "names": {"en": "Mug", "de": "Becher"},
    "points": 60,
    "value": 500,
    "currency": "EUR",
    "pos_discount_id": "MUG-1",
    "stock": 3,
}
RULE = {"name": "One per euro", "points": 1, "per_amount": 100, "currency": "EUR"}
BOUGHT = {"amount": 1999, "currency": "EUR", "order_id": "2030-1"}


async def ask(
    caller: AsyncClient,
    path: str,
    body: dict[str, object],
    status: int = 201,
    *,
    method: str = "POST",
    key: str = "",
) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    reply = await caller.request(method, path, json=body, headers=headers)
    assert reply.status_code == status, reply.text
    said: dict[str, Any] = reply.json()
    return said


@pytest.fixture
async def points(caller: AsyncClient) -> str:
    """Where the points of a new customer are."""
    customer = await ask(caller, "/v1/customers", {"family_name": "Müller"})
    card = await ask(caller, "/v1/cards", {"customer_id": customer["id"]})
    return f"/v1/accounts/{card['account_id']}/points"


async def test_a_reward_is_offered_read_changed_and_ended(caller: AsyncClient) -> None:
    made = await ask(caller, "/v1/rewards", {**MUG})
    path = f"/v1/rewards/{made['id']}"
    listed = (await caller.get("/v1/rewards")).json()
    change = {**MUG, "points": 70, "version": 1, "state": "paused"}
    changed = await ask(caller, path, change, 200, method="PUT")
    stale = await ask(caller, path, change, 409, method="PUT")
    await ask(caller, path, {**change, "version": 2, "state": "ended"}, 200, method="PUT")
    over = await ask(caller, path, {**change, "version": 3}, 409, method="PUT")

    assert listed == {"rewards": [made], "cursor": None}
    assert (made["left"], made["state"], made["version"]) == (3, "active", 1)
    assert (changed["points"], changed["state"]) == (70, "paused")
    assert stale["type"].endswith("offer-changed-meanwhile")
    assert stale["version"] == 2
    assert over["type"].endswith("offer-ended")


async def test_what_is_offered_under_one_key_is_offered_once(caller: AsyncClient) -> None:
    for path, body in (("/v1/rewards", MUG), ("/v1/earn-rules", RULE)):
        made, again = [await ask(caller, path, {**body}, key=f"a{path}") for _ in range(2)]
        other = await ask(caller, path, {**body, "points": 7}, 422, key=f"a{path}")
        (listed,) = next(iter((await caller.get(path)).json().values()))

        assert made == again == listed
        assert other["type"].endswith("idempotency-key-reused")


async def test_what_cannot_be_offered_is_named(caller: AsyncClient) -> None:
    for field, value in (
        ("locations", [str(uuid4())]),
        ("names", {"deutsch": "Becher"}),
        ("currency", "eur"),
        ("starts_at", "2030-01-01T00:00:00"),
    ):
        refused = await ask(caller, "/v1/rewards", {**MUG, field: value}, 400)
        assert refused["field"] == field


async def test_a_purchase_earns_by_the_rules_and_once(caller: AsyncClient, points: str) -> None:
    rule = await ask(caller, "/v1/earn-rules", {**RULE})
    first = await ask(caller, f"{points}/earnings", {**BOUGHT})
    again = await ask(caller, f"{points}/earnings", {**BOUGHT})
    other = await ask(caller, f"{points}/earnings", {**BOUGHT, "amount": 1}, 409)
    change = {**RULE, "version": 1, "state": "ended"}
    await ask(caller, f"/v1/earn-rules/{rule['id']}", change, 200, method="PUT")
    later = await ask(caller, f"{points}/earnings", {**BOUGHT, "order_id": "2030-2"})
    history = (await caller.get(f"{points}/transfers")).json()["transfers"]

    assert (first["points"], first["available"], first["is_new"]) == (19, 19, True)
    assert (again["points"], again["available"], again["is_new"]) == (19, 19, False)
    assert other["type"].endswith("order-told-before")
    assert (later["points"], later["available"]) == (0, 19)
    assert {(each["order_id"], each["change"]) for each in history} == {
        ("2030-1", 19),
        ("2030-2", 0),
    }


async def test_points_are_set_right_once_for_a_key_and_never_below_nought(
    caller: AsyncClient, points: str
) -> None:
    given = {"points": 30, "reason": "a slip at the counter"}
    await ask(caller, f"{points}/adjustments", {**given}, key="one")
    again = await ask(caller, f"{points}/adjustments", {**given}, key="one")
    other = await ask(caller, f"{points}/adjustments", {**given, "points": 1}, 422, key="one")
    much = await ask(caller, f"{points}/adjustments", {**given, "points": -31}, 409, key="two")
    none = await ask(caller, f"{points}/adjustments", {**given, "points": 0}, 400, key="three")
    nameless = {**given, "reason": "for ann@x.de"}
    named = await ask(caller, f"{points}/adjustments", nameless, 400, key="four")
    keyless = await ask(caller, f"{points}/adjustments", {**given}, 400)

    assert again == {"available": 30, "reserved": 0}
    assert (await caller.get(points)).json() == again
    assert other["type"].endswith("idempotency-key-reused")
    assert (much["type"].rpartition(":")[2], much["available"]) == ("too-few-points", 30)
    assert keyless["type"].endswith("idempotency-key-needed")
    assert none["field"] == "points"
    assert named["field"] == "reason"


async def test_nothing_is_collected_where_all_cards_are_blocked(
    caller: AsyncClient, services: Services
) -> None:
    customer = await ask(caller, "/v1/customers", {"family_name": "Müller"})
    card = await ask(caller, "/v1/cards", {"customer_id": customer["id"]})
    path = f"/v1/accounts/{card['account_id']}/points/earnings"
    operator = Operator(name="test", organisation=await services.organisations.find("shop"))
    await services.cards.cards.block(operator, CardId(UUID(card["id"])), "it was stolen")

    refused = await ask(caller, path, {**BOUGHT}, 409)
    await services.cards.cards.unblock(operator, CardId(UUID(card["id"])), "it was found")
    await ask(caller, path, {**BOUGHT})

    assert refused["type"].endswith("account-not-collecting")


async def test_an_account_of_nobody_has_no_points(caller: AsyncClient, tester: AsyncClient) -> None:
    customer = await ask(tester, "/v1/customers", {"family_name": "Müller"})
    card = await ask(tester, "/v1/cards", {"customer_id": customer["id"]})
    path = f"/v1/accounts/{card['account_id']}/points"

    for whose in (path, f"/v1/accounts/{uuid4()}/points"):
        assert (await caller.get(whose)).status_code == 404
        assert (await caller.get(f"{whose}/transfers")).status_code == 404
        await ask(caller, f"{whose}/earnings", {**BOUGHT}, 404)
