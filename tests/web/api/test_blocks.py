"""Blocks and rules, as a program that calls the API sees them."""

from uuid import UUID

import pytest
from httpx import AsyncClient
from litestar import Litestar

from tests.features.abuse.starts import PUMPED, a_start, numbered
from tests.stores import KEYRING, MovableTime
from tests.web.conftest import calling, new_key
from tests.web.doors import doors_to
from watchword.features.abuse.rulesets import OwnRules, Ruleset
from watchword.features.clients.rules import Operator, Scope
from watchword.features.organisations.rules import Mode
from watchword.features.organisations.settings.catalogue import read_own
from watchword.features.organisations.settings.rules import Changed, Version
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.organisations.settings.store import SettingsStore
from watchword.settings import parse
from watchword.wiring import Services, open_services

RULES = {"prefix": [{"most": 2, "seconds": 3600}], "conversion": {"on": False}}


async def block(services: Services, blocks: int = 1) -> None:
    """Ask for too many codes to neighbouring numbers, so often that so many blocks begin."""
    shop = await services.organisations.find("shop")
    for prefix in range(blocks):
        for number in range(3):
            async with services.storage.begin(shop.id) as transaction:
                start = a_start(numbered(f"+491701{prefix}", number))
                await services.abuse.guard.admit(transaction, shop, start, transaction.now())


async def strict(caller: AsyncClient) -> AsyncClient:
    reply = await caller.put("/v1/abuse-rules", json=RULES)
    assert reply.status_code == 200, reply.text
    return caller


class TestBlocks:
    async def test_are_listed_with_why_and_until_when_and_the_way_round(
        self, caller: AsyncClient, services: Services
    ) -> None:
        await strict(caller)
        await block(services)

        page = (await caller.get("/v1/blocks")).json()

        (found,) = page["blocks"]
        assert page["cursor"] is None
        assert {name: found[name] for name in ("rule", "subject", "state", "channels")} == {
            "rule": "prefix",
            "subject": "+49 1701•••xxxx",
            "state": "standing",
            "channels": [],
        }
        assert found["reason"].startswith("So many codes were asked for")
        assert found["way_round"].startswith("Use a device that has verified")
        assert found["created_at"] == "2030-01-01T12:00:00Z"
        assert found["expires_at"] > "2030-01-01T13:00:00Z"
        assert found["lifted_at"] is None

    async def test_come_page_by_page(self, caller: AsyncClient, services: Services) -> None:
        await strict(caller)
        await block(services, 6)

        first = (await caller.get("/v1/blocks?limit=3")).json()
        second = (await caller.get(f"/v1/blocks?limit=3&cursor={first['cursor']}")).json()

        ids = [each["id"] for each in first["blocks"] + second["blocks"]]
        assert len(ids) == len({*ids}) == 6
        assert second["cursor"] is None

    async def test_are_lifted_once(self, caller: AsyncClient, services: Services) -> None:
        await strict(caller)
        await block(services)
        (found,) = (await caller.get("/v1/blocks?state=standing")).json()["blocks"]
        path = f"/v1/blocks/{found['id']}/liftings"

        lifted = await caller.post(path, json={})
        again = await caller.post(path, json={})

        assert lifted.status_code == 201
        assert lifted.json()["state"] == "lifted"
        assert lifted.json()["lifted_by"].startswith("api_key:")
        assert (await caller.get("/v1/blocks?state=standing")).json()["blocks"] == []
        assert again.status_code == 409
        assert again.json()["type"] == "urn:watchword:problem:block-over"

    async def test_are_lifted_once_for_one_key(
        self, caller: AsyncClient, services: Services
    ) -> None:
        await strict(caller)
        await block(services, 2)
        first, second = (await caller.get("/v1/blocks")).json()["blocks"]
        path, key = f"/v1/blocks/{first['id']}/liftings", {"Idempotency-Key": "once"}

        lifted = await caller.post(path, json={}, headers=key)
        again = await caller.post(path, json={}, headers=key)
        other = await caller.post(f"/v1/blocks/{second['id']}/liftings", json={}, headers=key)

        assert (lifted.status_code, lifted.json()) == (201, again.json())
        assert again.status_code == 201
        assert other.status_code == 201

    async def test_of_others_are_not_there(
        self, caller: AsyncClient, tester: AsyncClient, services: Services
    ) -> None:
        await strict(caller)
        await block(services)
        (found,) = (await caller.get("/v1/blocks")).json()["blocks"]

        assert (await tester.get("/v1/blocks")).json()["blocks"] == []
        reply = await tester.post(f"/v1/blocks/{found['id']}/liftings", json={})
        assert reply.status_code == 404

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("cursor=x", 400),
            (f"cursor={UUID(int=7)}", 400),
            ("state=active", 400),
            ("limit=0", 400),
            ("limit=101", 400),
        ],
    )
    async def test_are_not_asked_for_in_any_way(
        self, caller: AsyncClient, query: str, status: int
    ) -> None:
        assert (await caller.get(f"/v1/blocks?{query}")).status_code == status


class TestRules:
    async def test_are_shown_as_they_are_in_force(self, caller: AsyncClient) -> None:
        await strict(caller)

        shown = (await caller.get("/v1/abuse-rules")).json()

        assert shown["prefix"] == [{"most": 2, "seconds": 3600, "spares_known": True}]
        assert shown["block_seconds"] == 900
        assert shown["countries"] == []

    async def test_of_who_tests_are_not_in_force(
        self, caller: AsyncClient, tester: AsyncClient
    ) -> None:
        live = (await caller.get("/v1/abuse-rules")).json()
        tested = (await tester.get("/v1/abuse-rules")).json()
        refused = await tester.put("/v1/abuse-rules", json=live)

        assert (live["in_force"], tested["in_force"]) == (True, False)
        assert tested == {**live, "in_force": False}
        assert refused.status_code == 422
        assert "in_force cannot be set" in refused.json()["detail"]
        assert (await tester.put("/v1/abuse-rules", json=tested)).json() == tested

    async def test_that_are_shown_may_be_set_as_they_are(self, caller: AsyncClient) -> None:
        shown = (await caller.get("/v1/abuse-rules")).json()

        reply = await caller.put("/v1/abuse-rules", json=shown)

        assert reply.status_code == 200
        assert reply.json() == shown

    @pytest.mark.parametrize(
        ("body", "status", "said"),
        [
            ({"countries": ["Germany"]}, 422, "two capital letters"),
            ({"spend": {"per_day": 5}}, 422, "[prices]"),
            ({"surprise": 1}, 400, None),
            ({"prefix": [{"most": 1, "seconds": 60}] * 5}, 400, None),
            ({"prefix": "many"}, 400, None),
            ([], 400, None),
        ],
    )
    async def test_that_cannot_work_are_refused(
        self, caller: AsyncClient, body: object, status: int, said: str | None
    ) -> None:
        reply = await caller.put("/v1/abuse-rules", json=body)

        assert reply.status_code == status
        assert said is None or said in reply.json()["detail"]


async def test_a_key_cannot_raise_what_may_be_spent(migrated: str, time: MovableTime) -> None:
    settings = parse(
        {
            "database": {"url": migrated},
            "prices": {"rows": [{"channel": "sms", "price": 0.1}]},
            "abuse": {"spend": {"per_day": 5}},
        }
    )
    async with open_services(settings, KEYRING, now=time) as services:
        key = await new_key(services, "shop", Mode.LIVE)
        async with calling(doors_to(services), key) as caller:
            more = await caller.put("/v1/abuse-rules", json={"spend": {"per_day": 6}})
            less = await caller.put("/v1/abuse-rules", json={"spend": {"per_day": 4}})

    assert more.status_code == 403
    assert more.json()["type"] == "urn:watchword:problem:needs-operator"
    assert "spend.per_day" in more.json()["detail"]
    assert less.json()["spend"]["per_day"] == "4"


async def test_a_key_cannot_lift_a_cap_on_money(migrated: str, time: MovableTime) -> None:
    settings = parse(
        {
            "database": {"url": migrated},
            "prices": {"rows": [{"channel": "sms", "price": 0.1}]},
            "abuse": {"spend": {"per_day": 1, "kept_for_known": 0}, "locked": ["countries"]},
        }
    )
    async with open_services(settings, KEYRING, now=time) as services:
        key = await new_key(services, "shop", Mode.LIVE)
        shop = await services.organisations.find("shop")
        async with services.storage.begin(shop.id) as transaction:
            for number in range(2):
                start = a_start(numbered(PUMPED, number), cents=90 if number == 0 else 20)
                await services.abuse.guard.admit(transaction, shop, start, transaction.now())
                start = a_start(numbered(PUMPED, number), cents=10)
                await services.abuse.guard.admit(transaction, shop, start, transaction.now())
        async with calling(doors_to(services), key) as caller:
            (found,) = (await caller.get("/v1/blocks")).json()["blocks"]
            refused = await caller.post(f"/v1/blocks/{found['id']}/liftings", json={})
            still = (await caller.get("/v1/blocks?state=standing")).json()["blocks"]
            wider = await caller.put("/v1/abuse-rules", json={"countries": ["*"]})

    assert found["rule"] == "spend"
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:watchword:problem:needs-operator"
    assert f"watchword abuse lift shop {found['id']}" in refused.json()["detail"]
    assert still == [found]
    assert wider.json()["type"] == "urn:watchword:problem:needs-operator"
    assert "countries" in wider.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/blocks"),
        ("POST", f"/v1/blocks/{UUID(int=7)}/liftings"),
        ("GET", "/v1/abuse-rules"),
        ("PUT", "/v1/abuse-rules"),
    ],
)
async def test_a_key_that_sends_codes_opens_none_of_this(
    app: Litestar, services: Services, method: str, path: str
) -> None:
    key = await new_key(services, "till", Mode.LIVE, frozenset({Scope.CHALLENGES_WRITE}))
    async with calling(app, key) as till:
        reply = await till.request(method, path, json={})

    assert reply.status_code == 403
    assert reply.json()["type"] == "urn:watchword:problem:missing-scope"


async def test_what_is_blocked_is_told_to_whoever_asks_for_a_code(
    caller: AsyncClient, services: Services
) -> None:
    reply = await caller.post(
        "/v1/challenges", json={"purpose": "wallet_signin", "to": {"phone": "+436641234567"}}
    )

    problem = reply.json()
    assert reply.status_code == 403
    assert problem["type"] == "urn:watchword:problem:blocked-by-rule"
    assert problem["title"] == "A rule stands in the way"
    assert (problem["rule"], problem["channels"]) == ("country", [])
    assert "numbers of AT" in problem["reason"]
    assert problem["detail"] == f"{problem['reason']} {problem['way_round']}"
    assert PUMPED not in reply.text


class TestTwoPeople:
    async def test_have_to_agree_to_looser_rules_and_a_key_is_none_of_them(
        self, caller: AsyncClient, services: Services
    ) -> None:
        await strict(caller)
        await wanting_two(services)

        looser = {"prefix": [{"most": 3, "seconds": 3600}], "conversion": {"on": False}}
        refused = [await caller.put("/v1/abuse-rules", json=each) for each in (looser, {})]
        unchanged = (await caller.get("/v1/abuse-rules")).json()
        tighter = {**RULES, "prefix": [{"most": 1, "seconds": 3600}]}
        done = await caller.put("/v1/abuse-rules", json=tighter)

        assert [each.status_code for each in refused] == [403, 403]
        problem = refused[0].json()
        assert problem["type"] == "urn:watchword:problem:needs-second-person"
        assert "to loosen prefix. Propose it in the console" in problem["detail"]
        assert unchanged["prefix"][0]["most"] == 2
        assert done.status_code == 200

    async def test_do_not_hinder_whoever_runs_the_machine(
        self, caller: AsyncClient, services: Services
    ) -> None:
        await strict(caller)
        await wanting_two(services)
        shop = await services.organisations.find("shop")
        operator = Operator(name="test", organisation=shop)

        outcome = await services.abuse.rulebook.set(operator, OwnRules(), is_operator=True)

        assert isinstance(outcome, Ruleset)


async def wanting_two(services: Services) -> None:
    shop = await services.organisations.find("shop")
    own = read_own(SectionName.APPROVALS, {"settings": True})
    async with services.storage.begin(shop.id) as transaction:
        version = Version(
            section=SectionName.APPROVALS,
            location=None,
            version=1,
            own=own,
            at=transaction.now(),
            by="test",
            approved_by=None,
        )
        store = SettingsStore(transaction, shop.id)
        await store.hold(SectionName.APPROVALS, None)
        await store.save(version)
    await services.configuration.settings.settle(
        Changed(organisation_id=shop.id, location=None, version=1, differences=())
    )
