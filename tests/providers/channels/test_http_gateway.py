"""What a gateway is told, and how its replies are understood, as the settings say."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS, read_settings
from tests.stand_ins.http_gateway import HANG, RESET, Answer, Fault, Gateway, running_gateway
from watchword.features.delivery.rules import (
    Accepted,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.documents import find
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.http_gateway import HttpGateway, read_reply
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings

FILE = """
    kind = "http"
    channel = "sms"
    url = "https://gateway.example/send"
    token = "t0ken"
    sender = "Bank"
    timeout_seconds = 2.0
    reference_path = "id"
    headers = { Authorization = "Bearer {token}", X-Request = "{id}" }
    body = { from = "{sender}", to = "{to}", text = "{text}" }
"""
SETTINGS = read_settings(HttpGatewaySettings, FILE)
STRICT = msgspec.structs.replace(
    SETTINGS,
    success_path="messages.0.status",
    success_values=("0", "queued"),
    reference_path="messages.0.id",
)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        gateway.behave(Answer(body=b'{"id": "gw-1"}'))
        yield gateway


async def send(gateway: Gateway, settings: HttpGatewaySettings = SETTINGS) -> SendOutcome:
    provider = HttpGateway(
        msgspec.structs.replace(settings, url=f"{gateway.url}/send"), SURROUNDINGS
    )
    outcome = await provider.send(MESSAGE)
    await provider.close()
    return outcome


async def test_a_message_becomes_json(gateway: Gateway) -> None:
    outcome = await send(gateway)

    asked = gateway.requests[0]
    assert outcome == Accepted("gw-1")
    assert (asked.method, asked.path) == ("POST", "/send")
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["Authorization"] == "Bearer t0ken"
    assert asked.headers["X-Request"] == str(MESSAGE.id)
    assert json.loads(asked.body) == {
        "from": "Bank",
        "to": "+447700900123",
        "text": "Your code is 482913.",
    }


async def test_json_may_hold_tables_and_lists_as_deep_as_the_gateway_wants(
    gateway: Gateway,
) -> None:
    body = {
        "messages": [{"to": ["{to}"], "body": {"text": "{subject}: {text}", "flash": False}}],
        "about": {"key": "{id}", "language": "{locale}", "version": 2, "odd": "{ } {}"},
    }

    await send(gateway, msgspec.structs.replace(SETTINGS, body=body))

    assert json.loads(gateway.requests[0].body) == {
        "messages": [
            {
                "to": ["+447700900123"],
                "body": {"text": "Your sign-in: Your code is 482913.", "flash": False},
            }
        ],
        "about": {"key": str(MESSAGE.id), "language": "en-GB", "version": 2, "odd": "{ } {}"},
    }


async def test_a_message_becomes_a_form(gateway: Gateway) -> None:
    body = {"to": "{to}", "text": "{text}", "key": "{token}", "parts": 1, "flash": True}

    await send(gateway, msgspec.structs.replace(SETTINGS, body=body, format="form", method="PUT"))

    asked = gateway.requests[0]
    assert asked.method == "PUT"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.body.decode(), strict_parsing=True) == {
        "to": ["+447700900123"],
        "text": ["Your code is 482913."],
        "key": ["t0ken"],
        "parts": ["1"],
        "flash": ["true"],
    }


async def test_a_gateway_can_be_told_where_to_report(gateway: Gateway) -> None:
    body = {**SETTINGS.body, "notify": "{callback}"}

    await send(gateway, msgspec.structs.replace(SETTINGS, body=body))

    said = json.loads(gateway.requests[0].body)
    assert said["notify"] == f"https://codes.example.org/callbacks/carrier/{MESSAGE.id}"


def test_a_success_that_the_settings_do_not_name_is_in_doubt() -> None:
    settings = msgspec.structs.replace(SETTINGS, success_status=(200, 302))

    assert read_reply(settings, Reply(204)) == Uncertain("HTTP 204")
    assert read_reply(settings, Reply(302, b'{"id": 1}')) == Accepted("1")


async def test_a_header_of_the_settings_stands_before_ours(gateway: Gateway) -> None:
    headers = {**SETTINGS.headers, "content-type": Secret("application/vnd.api+json")}

    await send(gateway, msgspec.structs.replace(SETTINGS, headers=headers))

    assert gateway.requests[0].headers["Content-Type"] == "application/vnd.api+json"


async def test_words_that_look_like_placeholders_are_only_words(gateway: Gateway) -> None:
    provider = HttpGateway(msgspec.structs.replace(SETTINGS, url=gateway.url), SURROUNDINGS)

    await provider.send(replace(MESSAGE, text=Secret("{token} {to} {nothing} {0}")))
    await provider.close()

    assert json.loads(gateway.requests[0].body)["text"] == "{token} {to} {nothing} {0}"


async def test_text_that_is_none_is_refused() -> None:
    assert await HttpGateway(SETTINGS, SURROUNDINGS).send(
        replace(MESSAGE, text=Secret("\ud800"))
    ) == Refused("text")


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"id": "gw-1"}', Accepted("gw-1")),
        (202, b'{"id": 17}', Accepted("17")),
        (202, b"queued", Accepted(None)),
        (400, b"bad number", Refused("HTTP 400")),
        (401, b"", Unavailable("authentication refused")),
        (403, b"", Unavailable("HTTP 403", recipient=True)),
        (404, b"", Refused("HTTP 404")),
        (405, b"", Unavailable("HTTP 405", recipient=True)),
        (407, b"", Unavailable("HTTP 407")),
        (422, b"", Refused("HTTP 422")),
        (429, b"", Unavailable("HTTP 429")),
        (500, b"", Uncertain("HTTP 500")),
        (502, b"", Uncertain("HTTP 502")),
        (503, b"", Unavailable("HTTP 503")),
        (302, b"", Refused("redirect")),
        (100, b"", Uncertain("HTTP 100")),
    ],
)
def test_a_reply_means(status: int, body: bytes, outcome: SendOutcome) -> None:
    assert read_reply(SETTINGS, Reply(status, body)) == outcome


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b'{"messages": [{"status": "0", "id": "gw-1"}]}', Accepted("gw-1")),
        (b'{"messages": [{"status": 0, "id": "gw-1"}]}', Accepted("gw-1")),
        (b'{"messages": [{"status": "queued"}]}', Accepted(None)),
        (b'{"messages": [{"status": "4", "error": "+447700900123"}]}', Refused("gateway said no")),
        (b'{"messages": [{"status": false}]}', Refused("gateway said no")),
        (b'{"messages": [{"status": null}]}', Uncertain("reply not understood")),
        (b'{"messages": [{"status": {}}]}', Uncertain("reply not understood")),
        (b'{"messages": []}', Uncertain("reply not understood")),
        (b'{"messages": "0"}', Uncertain("reply not understood")),
        (b"queued", Uncertain("reply not understood")),
        (b"\xff", Uncertain("reply not understood")),
        (b"", Uncertain("reply not understood")),
    ],
)
def test_where_the_settings_say_where_the_verdict_is_it_alone_counts(
    body: bytes, outcome: SendOutcome
) -> None:
    assert read_reply(STRICT, Reply(200, body)) == outcome


def test_the_settings_say_which_statuses_mean_what() -> None:
    settings = msgspec.structs.replace(SETTINGS, success_status=(200, 409), refused_status=(410,))

    assert read_reply(settings, Reply(409)) == Accepted(None)
    assert read_reply(settings, Reply(204)) == Uncertain("HTTP 204")
    assert read_reply(settings, Reply(410)) == Refused("HTTP 410")
    assert read_reply(settings, Reply(400)) == Unavailable("HTTP 400", recipient=True)


documents = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda part: (
        some.lists(part) | some.dictionaries(some.sampled_from(["messages", "status", "id"]), part)
    ),
)
deep = some.sampled_from([b"[" * 60_000, b'{"id":' * 9_000, b'{"id": %s}' % (b"9" * 9_000)])


@given(
    some.sampled_from([SETTINGS, STRICT]),
    some.integers(0, 999),
    some.binary() | documents.map(msgspec.json.encode) | deep,
)
def test_no_reply_is_beyond_understanding(
    settings: HttpGatewaySettings, status: int, body: bytes
) -> None:
    outcome = read_reply(settings, Reply(status, body))

    assert isinstance(outcome, Accepted | Refused | Unavailable | Uncertain)


@given(documents, some.text("ab.01", min_size=1))
def test_a_path_leads_somewhere_or_nowhere(document: object, path: str) -> None:
    found = find(document, path)

    assert found is None or any(found is part for part in parts_of(document))


def parts_of(document: object) -> Iterator[object]:
    yield document
    if isinstance(document, dict | list):
        for part in document.values() if isinstance(document, dict) else document:
            yield from parts_of(part)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(body=b"<html>"), Accepted(None)),
        (Answer(status=400), Refused("HTTP 400")),
        (Answer(status=401), Unavailable("authentication refused")),
        (
            Answer(status=429, headers={"Retry-After": "7"}),
            Unavailable("HTTP 429", timedelta(seconds=7)),
        ),
        (Answer(status=500), Uncertain("HTTP 500")),
        (Answer(status=307, headers={"Location": "/else"}), Refused("redirect")),
        (RESET, Uncertain("connection lost")),
        (HANG, Uncertain("timeout")),
    ],
    ids=str,
)
async def test_over_the_wire_it_means_the_same(
    gateway: Gateway, answer: Answer | Fault, outcome: SendOutcome
) -> None:
    gateway.behave(answer)

    assert await send(gateway) == outcome
    assert len(gateway.requests) == 1


async def test_where_nobody_listens_it_is_unavailable() -> None:
    async with running_gateway() as gone:
        pass

    assert await send(gone) == Unavailable("connection refused")
