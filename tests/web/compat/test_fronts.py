"""Who speaks where: in the words of another product at its address and below, and nowhere else."""

import pytest
from httpx import AsyncClient

ERROR = {"code", "message", "more_info", "status"}
NAMED = {"x-correlator": "b4333c46"}


@pytest.mark.parametrize("path", ["/twilio", "/twilio/", "/twilio/v2", "/twilio/v2/Nothing"])
async def test_twilios_front_speaks_at_its_address_and_below(
    caller: AsyncClient, path: str
) -> None:
    reply = await caller.get(path)

    assert reply.json().keys() == ERROR


@pytest.mark.parametrize("path", ["/camara", "/camara/", "/camara/one-time-password-sms/v9"])
async def test_camaras_front_speaks_at_its_address_and_below(
    caller: AsyncClient, path: str
) -> None:
    reply = await caller.get(path, headers=NAMED)

    assert reply.json().keys() == {"status", "code", "message"}
    assert reply.headers["x-correlator"] == NAMED["x-correlator"]


@pytest.mark.parametrize("path", ["/twilios", "/twilio-verify/v2", "/camaras", "/camara.json"])
async def test_no_front_speaks_where_an_address_only_begins_alike(
    caller: AsyncClient, path: str
) -> None:
    reply = await caller.get(path, headers=NAMED)

    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["type"] == "urn:watchword:problem:not-found"
    assert "x-correlator" not in reply.headers
