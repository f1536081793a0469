"""The sandbox over HTTP: for test organisations and their keys alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from httpx import AsyncClient
from litestar import Litestar

from tests.web.conftest import calling, new_key
from tests.whole_house import asked, email, shown
from watchword.features.challenges.codes import draw_letters
from watchword.features.challenges.desk import Machine
from watchword.features.challenges.policies import Purpose
from watchword.features.clients.rules import Operator, Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.sandbox.rules import Delivered
from watchword.features.sandbox.scenarios import Part, part_of
from watchword.features.staff.invitations.rules import Invited
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant
from watchword.wiring import Services
from watchword.workers.crew import working

LETTER = {
    "name": "Ann Example",
    "street": "Hauptstraße 1",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
}
ASKED = {"purpose": "card_verification", "to": {"post": LETTER}}


@pytest.fixture
async def at_work(services: Services) -> AsyncIterator[None]:
    async with working(services):
        yield


REQUESTS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/sandbox/messages", None),
    ("GET", "/sandbox/scenarios", None),
    ("POST", "/sandbox/clock-moves", {"seconds": 60}),
    ("POST", "/sandbox/replies", {"from": "+491701234567", "text": "STOP"}),
    ("POST", "/sandbox/seeds", {"seed": "spring"}),
]
every_request = pytest.mark.parametrize(("method", "path", "body"), REQUESTS)


@every_request
async def test_whoever_reaches_real_people_has_no_sandbox(
    caller: AsyncClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    reply = await caller.request(method, path, json=body)

    assert reply.status_code == 404
    assert reply.json()["type"] == "urn:watchword:problem:not-found"


@every_request
async def test_a_key_opens_what_its_scope_names(
    app: Litestar, services: Services, method: str, path: str, body: dict[str, Any] | None
) -> None:
    needed = Scope.SANDBOX_READ if method == "GET" else Scope.SANDBOX_WRITE
    other = Scope.SANDBOX_WRITE if method == "GET" else Scope.SANDBOX_READ
    for scope, is_open in ((needed, True), (other, False)):
        key = await new_key(services, f"t-{scope.replace(':', '-')}", Mode.TEST, frozenset({scope}))
        async with calling(app, key) as client:
            reply = await client.request(method, path, json=body)
        assert (reply.status_code != 403) is is_open
        assert reply.is_success is is_open


async def test_a_key_reads_what_customers_get_and_nothing_that_staff_get(
    tester: AsyncClient, services: Services, at_work: None
) -> None:
    [organisation] = await services.organisations.all()
    assert isinstance(organisation, Organisation)
    house = Machine(name="console", organisation=organisation)
    code = asked(email("boss@example.org"), purpose=Purpose.STAFF_SIGNIN)
    shown(await services.challenges.open(house, code))
    invited = await services.staff.invitations.invite(
        Operator(name="ann", organisation=organisation),
        name="Boss",
        email="boss@example.org",
        grants=(Grant(Role.OWNER),),
        locale="de",
    )
    assert isinstance(invited, Invited)
    customer = {"purpose": "contact_verification", "to": {"email": "boss@example.org"}}
    await tester.post("/v1/challenges", json=customer)
    there: Sequence[Delivered] = []
    while len(there) < 3:
        there = await services.sandbox.look(organisation.id)
        await asyncio.sleep(0.02)

    for asked_for in ({}, {"to": "boss@example.org"}):
        found = (await tester.get("/sandbox/messages", params=asked_for)).json()

        assert [each["id"] for each in found] == [
            str(each.id) for each in there if not each.is_for_staff
        ]
        assert len(found) == 1


@pytest.mark.parametrize("seconds", [0, -1, 30 * 24 * 3600 + 1, "60", 1.5, None])
async def test_the_clock_goes_on_and_by_a_month_at_most(tester: AsyncClient, seconds: Any) -> None:  # noqa: ANN401 - anything may be sent
    reply = await tester.post("/sandbox/clock-moves", json={"seconds": seconds})

    assert reply.status_code == 400


@pytest.mark.parametrize("body", [{}, {"seed": ""}, {"seed": "s" * 101}, {"seed": 1}, {"sed": "s"}])
async def test_a_seed_is_a_short_text(tester: AsyncClient, body: dict[str, Any]) -> None:
    assert (await tester.post("/sandbox/seeds", json=body)).status_code == 400


async def test_time_passes_for_who_asks(tester: AsyncClient, services: Services) -> None:
    opened = (await tester.post("/v1/challenges", json=ASKED)).json()

    moved = await tester.post("/sandbox/clock-moves", json={"seconds": 30 * 24 * 3600})

    assert moved.status_code == 201
    assert moved.json() == {"seconds": 30 * 24 * 3600, "pending": 1}
    assert (await tester.get(f"/v1/challenges/{opened['id']}")).json()["status"] == "expired"


async def test_every_scenario_is_listed_with_addresses_that_play_it(tester: AsyncClient) -> None:
    listed = (await tester.get("/sandbox/scenarios")).json()

    assert [one["scenario"] for one in listed] == [*Part]
    for one in listed:
        addresses = [one["phone"], one["email"]]
        if one["name"] is not None:
            addresses.append("\n".join([one["name"], "Hauptstraße 1", "10115", "Berlin", "DE"]))
        found = [part_of(address) for address in addresses if address is not None]
        assert found
        assert {*found} == {one["scenario"]}


class TestALetter:
    async def test_is_asked_for_like_any_message(self, tester: AsyncClient) -> None:
        reply = await tester.post("/v1/challenges", json=ASKED)

        opened = reply.json()
        assert reply.status_code == 201
        assert opened["channel"] == "letter"
        assert opened["to"] == "A••• · 10••• Berlin"
        assert opened["code_length"] == 10
        assert opened["attempts_left"] == 5
        assert opened["strength"] == "address_confirmed"
        assert opened["alternatives"] == []
        assert opened["warnings"] == []

    async def test_lies_in_the_letterbox_with_its_code_in_groups(
        self, tester: AsyncClient, at_work: None
    ) -> None:
        await tester.post("/v1/challenges", json=ASKED)
        found: list[dict[str, Any]] = []
        while not found:
            line = "Ann Example, Hauptstraße 1, 10115 Berlin, DE"
            found = (await tester.get("/sandbox/messages", params={"to": line})).json()

        [message] = found
        code = message["code"]
        assert len(code) == 10
        assert f"\n    {code[:5]} {code[5:]}\n" in message["text"]
        assert "30 Tage" in message["text"]
        assert code not in message["text"]

    async def test_that_is_mistyped_costs_nothing_until_its_code_is_typed(
        self, tester: AsyncClient, at_work: None
    ) -> None:
        opened = (await tester.post("/v1/challenges", json=ASKED)).json()
        found: list[dict[str, Any]] = []
        while not found:
            line = "Ann Example, Hauptstraße 1, 10115 Berlin, DE"
            found = (await tester.get("/sandbox/messages", params={"to": line})).json()
        code, other = found[0]["code"], "K7QM2XWR99"
        slip = code[:-1] + ("3" if code[-1] == "2" else "2")
        guess = draw_letters(lambda _: 42).reveal()
        answers = f"/v1/challenges/{opened['id']}/answers"

        said = [
            (await tester.post(answers, json={"code": typed})).json()
            for typed in (*[slip] * 7, other, "12345", guess, f" {code[:5]}-{code[5:]}".lower())
        ]

        assert said[:9] == [{"verdict": "wrong", "attempts_left": 5, "slip": True}] * 9
        assert said[9:] == [{"verdict": "wrong", "attempts_left": 4}, {"verdict": "verified"}]

    async def test_of_a_live_organisation_waits_to_be_printed(self, caller: AsyncClient) -> None:
        reply = await caller.post("/v1/challenges", json=ASKED)

        assert reply.status_code == 201
        assert reply.json()["code_length"] == 10

    @pytest.mark.parametrize("purpose", ["wallet_signin", "step_up", "pin_change"])
    async def test_is_for_confirming_an_address_alone(
        self, tester: AsyncClient, purpose: str
    ) -> None:
        reply = await tester.post("/v1/challenges", json={**ASKED, "purpose": purpose})
        planned = await tester.post("/v1/routing-plans", json={**ASKED, "purpose": purpose})

        assert reply.status_code == 422
        assert reply.json()["type"] == "urn:watchword:problem:channel-not-available"
        assert [step["skipped"] for step in planned.json()["steps"]] == ["not_served"]

    async def test_is_no_way_to_a_telephone_nor_a_text_to_a_letterbox(
        self, tester: AsyncClient
    ) -> None:
        for to, channel in (({"phone": "+491701234567"}, "letter"), ({"post": LETTER}, "sms")):
            body = {**ASKED, "to": to, "channel": channel}
            reply = await tester.post("/v1/challenges", json=body)
            assert reply.status_code == 422

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"country": "XX"}, 422),
            ({"country": "de"}, 422),
            ({"country": "DEU"}, 400),
            ({"name": ""}, 400),
            ({"name": " "}, 422),
            ({"name": "Ann\nExample"}, 422),
            ({"street": "Hauptstraße\u202e1"}, 422),
            ({"street": "s" * 81}, 400),
            ({"city": "c" * 61}, 400),
            ({"postal_code": "1" * 13}, 400),
            ({"postal_code": "1\t2"}, 422),
            ({"state": "Berlin"}, 400),
        ],
    )
    async def test_to_an_address_that_cannot_be_is_refused(
        self, tester: AsyncClient, change: dict[str, str], status: int
    ) -> None:
        reply = await tester.post("/v1/challenges", json={**ASKED, "to": {"post": LETTER | change}})

        assert reply.status_code == status
        assert "Hauptstraße" not in reply.text

    async def test_goes_to_one_address_and_not_to_two(self, tester: AsyncClient) -> None:
        to = {"post": LETTER, "email": "ann@example.org"}

        assert (await tester.post("/v1/challenges", json={**ASKED, "to": to})).status_code == 400

    async def test_goes_out_twice_in_a_month_and_not_before_a_week(
        self, tester: AsyncClient
    ) -> None:
        id = (await tester.post("/v1/challenges", json=ASKED)).json()["id"]
        day = 24 * 3600

        too_soon = await tester.post(f"/v1/challenges/{id}/sendings", json={})
        await tester.post("/sandbox/clock-moves", json={"seconds": 7 * day})
        second = await tester.post(f"/v1/challenges/{id}/sendings", json={})
        await tester.post("/sandbox/clock-moves", json={"seconds": 7 * day})
        third = await tester.post(f"/v1/challenges/{id}/sendings", json={})
        anew = await tester.post("/v1/challenges", json=ASKED)
        await tester.post("/sandbox/clock-moves", json={"seconds": 17 * day})
        later = await tester.post("/v1/challenges", json=ASKED)

        assert too_soon.status_code == 429
        assert 6 * day < int(too_soon.headers["Retry-After"]) <= 7 * day
        assert second.status_code == 201
        assert third.status_code == anew.status_code == 429
        assert later.status_code == 201

    async def test_to_the_same_box_counts_together_however_it_is_typed_and_whoever_asks(
        self, tester: AsyncClient
    ) -> None:
        spellings = [{"name": "ANN  Example"}, {"name": "ann example"}, {"city": "BERLIN"}]
        replies = [
            await tester.post(
                "/v1/challenges",
                json={**ASKED, "to": {"post": LETTER | change}, "requester": f"device-{place}"},
            )
            for place, change in enumerate(spellings)
        ]

        assert [reply.status_code for reply in replies] == [201, 201, 429]


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ("Ann Example, Hauptstraße 1, 10115 Berlin, DE", 200),
        ("Ann Example, Flat 4, 12 High Street, SW1A 1AA London, GB", 200),
        ("Ann Example, Hauptstraße 1, Berlin, XX", 400),
        ("Ann, Berlin", 400),
        ("nobody", 400),
        ("x" * 301, 400),
    ],
)
async def test_messages_are_looked_for_at_addresses_alone(
    tester: AsyncClient, to: str, status: int
) -> None:
    assert (await tester.get("/sandbox/messages", params={"to": to})).status_code == status


async def test_a_phone_of_the_sandbox_says_stop_and_gets_one_confirmation(
    services: Services, tester: AsyncClient, at_work: None
) -> None:
    whose = {"purpose": "wallet_signin", "to": {"phone": "+491701234567"}}
    assert (await tester.post("/v1/challenges", json=whose)).status_code == 201

    for _ in range(2):
        reply = await tester.post(
            "/sandbox/replies", json={"from": "0170 1234567", "text": "Bitte stopp!"}
        )
        assert (reply.status_code, reply.json()) == (201, {"meaning": "stop"})

    async def confirmations() -> list[str]:
        arrived = await tester.get("/sandbox/messages", params={"to": "+491701234567"})
        return [each["text"] for each in arrived.json() if each["code"] is None]

    found: list[str] = []
    while not found:
        await asyncio.sleep(0.02)
        found = await confirmations()
    assert [each.endswith("START macht das rückgängig.") for each in found] == [True]


@pytest.mark.parametrize(
    "body",
    [{"from": "nobody", "text": "STOP"}, {"from": "+491701234567"}, {"text": "STOP"}],
    ids=["nobody", "nothing", "from nowhere"],
)
async def test_what_is_no_reply_is_refused(tester: AsyncClient, body: dict[str, str]) -> None:
    assert (await tester.post("/sandbox/replies", json=body)).status_code == 400
