"""Everybody who works in one process: known by name, counted, and missed when they are gone."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.journeys.installation import eventually
from tests.web.conftest import calling
from tests.whole_house import asked, dealt, services, shown, tester
from tests.workers.lanes import until
from watchword.features.clients.rules import Client
from watchword.features.delivery.routes import SANDBOX
from watchword.web.metrics import create_side_app
from watchword.wiring import Services
from watchword.workers.crew import working

__all__ = ["dealt", "services", "tester"]


@pytest.fixture
async def operator(services: Services) -> AsyncIterator[AsyncClient]:
    async with calling(create_side_app(services), "no key") as operator:
        yield operator


async def test_all_are_on_the_roster_while_they_work_and_nobody_after(services: Services) -> None:
    roster = services.operation.roster
    async with working(services):
        await until(lambda: len(roster.look()) >= 6)
        names = {*roster.look()}
        assert roster.missing == []

    assert {"sweeper", "webhooks", "plans", "sandbox", "lane gateway", "lane sandbox"} <= names
    assert roster.look() == {}


async def test_a_message_that_was_sent_is_counted_with_how_long_it_took(
    services: Services, tester: Client, operator: AsyncClient
) -> None:
    shown(await services.challenges.open(tester, asked()))

    async def is_counted() -> bool:
        return 'state="sent"' in (await operator.get("/metrics")).text

    async with working(services):
        await eventually("it was sent", is_counted)
        said = (await operator.get("/metrics")).text

    assert f'watchword_messages_total{{provider="{SANDBOX}",state="sent"}} 1.0' in said
    sent = f'watchword_send_seconds_count{{outcome="accepted",provider="{SANDBOX}"}} 1.0'
    assert sent in said
    assert 'watchword_worker_up{worker="lane sandbox"} 1.0' in said


async def test_a_worker_that_is_gone_makes_the_process_unready(
    services: Services, operator: AsyncClient
) -> None:
    services.operation.roster.joins("lane mail")
    before = await operator.get("/health/ready")
    services.operation.roster.ends("lane mail")

    after = await operator.get("/health/ready")

    assert (before.status_code, after.status_code) == (200, 503)
    assert after.text == "not ready: workers\n"
    assert "lane mail" not in after.text
    assert 'watchword_worker_up{worker="lane mail"} 0.0' in (await operator.get("/metrics")).text


async def test_a_database_that_is_away_makes_it_unready_and_the_figures_say_so(
    services: Services, operator: AsyncClient
) -> None:
    await services.storage.close()

    ready, shown = await operator.get("/health/ready"), await operator.get("/metrics")

    assert (ready.status_code, ready.text) == (503, "not ready: database\n")
    assert shown.status_code == 200
    assert "watchword_database_up 0.0" in shown.text
    assert "watchword_outbox_messages{" not in shown.text
