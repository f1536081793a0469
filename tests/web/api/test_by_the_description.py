"""A point of sale that was written from `/openapi.json`, and has read nothing else.

It knows the paths that it calls, and which of its own words goes into which field. What a request
has to have, and what an answer is, it takes from the description at the moment of the call.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from httpx import AsyncClient, Response
from jsonschema import Draft202012Validator
from litestar import Litestar

from tests.web.api.test_tills import PHONE, reward
from tests.web.conftest import calling
from tests.whole_house import Dealt
from watchword.features.clients.rules import Client, Scope
from watchword.foundation.secret import Secret
from watchword.wiring import Services

__all__ = ["reward"]

Node = Mapping[str, Any]
SALE, REDEMPTION = "/v1/till-sessions/{session_id}", "/v1/redemptions/{redemption_id}"
JSON, PROBLEM = "application/json", "application/problem+json"


@dataclass
class PointOfSale:
    """`knows` is all that it could say, by the names of fields."""

    line: AsyncClient
    document: Node
    knows: dict[str, object]

    def __post_init__(self) -> None:
        self.numbers = count()

    async def do(self, method: str, path: str, key: str | None = None) -> Response:
        """Ask as the description says; see that the answer is one that it tells of."""
        operation = self.document["paths"][path][method]
        reply = await self.line.request(
            method,
            path.format(**self.knows),
            json=self.body(operation),
            headers=self.headers(operation, key),
        )
        self.check(operation, reply)
        return reply

    def body(self, operation: Node) -> object | None:
        if "requestBody" not in operation:
            return None
        schema = operation["requestBody"]["content"][JSON]["schema"]
        fields = self.resolved(schema)["properties"]
        said = {name: self.knows[name] for name in fields if name in self.knows}
        self.validate(schema, said)
        return said

    def headers(self, operation: Node, key: str | None) -> dict[str, str]:
        needed = [
            each["name"]
            for each in operation["parameters"]
            if each["in"] == "header" and each["required"]
        ]
        assert needed in ([], ["Idempotency-Key"]), "it would not know what to say in another one"
        return dict.fromkeys(needed, key or f"pos-{next(self.numbers)}")

    def check(self, operation: Node, reply: Response) -> None:
        told = operation["responses"][str(reply.status_code)]["content"]
        ((media, shape),) = told.items()
        assert reply.headers["content-type"] == media
        self.validate(shape["schema"], reply.json())
        if media == JSON:
            self.has_nothing_else(shape["schema"], reply.json())

    def validate(self, schema: Node, said: object) -> None:
        whole = {**schema, "components": self.document["components"]}
        checker = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
        assert [fault.message for fault in checker.iter_errors(said)] == []

    def has_nothing_else(self, schema: Node, said: object) -> None:
        """See that the description tells of every field, however deep it stands."""
        found = self.resolved(schema)
        if isinstance(said, dict) and "properties" in found:
            assert said.keys() <= found["properties"].keys()
            for name, inner in said.items():
                self.has_nothing_else(found["properties"][name], inner)
        elif isinstance(said, list):
            for inner in said:
                self.has_nothing_else(found["items"], inner)

    def resolved(self, schema: Node) -> Node:
        while "$ref" in schema or "oneOf" in schema:
            if "oneOf" in schema:
                schema = next(each for each in schema["oneOf"] if each.get("type") != "null")
            else:
                schema = self.document["components"]["schemas"][schema["$ref"].split("/")[-1]]
        return schema


@pytest.fixture
async def pos(
    app: Litestar, services: Services, tester: AsyncClient, reward: str
) -> AsyncIterator[PointOfSale]:
    """Its key has the two scopes that the manual of a till names, and no other."""
    client = await services.clients.recognise(
        Secret(tester.headers["Authorization"].removeprefix("Bearer "))
    )
    assert isinstance(client, Client)
    scopes = frozenset({Scope.TILLS_WRITE, Scope.REDEMPTIONS_WRITE})
    _, key = await services.clients.create(
        client.organisation, label="pos", scopes=scopes, actor="test"
    )
    async with calling(app, key.reveal()) as line:
        yield PointOfSale(line, (await line.get("/openapi.json")).json(), {"phone": PHONE})


async def test_the_description_is_enough_to_sell_and_to_give_back(
    pos: PointOfSale, dealt: Dealt, reward: str
) -> None:
    opened = (await pos.do("post", "/v1/till-sessions")).json()
    pos.knows |= {"session_id": opened["id"], "code": dealt.latest}
    early = await pos.do("get", f"{SALE}/wallet")
    judged = (await pos.do("post", f"{SALE}/answers")).json()
    wallet = (await pos.do("get", f"{SALE}/wallet")).json()
    offer = next(each for each in wallet["rewards"] if each["may_take"])
    pos.knows |= {"reward_id": offer["reward"]["id"], "amount": 1999}
    made, again = [(await pos.do("post", "/v1/redemptions", "one")).json() for _ in range(2)]
    pos.knows |= {"redemption_id": made["id"], "order_id": "2030-4711"}
    done = (await pos.do("post", f"{REDEMPTION}/commitments")).json()
    pos.knows |= {"order_id": "2030-4712"}
    other = await pos.do("post", f"{REDEMPTION}/commitments")
    pos.knows |= {"reference": "refund-1", "points": 20}
    part = [(await pos.do("post", f"{REDEMPTION}/reversals")).json() for _ in range(2)]
    pos.knows["reference"] = "refund-2"
    del pos.knows["points"]
    whole = (await pos.do("post", f"{REDEMPTION}/reversals")).json()
    late = await pos.do("post", f"{REDEMPTION}/commitments")
    ended = (await pos.do("post", f"{SALE}/endings")).json()

    assert early.json()["type"].endswith("not-proven")
    assert (judged["verdict"], offer["reward"]["id"]) == ("proven", reward)
    assert made == again
    assert (done["state"], done["order_id"]) == ("committed", "2030-4711")
    assert other.json()["type"].endswith("redeemed-for-other-order")
    assert [each["reversed"] for each in part] == [20, 20]
    assert (whole["state"], whole["reversed"]) == ("reversed", 60)
    assert late.json()["type"].endswith("redemption-over")
    assert ended["state"] == "ended"


async def test_the_description_is_enough_to_let_a_sale_go(
    pos: PointOfSale, dealt: Dealt, reward: str
) -> None:
    pos.knows |= {"reward_id": reward, "amount": 1999, "locale": "en"}
    pos.knows["session_id"] = (await pos.do("post", "/v1/till-sessions")).json()["id"]
    pos.knows["code"] = dealt.wrong
    wrong = (await pos.do("post", f"{SALE}/answers")).json()
    pos.knows["code"] = dealt.latest
    await pos.do("post", f"{SALE}/answers")
    pos.knows["redemption_id"] = (await pos.do("post", "/v1/redemptions")).json()["id"]
    released = (await pos.do("post", f"{REDEMPTION}/releases")).json()
    too_late = await pos.do("post", f"{REDEMPTION}/commitments")

    assert (wrong["verdict"], released["state"]) == ("wrong", "released")
    assert too_late.json()["state"] == "released"


async def test_a_till_whose_clock_is_wrong_sells_all_the_same(
    pos: PointOfSale, dealt: Dealt, reward: str
) -> None:
    """It is asked for no time anywhere, and what it believes to be the time counts for nothing."""
    asked_of = [
        pos.resolved(operation["requestBody"]["content"][JSON]["schema"])["properties"]
        for path, methods in pos.document["paths"].items()
        for operation in methods.values()
        if path.startswith(AT_A_TILL) and "requestBody" in operation
    ]
    pos.line.headers["Date"] = "Fri, 31 Dec 1999 23:59:59 GMT"
    pos.knows["session_id"] = (await pos.do("post", "/v1/till-sessions")).json()["id"]
    pos.knows |= {"code": dealt.latest, "reward_id": reward, "order_id": "o-1"}
    await pos.do("post", f"{SALE}/answers")
    pos.knows["redemption_id"] = (await pos.do("post", "/v1/redemptions")).json()["id"]
    done = (await pos.do("post", f"{REDEMPTION}/commitments")).json()

    assert len(asked_of) >= 12
    times = [name for each in asked_of for name in each if "date-time" in str(each[name])]
    assert times == []
    assert done["state"] == "committed"
    assert done["committed_at"] > "2000"


AT_A_TILL = (
    *("/v1/till-sessions", "/v1/master-pin-sessions", "/v1/wallet-openings", "/v1/redemptions"),
    "/v1/accounts",
)


async def test_whatever_refuses_to_work_without_a_key_says_so_beforehand(
    pos: PointOfSale,
) -> None:
    """And what takes one, but can do without, says that."""
    found = {
        path: each["required"]
        for path, methods in pos.document["paths"].items()
        for operation in methods.values()
        for each in operation["parameters"]
        if each["name"] == "Idempotency-Key"
    }

    assert {path for path, is_needed in found.items() if is_needed} == {
        "/v1/accounts/{account_id}/points/adjustments",
        "/v1/master-pin-sessions",
        "/v1/redemptions",
        "/v1/till-sessions",
        f"{SALE}/answers",
        f"{SALE}/master-pin-entries",
        "/v1/wallet-openings",
    }
    assert {"/v1/challenges", "/v1/customers", "/v1/rewards"} <= found.keys()
    assert f"{REDEMPTION}/reversals" not in found
