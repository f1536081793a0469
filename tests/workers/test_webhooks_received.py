"""From a challenge to a receiver that was written with the published library, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.stand_ins.http_gateway import Answer, Asked, Gateway, running_gateway
from tests.stores import KEYRING
from tests.whole_house import Dealt, asked, new_client, shown
from tests.workers.lanes import until
from watchword.features.clients.rules import Client
from watchword.features.organisations.rules import Mode
from watchword.features.webhooks.rules import EndpointChanges, EndpointDraft, Made, Rotated
from watchword.settings import parse
from watchword.wiring import Services, open_services
from watchword.workers.crew import working

HOUR = timedelta(hours=1)


@dataclass
class Receiver:
    """Believes what the library has verified, and keeps each message once."""

    gateway: Gateway
    secret: str
    refused: int = 0
    events: dict[str, Any] = field(default_factory=dict)

    def read(self) -> list[str]:
        for request in self.gateway.requests:
            self._take(request)
        return [event["type"] for event in self.events.values()]

    def _take(self, request: Asked) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            event = Webhook(self.secret).verify(request.body, headers)
        except WebhookVerificationError:
            self.refused += 1
            return
        self.events[headers["webhook-id"]] = event


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        yield gateway


@pytest.fixture
async def services(migrated: str) -> AsyncIterator[Services]:
    """The whole house at work, at the real time: the library looks at the clock."""
    written = {"database": {"url": migrated}, "webhooks": {"allow_loopback": True}}
    async with (
        open_services(parse(written), KEYRING, draw=Dealt()) as services,
        working(services),
    ):
        yield services


@pytest.fixture
async def client(services: Services) -> Client:
    return await new_client(services, "shop", Mode.TEST)


async def listening(services: Services, client: Client, gateway: Gateway) -> tuple[Made, Receiver]:
    made = await services.webhooks.add(client, EndpointDraft(url=f"{gateway.url}/hook"))
    assert isinstance(made, Made)
    return made, Receiver(gateway, made.secret)


async def until_failing(services: Services, client: Client, made: Made) -> None:
    """Wait until the worker has written down that an endpoint fails."""
    async with asyncio.timeout(60):
        while True:
            found = await services.webhooks.read(client.organisation.id, made.endpoint.id)
            if found.is_failing:
                return
            await asyncio.sleep(0.01)


async def test_a_receiver_of_the_library_hears_of_a_challenge(
    services: Services, client: Client, gateway: Gateway
) -> None:
    _, receiver = await listening(services, client, gateway)

    challenge = shown(await services.challenges.open(client, asked()))
    await until(lambda: "challenge.opened" in receiver.read())

    [event] = [one for one in receiver.events.values() if one["type"] == "challenge.opened"]
    assert event["data"]["challenge_id"] == str(challenge.id)
    assert receiver.refused == 0
    assert all(b"1701234567" not in request.body for request in gateway.requests)


async def test_a_receiver_hears_all_through_a_rotation(
    services: Services, client: Client, gateway: Gateway
) -> None:
    made, old = await listening(services, client, gateway)
    await services.webhooks.test(client, made.endpoint.id)
    await until(lambda: len(old.read()) == 1)

    rotation = await services.webhooks.rotate(client, made.endpoint.id, HOUR)
    assert isinstance(rotation, Rotated)
    new = Receiver(gateway, rotation.secret)
    await services.webhooks.test(client, made.endpoint.id)
    await until(lambda: len(gateway.requests) == 2)

    assert (len(old.read()), len(new.read())) == (2, 1)


async def test_a_receiver_that_failed_gets_it_again_under_the_same_id(
    services: Services, client: Client, gateway: Gateway
) -> None:
    made, receiver = await listening(services, client, gateway)
    gateway.behave(Answer(status=302, headers={"Location": f"{gateway.url}/elsewhere"}), Answer())
    await services.webhooks.test(client, made.endpoint.id)
    await until(lambda: len(gateway.requests) == 1)
    whose = client.organisation.id

    await until_failing(services, client, made)
    await services.webhooks.change(client, made.endpoint.id, EndpointChanges(enabled=True))
    [delivery] = (await services.webhooks.deliveries(whose)).items
    await services.webhooks.replay(client, delivery.id)
    await until(lambda: len(gateway.requests) == 2)

    assert receiver.read() == ["webhook.test"]
    assert [request.path for request in gateway.requests] == ["/hook", "/hook"]
