"""Traces: what was part of what, by names that we chose, and nothing about anybody."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from httpx import AsyncClient
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.stores import KEYRING
from tests.web.conftest import calling, new_key
from tests.whole_house import GATEWAY, PHONE, Dealt
from tests.workers.lanes import at_work, until
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode
from watchword.foundation.tracing import Kind
from watchword.providers.tracing.opentelemetry import OpenTelemetry
from watchword.settings import parse
from watchword.web.app import create_app
from watchword.wiring import Services, open_services
from watchword.workers.delivery import Lane

REFERENCE = "order-4711-of-ann"
GATEWAY_NAME = ProviderName("gateway")


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def dealt() -> Dealt:
    return Dealt()


@pytest.fixture
async def services(
    migrated: str, kept: InMemorySpanExporter, dealt: Dealt
) -> AsyncIterator[Services]:
    settings = parse({"database": {"url": migrated}, "providers": {"gateway": GATEWAY}})
    async with open_services(settings, KEYRING, draw=dealt) as services:
        tracer = OpenTelemetry(SimpleSpanProcessor(kept), 1.0, "test")
        services.operation.watchtower.tracer = tracer
        yield services


@pytest.fixture
async def caller(services: Services) -> AsyncIterator[AsyncClient]:
    key = await new_key(services, "shop", Mode.LIVE)
    async with calling(create_app(services), key) as caller:
        yield caller


def seen(kept: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in kept.get_finished_spans()}


def everything_in(spans: Sequence[ReadableSpan]) -> str:
    return " ".join(span.to_json() for span in spans)


async def test_a_request_is_a_trace_with_its_transactions(
    caller: AsyncClient, kept: InMemorySpanExporter
) -> None:
    kept.clear()
    body = {"purpose": "wallet_signin", "to": {"phone": PHONE}, "reference": REFERENCE}
    reply = await caller.post("/v1/challenges", json=body)

    spans = seen(kept)
    request, write = spans["POST /v1/challenges"], spans["database write"]
    assert request.parent is None
    assert write.parent is not None
    assert write.parent.span_id == request.context.span_id
    assert dict(request.attributes or {}) == {
        "http.request.method": "POST",
        "http.route": "/v1/challenges",
        "http.response.status_code": 201,
        "watchword.request_id": reply.headers["x-request-id"],
    }


async def test_a_message_is_a_trace_with_what_its_provider_did(
    caller: AsyncClient, services: Services, kept: InMemorySpanExporter
) -> None:
    await caller.post("/v1/challenges", json={"purpose": "wallet_signin", "to": {"phone": PHONE}})
    kept.clear()

    await _carry(services, kept)

    spans = seen(kept)
    assert spans["message"].parent is None
    parent = spans["send"].parent
    assert parent is not None
    assert parent.span_id == spans["message"].context.span_id
    assert (spans["send"].attributes or {})["watchword.of"] == "gateway"
    assert (spans["send"].attributes or {})["watchword.ended"] == "unavailable"
    assert (spans["message"].attributes or {})["watchword.ended"] == "queued"


async def test_nothing_about_anybody_is_in_a_trace(
    caller: AsyncClient, services: Services, kept: InMemorySpanExporter, dealt: Dealt
) -> None:
    body = {"purpose": "wallet_signin", "to": {"phone": PHONE}, "reference": REFERENCE}
    id = (await caller.post("/v1/challenges", json=body)).json()["id"]
    await caller.post(f"/v1/challenges/{id}/answers", json={"code": dealt.wrong})
    await caller.get(f"/v1/challenges/{id}?code={dealt.latest}")
    for path in (PHONE, dealt.latest, f"v1/{REFERENCE}", f"n/{REFERENCE}"):
        await caller.get(f"/{path}", headers={"User-Agent": PHONE, "Referer": REFERENCE})
    await _carry(services, kept)

    told = everything_in(kept.get_finished_spans())

    assert len(kept.get_finished_spans()) > 10
    for known in (PHONE[1:], REFERENCE, *dealt.codes, id, "shop"):
        assert known not in told


async def test_looking_for_work_begins_no_trace(
    services: Services, kept: InMemorySpanExporter
) -> None:
    await services.deliveries.next_due(GATEWAY_NAME)
    await services.deliveries.expire(10)

    assert kept.get_finished_spans() == ()


def test_a_fault_is_named_and_not_quoted(kept: InMemorySpanExporter) -> None:
    tracer = OpenTelemetry(SimpleSpanProcessor(kept), 1.0, "test")

    with pytest.raises(ValueError, match="about"), tracer.span("work", Kind.INSIDE, {}):
        raise ValueError(f"about {PHONE}")

    [span] = kept.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert span.events == ()
    assert PHONE not in span.to_json()


def test_so_many_traces_are_kept_as_are_asked_for(kept: InMemorySpanExporter) -> None:
    tracer = OpenTelemetry(SimpleSpanProcessor(kept), 0.000001, "test")

    for _ in range(50):
        with tracer.span("work", Kind.INSIDE, {}):
            pass

    assert len(kept.get_finished_spans()) < 5


def test_without_the_extra_the_start_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """In a program of its own, which cannot find the libraries."""
    program = """
import sys
sys.modules["opentelemetry"] = sys.modules["opentelemetry.exporter"] = None
from watchword.cli import main
main()
"""
    environment = {
        "WATCHWORD_DATABASE__URL": f"sqlite:///{tmp_path}/watchword.db",
        "WATCHWORD_KEYRING__PATH": str(tmp_path / "keyring.json"),
        "WATCHWORD_TRACING__ENDPOINT": "http://127.0.0.1:4318/v1/traces",
    }

    def run(*command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", program, *command],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    run("keys", "create")
    run("database", "upgrade")
    started = run("serve", "--port", "0")

    assert started.returncode == 1
    assert "pip install '.[tracing]'" in started.stderr
    assert "Traceback" not in started.stderr


async def test_without_the_setting_no_library_is_asked(services: Services, migrated: str) -> None:
    async with open_services(parse({"database": {"url": migrated}}), KEYRING) as others:
        assert others.operation.watchtower.tracer is None


async def _carry(services: Services, kept: InMemorySpanExporter) -> None:
    """Let the worker of the gateway, which is not there, take what waits."""
    lane = Lane(
        name=GATEWAY_NAME,
        provider=services.providers[GATEWAY_NAME],
        deliveries=services.deliveries,
        bells=services.bells,
        concurrency=1,
        chance=lambda: 0.5,
        now=services.storage.now,
        watch=services.operation.watchtower,
    )
    async with at_work(lane):
        await until(lambda: "message" in seen(kept))
