"""Cards as a program sees them: made, found by number, and verified by a code alone."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.stores import MovableTime
from tests.whole_house import Dealt

ANNA = {
    "given_name": "Anna",
    "family_name": "Müller",
    "contacts": [{"phone": "0170 1234567"}, {"email": "anna@example.org"}],
}


async def ask(
    caller: AsyncClient, path: str, body: dict[str, object], status: int = 201
) -> dict[str, Any]:
    reply = await caller.post(path, json=body)
    assert reply.status_code == status, reply.text
    said: dict[str, Any] = reply.json()
    return said


@pytest.fixture
async def card(caller: AsyncClient) -> dict[str, Any]:
    customer = await ask(caller, "/v1/customers", {**ANNA})
    return await ask(caller, "/v1/cards", {"customer_id": customer["id"], "number": "4711 0815"})


async def test_a_card_is_made_read_and_listed_and_its_number_shown_once(
    caller: AsyncClient, card: dict[str, Any]
) -> None:
    read = (await caller.get(f"/v1/cards/{card['id']}")).json()
    listed = (await caller.get("/v1/cards")).json()
    verified = (await caller.get("/v1/cards?state=verified")).json()

    assert card["number"] == "47110815"
    assert "number" not in read
    assert read["last_four"] == "0815"
    assert listed == {"cards": [read], "cursor": None}
    assert verified["cards"] == []
    assert (read["may_collect"], read["may_redeem"], read["shows_balance"]) == (True, False, True)


async def test_a_number_is_looked_up_in_a_body_and_given_once(
    caller: AsyncClient, card: dict[str, Any]
) -> None:
    found = await ask(caller, "/v1/card-searches", {"number": "4711-0815"}, 200)
    missing = await ask(caller, "/v1/card-searches", {"number": "1234"}, 200)
    whose = card["customer_id"]
    taken = await ask(caller, "/v1/cards", {"customer_id": whose, "number": "47110815"}, 409)
    bad = await ask(caller, "/v1/cards", {"customer_id": whose, "number": "?"}, 400)
    drawn = await ask(caller, "/v1/cards", {"customer_id": whose})
    await ask(caller, "/v1/cards", {"customer_id": str(uuid4())}, 404)

    assert [each["id"] for each in found["cards"]] == [card["id"]]
    assert missing == {"cards": [], "cursor": None}
    assert taken["type"].endswith("card-number-taken")
    assert "4711" not in str(taken)
    assert bad["type"].endswith("malformed-request")
    assert len(drawn["number"]) == 13


async def test_a_request_that_comes_again_makes_no_second_customer_and_no_second_card(
    caller: AsyncClient,
) -> None:
    async def again(
        path: str, body: dict[str, object], other: dict[str, object]
    ) -> list[dict[str, Any]]:
        headers = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
        replies = [await caller.post(path, json=body, headers=headers) for _ in range(2)]
        reused = await caller.post(path, json={**body, **other}, headers=headers)
        assert reused.json()["type"].endswith("idempotency-key-reused")
        assert [each.status_code for each in replies] == [201, 201]
        return [each.json() for each in replies]

    [anna, same] = await again("/v1/customers", {**ANNA}, {"locale": "de"})
    [card, twice] = await again("/v1/cards", {"customer_id": anna["id"]}, {"number": "4711"})

    assert (same, twice) == (anna, card)
    assert len((await caller.get("/v1/customers")).json()["customers"]) == 1
    assert len((await caller.get("/v1/cards")).json()["cards"]) == 1


async def test_a_code_verifies_a_card_and_the_next_answer_is_told_already_verified(
    caller: AsyncClient, card: dict[str, Any], dealt: Dealt
) -> None:
    path = f"/v1/cards/{card['id']}"

    nothing = await ask(caller, f"{path}/answers", {"code": "123456"})
    begun = await ask(caller, f"{path}/attempts", {"method": "sms"})
    wrong = await ask(caller, f"{path}/answers", {"code": dealt.wrong})
    right = await ask(caller, f"{path}/answers", {"code": dealt.latest})
    again = await ask(caller, f"{path}/answers", {"code": dealt.latest})
    once_more = await ask(caller, f"{path}/attempts", {"method": "sms"}, 409)

    assert nothing["verdict"] == "nothing_open"
    assert begun["method"] == "sms"
    assert wrong == {"verdict": "wrong", "attempts_left": 4}
    assert (right["verdict"], again["verdict"]) == ("verified", "already_verified")
    assert once_more["because"] == "already_verified"
    [line] = (await caller.get(f"{path}/verifications")).json()["verifications"]
    assert (line["kind"], line["method"], line["assurance"]) == ("confirmed", "sms", 1)
    assert line["challenge_id"] == begun["challenge_id"]
    assert (await caller.get(path)).json()["may_redeem"] is True


async def test_a_number_that_a_program_adds_does_not_count_at_once(
    caller: AsyncClient, card: dict[str, Any], time: MovableTime
) -> None:
    time.pass_by(timedelta(days=1))
    added: dict[str, object] = {"version": 1, "add_contacts": [{"phone": "0171 7654321"}]}
    whose = f"/v1/customers/{card['customer_id']}"
    mine = (await caller.patch(whose, json=added)).json()["contacts"][-1]["id"]

    path = f"/v1/cards/{card['id']}/attempts"
    reply = await caller.post(path, json={"method": "sms", "contact_id": mine})

    assert reply.status_code == 409, reply.text
    assert reply.json()["type"].endswith("recent-contact")
    assert 86_000 < int(reply.headers["retry-after"]) <= 86_400
    await ask(caller, path, {"method": "sms"})


@pytest.mark.parametrize("method", ["in_store", "phone", "other", "", None])
async def test_no_program_confirms_what_staff_confirm(
    caller: AsyncClient, card: dict[str, Any], method: str | None
) -> None:
    await ask(caller, f"/v1/cards/{card['id']}/attempts", {"method": method}, 400)
    reply = await caller.post(f"/v1/cards/{card['id']}/verifications", json={"method": method})

    assert reply.status_code == 405


async def test_a_way_that_leads_nowhere_is_refused(
    caller: AsyncClient, card: dict[str, Any]
) -> None:
    path = f"/v1/cards/{card['id']}/attempts"

    letter = await ask(caller, path, {"method": "letter"}, 422)
    stranger = await ask(caller, path, {"method": "sms", "contact_id": str(uuid4())}, 422)

    assert letter["type"].endswith("way-not-offered")
    assert stranger["type"].endswith("way-not-offered")
