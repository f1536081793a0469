"""Customers as a program sees them."""

from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient
from litestar import Litestar

from tests.web.conftest import calling, new_key
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode
from watchword.wiring import Services

ANNA: dict[str, object] = {
    "given_name": "Anna",
    "family_name": "Müller",
    "birth_date": "1980-05-17",
    "contacts": [{"phone": "0170 1234567"}, {"email": "anna@example.org"}],
}


async def create(caller: AsyncClient, **more: object) -> dict[str, Any]:
    return await ask(caller, "/v1/customers", {**ANNA, **more})


async def ask(
    caller: AsyncClient, path: str, body: dict[str, object], status: int = 201
) -> dict[str, Any]:
    reply = await caller.post(path, json=body)
    assert reply.status_code == status, reply.text
    said: dict[str, Any] = reply.json()
    return said


async def find(caller: AsyncClient, typed: str) -> list[str]:
    said = await ask(caller, "/v1/customer-searches", {"find": typed}, 200)
    return [each["family_name"] for each in said["customers"]]


async def test_a_customer_is_kept_read_and_listed(caller: AsyncClient) -> None:
    made = await create(caller)

    read = (await caller.get(f"/v1/customers/{made['id']}")).json()
    listed = (await caller.get("/v1/customers")).json()

    assert read == made
    assert listed == {"customers": [made], "cursor": None}
    assert (made["given_name"], made["birth_date"], made["origin"]) == ("Anna", "1980-05-17", "api")
    assert "1234567" not in str(made)


async def test_a_list_goes_on_page_by_page(caller: AsyncClient) -> None:
    made = {(await create(caller, family_name=name))["id"] for name in ("Eins", "Zwei", "Drei")}
    seen, query = set(), "?limit=1"

    while True:
        page = (await caller.get(f"/v1/customers{query}")).json()
        seen |= {each["id"] for each in page["customers"]}
        if page["cursor"] is None:
            break
        query = f"?limit=1&cursor={page['cursor']}"

    assert seen == made


async def test_what_is_typed_stands_in_a_body_and_never_in_an_address(caller: AsyncClient) -> None:
    await create(caller)

    for typed in ("Mueller", "mül", "anna müller", "+491701234567", "ANNA@example.org"):
        assert await find(caller, typed) == ["Müller"]
    assert await find(caller, "Schmidt") == []
    refused = await ask(caller, "/v1/customer-searches", {"find": "-"}, 400)
    assert "three letters" in refused["detail"]


async def test_a_search_goes_on_behind_its_cursor(caller: AsyncClient) -> None:
    for given in ("Anna", "Otto"):
        await create(caller, given_name=given)
    first = await ask(caller, "/v1/customer-searches", {"find": "Müller", "limit": 1}, 200)
    body = {"find": "Müller", "limit": 1, "cursor": first["cursor"]}

    second = await ask(caller, "/v1/customer-searches", body, 200)

    found = {each["given_name"] for page in (first, second) for each in page["customers"]}
    assert found == {"Anna", "Otto"}
    await ask(caller, "/v1/customer-searches", {"find": "Müller", "cursor": "none of ours"}, 400)


async def test_a_change_is_of_the_version_that_was_read(caller: AsyncClient) -> None:
    made = await create(caller)
    path, phone = f"/v1/customers/{made['id']}", made["contacts"][0]["id"]
    body = {"version": 1, "family_name": "Schmidt", "remove_contacts": [phone]}

    changed = await caller.patch(path, json=body)
    again = await caller.patch(path, json=body)

    assert changed.status_code == 200
    assert changed.json()["family_name"] == "Schmidt"
    assert changed.json()["given_name"] == "Anna"
    assert changed.json()["birth_date"] == "1980-05-17"
    assert [each["id"] for each in changed.json()["contacts"]] == [made["contacts"][1]["id"]]
    assert again.status_code == 409
    assert again.json()["version"] == 2


async def test_old_ids_answer_after_a_merge(caller: AsyncClient) -> None:
    kept, merged = await create(caller), await create(caller, contacts=[])
    body: dict[str, object] = {"kept": kept["id"], "merged": merged["id"], "reason": "one person"}

    said = await ask(caller, "/v1/customer-merges", body)
    read = (await caller.get(f"/v1/customers/{merged['id']}")).json()

    assert said["id"] == read["id"] == kept["id"]
    await ask(caller, "/v1/customer-merges", body, 400)


async def test_a_customer_is_forgotten_for_a_reason(caller: AsyncClient) -> None:
    made = await create(caller)
    path = f"/v1/customers/{made['id']}/erasures"

    await ask(caller, path, {"reason": "call 0170 1234567"}, 400)
    said = await ask(caller, path, {"reason": "asked by letter"})

    assert said["was_known"]
    assert (await caller.get(f"/v1/customers/{made['id']}")).status_code == 404
    assert await find(caller, "Müller") == []
    await ask(caller, path, {"reason": "asked by letter"}, 404)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"family_name": " "}, 400),
        ({"family_name": "M" * 81}, 400),
        ({"birth_date": "2999-01-01"}, 400),
        ({"birth_date": "17.05.1980"}, 400),
        ({"locale": "xx"}, 400),
        ({"contacts": [{"phone": "0170 12"}]}, 422),
        ({"contacts": [{}]}, 400),
        ({"points": 5}, 400),
    ],
)
async def test_what_cannot_be_kept_is_refused_without_quoting_it(
    caller: AsyncClient, more: dict[str, object], status: int
) -> None:
    said = await ask(caller, "/v1/customers", {**ANNA, **more}, status)

    assert "MMMM" not in str(said)
    assert (await caller.get("/v1/customers")).json()["customers"] == []


async def test_nobody_reads_the_customers_of_another(
    app: Litestar, caller: AsyncClient, services: Services
) -> None:
    made = await create(caller)
    async with calling(app, await new_key(services, "other", Mode.LIVE)) as other:
        assert (await other.get(f"/v1/customers/{made['id']}")).status_code == 404
        assert await find(other, "Müller") == []
        body: dict[str, object] = {"kept": made["id"], "merged": str(uuid4()), "reason": "one"}
        await ask(other, "/v1/customer-merges", body, 404)


async def test_a_key_that_reads_does_not_write(app: Litestar, services: Services) -> None:
    key = await new_key(services, "reader", Mode.LIVE, frozenset({Scope.CUSTOMERS_READ}))
    async with calling(app, key) as reader:
        await ask(reader, "/v1/customers", ANNA, 403)
        assert (await reader.get("/v1/customers")).status_code == 200
