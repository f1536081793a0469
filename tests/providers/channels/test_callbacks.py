"""What strangers send is read without a fault, and believed only from whoever knows the secret."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

import jwt
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import NOW
from watchword.foundation.secret import Secret
from watchword.providers.channels.callbacks import (
    LARGEST,
    Claims,
    is_body_of,
    is_fresh,
    is_signed,
    may_be_signed,
    read_form,
    read_json,
    read_token,
    same,
)

SECRET = Secret("a secret of more than thirty-two characters")
SECONDS = int(NOW.timestamp())


class Status(msgspec.Struct):
    status: str


def token(
    claims: Mapping[str, object], secret: str = SECRET.reveal(), algorithm: str = "HS256"
) -> str:
    return jwt.encode(dict(claims), secret, algorithm=algorithm)


@given(some.text(), some.text())
def test_only_the_same_is_the_same(one: str, other: str) -> None:
    assert same(one, one)
    assert same(one, other) == (one == other)


@given(some.binary())
def test_every_signature_has_the_form_of_one(body: bytes) -> None:
    for digest in ("sha1", "sha256"):
        made = hmac.new(b"secret", body, digest)

        assert may_be_signed(made.hexdigest(), digest=digest)
        assert may_be_signed(made.hexdigest().upper(), digest=digest)
        assert may_be_signed(b64encode(made.digest()).decode(), digest=digest, written="base64")


@pytest.mark.parametrize(
    "said", ["", "a", "f" * 63, "f" * 65, "g" * 64, "=" * 44, "\udcff" * 64, "f" * 63 + "\n"]
)
def test_what_has_not_the_form_of_a_signature_needs_no_look_at_the_body(said: str) -> None:
    assert not may_be_signed(said)
    assert not may_be_signed(said, digest="sha1", written="base64")


def test_what_is_no_text_is_compared_too() -> None:
    assert not same("\udcff", "secret")


@given(some.binary(), some.binary())
def test_a_signature_is_that_of_its_body_and_secret(body: bytes, other: bytes) -> None:
    made = hmac.new(SECRET.reveal().encode(), body, "sha256")

    assert is_signed(made.hexdigest(), body, SECRET)
    assert is_signed(made.hexdigest().upper(), body, SECRET)
    assert is_signed(b64encode(made.digest()).decode(), body, SECRET, written="base64")
    assert is_signed(made.hexdigest(), other, SECRET) == (body == other)
    assert not is_signed(made.hexdigest(), body, Secret("another secret"))
    assert not is_signed(made.hexdigest(), body, SECRET, digest="sha1")
    assert not is_signed("", body, SECRET)


@pytest.mark.parametrize(
    ("minutes", "is_near"), [(-6, False), (-5, True), (0, True), (5, True), (6, False)]
)
def test_a_moment_is_fresh_within_five_minutes_before_and_after(
    minutes: int, *, is_near: bool
) -> None:
    said = NOW + timedelta(minutes=minutes)

    assert is_fresh(said, NOW) == is_near
    assert is_fresh(said.timestamp(), NOW) == is_near


@pytest.mark.parametrize("said", [None, True, float("nan"), float("inf"), 10**400, -(10**400)])
def test_what_is_no_moment_is_not_fresh(said: float | None) -> None:
    assert not is_fresh(said, NOW)
    assert not is_fresh(said, datetime.fromtimestamp(1, UTC))


def test_a_document_is_read_in_its_form_only() -> None:
    assert read_json(b'{"status": "delivered", "more": [1]}', Status) == Status("delivered")
    assert read_json(b'{"status": 1}', Status) is None


def test_what_is_too_big_is_not_read() -> None:
    assert read_json(b'{"status": "%s"}' % (b"x" * LARGEST), Status) is None
    assert read_form(b"status=" + b"x" * LARGEST) is None
    assert read_form(b"&".join(b"f%d=1" % number for number in range(1000))) is None


@given(some.dictionaries(some.text(min_size=1), some.text(), min_size=1, max_size=9))
def test_a_form_is_read_as_it_was_written(form: dict[str, str]) -> None:
    assert read_form(urlencode(form).encode()) == form


@pytest.mark.parametrize("text", [b"a=1&a=2", b"a", b"a=%ff", b"\xff=1", b"a=1&&&b"])
def test_what_is_no_form_or_could_be_understood_twice_is_not_read(text: bytes) -> None:
    assert read_form(text) is None


def test_nothing_in_a_form_is_an_empty_form() -> None:
    assert read_form(b"") == {}


def test_a_fresh_token_with_our_signature_is_believed() -> None:
    claims = {"iat": SECONDS, "payload_hash": "f00", "iss": "Vonage", "exp": 1}

    assert read_token(token(claims), SECRET, NOW) == Claims(SECONDS, "f00")
    assert read_token(f"Bearer {token(claims)}", SECRET, NOW) == Claims(SECONDS, "f00")


def test_a_short_secret_signs_as_well() -> None:
    made = hmac.new(b"short", b"%s.%s" % (HEAD, CLAIMS), "sha256").digest()

    said = b"%s.%s.%s" % (HEAD, CLAIMS, part(made))

    assert read_token(said.decode(), Secret("short"), NOW) == Claims(SECONDS)
    assert read_token(said.decode(), Secret("shorter"), NOW) is None


@pytest.mark.parametrize(
    "said",
    [
        token({"iat": SECONDS}, "another secret of more than thirty-two characters"),
        token({"iat": SECONDS}, SECRET.reveal() * 2, "HS512"),
        token({"iat": SECONDS - 301}),
        token({"iat": SECONDS + 301}),
        token({"payload_hash": "f00"}),
        token({"iat": "now"}),
        token({"iat": True}),
        token({"iat": 10**400}),
        token({"iat": SECONDS, "payload_hash": 1}),
        token({"iat": SECONDS, "more": "x" * 9000}),
        token({"iat": SECONDS})[:-2],
        jwt.encode({"iat": SECONDS}, "", algorithm="none"),
        "",
        "Bearer",
        "a.b.c",
        "\udcff",
        ".".join(["W10"] * 3),
    ],
)
def test_any_other_token_is_not_believed(said: str) -> None:
    assert read_token(said, SECRET, NOW) is None


def test_a_token_chooses_no_algorithm_by_itself() -> None:
    said = token({"iat": SECONDS}, SECRET.reveal() * 2, "HS512")

    assert read_token(said, Secret(SECRET.reveal() * 2), NOW) is None


@given(some.text() | some.lists(some.text()).map(".".join))
def test_no_token_is_beyond_understanding(said: str) -> None:
    assert read_token(said, SECRET, NOW) is None


@given(some.binary())
def test_no_body_is_beyond_understanding(body: bytes) -> None:
    read_form(body)

    assert not isinstance(read_json(body, Status), dict)


def test_deep_documents_are_no_fault() -> None:
    assert read_json(b'{"status": ' + b"[" * 100_000, Status) is None


def test_a_token_is_for_one_body() -> None:
    claims = Claims(SECONDS, sha256(b"body").hexdigest())

    assert is_body_of(claims, b"body")
    assert not is_body_of(claims, b"another")
    assert not is_body_of(Claims(SECONDS), b"")


def part(content: bytes) -> bytes:
    return b64encode(content, b"-_").rstrip(b"=")


HEAD = part(b'{"alg": "HS256", "typ": "JWT"}')
CLAIMS = part(b'{"iat": %d}' % SECONDS)
