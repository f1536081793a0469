"""What CAMARA's calls refuse, row by row."""

from datetime import timedelta

import pytest
from httpx import AsyncClient
from litestar import Litestar

from tests.contracts.camara.description import assert_as_described
from tests.stores import KEYRING, MovableTime
from tests.web.compat.camara.line import (
    BOTH,
    CORRELATOR,
    LANDLINE,
    MESSAGE,
    NAMED,
    PHONE,
    WHY,
    Line,
    line,
    word,
)
from tests.web.conftest import calling, new_key
from tests.web.doors import doors_to
from tests.whole_house import GATEWAY, Dealt
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode
from watchword.settings import parse
from watchword.wiring import Services, open_services

__all__ = ["line"]

UNKNOWN = "c1a7f0de-6c1c-4b0e-9a53-2f6c6a1d9b10"


class TestARefusalToSend:
    @pytest.mark.parametrize(
        "body",
        [
            {},
            [],
            {"phoneNumber": PHONE},
            {"message": MESSAGE},
            {"phoneNumber": "3301", "message": MESSAGE},
            {"phoneNumber": "+0123456", "message": MESSAGE},
            {"phoneNumber": f"{PHONE}\n", "message": MESSAGE},
            {"phoneNumber": 491701234567, "message": MESSAGE},
            {"phoneNumber": PHONE, "message": "message without code"},
            {"phoneNumber": PHONE, "message": f"{MESSAGE}{'x' * 96}"},
            {"phoneNumber": PHONE, "message": MESSAGE, "colour": "red"},
        ],
    )
    async def test_of_what_is_not_described(self, line: Line, body: object) -> None:
        assert word(await line.call("send-code", body)) == (400, "INVALID_ARGUMENT")

    async def test_without_a_body(self, line: Line) -> None:
        json = {"content-type": "application/json"}
        for call in ("send-code", "validate-code"):
            reply = await line.client.post(f"{line.root}/{call}", headers=NAMED | json)

            assert_as_described(call, reply)
            assert word(reply) == (400, "INVALID_ARGUMENT")

    @pytest.mark.parametrize(
        ("message", "because"),
        [
            ("{{code}}: https://evil.example/x", "address of a page"),
            ("{{code}}: www.evil.example", "address of a page"),
            ("{{code}}: evil。example/x", "address of a page"),
            ("{{code}} for {{name}}", "{{code}}"),
            ("{{code}} or {code}", "{{code}}"),
            ("{{code}} \u202e", "U+202E"),
            ("{{code}} это код", "Latin letters"),
        ],
    )
    async def test_of_words_that_lead_away_or_cannot_be_sent(
        self, line: Line, dealt: Dealt, message: str, because: str
    ) -> None:
        reply = await line.send(message=message)

        assert word(reply) == (400, "INVALID_ARGUMENT")
        assert because in reply.json()["message"]
        assert dealt.codes == []

    async def test_after_as_many_as_a_number_may_have(self, line: Line) -> None:
        told = [await line.send() for _ in range(6)]

        assert [reply.status_code for reply in told] == [200] * 5 + [403]
        assert word(told[-1]) == (403, "MAX_OTP_CODES_EXCEEDED")
        assert int(told[-1].headers["retry-after"]) == 3600

    @pytest.mark.parametrize("phone", [LANDLINE, "+12025550143", "+4917012", "+491370123456"])
    async def test_to_a_number_that_takes_no_text_or_that_rules_keep_out(
        self, line: Line, phone: str
    ) -> None:
        assert word(await line.send(phone)) == (403, "PHONE_NUMBER_NOT_ALLOWED")

    async def test_to_whoever_wants_no_messages(self, line: Line) -> None:
        opted_out = {"to": {"phone": PHONE}, "kind": "everything", "reason": WHY}
        assert (await line.client.post("/v1/suppressions", json=opted_out)).status_code == 201

        assert word(await line.send()) == (403, "PHONE_NUMBER_BLOCKED")

    async def test_by_an_application_that_asks_too_often(self, line: Line) -> None:
        rules = {"client": [{"most": 1, "seconds": 3600}]}
        assert (await line.client.put("/v1/abuse-rules", json=rules)).status_code == 200
        await line.sent()

        reply = await line.send("+491719876543")

        assert word(reply) == (429, "TOO_MANY_REQUESTS")

    async def test_once_what_messages_may_cost_is_spent(
        self, migrated: str, time: MovableTime
    ) -> None:
        settings = parse(
            {
                "database": {"url": migrated},
                "providers": {"gateway": GATEWAY},
                "prices": {"rows": [{"channel": "sms", "price": 0.1}]},
                "abuse": {"spend": {"per_day": 0.1, "kept_for_known": 0}},
            }
        )
        async with open_services(settings, KEYRING, now=time) as services:
            key = await new_key(services, "shop", Mode.LIVE)
            async with calling(doors_to(services), key) as client:
                await Line(client).sent()
                reply = await Line(client).send("+491719876543")

        assert word(reply) == (429, "QUOTA_EXCEEDED")

    async def test_of_a_key_that_may_not_bring_words(
        self, app: Litestar, services: Services
    ) -> None:
        for scope in BOTH:
            slug = scope.replace(":", "-")
            key = await new_key(services, slug, Mode.LIVE, BOTH - {scope})
            async with calling(app, key) as client:
                assert word(await Line(client).send()) == (403, "PERMISSION_DENIED")


class TestARefusalToValidate:
    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"code": "123456"},
            {"authenticationId": CORRELATOR},
            {"authenticationId": f"{CORRELATOR}0", "code": "123456"},
            {"authenticationId": CORRELATOR, "code": "thisCodeExceedsTenCharacters"},
            {"authenticationId": CORRELATOR, "code": 123456},
            {"authenticationId": CORRELATOR, "code": "123456", "colour": "red"},
        ],
    )
    async def test_of_what_is_not_described(self, line: Line, body: object) -> None:
        assert word(await line.call("validate-code", body)) == (400, "INVALID_ARGUMENT")

    @pytest.mark.parametrize("id", [UNKNOWN, "unknown", ""])
    async def test_of_an_id_that_nobody_has(self, line: Line, id: str) -> None:
        assert word(await line.validate(id, "123456")) == (404, "NOT_FOUND")

    async def test_of_an_id_of_somebody_else(
        self, line: Line, tester: AsyncClient, dealt: Dealt
    ) -> None:
        id = await line.sent()

        assert word(await Line(tester).validate(id, dealt.latest)) == (404, "NOT_FOUND")

    async def test_of_a_wrong_code_until_the_last_that_is_a_failure(
        self, line: Line, dealt: Dealt
    ) -> None:
        id = await line.sent()

        wrong = [word(await line.validate(id, dealt.wrong)) for _ in range(5)]
        late = word(await line.validate(id, dealt.latest))

        assert wrong == [(400, "INVALID_OTP")] * 4 + [(400, "VERIFICATION_FAILED")]
        assert late == (400, "VERIFICATION_FAILED")

    async def test_of_a_code_that_has_run_out(
        self, line: Line, dealt: Dealt, time: MovableTime
    ) -> None:
        id = await line.sent()
        time.pass_by(timedelta(minutes=10))

        assert word(await line.validate(id, dealt.latest)) == (400, "VERIFICATION_EXPIRED")

    async def test_of_a_code_in_whose_place_another_one_is(self, line: Line, dealt: Dealt) -> None:
        old, old_code = await line.sent(), dealt.latest
        new = await line.sent()

        assert word(await line.validate(old, old_code)) == (400, "VERIFICATION_EXPIRED")
        assert (await line.validate(new, dealt.latest)).status_code == 204

    async def test_after_ten_wrong_codes_in_an_hour(self, line: Line, dealt: Dealt) -> None:
        for _ in range(2):
            id = await line.sent()
            for _ in range(5):
                await line.validate(id, dealt.wrong)

        reply = await line.send()

        assert word(reply) == (403, "MAX_OTP_CODES_EXCEEDED")
        assert "retry-after" in reply.headers

    async def test_of_a_key_that_only_reads(self, app: Litestar, services: Services) -> None:
        key = await new_key(services, "reader", Mode.LIVE, frozenset({Scope.CHALLENGES_READ}))
        async with calling(app, key) as client:
            reply = await Line(client).validate(CORRELATOR, "123456")

        assert word(reply) == (403, "PERMISSION_DENIED")
