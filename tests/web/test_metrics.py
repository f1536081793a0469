"""Figures: who may see them, that they count what happens, and that they name nobody."""

from collections.abc import AsyncIterator, Iterator

import pytest
from httpx import AsyncClient
from litestar import Litestar
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.stores import KEYRING, MovableTime
from tests.web.conftest import calling
from tests.whole_house import GATEWAY, PHONE, Dealt
from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import Accepted, ProviderName, Receipt
from watchword.features.webhooks.events import EventKind
from watchword.foundation.secret import Secret
from watchword.settings import parse
from watchword.web.metrics import create_side_app
from watchword.wiring import Services, open_services

TOKEN = "a token of sixteen characters or more"  # noqa: S105 - of a test
REFERENCE = "order-4711-of-ann"
GATEWAY_NAME = ProviderName("gateway")


@pytest.fixture
async def operator(services: Services) -> AsyncIterator[AsyncClient]:
    """Whoever runs the machine, at the place that is not for the world."""
    async with calling(create_side_app(services), "no key") as operator:
        yield operator


async def figures(operator: AsyncClient) -> dict[str, dict[tuple[str, ...], float]]:
    """Give all figures by name, each by the values of its labels in the order of their names."""
    reply = await operator.get("/metrics")
    assert reply.status_code == 200, reply.text
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in _families(reply.text):
        for sample in family.samples:
            values = tuple(sample.labels.values())
            found.setdefault(sample.name, {})[values] = sample.value
    return found


def _families(text: str) -> Iterator[Metric]:
    yield from text_string_to_metric_families(text)


async def test_a_challenge_is_counted_from_its_beginning_to_its_end(
    caller: AsyncClient, operator: AsyncClient, dealt: Dealt
) -> None:
    opened = await _open(caller)
    url = f"/v1/challenges/{opened}/answers"
    await caller.post(url, json={"code": dealt.wrong})
    await caller.post(url, json={"code": dealt.latest})

    counted = (await figures(operator))["watchword_challenges_total"]

    assert counted == {
        ("sms", "opened", "wallet_signin"): 1,
        ("sms", "answered_wrong", "wallet_signin"): 1,
        ("sms", "verified", "wallet_signin"): 1,
    }


async def test_what_is_refused_is_counted_by_its_reason(
    caller: AsyncClient, operator: AsyncClient
) -> None:
    opened = await _open(caller)
    await caller.post(f"/v1/challenges/{opened}/sendings", json={})
    body = {"purpose": "wallet_signin", "to": {"email": "ann@example.org"}}
    await caller.post("/v1/challenges", json=body)

    counted = (await figures(operator))["watchword_challenge_refusals_total"]

    assert counted == {
        ("sms", "wallet_signin", "too_soon"): 1,
        ("any", "wallet_signin", "no_way"): 1,
    }


async def test_the_same_request_once_more_is_no_second_challenge(
    caller: AsyncClient, operator: AsyncClient
) -> None:
    for _ in range(2):
        await _open(caller, headers={"Idempotency-Key": "once"})

    counted = (await figures(operator))["watchword_challenges_total"]

    assert counted == {("sms", "opened", "wallet_signin"): 1}


async def test_requests_are_counted_by_their_route_and_never_by_their_address(
    caller: AsyncClient, operator: AsyncClient
) -> None:
    opened = await _open(caller)
    await caller.get(f"/v1/challenges/{opened}?code=123456")
    await caller.get(f"/{PHONE}")
    await caller.request(f"X{REFERENCE}", "/v1/challenges")

    counted = (await figures(operator))["watchword_http_requests_total"]

    assert counted == {
        ("POST", "/v1/challenges", "201"): 1,
        ("GET", "/v1/challenges/{challenge_id}", "200"): 1,
        ("GET", "none", "404"): 1,
        ("other", counted_route(counted, "other"), "405"): 1,
    }


def counted_route(counted: dict[tuple[str, ...], float], method: str) -> str:
    """Give the route that a request with a method was counted by."""
    return next(route for named, route, _ in counted if named == method)


async def test_what_waits_is_looked_up_when_somebody_asks(
    caller: AsyncClient, operator: AsyncClient, time: MovableTime, services: Services
) -> None:
    await _open(caller)

    found = await figures(operator)

    assert found["watchword_outbox_messages"] == {("gateway",): 1}
    assert found["watchword_outbox_oldest_seconds"] == {("gateway",): 0}
    assert found["watchword_database_up"] == {(): 1}
    assert found["watchword_database_seconds_count"][("write",)] > 0


async def test_what_waits_is_looked_up_once_in_a_while_however_often_somebody_asks(
    caller: AsyncClient, operator: AsyncClient
) -> None:
    first = (await figures(operator))["watchword_database_seconds_count"][("read",)]
    for _ in range(5):
        await figures(operator)

    last = (await figures(operator))["watchword_database_seconds_count"][("read",)]

    assert last - first <= 1  # the look of the first time is counted when it is over


async def test_what_providers_report_and_what_is_blocked_is_counted(
    caller: AsyncClient, operator: AsyncClient, services: Services
) -> None:
    await _open(caller)
    [queued] = await services.deliveries.claim(GATEWAY_NAME, 10)
    await services.deliveries.settle(queued, Accepted("SM1"), knows_repeats=True, chance=0.5)
    report = Report(receipt=Receipt.DELIVERED, message_id=queued.id)
    await services.deliveries.receive(GATEWAY_NAME, [report, report])
    await caller.put("/v1/abuse-rules", json={"prefix": [{"most": 1, "seconds": 3600}]})
    for number in range(3):
        body = {"purpose": "wallet_signin", "to": {"phone": f"+4917012345{number:02}"}}
        await caller.post("/v1/challenges", json=body)

    found = await figures(operator)

    assert found["watchword_receipts_total"] == {("sms", "gateway", "delivered"): 1}
    assert found["watchword_blocks_total"] == {("prefix",): 1}
    assert found["watchword_challenge_refusals_total"][("any", "wallet_signin", "blocked")] > 0


async def test_no_label_has_a_code_a_number_an_address_or_a_reference(
    caller: AsyncClient, operator: AsyncClient, dealt: Dealt, services: Services
) -> None:
    body = {
        "purpose": "wallet_signin",
        "to": {"phone": PHONE},
        "reference": REFERENCE,
        "requester": "a device of ann",
    }
    opened = (await caller.post("/v1/challenges", json=body)).json()["id"]
    [queued] = await services.deliveries.claim(GATEWAY_NAME, 10)
    await services.deliveries.settle(queued, Accepted("SM1"), knows_repeats=True, chance=0.5)
    for code in (dealt.wrong, dealt.latest, REFERENCE):
        await caller.post(f"/v1/challenges/{opened}/answers", json={"code": code})
    for path in (PHONE, "ann@example.org", dealt.latest, opened):
        await caller.get(f"/v1/challenges/{path}")
        await caller.get(f"/n/{path}")

    shown = (await operator.get("/metrics")).text

    for known in (PHONE, PHONE[1:], "ann@", "of ann", REFERENCE, *dealt.codes, opened, "shop"):
        assert known not in shown


async def test_every_label_has_values_that_are_known_beforehand(
    caller: AsyncClient, app: Litestar, operator: AsyncClient
) -> None:
    await _open(caller)
    await caller.get("/nowhere")
    words = {kind.value.partition(".")[2] for kind in EventKind} | {*Purpose} | {*Channel}
    words |= {"GET", "POST", "none", "201", "404", "gateway", "sandbox", "read", "write"}
    words |= {route.path for route in app.routes}
    reply = await operator.get("/metrics")
    ours = [one for one in _families(reply.text) if one.name.startswith("watchword_")]

    told = {
        value
        for family in ours
        for sample in family.samples
        for name, value in sample.labels.items()
        if name not in {"le", "version"}
    }

    assert len(ours) > 15
    assert told <= words


class TestTheToken:
    @pytest.fixture
    async def guarded(self, migrated: str, time: MovableTime) -> AsyncIterator[AsyncClient]:
        settings = parse({"database": {"url": migrated}, "metrics": {"token": TOKEN}})
        async with (
            open_services(settings, KEYRING, now=time) as services,
            calling(create_side_app(services), "no key") as operator,
        ):
            yield operator

    @pytest.mark.parametrize("shown", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
    async def test_is_asked_for_and_nothing_else_will_do(
        self, guarded: AsyncClient, shown: str
    ) -> None:
        reply = await guarded.get("/metrics", headers={"Authorization": shown})

        assert reply.status_code == 401
        assert "watchword_" not in reply.text

    async def test_opens_the_figures_and_says_how_all_is(self, guarded: AsyncClient) -> None:
        shown = {"Authorization": f"Bearer {TOKEN}"}

        assert (await guarded.get("/metrics", headers=shown)).status_code == 200
        ready = (await guarded.get("/health/ready", headers=shown)).json()
        assert ready["ready"]
        assert {check["check"] for check in ready["checks"]} == {
            "database",
            "schema",
            "keyring",
            "workers",
        }
        assert (await guarded.get("/health/ready")).text == "ready\n"


async def test_the_world_finds_no_figures_at_its_door(caller: AsyncClient) -> None:
    assert (await caller.get("/metrics")).status_code == 404


async def test_nothing_else_is_open_at_the_small_door(operator: AsyncClient) -> None:
    assert (await operator.get("/v1/challenges")).status_code == 404
    assert (await operator.post("/metrics")).status_code == 405


async def test_two_processes_have_figures_of_their_own(
    caller: AsyncClient, operator: AsyncClient, services: Services, migrated: str
) -> None:
    await _open(caller)
    settings = parse({"database": {"url": migrated}, "providers": {"gateway": GATEWAY}})

    async with (
        open_services(settings, KEYRING) as others,
        calling(create_side_app(others), "no key") as other,
    ):
        theirs = await figures(other)

    assert "watchword_challenges_total" not in theirs
    assert theirs["watchword_outbox_messages"] == {("gateway",): 1}


async def _open(caller: AsyncClient, headers: dict[str, str] | None = None) -> str:
    body = {"purpose": "wallet_signin", "to": {"phone": PHONE}}
    reply = await caller.post("/v1/challenges", json=body, headers=headers)
    assert reply.status_code == 201, reply.text
    id: str = reply.json()["id"]
    return id


def test_a_secret_of_the_settings_does_not_show_itself() -> None:
    settings = parse({"metrics": {"token": TOKEN}})

    assert TOKEN not in repr(settings)
    assert isinstance(settings.metrics.token, Secret)
