"""What holds for every call below CAMARA's address."""

from collections import Counter

import msgspec
import pytest
from httpx import Response
from litestar import Litestar

from tests.contracts.camara.description import assert_as_described, codes_of
from tests.web.compat.camara.line import CORRELATOR, MESSAGE, NAMED, OWN, PHONE, Line, line, word
from tests.web.conftest import calling
from watchword.web.compat.camara.refusals import say
from watchword.web.problems import Kind, Problem, respond

__all__ = ["line"]


class TestAnyCall:
    @pytest.mark.parametrize("call", ["send-code", "validate-code"])
    async def test_needs_a_key(self, app: Litestar, call: str) -> None:
        async with calling(app, "ww_live_unknown") as stranger:
            replies = [await Line(stranger).call(call, {}) for _ in range(25)]

        assert Counter(map(word, replies)) == {
            (401, "UNAUTHENTICATED"): 20,
            (429, "TOO_MANY_REQUESTS"): 5,
        }
        assert replies[0].headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        ("method", "path", "said"),
        [
            ("GET", "send-code", (405, "METHOD_NOT_ALLOWED")),
            ("DELETE", "validate-code", (405, "METHOD_NOT_ALLOWED")),
            ("POST", "send-codes", (404, "NOT_FOUND")),
            ("GET", "", (404, "NOT_FOUND")),
            ("GET", "../../nothing", (404, "NOT_FOUND")),
        ],
    )
    async def test_to_an_address_or_a_method_that_there_is_not(
        self, line: Line, method: str, path: str, said: tuple[int, str]
    ) -> None:
        for accepted in ("*/*", "text/html"):
            reply = await line.client.request(
                method, f"{line.root}/{path}", headers=NAMED | {"accept": accepted}
            )

            assert word(reply) == said
            assert_as_described("send-code", reply)
            assert reply.headers["x-correlator"] == CORRELATOR

    async def test_of_another_kind_or_too_large(self, line: Line) -> None:
        url = f"{line.root}/send-code"
        form = await line.client.post(url, data={"phoneNumber": PHONE, "message": MESSAGE})
        large = await line.client.post(url, json={"phoneNumber": PHONE, "message": "x" * 20_000})

        for reply, said in (
            (form, (415, "UNSUPPORTED_MEDIA_TYPE")),
            (large, (400, "INVALID_ARGUMENT")),
        ):
            assert_as_described("send-code", reply)
            assert word(reply) == said

    async def test_is_named_by_us_if_its_caller_has_not(self, line: Line) -> None:
        body = {"phoneNumber": PHONE, "message": MESSAGE}
        reply = await line.client.post(f"{line.root}/send-code", json=body)

        assert_as_described("send-code", reply)
        assert reply.headers["x-correlator"] == reply.headers["x-request-id"]

    @pytest.mark.parametrize("named", ["x" * 257, "two words", "ä", "a,b"])
    async def test_with_a_name_that_is_none_is_refused_and_not_repeated(
        self, line: Line, named: str
    ) -> None:
        body = {"phoneNumber": PHONE, "message": MESSAGE}
        headers = [(b"x-correlator", named.encode())]
        reply = await line.client.post(f"{line.root}/send-code", json=body, headers=headers)

        assert_as_described("send-code", reply)
        assert word(reply) == (400, "INVALID_ARGUMENT")
        assert reply.headers["x-correlator"] == reply.headers["x-request-id"]


@pytest.mark.parametrize("call", ["send-code", "validate-code"])
def test_every_word_that_we_refuse_with_is_described(call: str) -> None:
    sends = {"MAX_OTP_CODES_EXCEEDED", "PHONE_NUMBER_NOT_ALLOWED", "PHONE_NUMBER_BLOCKED"}
    tried = {"INVALID_OTP", "VERIFICATION_EXPIRED", "VERIFICATION_FAILED"}
    ours = {"PERMISSION_DENIED", *(f"{OWN}{each}" for each in sends)}
    judged = {"INVALID_ARGUMENT", "OUT_OF_RANGE", *(f"{OWN}{each}" for each in tried)}

    assert codes_of(call, 403) == (ours if call == "send-code" else {"PERMISSION_DENIED"})
    assert codes_of(call, 400) == ({"INVALID_ARGUMENT"} if call == "send-code" else judged)
    assert codes_of(call, 429) == {"QUOTA_EXCEEDED", "TOO_MANY_REQUESTS"}


@pytest.mark.parametrize("kind", Kind)
def test_whatever_the_house_refuses_is_said_in_words_of_theirs(kind: Kind) -> None:
    problem = Problem(kind, "Sorry, not now.", more={"problems": [{"field": "a", "because": "b"}]})

    said = say(respond(problem))

    headers = {**said.headers, "x-correlator": CORRELATOR, "content-type": "application/json"}
    reply = Response(
        said.status_code or 0, headers=headers, content=msgspec.json.encode(said.content)
    )
    assert_as_described("send-code", reply)
    assert word(reply)[0] in {kind.status, 400}
