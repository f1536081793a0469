"""Letters, as a program that calls the API sees them."""

from httpx import AsyncClient

TOO_WIDE = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


async def test_the_reason_is_told_to_the_program_that_asks(caller: AsyncClient) -> None:
    to = {"name": TOO_WIDE, "street": "Am Deich", "city": "Berlin", "country": "DE"}
    body = {"purpose": "card_verification", "to": {"post": {**to, "postal_code": "10115"}}}

    reply = await caller.post("/v1/challenges", json=body)

    assert reply.status_code == 422
    assert reply.json()["type"].endswith("channel-not-available")
    assert "wider than the window" in reply.json()["detail"]
    assert TOO_WIDE not in reply.text
