"""A till that hears no answers says every call three times, in any order, by HTTP.

What was asked for once happens once: one redemption for each sale, points that add up, and nothing
given back twice. `make drill` tells more stories; DRILL_ORDERS sets how many.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from httpx import AsyncClient, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stores import MovableTime
from tests.web.api.test_points import MUG
from tests.web.api.test_tills import PHONE, post, reward, said
from tests.whole_house import Dealt
from watchword.foundation.ids import new_id

__all__ = ["reward"]

STORIES = int(os.environ.get("DRILL_ORDERS", "8"))
TIMES = 3
SALE = ("open", "answer", "reserve")
"""Each needs what the one before has answered; all others need the redemption."""
LATER: Mapping[str, tuple[str, dict[str, object]]] = {
    "commit": ("commitments", {"order_id": "order-1"}),
    "commit for another order": ("commitments", {"order_id": "order-2"}),
    "release": ("releases", {}),
    "give 10 back": ("reversals", {"reference": "a", "points": 10}),
    "give 20 back": ("reversals", {"reference": "b", "points": 20}),
    "give the rest back": ("reversals", {"reference": "c"}),
}
DONE, REFUSED = 201, 409


@dataclass
class Sale:
    """What a till knows of one sale: the answers that it has heard."""

    name: str
    till: AsyncClient
    dealt: Dealt
    mug: str
    heard: dict[str, Response] = field(default_factory=dict)
    code: str = ""

    @property
    def id(self) -> str:
        return str(self.heard["open"].json()["id"])

    def may_say(self, call: str) -> bool:
        if call in SALE:
            return all(each in self.heard for each in SALE[: SALE.index(call)])
        return "reserve" in self.heard

    async def say(self, call: str) -> Response:
        if call in LATER:
            path, body = LATER[call]
            place = f"/v1/redemptions/{self.heard['reserve'].json()['id']}"
            return await self.till.post(f"{place}/{path}", json=body)
        return await self._sell(call)

    async def _sell(self, call: str) -> Response:
        key = f"{call}-{self.name}"
        if call == "open":
            reply = await post(self.till, "/v1/till-sessions", {"phone": PHONE}, key=key)
            self.code = self.code or self.dealt.latest
            return reply
        if call == "answer":
            path = f"/v1/till-sessions/{self.id}/answers"
            return await post(self.till, path, {"code": self.code}, key=key)
        body: dict[str, object] = {"session_id": self.id, "reward_id": self.mug}
        return await post(self.till, "/v1/redemptions", body, key=key)


@pytest.fixture
async def mug(tester: AsyncClient, reward: str) -> str:
    """Something to have for points that is not counted, so that no story takes it from another."""
    made = await said(await tester.post("/v1/rewards", json={**MUG, "stock": None}))
    return str(made["id"])


@settings(
    max_examples=STORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chance=st.randoms(use_true_random=False))
async def test_whatever_is_said_three_times_in_whatever_order_happens_once(
    tester: AsyncClient,
    dealt: Dealt,
    mug: str,
    time: MovableTime,
    chance: Random,
) -> None:
    time.pass_by(timedelta(minutes=31))
    (card,) = (await tester.get("/v1/cards")).json()["cards"]
    points = f"/v1/accounts/{card['account_id']}/points"
    gift = {"points": 60, "reason": "a gift on top"}
    before = await said(await post(tester, f"{points}/adjustments", gift))
    sale = Sale(str(new_id()), tester, dealt, mug)
    left = dict.fromkeys((*SALE, *LATER), TIMES)

    while any(left.values()):
        call = chance.choice([each for each in left if left[each] and sale.may_say(each)])
        left[call] -= 1
        reply = await sale.say(call)
        assert reply.status_code in (DONE, REFUSED), reply.text
        if reply.status_code == DONE:
            first = sale.heard.setdefault(call, reply)
            assert call not in SALE or reply.text == first.text
        if "reserve" in sale.heard:
            await add_up(tester, points, sale, before)

    decided = {"commit", "commit for another order", "release"} & {*sale.heard}
    assert len(decided) == 1


async def add_up(till: AsyncClient, points: str, sale: Sale, before: Mapping[str, int]) -> None:
    """See that what the till was told is what there is."""
    sold = await listed(till)
    (redemption,) = [each for each in sold if each["session_id"] == sale.id]
    balance = (await till.get(points)).json()
    moved = (await till.get(f"{points}/transfers")).json()["transfers"]
    kinds = [each["kind"] for each in moved if each["redemption_id"] == redemption["id"]]
    parts = {"give 10 back": 10, "give 20 back": 20, "give the rest back": redemption["points"]}
    back = {parts[call] for call in parts if call in sale.heard}
    is_spent = bool({"commit", "commit for another order"} & {*sale.heard})
    spent = redemption["points"] if is_spent else 0
    reserved = 0 if is_spent or "release" in sale.heard else redemption["points"]

    assert redemption["reversed"] == min(sum(back), redemption["points"])
    assert (kinds.count("committed"), kinds.count("reversed")) == (is_spent, len(back))
    assert balance == {
        "available": before["available"] - reserved - spent + redemption["reversed"],
        "reserved": before["reserved"] + reserved,
    }


async def listed(till: AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await till.get("/v1/redemptions")).json()["redemptions"]
    return found
