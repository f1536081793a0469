"""An identity provider by its protocol, against a real server on this machine."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from aiohttp import web

from tests.stand_ins.identity_provider import (
    CLIENT,
    SECRET,
    IdentityProvider,
    SigningKey,
    new_key,
    running_provider,
)
from watchword.features.staff.sign_on.ports import Away, Forged, Told
from watchword.features.staff.sign_on.rules import attempt_of
from watchword.foundation.secret import Secret
from watchword.providers.sign_on.documents import NotAsItShould, read_metadata
from watchword.providers.sign_on.oidc import LOOKS_AGAIN_AFTER, Oidc
from watchword.providers.sign_on.settings import OidcSettings

BACK = "https://codes.example.org/console/sign-in/sso/sonnenhof/back"
ATTEMPT = attempt_of(Secret("a ticket"))


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def server() -> AsyncIterator[IdentityProvider]:
    async with running_provider() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def oidc(server: IdentityProvider, clock: Clock) -> AsyncIterator[Oidc]:
    oidc = Oidc(settings(server.url), seconds=clock)
    yield oidc
    await oidc.close()


def settings(issuer: str) -> OidcSettings:
    return OidcSettings(
        issuer=issuer, client_id=CLIENT, client_secret=Secret(SECRET), timeout_seconds=5.0
    )


def coded(server: IdentityProvider) -> str:
    return server.give(ATTEMPT.nonce, ATTEMPT.challenge, BACK)


async def test_a_browser_is_sent_there_with_all_that_ties_it_to_us(
    server: IdentityProvider, oidc: Oidc
) -> None:
    address = await oidc.address_for(ATTEMPT, BACK)

    assert isinstance(address, str)
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{server.url}/authorize"
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == {
        "response_type": "code",
        "scope": "openid email",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "state": ATTEMPT.state,
        "nonce": ATTEMPT.nonce,
        "code_challenge": ATTEMPT.challenge,
        "code_challenge_method": "S256",
    }
    assert ATTEMPT.verifier not in address


async def test_an_address_that_has_a_query_keeps_it(server: IdentityProvider, oidc: Oidc) -> None:
    server.metadata = {"authorization_endpoint": f"{server.url}/authorize?tenant=7"}

    address = await oidc.address_for(ATTEMPT, BACK)

    assert isinstance(address, str)
    assert address.startswith(f"{server.url}/authorize?tenant=7&response_type=code")


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
@pytest.mark.parametrize("methods", [None, ["client_secret_post"], ["client_secret_basic"]])
async def test_a_code_is_exchanged_for_what_is_signed(
    server: IdentityProvider, oidc: Oidc, algorithm: str, methods: list[str] | None
) -> None:
    server.keys = [new_key("one", algorithm)]
    server.metadata = {"token_endpoint_auth_methods_supported": methods}

    told = await oidc.redeem(ATTEMPT, coded(server), BACK)

    assert isinstance(told, Told)
    assert told.claims["nonce"] == ATTEMPT.nonce
    assert told.claims["email"] == "ann@example.org"
    assert "ann@" not in repr(told)


async def test_a_code_is_good_once_and_for_its_verifier_alone(
    server: IdentityProvider, oidc: Oidc
) -> None:
    code = coded(server)

    assert await oidc.redeem(attempt_of(Secret("other")), code, BACK) == Away("HTTP 400")
    assert await oidc.redeem(ATTEMPT, code, BACK) == Away("HTTP 400")
    assert await oidc.redeem(ATTEMPT, coded(server), f"{BACK}/elsewhere") == Away("HTTP 400")


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", "none")


def by_the_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, SECRET.ljust(32, "."), "HS256", headers={"kid": "one"})


def by_nobody_known(claims: dict[str, Any]) -> str:
    return IdentityProvider().signed(claims, new_key("one"))


def by_a_short_key(claims: dict[str, Any]) -> str:
    return IdentityProvider().signed(claims, SHORT)


SHORT = new_key("short", bits=1024)
FORGERIES = {
    "by nobody": unsigned,
    "by the secret of the client": by_the_secret,
    "by a key of the same name": by_nobody_known,
    "no token": lambda _: "not.a.token",
    "nothing": lambda _: "",
    "endless": lambda _: "e30." * 20_000,
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
async def test_what_the_provider_has_not_signed_is_nothing(
    server: IdentityProvider, oidc: Oidc, forge: Callable[[dict[str, Any]], str]
) -> None:
    server.sign = forge

    assert await oidc.redeem(ATTEMPT, coded(server), BACK) in (
        Forged(),
        Away("too long a reply"),
    )


async def test_a_short_key_proves_nothing_though_the_provider_names_it(
    server: IdentityProvider, oidc: Oidc
) -> None:
    server.keys = [SHORT]
    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        assert await oidc.redeem(ATTEMPT, coded(server), BACK) == Forged()


async def test_a_public_key_does_not_stand_in_for_a_secret(
    server: IdentityProvider, oidc: Oidc
) -> None:
    shared = {"kty": "oct", "kid": "one", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"}

    class Shared(SigningKey):
        @property
        def public(self) -> dict[str, Any]:
            return shared

    server.keys = [Shared("one", "HS256", None)]
    server.sign = lambda claims: jwt.encode(
        claims, b"secret-secret-secret-secret", "HS256", headers={"kid": "one"}
    )
    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        assert await oidc.redeem(ATTEMPT, coded(server), BACK) == Forged()


async def test_keys_are_asked_for_once_and_again_when_they_were_rotated(
    server: IdentityProvider, oidc: Oidc, clock: Clock
) -> None:
    for _ in range(3):
        assert isinstance(await oidc.redeem(ATTEMPT, coded(server), BACK), Told)
    assert server.asked.count("keys") == server.asked.count("about") == 1

    server.keys = [new_key("two")]
    clock.seconds += LOOKS_AGAIN_AFTER

    assert isinstance(await oidc.redeem(ATTEMPT, coded(server), BACK), Told)
    assert server.asked.count("keys") == 2


async def test_unknown_keys_do_not_have_us_ask_again_and_again(
    server: IdentityProvider, oidc: Oidc
) -> None:
    await oidc.redeem(ATTEMPT, coded(server), BACK)
    server.sign = lambda claims: server.signed(claims, SigningKey("x", "RS256", SHORT.private))
    for _ in range(5):
        with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
            assert await oidc.redeem(ATTEMPT, coded(server), BACK) == Forged()

    assert server.asked.count("keys") == 1


@pytest.mark.parametrize(
    ("metadata", "word"),
    [
        ({"issuer": "https://id.example.com"}, "another issuer"),
        ({"issuer": None}, "no metadata"),
        ({"token_endpoint": "http://id.example.com/token"}, "an address that may not be asked"),
        ({"jwks_uri": "ftp://id.example.com/keys"}, "an address that may not be asked"),
        ({"jwks_uri": "//id.example.com/keys"}, "an address that may not be asked"),
        ({"jwks_uri": 7}, "no metadata"),
    ],
    ids=str,
)
async def test_a_provider_that_does_not_speak_as_it_should_is_not_asked_further(
    server: IdentityProvider, oidc: Oidc, metadata: dict[str, Any], word: str
) -> None:
    server.metadata = metadata

    assert await oidc.address_for(ATTEMPT, BACK) == Away(word)
    assert await oidc.redeem(ATTEMPT, "code", BACK) == Away(word)
    assert {*server.asked} == {"about"}


def test_a_provider_elsewhere_cannot_have_us_ask_this_machine() -> None:
    issuer = "https://id.example.org"
    said = (
        b'{"issuer":"https://id.example.org","authorization_endpoint":"https://id.example.org/a",'
        b'"token_endpoint":"http://127.0.0.1:9/t","jwks_uri":"https://id.example.org/k"}'
    )

    with pytest.raises(NotAsItShould):
        read_metadata(said, issuer)
    assert read_metadata(said.replace(b"http://127.0.0.1:9", issuer.encode()), issuer)


async def test_an_endless_reply_is_cut_off(server: IdentityProvider, oidc: Oidc) -> None:
    server.token_reply = web.Response(body=b"{" + b" " * 200_000)

    assert await oidc.redeem(ATTEMPT, coded(server), BACK) == Away("too long a reply")


async def test_a_provider_that_sends_us_elsewhere_is_not_followed(
    server: IdentityProvider, oidc: Oidc
) -> None:
    server.token_reply = web.Response(status=302, headers={"Location": f"{server.url}/keys"})

    assert await oidc.redeem(ATTEMPT, coded(server), BACK) == Away("HTTP 302")
    assert "keys" not in server.asked


async def test_a_provider_that_is_away_is_said_to_be_away() -> None:
    oidc = Oidc(settings("http://127.0.0.1:9"))

    assert await oidc.address_for(ATTEMPT, BACK) == Away("connection refused")
    await oidc.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://id.example.org"},
        {"issuer": "id.example.org"},
        {"issuer": "https://user@id.example.org"},
        {"issuer": "https://id.example.org?x=1"},
        {"client_id": ""},
        {"client_secret": Secret("")},
        {"domains": ["@example.org"]},
        {"domains": ["localhost"]},
    ],
    ids=str,
)
def test_settings_that_cannot_be_right_are_refused(wrong: dict[str, Any]) -> None:
    good = {"issuer": "https://id.example.org", "client_id": "a", "client_secret": Secret("b")}

    with pytest.raises(ValueError, match="`"):
        OidcSettings(**{**good, **wrong})


def test_the_secret_does_not_print() -> None:
    assert SECRET not in repr(settings("https://id.example.org"))
