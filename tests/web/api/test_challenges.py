"""Challenges, as a program that calls the API sees them."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from httpx import AsyncClient, Headers, Response
from litestar import Litestar

from tests.stores import MovableTime
from tests.web.conftest import calling, new_key
from tests.whole_house import Dealt
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode
from watchword.web.problems import URN
from watchword.wiring import Services

PHONE = {"phone": "+491701234567"}
AGAIN = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
MADE_UP = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP")
FIELDS = {
    "id",
    "purpose",
    "status",
    "channel",
    "to",
    "reference",
    "created_at",
    "expires_at",
    "resend_at",
    "attempts_left",
    "code_length",
    "assurance",
    "strength",
    "alternatives",
    "warnings",
}


async def ask(caller: AsyncClient, **other: object) -> Response:
    body = {"purpose": "contact_verification", "to": PHONE, "channel": "sms", **other}
    return await caller.post("/v1/challenges", json=body)


async def opened(caller: AsyncClient, **other: object) -> str:
    reply = await ask(caller, **other)
    assert reply.status_code == 201, reply.text
    return f"/v1/challenges/{reply.json()['id']}"


def problem(reply: Response) -> str:
    """Give the name of a problem, which must have the form of one."""
    assert reply.headers["content-type"] == "application/problem+json"
    document = reply.json()
    assert document["status"] == reply.status_code
    assert document["title"]
    assert document["detail"]
    name: str = document["type"].removeprefix(URN)
    return name


def unnumbered(headers: Headers) -> dict[str, str]:
    """Leave out what numbers each request."""
    return {name: value for name, value in headers.items() if name != "x-request-id"}


class TestOpening:
    async def test_is_answered_in_the_shape_that_stays(
        self, caller: AsyncClient, time: MovableTime
    ) -> None:
        reply = await ask(caller, locale="de", reference="order 7")

        challenge = reply.json()
        assert reply.status_code == 201
        assert set(challenge) == FIELDS
        assert challenge["to"] == "+49•••••4567"
        assert (challenge["status"], challenge["channel"]) == ("pending", "sms")
        assert (challenge["attempts_left"], challenge["reference"]) == (5, "order 7")
        assert (challenge["assurance"], challenge["strength"]) == ("1", "restricted")
        assert (challenge["alternatives"], challenge["warnings"]) == (
            ["voice"],
            ["restricted_only"],
        )
        assert challenge["code_length"] == 6
        assert datetime.fromisoformat(challenge["expires_at"]) == time() + timedelta(minutes=10)
        assert datetime.fromisoformat(challenge["resend_at"]) == time() + timedelta(seconds=30)

    async def test_needs_no_more_than_a_purpose_and_an_address(self, tester: AsyncClient) -> None:
        body = {"purpose": "wallet_signin", "to": {"email": "Ann@Example.org"}}

        challenge = (await tester.post("/v1/challenges", json=body)).json()

        assert (challenge["channel"], challenge["to"]) == ("email", "a•••@example.org")

    @pytest.mark.parametrize(
        "to",
        [
            {"phone": "+1 900 234 5678"},
            {"phone": "+44 7012 345678"},
            {"phone": "+49170"},
            {"phone": "１７０１２３４５６７"},  # noqa: RUF001 - not the digits that we send to
            {"phone": "+491701234567;ext=1"},
            {"phone": "nobody"},
            {"email": "ann"},
            {"email": "Ann <ann@example.org>"},
            {"email": "ann@example.org\r\nBcc: all@example.org"},
        ],
    )
    async def test_is_refused_where_no_code_can_be_sent(
        self, caller: AsyncClient, to: dict[str, str]
    ) -> None:
        reply = await ask(caller, to=to, channel=None)

        assert problem(reply) == "unreachable-contact"
        assert not any(value in reply.text for value in to.values())

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ({"purpose": "contact_verification"}, "to"),
            ({"purpose": "curiosity", "to": PHONE}, "purpose"),
            ({"purpose": "contact_verification", "to": {}}, "exactly one"),
            (
                {"purpose": "contact_verification", "to": {**PHONE, "email": "ann@example.org"}},
                "exactly one",
            ),
            ({"purpose": "contact_verification", "to": PHONE, "channel": "fax"}, "channel"),
            ({"purpose": "contact_verification", "to": PHONE, "verified": True}, "verified"),
            ({"purpose": "contact_verification", "to": PHONE, "attempts_left": 99}, "attempts"),
            ({"purpose": "contact_verification", "to": PHONE, "organisation_id": "x"}, "organ"),
            ({"purpose": "contact_verification", "to": PHONE, "assurance": "3"}, "assurance"),
            ({"purpose": "contact_verification", "to": PHONE, "locale": "../etc"}, "locale"),
            ({"purpose": "contact_verification", "to": PHONE, "locale": "de\n"}, "locale"),
            ({"purpose": "contact_verification", "to": PHONE, "reference": "x" * 201}, "reference"),
            ({"purpose": "contact_verification", "to": {"phone": 491701234567}}, "to"),
            ([], ""),
            ("contact_verification", ""),
        ],
    )
    async def test_with_a_body_of_another_form_is_refused_with_the_place(
        self, caller: AsyncClient, body: object, said: str
    ) -> None:
        reply = await caller.post("/v1/challenges", json=body)

        assert problem(reply) == "malformed-request"
        assert said in reply.text

    async def test_by_a_channel_that_does_not_lead_there_names_those_that_do(
        self, caller: AsyncClient
    ) -> None:
        reply = await ask(caller, channel="email")

        assert problem(reply) == "channel-not-available"
        assert reply.json()["channels"] == ["sms", "voice"]

    async def test_too_often_says_when_to_come_back(self, caller: AsyncClient) -> None:
        for _ in range(5):
            await opened(caller)

        reply = await ask(caller)

        assert (reply.status_code, problem(reply)) == (429, "too-many-attempts")
        assert reply.headers["retry-after"] == "3600"

    async def test_looks_the_same_whether_the_contact_point_is_known_or_not(
        self, tester: AsyncClient
    ) -> None:
        unknown = await ask(tester)
        known = await ask(tester)

        assert unknown.status_code == known.status_code
        assert unnumbered(unknown.headers) == unnumbered(known.headers)
        assert {**unknown.json(), "id": None} == {**known.json(), "id": None}


class TestAnswering:
    async def test_with_the_right_code_verifies(self, caller: AsyncClient, dealt: Dealt) -> None:
        url = await opened(caller)

        reply = await caller.post(f"{url}/answers", json={"code": dealt.latest})

        assert (reply.status_code, reply.json()) == (201, {"verdict": "verified"})

    async def test_with_a_wrong_code_is_an_answer_like_any_other(
        self, caller: AsyncClient, dealt: Dealt
    ) -> None:
        url = await opened(caller)

        reply = await caller.post(f"{url}/answers", json={"code": dealt.wrong})

        assert (reply.status_code, reply.json()) == (
            201,
            {"verdict": "wrong", "attempts_left": 4},
        )

    async def test_says_what_else_may_be_the_matter(
        self, caller: AsyncClient, dealt: Dealt, time: MovableTime
    ) -> None:
        over, expired, exhausted = [
            await opened(caller, purpose=purpose)
            for purpose in ("wallet_signin", "step_up", "redemption")
        ]
        await caller.delete(over)
        for _ in range(5):
            await caller.post(f"{exhausted}/answers", json={"code": dealt.wrong})
        time.pass_by(timedelta(minutes=6))

        said = [
            (await caller.post(f"{url}/answers", json={"code": dealt.latest})).json()
            for url in (over, expired, exhausted)
        ]

        assert said == [{"verdict": "over"}, {"verdict": "expired"}, {"verdict": "exhausted"}]

    @pytest.mark.parametrize("code", [None, 123456, ["123456"], {"code": "1"}, True, 1.5])
    async def test_with_what_is_no_text_is_refused_and_costs_nothing(
        self, caller: AsyncClient, code: object
    ) -> None:
        url = await opened(caller)

        reply = await caller.post(f"{url}/answers", json={"code": code})

        assert problem(reply) == "malformed-request"
        assert (await caller.get(url)).json()["attempts_left"] == 5

    async def test_to_a_challenge_that_does_not_exist_is_not_found(
        self, caller: AsyncClient
    ) -> None:
        reply = await caller.post(f"/v1/challenges/{uuid4()}/answers", json={"code": "123456"})

        assert (reply.status_code, problem(reply)) == (404, "not-found")

    async def test_a_thousand_guesses_at_made_up_challenges_cost_the_owner_nothing(
        self, caller: AsyncClient, dealt: Dealt
    ) -> None:
        url = await opened(caller)
        for _ in range(1000):
            await caller.post(f"/v1/challenges/{uuid4()}/answers", json={"code": "123456"})

        reply = await caller.post(f"{url}/answers", json={"code": dealt.latest})

        assert reply.json() == {"verdict": "verified"}


class TestOtherDoings:
    async def test_sending_once_more_is_a_sending(
        self, caller: AsyncClient, time: MovableTime
    ) -> None:
        url = await opened(caller)
        early = await caller.post(f"{url}/sendings", json={})
        time.pass_by(timedelta(seconds=30))
        late = await caller.post(f"{url}/sendings", json={"channel": "voice"})

        assert (problem(early), early.headers["retry-after"]) == ("resend-too-soon", "30")
        assert (late.status_code, late.json()["channel"]) == (201, "voice")

    async def test_reading_shows_each_message(self, caller: AsyncClient) -> None:
        url = await opened(caller)

        challenge = (await caller.get(url)).json()

        assert set(challenge) == FIELDS | {"sendings", "steps", "next_step_at"}
        [sending] = challenge["sendings"]
        assert (sending["channel"], sending["provider"]) == ("sms", "gateway")
        assert sending["state"] == "queued"

    async def test_cancelling_is_done_once_and_may_be_said_twice(self, caller: AsyncClient) -> None:
        url = await opened(caller)

        replies = [await caller.delete(url), await caller.delete(url)]

        assert [(reply.status_code, reply.content) for reply in replies] == [(204, b"")] * 2
        assert (await caller.get(url)).json()["status"] == "cancelled"

    async def test_of_another_organisation_look_like_what_does_not_exist(
        self, caller: AsyncClient, tester: AsyncClient
    ) -> None:
        url = await opened(caller)
        nowhere = f"/v1/challenges/{uuid4()}"

        for method, path, body in [
            ("GET", "", None),
            ("DELETE", "", None),
            ("POST", "/answers", {"code": "123456"}),
            ("POST", "/sendings", {}),
        ]:
            theirs = await tester.request(method, url + path, json=body)
            nobodys = await tester.request(method, nowhere + path, json=body)
            assert theirs.status_code == nobodys.status_code == 404
            assert {**theirs.json(), "instance": None} == {**nobodys.json(), "instance": None}
            assert unnumbered(theirs.headers) == unnumbered(nobodys.headers)


class TestAKey:
    async def test_is_asked_for(self, app: Litestar) -> None:
        for key in ("", "ww_live_no", "ww_live_" + "0" * 64, "x" * 5000):
            async with calling(app, key) as stranger:
                reply = await ask(stranger)
            assert (reply.status_code, problem(reply)) == (401, "unknown-key")
            assert reply.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR "])
    async def test_is_named_in_capitals_or_not(
        self, app: Litestar, services: Services, scheme: str
    ) -> None:
        key = await new_key(services, "shop", Mode.LIVE)
        async with calling(app, key) as caller:
            reply = await caller.get(
                f"/v1/challenges/{uuid4()}", headers={"Authorization": f"{scheme} {key}"}
            )

        assert reply.status_code == 404

    @pytest.mark.parametrize("scheme", ["Basic ", "Bearer", "Bearer:", ""])
    async def test_stands_behind_the_word_for_it(
        self, app: Litestar, services: Services, scheme: str
    ) -> None:
        key = await new_key(services, "shop", Mode.LIVE)
        async with calling(app, key) as caller:
            reply = await caller.get(
                f"/v1/challenges/{uuid4()}", headers={"Authorization": f"{scheme}{key}"}
            )

        assert reply.status_code == 401

    async def test_opens_what_it_is_for_and_nothing_else(
        self, app: Litestar, services: Services
    ) -> None:
        key = await new_key(services, "reader", Mode.LIVE, frozenset({Scope.CHALLENGES_READ}))
        async with calling(app, key) as reader:
            reply = await ask(reader)

        assert (reply.status_code, problem(reply)) == (403, "missing-scope")
        assert Scope.CHALLENGES_WRITE in reply.json()["detail"]

    async def test_in_a_query_string_is_no_key(self, app: Litestar, services: Services) -> None:
        key = await new_key(services, "careless", Mode.LIVE)
        async with calling(app, "") as stranger:
            reply = await stranger.post(f"/v1/challenges?key={key}", json={})

        assert reply.status_code == 401

    async def test_that_is_unknown_is_tried_twenty_times_a_minute_whatever_the_headers_say(
        self, app: Litestar
    ) -> None:
        statuses = []
        async with calling(app, "ww_live_guess") as stranger:
            for number in range(25):
                made_up = dict.fromkeys(MADE_UP, f"10.0.0.{number}")
                statuses.append(await stranger.get("/sandbox/messages", headers=made_up))

        assert [reply.status_code for reply in statuses] == [401] * 20 + [429] * 5


class TestTheSameRequestAgain:
    async def test_gives_the_same_answer(self, caller: AsyncClient, dealt: Dealt) -> None:
        body = {"purpose": "wallet_signin", "to": PHONE}

        replies = [await caller.post("/v1/challenges", json=body, headers=AGAIN) for _ in range(3)]

        assert {reply.content for reply in replies} == {replies[0].content}
        assert [reply.status_code for reply in replies] == [201] * 3
        assert len(dealt.codes) == 1

    async def test_for_something_else_is_refused(self, caller: AsyncClient) -> None:
        first, other = [
            await caller.post(
                "/v1/challenges", json={"purpose": purpose, "to": PHONE}, headers=AGAIN
            )
            for purpose in ("wallet_signin", "step_up")
        ]

        assert first.status_code == 201
        assert (other.status_code, problem(other)) == (422, "idempotency-key-reused")

    @pytest.mark.parametrize("key", ["", "with space", "x" * 129])
    async def test_with_a_key_that_is_none_is_refused(self, caller: AsyncClient, key: str) -> None:
        body = {"purpose": "wallet_signin", "to": PHONE}

        reply = await caller.post("/v1/challenges", json=body, headers={"Idempotency-Key": key})

        assert problem(reply) == "malformed-request"


async def test_without_a_database_callers_are_asked_to_try_again(
    caller: AsyncClient, services: Services
) -> None:
    await ask(caller)
    await services.storage.close()

    reply = await ask(caller)

    assert (reply.status_code, problem(reply)) == (503, "unavailable")
    assert reply.headers["retry-after"] == "1"
