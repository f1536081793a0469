"""Endpoints and deliveries of webhooks, as a program that calls the API sees them."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from litestar import Litestar
from standardwebhooks.webhooks import Webhook

from tests.stores import MovableTime
from tests.web.api.test_challenges import problem
from tests.web.conftest import calling, new_key
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.features.webhooks.posting.service import Turn
from watchword.features.webhooks.rules import Answer, Attempt, Ended
from watchword.foundation.ids import OrganisationId, new_id
from watchword.wiring import Services

URL = "https://hooks.example.org/watchword"
ENDPOINTS, DELIVERIES = "/v1/webhook-endpoints", "/v1/webhook-deliveries"
AGAIN = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
FIELDS = {
    "id",
    "url",
    "description",
    "events",
    "state",
    "reason",
    "failing_since",
    "created_at",
}
NOBODY = uuid4()


@pytest.fixture
async def other(app: Litestar, services: Services) -> AsyncIterator[AsyncClient]:
    """A program of another organisation."""
    async with calling(app, await new_key(services, "bank", Mode.LIVE)) as other:
        yield other


async def add(caller: AsyncClient, **other: object) -> Response:
    return await caller.post(ENDPOINTS, json={"url": URL, **other})


async def added(caller: AsyncClient, **other: object) -> str:
    reply = await add(caller, **other)
    assert reply.status_code == 201, reply.text
    return f"{ENDPOINTS}/{reply.json()['id']}"


async def note(services: Services, slug: str = "shop", count: int = 1) -> None:
    whose = (await services.organisations.find(slug)).id
    for _ in range(count):
        async with services.storage.begin(whose) as transaction:
            event = Event(
                kind=EventKind.CHALLENGE_VERIFIED,
                id=EventId(new_id()),
                at=transaction.now(),
                about="challenge",
                data={"challenge_id": "challenge"},
            )
            await services.webhooks.note(transaction, OrganisationId(whose), event)


async def work(services: Services, *, status: int = 204) -> None:
    """Let a worker have all that is due, and every endpoint answer alike."""
    now = services.storage.now()
    answer = Answer(word=f"HTTP {status}", status=status)
    attempt = Attempt(at=now, status=status, word=answer.word, milliseconds=12)
    for hand in await services.posting.claim(
        busy=(), turn=Turn(), most=20, most_failing=20, size=lambda _: 100
    ):
        ended = [Ended(one, attempt, answer) for one in hand.claimed]
        await services.posting.settle(hand, ended, [], lambda: 0.5)


class TestAnEndpoint:
    async def test_is_made_with_a_secret_that_is_shown_once(self, caller: AsyncClient) -> None:
        reply = await add(caller, description="till", events=["challenge.verified"])

        made = reply.json()
        assert reply.status_code == 201
        assert set(made) == FIELDS | {"secret"}
        assert made["secret"].startswith("whsec_")
        assert (made["url"], made["description"]) == (URL, "till")
        assert (made["events"], made["state"]) == (["challenge.verified"], "enabled")
        shown = (await caller.get(f"{ENDPOINTS}/{made['id']}")).json()
        assert set(shown) == FIELDS
        assert shown == {name: made[name] for name in FIELDS}
        assert (await caller.get(ENDPOINTS)).json() == [shown]

    async def test_is_made_once_for_one_key(self, caller: AsyncClient) -> None:
        body = {"url": URL}

        first = await caller.post(ENDPOINTS, json=body, headers=AGAIN)
        second = await caller.post(ENDPOINTS, json=body, headers=AGAIN)
        third = await caller.post(ENDPOINTS, json={**body, "description": "x"}, headers=AGAIN)

        assert first.json() == second.json()
        assert problem(third) == "idempotency-key-reused"
        assert len((await caller.get(ENDPOINTS)).json()) == 1

    @pytest.mark.parametrize(
        "url",
        [
            "http://hooks.example.org/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://user:secret@hooks.example.org/",
            "https://hooks.example.org:22/",
            "https://metadata.google.internal/",
        ],
    )
    async def test_is_refused_where_it_leads_inside(self, caller: AsyncClient, url: str) -> None:
        reply = await add(caller, url=url)

        assert problem(reply) == "webhook-target-refused"
        assert url not in reply.text
        assert "secret" not in reply.text
        good = await added(caller)
        assert problem(await caller.patch(good, json={"url": url})) == "webhook-target-refused"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"url": ""},
            {"url": URL, "events": ["challenge.eaten"]},
            {"url": URL, "secret": "whsec_mine"},
            {"url": URL, "description": "x" * 201},
            {"url": URL, "state": "disabled"},
            {"url": 7},
        ],
    )
    async def test_is_refused_where_the_request_is_not_right(
        self, caller: AsyncClient, body: dict[str, object]
    ) -> None:
        assert problem(await caller.post(ENDPOINTS, json=body)) == "malformed-request"

    async def test_may_be_one_of_twenty(self, caller: AsyncClient) -> None:
        for _ in range(20):
            await added(caller)

        assert problem(await add(caller)) == "too-many-endpoints"

    async def test_can_be_changed_and_keeps_the_rest(self, caller: AsyncClient) -> None:
        place = await added(caller, description="till", events=["webhook.test"])

        changed = (await caller.patch(place, json={"url": f"{URL}/2", "state": "disabled"})).json()

        assert (changed["url"], changed["state"]) == (f"{URL}/2", "disabled")
        assert (changed["reason"], changed["description"]) == ("asked for", "till")
        assert changed["events"] == ["webhook.test"]
        all_events = (await caller.patch(place, json={"events": [], "state": "enabled"})).json()
        assert (all_events["events"], all_events["state"]) == ([], "enabled")
        assert all_events["reason"] is None

    @pytest.mark.parametrize(
        "body", [{"state": "removed"}, {"state": 1}, {"url": None}, {"id": str(NOBODY)}]
    )
    async def test_is_not_changed_by_a_request_that_is_not_right(
        self, caller: AsyncClient, body: dict[str, object]
    ) -> None:
        place = await added(caller)

        assert problem(await caller.patch(place, json=body)) == "malformed-request"
        assert (await caller.get(place)).json()["state"] == "enabled"

    async def test_can_be_removed(self, caller: AsyncClient) -> None:
        place = await added(caller)

        assert (await caller.delete(place)).status_code == 204
        assert problem(await caller.get(place)) == "not-found"
        assert problem(await caller.delete(place)) == "not-found"
        assert (await caller.get(ENDPOINTS)).json() == []

    async def test_gets_a_new_secret(self, caller: AsyncClient, time: MovableTime) -> None:
        place = await added(caller)

        reply = await caller.post(f"{place}/secrets", json={"overlap_seconds": 3600}, headers=AGAIN)
        again = await caller.post(f"{place}/secrets", json={"overlap_seconds": 3600}, headers=AGAIN)
        usual = await caller.post(f"{place}/secrets", json={})

        until = datetime.fromisoformat(reply.json()["old_until"])
        assert reply.status_code == 201
        assert until == time() + timedelta(hours=1)
        assert reply.json() == again.json()
        assert Webhook(reply.json()["secret"])
        assert datetime.fromisoformat(usual.json()["old_until"]) == time() + timedelta(days=1)
        for overlap in (-1, 31 * 86_400, 1.5):
            bad = await caller.post(f"{place}/secrets", json={"overlap_seconds": overlap})
            assert problem(bad) == "malformed-request"


class TestADelivery:
    async def test_is_in_the_log_with_each_attempt(
        self, caller: AsyncClient, services: Services, time: MovableTime
    ) -> None:
        place = await added(caller)
        tested = await caller.post(f"{place}/tests", json={})
        before = (await caller.get(f"{DELIVERIES}/{tested.json()['id']}")).json()
        await work(services, status=500)

        after = (await caller.get(f"{DELIVERIES}/{tested.json()['id']}")).json()

        assert tested.status_code == 201
        assert (before["state"], before["attempts"], before["log"]) == ("waiting", 0, [])
        assert (after["event"], after["state"]) == ("webhook.test", "waiting")
        assert (after["reason"], after["attempts"]) == ("HTTP 500", 1)
        assert after["message_id"].startswith("msg_")
        assert datetime.fromisoformat(after["due_at"]) == time() + timedelta(seconds=5)
        [attempt] = after["log"]
        assert (attempt["status"], attempt["result"]) == (500, "HTTP 500")
        assert attempt["milliseconds"] == 12

    async def test_is_listed_in_pages(self, caller: AsyncClient, services: Services) -> None:
        await added(caller)
        await note(services, count=60)

        first = (await caller.get(DELIVERIES)).json()
        second = (await caller.get(DELIVERIES, params={"cursor": first["cursor"]})).json()
        many = (await caller.get(DELIVERIES, params={"limit": 60})).json()

        ids = [each["id"] for page in (first, second) for each in page["deliveries"]]
        assert [len(first["deliveries"]), len(second["deliveries"])] == [50, 10]
        assert len({*ids}) == 60
        assert second["cursor"] is None
        assert (len(many["deliveries"]), many["cursor"]) == (60, None)

    @pytest.mark.parametrize(
        "query", [{"cursor": "x"}, {"limit": 0}, {"limit": 101}, {"limit": "all"}]
    )
    async def test_is_not_listed_in_any_other_way(
        self, caller: AsyncClient, query: dict[str, str]
    ) -> None:
        assert problem(await caller.get(DELIVERIES, params=query)) == "malformed-request"

    async def test_is_found_by_endpoint_and_state(
        self, caller: AsyncClient, services: Services
    ) -> None:
        one, two = await added(caller), await added(caller)
        await note(services)
        await work(services, status=410)

        failed = await caller.get(DELIVERIES, params={"state": "given_up"})
        of_one = await caller.get(DELIVERIES, params={"endpoint": one.rpartition("/")[2]})
        none = await caller.get(
            DELIVERIES, params={"endpoint": two.rpartition("/")[2], "state": "delivered"}
        )
        wrong = await caller.get(DELIVERIES, params={"state": "eaten"})

        assert len(failed.json()["deliveries"]) == 2
        assert len(of_one.json()["deliveries"]) >= 1
        assert {each["endpoint_id"] for each in of_one.json()["deliveries"]} == {
            one.rpartition("/")[2]
        }
        assert none.json()["deliveries"] == []
        assert problem(wrong) == "malformed-request"

    async def test_can_be_sent_again(self, caller: AsyncClient, services: Services) -> None:
        await added(caller)
        await note(services)
        await work(services)
        [delivery] = (await caller.get(DELIVERIES)).json()["deliveries"]
        place = f"{DELIVERIES}/{delivery['id']}"

        reply = await caller.post(f"{place}/replays", json={})

        assert (reply.status_code, reply.json()) == (201, {"id": delivery["id"]})
        assert (await caller.get(place)).json()["state"] == "waiting"

    async def test_is_refused_while_a_worker_has_it(
        self, caller: AsyncClient, services: Services
    ) -> None:
        await added(caller)
        await note(services)
        await services.posting.claim(busy=(), turn=Turn(), most=1, most_failing=1, size=lambda _: 1)
        [delivery] = (await caller.get(DELIVERIES)).json()["deliveries"]

        reply = await caller.post(f"{DELIVERIES}/{delivery['id']}/replays", json={})

        assert problem(reply) == "webhook-under-way"

    async def test_all_that_failed_can_be_sent_again_once_the_endpoint_is_enabled(
        self, caller: AsyncClient, services: Services, time: MovableTime
    ) -> None:
        place = await added(caller)
        await note(services, count=3)
        await work(services, status=410)
        since = {"since": (time() - timedelta(hours=1)).isoformat()}

        refused = await caller.post(f"{place}/replays", json=since)
        tried = await caller.post(f"{place}/tests", json={})
        await caller.patch(place, json={"state": "enabled"})
        reply = await caller.post(f"{place}/replays", json=since)

        assert problem(refused) == problem(tried) == "webhook-endpoint-disabled"
        assert (reply.status_code, reply.json()) == (201, {"replayed": 3})
        naive = await caller.post(f"{place}/replays", json={"since": "2030-01-01T12:00:00"})
        assert problem(naive) == "malformed-request"


class TestWhoMay:
    async def test_what_is_somebody_elses_is_not_there(
        self, caller: AsyncClient, other: AsyncClient, services: Services
    ) -> None:
        place = await added(caller)
        await note(services)
        [delivery] = (await caller.get(DELIVERIES)).json()["deliveries"]
        theirs = f"{DELIVERIES}/{delivery['id']}"
        since = {"since": "2029-01-01T00:00:00Z"}

        replies = [
            await other.get(place),
            await other.patch(place, json={"state": "disabled"}),
            await other.delete(place),
            await other.post(f"{place}/secrets", json={}),
            await other.post(f"{place}/tests", json={}),
            await other.post(f"{place}/replays", json=since),
            await other.get(theirs),
            await other.post(f"{theirs}/replays", json={}),
        ]
        nobody = [
            await other.get(f"{ENDPOINTS}/{NOBODY}"),
            await other.get(f"{DELIVERIES}/{NOBODY}"),
        ]

        assert {reply.status_code for reply in replies + nobody} == {404}
        for theirs_, nobodys in [(replies[0], nobody[0]), (replies[6], nobody[1])]:
            assert {**theirs_.json(), "instance": None} == {**nobodys.json(), "instance": None}
        assert (await other.get(ENDPOINTS)).json() == []
        listed = await other.get(DELIVERIES, params={"endpoint": place.rpartition("/")[2]})
        assert listed.json()["deliveries"] == []
        assert (await caller.get(place)).json()["state"] == "enabled"

    @pytest.mark.parametrize("scope", [Scope.WEBHOOKS_READ, Scope.CHALLENGES_WRITE])
    async def test_a_key_opens_no_more_than_its_scopes(
        self, app: Litestar, services: Services, scope: Scope
    ) -> None:
        key = await new_key(services, "reader", Mode.LIVE, frozenset({scope}))
        async with calling(app, key) as reader:
            read = await reader.get(ENDPOINTS)
            listed = await reader.get(DELIVERIES)
            writes = [
                await add(reader),
                await reader.patch(f"{ENDPOINTS}/{NOBODY}", json={}),
                await reader.delete(f"{ENDPOINTS}/{NOBODY}"),
                await reader.post(f"{ENDPOINTS}/{NOBODY}/secrets", json={}),
                await reader.post(f"{DELIVERIES}/{NOBODY}/replays", json={}),
            ]

        assert [problem(reply) for reply in writes] == ["missing-scope"] * 5
        may_read = scope is Scope.WEBHOOKS_READ
        assert [read.status_code, listed.status_code] == ([200] * 2 if may_read else [403] * 2)
