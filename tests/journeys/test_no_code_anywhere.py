"""The canary: every code that left us is searched wherever it must not be.

Codes have ten digits here. Of six, one would stand by chance in some time stamp or other.
"""

import base64
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import msgspec
import pytest
from httpx import Response

from tests.journeys.installation import Installation, Served, eventually, install, new_key, serving
from tests.stand_ins.http_gateway import Answer, Gateway, running_gateway
from watchword.features.organisations.rules import Mode

PURPOSE = "wallet_signin"
NUMBER = "+491735550100"
WRONG = "no code: 3141592653"
PUBLIC = ["/", "/docs", "/sandbox", "/openapi.json", "/health/ready", "/health/live", "/metrics"]


def traces(secret: str, places: Iterable[bytes]) -> list[int]:
    """Say in which places a secret stands, plain or dressed up."""
    plain = secret.encode()
    dressed = {plain, plain[::-1], base64.b64encode(plain), plain.hex().encode()}
    dressed |= {base64.b64encode(b" " * shift + plain)[4:-4] for shift in range(3)}
    return [
        number
        for number, place in enumerate(places)
        if any(shape in place for shape in dressed if len(shape) > 6)
    ]


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        yield gateway


async def test_no_code_and_no_number_stands_where_it_must_not(
    migrated: str, tmp_path: Path, gateway: Gateway
) -> None:
    place = await _place(tmp_path, migrated, gateway)
    replies: list[Response] = []
    async with serving(place, await new_key(place, Mode.LIVE)) as served:
        codes = await _live_through_everything(served, gateway, replies)
        rest = place.everything_at_rest()  # while codes are still waiting to be answered
    said = [reply.content + repr(reply.headers).encode() for reply in replies]
    places = [rest, place.everything_at_rest(), *said]

    assert len(codes) >= 10
    for code in codes:
        assert traces(code, places) == []
    assert traces(NUMBER, places) == []
    assert traces(WRONG, places) == []


async def test_the_canary_would_be_heard(migrated: str, tmp_path: Path, gateway: Gateway) -> None:
    place = await _place(tmp_path, migrated, gateway)
    async with serving(place, await new_key(place, Mode.LIVE)) as served:
        await served.open()
        await eventually("it was sent", lambda: _has_sent(gateway, 1))
        [code] = _codes(gateway)
        with place.log.open("ab") as log:
            log.write(b"careless: " + base64.b64encode(f"code={code}".encode()) + b"\n")

    assert traces(code, [place.everything_at_rest()]) == [0]
    assert traces(code, [b"x" + code.encode() + b"y"]) == [0]


async def _place(folder: Path, database: str, gateway: Gateway) -> Installation:
    return await install(
        folder,
        database,
        log={"level": "debug"},
        purposes={PURPOSE: {"code_length": 10}},
        providers={
            "sms": {
                "kind": "http",
                "channel": ["sms", "voice"],
                "url": gateway.url,
                "body": {"to": "{to}", "text": "{text}"},
                "knows_repeats": False,
            }
        },
    )


async def _live_through_everything(
    served: Served, gateway: Gateway, replies: list[Response]
) -> list[str]:
    """Use every door in every way, and keep all that was said; give the codes that were sent."""
    gateway.behave(*[Answer(status=status) for status in (200, 503, 400, 500, 200)])
    call = served.client
    for number in range(12):
        to = {"phone": NUMBER[:-2] + f"{number:02}"}
        body = {"purpose": PURPOSE, "to": to, "reference": f"order {number}"}
        headers = {"Idempotency-Key": f"key-{number}"}
        replies.append(await call.post("/v1/challenges", json=body, headers=headers))
        replies.append(await call.post("/v1/challenges", json=body, headers=headers))
    await eventually("most were sent", lambda: _has_sent(gateway, 12))
    codes = _codes(gateway)
    for number, reply in enumerate(replies[::2]):
        url = f"/v1/challenges/{reply.json()['id']}"
        replies += [
            await call.post(f"{url}/answers", json={"code": WRONG}),
            await call.post(f"{url}/answers", json={"code": codes[number % len(codes)]}),
            await call.post(f"{url}/answers", content=codes[0].encode()),
            await call.post(f"{url}/sendings", json={"channel": "voice"}),
            await call.get(url),
            await call.get(f"{url}?code={codes[0]}"),
        ]
    replies.append(await call.post("/v1/challenges", json={"code": codes[0]}))
    replies += [await call.get(path) for path in PUBLIC]
    return codes


async def _has_sent(gateway: Gateway, often: int) -> bool:
    return len(gateway.requests) >= often


def _codes(gateway: Gateway) -> list[str]:
    """Give each code that a message carried; it is the first word of its text."""
    texts = [msgspec.json.decode(asked.body)["text"] for asked in gateway.requests]
    return sorted({text.split()[0] for text in texts})
