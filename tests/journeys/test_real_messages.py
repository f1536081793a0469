"""One code, sent for real: by a mail server, by an SMS gateway, and when these fail."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.journeys.installation import Served, eventually, install, new_key, serving
from tests.stand_ins.certificates import authority
from tests.stand_ins.http_gateway import HANG, Answer, Gateway, running_gateway
from tests.stand_ins.mail_server import running_mail_server
from watchword.features.organisations.rules import Mode

CODE = re.compile(r"[0-9]{6}")
BODY = {"to": "{to}", "text": "{text}", "id": "{id}"}


def gateway_settings(gateway: Gateway, *, knows_repeats: bool = True) -> dict[str, object]:
    return {
        "kind": "http",
        "channel": "sms",
        "url": gateway.url,
        "body": BODY,
        "knows_repeats": knows_repeats,
        "timeout_seconds": 20.0,
    }


def codes_at(gateway: Gateway) -> list[str]:
    """Give the code of each message, in the order in which they came."""
    texts = [msgspec.json.decode(asked.body)["text"] for asked in gateway.requests]
    return [CODE.findall(text)[0] for text in texts]


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        yield gateway


@pytest.fixture
async def shop(tmp_path: Path, gateway: Gateway) -> AsyncIterator[Served]:
    """A server whose text messages go to a gateway of ours."""
    place = await install(
        tmp_path,
        f"sqlite:///{tmp_path / 'watchword.db'}",
        providers={"sms": gateway_settings(gateway)},
    )
    async with serving(place, await new_key(place, Mode.LIVE)) as served:
        yield served


async def test_a_code_goes_by_mail_and_comes_back(tmp_path: Path) -> None:
    async with running_mail_server("starttls", users={"bank": "secret"}) as mail:
        place = await install(
            tmp_path,
            f"sqlite:///{tmp_path / 'watchword.db'}",
            providers={
                "mail": {
                    "kind": "smtp",
                    "host": "localhost",
                    "port": mail.port,
                    "username": "bank",
                    "password": "secret",
                    "sender": "Bank <codes@bank.example>",
                    "ca_file": authority().ca_file,
                }
            },
        )
        async with serving(place, await new_key(place, Mode.LIVE)) as served:
            challenge = await served.open(email="Ann@example.org", channel="email")
            await eventually("a mail came", lambda: _is_true(bool(mail.messages)))
            [received] = mail.messages
            code = CODE.findall(str(received.mail["Subject"]))[0]

            assert received.recipients == ("Ann@example.org",)
            assert received.encrypted
            assert await served.answer(challenge.id, code) == "verified"


async def test_a_code_goes_by_text_message_and_comes_back(shop: Served, gateway: Gateway) -> None:
    challenge = await shop.open()
    await eventually("a message came", lambda: _is_true(bool(gateway.requests)))

    assert await shop.answer(challenge.id, codes_at(gateway)[0]) == "verified"


async def test_a_gateway_that_is_down_for_a_while_gets_the_same_code_later(
    shop: Served, gateway: Gateway
) -> None:
    gateway.behave(Answer(status=503), Answer(status=503), Answer(status=200))

    challenge = await shop.open()
    await eventually("it was sent", lambda: _is(shop, challenge.id, ["sent"]))

    assert len(gateway.requests) == 3
    assert len(set(codes_at(gateway))) == 1
    assert await shop.answer(challenge.id, codes_at(gateway)[0]) == "verified"


async def test_what_a_gateway_will_never_take_is_shown_as_refused(
    shop: Served, gateway: Gateway
) -> None:
    gateway.behave(Answer(status=400, body=b"the number +491701234567 is blocked"))

    challenge = await shop.open()
    await eventually("it was refused", lambda: _is(shop, challenge.id, ["refused"]))

    trace = (await shop.client.get(f"/v1/challenges/{challenge.id}")).json()["sendings"]
    assert trace[0]["reason"] == "HTTP 400"


async def test_while_a_gateway_hangs_answers_are_given_and_codes_are_asked_for(
    shop: Served, gateway: Gateway
) -> None:
    first = await shop.open()
    await eventually("a message came", lambda: _is_true(bool(gateway.requests)))
    gateway.behave(HANG)
    hanging = [await shop.open(phone=f"+49170123{number:04}") for number in range(20)]
    await eventually("one hangs", lambda: _is(shop, hanging[0].id, ["sending"]))

    verdict = await shop.answer(first.id, codes_at(gateway)[0])

    # The hang is not over: nobody has waited for its end.
    assert verdict == "verified"
    assert await shop.states(hanging[0].id) == ["sending"]
    await shop.kill()


async def _is(served: Served, id: UUID, states: list[str]) -> bool:
    return await served.states(id) == states


async def _is_true(value: object) -> bool:
    await asyncio.sleep(0)
    return bool(value)
