"""JSON that means one thing only, and the faults of all other."""

import json
from contextlib import suppress
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as some

from watchword.web.problems import Problem
from watchword.web.requests import BYTES_AT_MOST, read

SIMPLE = some.none() | some.booleans() | some.integers() | some.text(max_size=20)


@given(some.dictionaries(some.text(max_size=8), SIMPLE, max_size=5))
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
        b"[" * 9 + b"]" * 9,
        b"[" * 5000,
        b'{"a":' * 5000,
        b"\xff\xfe{\x00}\x00",
        b'{"a": "\xff"}',
        b'{"a": "\x01"}',
    ],
)
def test_what_two_readers_could_take_for_two_things_is_refused(body: bytes) -> None:
    with pytest.raises(Problem):
        read(body)


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
