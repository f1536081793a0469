"""CAMARA's calls, as the tests tell them that its API comes with; each answer is held against its
description."""

from asyncio import gather
from collections import Counter
from datetime import timedelta

import pytest
from httpx import AsyncClient

from tests.stores import MovableTime, at_rest
from tests.web.compat.camara.line import PHONE, Line, line, texts, word
from tests.whole_house import Dealt
from watchword.wiring import Services

__all__ = ["line"]


class TestACode:
    @pytest.mark.parametrize("version", ["v1", "vwip"])
    async def test_is_sent_in_the_words_of_the_request_and_validated_once(
        self, caller: AsyncClient, dealt: Dealt, services: Services, version: str
    ) -> None:
        line = Line(caller, version)

        id = await line.sent()
        sent = await texts(services)
        right = await line.validate(id, dealt.latest)
        again = await line.validate(id, dealt.latest)

        assert sent == [f"{dealt.latest} is your short code to authenticate with Cool App via SMS"]
        assert (right.status_code, right.content) == (204, b"")
        assert word(again) == (400, "VERIFICATION_EXPIRED")

    async def test_is_the_same_challenge_behind_v1(self, line: Line, dealt: Dealt) -> None:
        id = await line.sent()

        shown = (await line.client.get(f"/v1/challenges/{id}")).json()
        judged = await line.client.post(f"/v1/challenges/{id}/answers", json={"code": dealt.latest})

        assert (shown["purpose"], shown["channel"]) == ("contact_verification", "sms")
        assert judged.json() == {"verdict": "verified"}

    async def test_goes_by_no_channel_that_its_words_were_not_written_for(
        self, line: Line, time: MovableTime
    ) -> None:
        id = await line.sent()
        time.pass_by(timedelta(minutes=1))
        called = await line.client.post(f"/v1/challenges/{id}/sendings", json={"channel": "voice"})
        texted = await line.client.post(f"/v1/challenges/{id}/sendings", json={"channel": "sms"})

        assert (called.status_code, texted.status_code) == (422, 201), called.text

    async def test_says_the_line_that_phones_read_if_the_words_do(
        self, line: Line, dealt: Dealt, services: Services
    ) -> None:
        await line.sent(message="Your code is {{code}}\n@shop.example #{{code}}")

        code = dealt.latest
        assert await texts(services) == [f"Your code is {code}\n@shop.example #{code}"]

    async def test_is_sent_once_more_in_the_same_words(
        self, line: Line, dealt: Dealt, services: Services, time: MovableTime
    ) -> None:
        id = await line.sent(message="Cool App: {{code}}")
        await texts(services)
        time.pass_by(timedelta(seconds=31))

        again = await line.client.post(f"/v1/challenges/{id}/sendings", json={})

        assert again.status_code == 201
        assert await texts(services) == [f"Cool App: {dealt.latest}"]

    async def test_goes_by_no_other_channel_whatever_the_plan_says(self, line: Line) -> None:
        plan = {"steps": [{"channel": "sms"}, {"channel": "voice"}]}
        put = await line.client.put("/v1/plans/contact_verification", json=plan)
        assert put.status_code == 200, put.text

        id = await line.sent()

        shown = (await line.client.get(f"/v1/challenges/{id}")).json()
        assert shown["next_step_at"] is None
        assert [step["channel"] for step in shown["steps"]] == ["sms"]

    async def test_is_asked_for_once_by_one_idempotency_key(self, line: Line, dealt: Dealt) -> None:
        key = {"Idempotency-Key": "order-7"}
        first, again = [await line.send(**key) for _ in range(2)]
        other = await line.send(message="Other words: {{code}}", **key)

        assert first.json() == again.json()
        assert len(dealt.codes) == 1
        assert word(other) == (400, "INVALID_ARGUMENT")

    async def test_and_its_words_do_not_rest_readable(
        self, line: Line, dealt: Dealt, migrated: str
    ) -> None:
        await line.sent(message="Hush, dear Miss Marple: {{code}}")

        rest = await at_rest(migrated)
        for secret in (PHONE, "Marple", dealt.latest):
            assert secret.encode() not in rest


class TestAtOnce:
    async def test_a_right_code_is_good_for_one(self, line: Line, dealt: Dealt) -> None:
        id = await line.sent()

        replies = await gather(*(line.validate(id, dealt.latest) for _ in range(20)))

        assert Counter(reply.status_code for reply in replies) == {204: 1, 400: 19}

    async def test_there_are_five_guesses_whatever_is_asked_beside(
        self, line: Line, dealt: Dealt
    ) -> None:
        id = await line.sent()

        replies = await gather(*(line.validate(id, dealt.wrong) for _ in range(20)))

        said = Counter(word(reply)[1] for reply in replies)
        assert said == {"INVALID_OTP": 4, "VERIFICATION_FAILED": 16}

    async def test_of_many_that_are_asked_for_the_last_is_good_and_five_are_sent(
        self, line: Line, dealt: Dealt
    ) -> None:
        replies = await gather(*(line.send() for _ in range(12)))

        sent = [reply.json()["authenticationId"] for reply in replies if reply.status_code == 200]
        good = [await line.validate(id, dealt.latest) for id in sent]
        assert len(sent) == len(dealt.codes) == 5
        assert Counter(reply.status_code for reply in good) == {204: 1, 400: 4}
