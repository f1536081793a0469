"""JSON that means one thing only, and the faults of all other."""

import json
from contextlib import suppress
from typing import Any, cast

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as some
from litestar import Litestar
from litestar.types import Message
from msgspec import convert
from structlog.testing import capture_logs

from tests.web.conftest import calling, new_key
from watchword.features.organisations.rules import Mode
from watchword.web.api.challenges import NewAnswer, NewChallenge
from watchword.web.problems import Problem
from watchword.web.requests import BYTES_AT_MOST, read
from watchword.wiring import Services

TEXT = some.text(some.characters(exclude_characters="\0", codec="utf-8"), max_size=20)
SIMPLE = some.none() | some.booleans() | some.integers() | TEXT
PHONE = "+491701234567"
HALVES = ["\\ud800", "\\udc00", "\\udc00\\ud800", "\\u0000", "x\\u0000y"]


@given(some.dictionaries(TEXT, SIMPLE, max_size=5))
def test_what_means_one_thing_is_read(content: dict[str, Any]) -> None:
    assert read(json.dumps(content).encode()) == content


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}{}",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"{'a': 1}",
        b'{"a": 1e400}',
        b"[" * 5000,
        b'{"a":' * 5000,
        b"\xff\xfe{\x00}\x00",
        b'{"a": "\xff"}',
        b'{"a": "\x01"}',
        *[b'{"a": "%b"}' % half.encode() for half in HALVES],
        *[b'{"%b": "a"}' % half.encode() for half in HALVES],
        b'[{"a": ["\\u0000"]}]',
    ],
)
def test_what_two_readers_could_take_for_two_things_is_refused(body: bytes) -> None:
    with pytest.raises(Problem):
        read(body)


def test_brackets_in_a_text_are_text_like_any_other() -> None:
    assert read(b'{"a": "[[[[[[[[[{{{{{{{{{\\\\u0000"}') == {"a": "[" * 9 + "{" * 9 + "\\u0000"}


@given(some.binary(max_size=200))
def test_no_body_is_beyond_a_plain_refusal(body: bytes) -> None:
    with suppress(Problem):
        read(body)


@pytest.mark.parametrize(
    "media",
    ["text/plain", "application/x-www-form-urlencoded", "application/json-patch+json", ""],
)
async def test_what_is_not_said_to_be_json_is_refused(caller: AsyncClient, media: str) -> None:
    body = b'{"purpose": "wallet_signin", "to": {"phone": "+491701234567"}}'

    reply = await caller.post("/v1/challenges", content=body, headers={"Content-Type": media})

    assert reply.status_code == 415
    assert reply.headers["content-type"] == "application/problem+json"


async def test_a_body_that_is_too_large_is_refused(caller: AsyncClient) -> None:
    reply = await caller.post(
        "/v1/challenges",
        content=b" " * (BYTES_AT_MOST + 1),
        headers={"Content-Type": "application/json"},
    )

    assert reply.status_code == 413


@pytest.mark.parametrize("method", ["PUT", "PATCH", "GET", "TRACE"])
async def test_a_method_that_is_not_meant_is_refused(caller: AsyncClient, method: str) -> None:
    reply = await caller.request(method, "/v1/challenges")

    assert reply.status_code == 405
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("field", ["reference", "requester", "transaction", "locale", "%b"])
async def test_no_field_takes_what_no_database_can_keep(
    caller: AsyncClient, field: str, half: str
) -> None:
    name, value = (half, "x") if field == "%b" else (field, half)
    body = f'{{"purpose": "wallet_signin", "to": {{"phone": "{PHONE}"}}, "{name}": "{value}"}}'

    reply = await caller.post(
        "/v1/challenges", content=body, headers={"Content-Type": "application/json"}
    )

    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "part", ["%00", "%FF", "%ED%A0%80", "%F0%9F%98%80", "%0A", "+%00", "a@b%00"]
)
@pytest.mark.parametrize(
    "place",
    [
        "/{}",
        "/v1/challenges/{}",
        "/assets/{}",
        "/sandbox/messages?to={}",
        "/sandbox?address={}",
        "/sandbox?organisation={}&lang={}",
        "/?{}={}",
    ],
)
async def test_no_address_is_beyond_us(tester: AsyncClient, place: str, part: str) -> None:
    for accept in ("text/html", "application/json"):
        reply = await tester.get(place.replace("{}", part), headers={"Accept": accept})

        assert reply.status_code in {200, 400, 404}


class Visit:
    """A request that is made by hand, and breaks off when more of its body is asked for."""

    def __init__(self, key: str) -> None:
        self.replies: list[Message] = []
        self.asked_for_body = False
        self.scope: Any = {
            "type": "http",
            "method": "POST",
            "path": "/v1/challenges",
            "raw_path": b"/v1/challenges",
            "root_path": "",
            "query_string": b"",
            "scheme": "https",
            "http_version": "1.1",
            "client": ("203.0.113.9", 1),
            "server": ("watchword.test", 443),
            "headers": [
                (b"authorization", f"Bearer {key}".encode()),
                (b"content-type", b"application/json"),
                (b"content-length", b"100"),
            ],
        }

    async def pay(self, app: Litestar) -> None:
        await app(self.scope, cast(Any, self._receive), cast(Any, self._send))

    async def _receive(self) -> dict[str, object]:
        was_asked, self.asked_for_body = self.asked_for_body, True
        if was_asked:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b'{"purpose"', "more_body": True}

    async def _send(self, message: Message) -> None:
        self.replies.append(message)


async def test_who_breaks_off_in_the_middle_is_no_fault_of_ours(
    app: Litestar, services: Services
) -> None:
    visit = Visit(await new_key(services, "shop", Mode.LIVE))

    with capture_logs() as logs:
        await visit.pay(app)

    assert visit.asked_for_body
    assert logs == []


async def test_without_a_good_key_no_body_is_read(app: Litestar) -> None:
    visit = Visit("ww_live_no")

    await visit.pay(app)

    assert cast(Any, visit.replies[0])["status"] == 401
    assert not visit.asked_for_body


async def test_without_a_good_key_nobody_hears_what_is_wrong_with_the_rest(app: Litestar) -> None:
    async with calling(app, "ww_live_no") as stranger:
        reply = await stranger.post("/v1/challenges", content=b"x" * (BYTES_AT_MOST + 1))

    assert reply.status_code == 401


def test_what_somebody_typed_does_not_show_itself() -> None:
    challenge = read(b'{"purpose": "step_up", "to": {"phone": "+491701234567"}}')

    shown = repr([NewAnswer(code="123456", transaction="50 EUR"), convert(challenge, NewChallenge)])

    assert shown == "[NewAnswer(…), NewChallenge(…)]"
