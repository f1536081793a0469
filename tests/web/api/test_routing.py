"""Plans of fallback as programs declare them, and the way that a code would take."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from litestar import Litestar

from tests.stores import MovableTime
from tests.web.conftest import calling, new_key
from tests.whole_house import Dealt
from watchword.features.clients.rules import Scope
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode
from watchword.foundation.ids import EVERYWHERE
from watchword.web.problems import URN
from watchword.wiring import Services

PHONE, LANDLINE = {"phone": "+491701234567"}, {"phone": "+493012345678"}
SMS = {"channel": "sms", "providers": [], "wait_seconds": 30}
VOICE = {"channel": "voice", "providers": ["gateway"], "wait_seconds": 60}
PLAN = "/v1/plans/wallet_signin"
COUNTED = ("contact_points", "challenges", "messages", "budgets", "starts", "tallies", "blocks")


async def declare(caller: AsyncClient, *steps: dict[str, Any], path: str = PLAN) -> None:
    reply = await caller.put(path, json={"steps": steps})
    assert reply.status_code == 200, reply.text


async def foreseen(caller: AsyncClient, **other: object) -> dict[str, Any]:
    body = {"purpose": "wallet_signin", "to": PHONE, **other}
    reply = await caller.post("/v1/routing-plans", json=body)
    assert reply.status_code == 200, reply.text
    seen: dict[str, Any] = reply.json()
    return seen


def reasons(steps: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(each["step"], each["channel"], each["because"] or each["skipped"]) for each in steps]


class TestAPlan:
    async def test_is_declared_seen_and_withdrawn(self, caller: AsyncClient) -> None:
        reply = await caller.put(PLAN, json={"steps": [{"channel": "sms"}, VOICE]})

        declared = {"purpose": "wallet_signin", "steps": [SMS, VOICE], "is_own": True}
        assert (reply.status_code, reply.json()) == (200, declared)
        assert (await caller.get("/v1/plans")).json() == [declared]
        assert (await caller.delete(PLAN)).status_code == 204
        assert (await caller.get("/v1/plans")).json() == []
        assert (await caller.delete(PLAN)).status_code == 404

    async def test_with_a_provider_that_is_not_there_is_refused_with_its_name(
        self, caller: AsyncClient
    ) -> None:
        reply = await caller.put(PLAN, json={"steps": [{**SMS, "providers": ["nobody"]}]})

        assert (reply.status_code, reply.json()["type"]) == (422, f"{URN}plan-not-possible")
        assert "nobody" in reply.json()["detail"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"steps": []},
            {"steps": [SMS] * 7},
            {"steps": [{"channel": "fax"}]},
            {"steps": [{**SMS, "wait_seconds": 4}]},
            {"steps": [{**SMS, "wait_seconds": 601}]},
            {"steps": [{**SMS, "wait": 30}]},
            {"steps": [{**SMS, "providers": ["gateway"] * 11}]},
        ],
    )
    async def test_of_another_form_is_refused(
        self, caller: AsyncClient, body: dict[str, object]
    ) -> None:
        assert (await caller.put(PLAN, json=body)).status_code == 400

    @pytest.mark.parametrize("method", ["PUT", "DELETE"])
    async def test_of_no_purpose_says_which_there_are(
        self, caller: AsyncClient, method: str
    ) -> None:
        reply = await caller.request(method, "/v1/plans/curiosity", json={"steps": [SMS]})

        assert reply.status_code == 404
        assert "wallet_signin" in reply.json()["detail"]
        assert "curiosity" not in reply.text

    async def test_of_another_organisation_is_neither_seen_nor_touched(
        self, caller: AsyncClient, tester: AsyncClient
    ) -> None:
        await declare(caller, VOICE)

        assert (await tester.get("/v1/plans")).json() == []
        assert (await tester.delete(PLAN)).status_code == 404
        assert reasons((await foreseen(tester))["steps"]) == [(1, "sms", "first")]
        assert len((await caller.get("/v1/plans")).json()) == 1

    async def test_needs_a_key_for_it(self, app: Litestar, services: Services) -> None:
        key = await new_key(services, "reader", Mode.LIVE, frozenset({Scope.PLANS_READ}))
        async with calling(app, key) as reader:
            assert (await reader.get("/v1/plans")).status_code == 200
            assert (await reader.put(PLAN, json={"steps": [SMS]})).status_code == 403
            assert (await reader.delete(PLAN)).status_code == 403
            body = {"purpose": "wallet_signin", "to": PHONE}
            assert (await reader.post("/v1/routing-plans", json=body)).status_code == 403


class TestForesight:
    async def test_shows_each_step_and_masks_the_number(self, caller: AsyncClient) -> None:
        await declare(caller, {"channel": "whatsapp"}, SMS, VOICE)

        seen = await foreseen(caller)

        assert (seen["purpose"], seen["to"]) == ("wallet_signin", "+49•••••4567")
        assert reasons(seen["steps"]) == [
            (1, "whatsapp", "not_served"),
            (2, "sms", "first"),
            (3, "voice", "no_receipt"),
        ]
        assert [each["provider"] for each in seen["steps"]] == [None, "gateway", "gateway"]
        assert {each["lasted_seconds"] for each in seen["steps"]} == {None}

    async def test_says_that_a_landline_shows_no_text(self, caller: AsyncClient) -> None:
        await declare(caller, SMS, VOICE)

        seen = await foreseen(caller, to=LANDLINE)

        assert reasons(seen["steps"])[0] == (1, "sms", "landline")

    async def test_begins_with_the_channel_that_is_wished_for(self, caller: AsyncClient) -> None:
        await declare(caller, SMS, VOICE)

        assert reasons((await foreseen(caller, channel="voice"))["steps"]) == [
            (1, "voice", "wanted")
        ]

    async def test_keeps_nothing_counts_nothing_and_sends_nothing(
        self, caller: AsyncClient, services: Services, dealt: Dealt
    ) -> None:
        await declare(caller, SMS, VOICE)
        for number in range(8):
            await foreseen(caller, to={"phone": f"+49170123456{number}"}, requester="203.0.113.7")

        async with services.storage.reading(EVERYWHERE) as transaction:
            for table in COUNTED:
                row = await transaction.one(f"select count(*) as found from {table}")  # noqa: S608
                assert row is not None
                assert (table, row["found"]) == (table, 0)
        assert dealt.codes == []

    @pytest.mark.parametrize("to", [{}, {"phone": "nobody"}, {**PHONE, "email": "a@example.org"}])
    async def test_of_nobody_is_refused(self, caller: AsyncClient, to: dict[str, str]) -> None:
        body = {"purpose": "wallet_signin", "to": to}

        assert (await caller.post("/v1/routing-plans", json=body)).status_code in {400, 422}


class TestATrace:
    async def test_tells_each_step_why_it_was_taken_and_how_long_it_lasted(
        self, caller: AsyncClient, services: Services, time: MovableTime
    ) -> None:
        await declare(caller, {"channel": "whatsapp"}, SMS, VOICE)
        body = {"purpose": "wallet_signin", "to": PHONE}
        url = f"/v1/challenges/{(await caller.post('/v1/challenges', json=body)).json()['id']}"
        began = time()
        read = (await caller.get(url)).json()
        assert datetime.fromisoformat(read["next_step_at"]) == began + timedelta(seconds=30)

        time.pass_by(timedelta(seconds=31))
        for place in await services.steps.due(9):
            await services.steps.take(place)
        time.pass_by(timedelta(seconds=9))
        await caller.delete(url)

        read = (await caller.get(url)).json()
        assert read["next_step_at"] is None
        assert reasons(read["steps"]) == [
            (1, "whatsapp", "not_served"),
            (2, "sms", "first"),
            (3, "voice", "waited"),
        ]
        assert [each["lasted_seconds"] for each in read["steps"]] == [None, 31.0, 9.0]
        assert [each["wait_seconds"] for each in read["steps"]] == [30, 30, 60]
        assert [each["cost"] for each in read["steps"]] == [None] * 3
        assert [each["channel"] for each in read["sendings"]] == ["sms", "voice"]


class TestWhatLetsPhonesFillInTheCode:
    async def text(self, services: Services) -> str:
        [queued] = await services.deliveries.claim(ProviderName("gateway"), 9)
        return (await services.deliveries.open(queued)).text.reveal()

    @pytest.mark.parametrize(
        ("autofill", "end"),
        [
            ({"host": "example.org"}, "@example.org #{code}"),
            ({"host": "example.org", "frame": "pay.example.org"}, "@example.org #{code}"),
            ({"app": "FA+9qCX9VSu"}, "FA+9qCX9VSu"),
        ],
    )
    async def test_reaches_the_message(
        self,
        caller: AsyncClient,
        services: Services,
        dealt: Dealt,
        autofill: dict[str, str],
        end: str,
    ) -> None:
        body = {"purpose": "wallet_signin", "to": PHONE, "autofill": autofill}

        reply = await caller.post("/v1/challenges", json=body)

        assert reply.status_code == 201, reply.text
        last = (await self.text(services)).splitlines()[-1]
        assert last.startswith(end.format(code=dealt.latest))

    @pytest.mark.parametrize(
        "autofill",
        [
            {"host": "example.org", "app": "FA+9qCX9VSu"},
            {"host": "not a host"},
            {"app": "short"},
            {"frame": "pay.example.org"},
        ],
    )
    async def test_is_refused_where_no_phone_would_know_it(
        self, caller: AsyncClient, autofill: dict[str, str]
    ) -> None:
        body = {"purpose": "wallet_signin", "to": PHONE, "autofill": autofill}

        assert (await caller.post("/v1/challenges", json=body)).status_code == 400
