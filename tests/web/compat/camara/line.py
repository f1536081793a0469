"""A program that was written for an operator, and looks at each answer."""

import pytest
from httpx import AsyncClient, Response

from tests.contracts.camara.description import assert_as_described
from watchword.features.clients.rules import Scope
from watchword.features.delivery.rules import ProviderName
from watchword.wiring import Services

PHONE, LANDLINE = "+491701234567", "+493023125000"
MESSAGE = "{{code}} is your short code to authenticate with Cool App via SMS"
CORRELATOR = "b4333c46-49c0-4f62-80d7-f0ef930f1c46"
NAMED = {"x-correlator": CORRELATOR}
OWN = "ONE_TIME_PASSWORD_SMS."
WHY = "asked for it at the counter"
BOTH = frozenset({Scope.CHALLENGES_WRITE, Scope.CHALLENGES_WORDED})


class Line:
    """Who calls."""

    def __init__(self, client: AsyncClient, version: str = "vwip") -> None:
        self.client = client
        self.root = f"/camara/one-time-password-sms/{version}"

    async def call(self, call: str, body: object, **headers: str) -> Response:
        reply = await self.client.post(
            f"{self.root}/{call}", json=body, headers={**NAMED, **headers}
        )
        assert_as_described(call, reply)
        assert reply.headers["x-correlator"] == CORRELATOR
        return reply

    async def send(self, phone: str = PHONE, message: str = MESSAGE, **headers: str) -> Response:
        return await self.call("send-code", {"phoneNumber": phone, "message": message}, **headers)

    async def sent(self, phone: str = PHONE, message: str = MESSAGE) -> str:
        reply = await self.send(phone, message)
        assert reply.status_code == 200, reply.text
        id: str = reply.json()["authenticationId"]
        return id

    async def validate(self, id: str, code: str) -> Response:
        return await self.call("validate-code", {"authenticationId": id, "code": code})


@pytest.fixture
def line(caller: AsyncClient) -> Line:
    return Line(caller)


def word(reply: Response) -> tuple[int, str]:
    """Give status and code of a refusal, which must have a sentence for people."""
    body = reply.json()
    assert body.keys() == {"status", "code", "message"}
    assert body["status"] == reply.status_code
    assert len(body["message"].split()) > 2
    return reply.status_code, body["code"].removeprefix(OWN)


async def texts(services: Services) -> list[str]:
    claimed = await services.deliveries.claim(ProviderName("gateway"), 9)
    return [(await services.deliveries.open(queued)).text.reveal() for queued in claimed]
