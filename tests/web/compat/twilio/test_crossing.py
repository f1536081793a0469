"""An organisation that crosses over from Twilio; another organisation of ours plays Twilio's part,
or a server that does not answer."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.stand_ins.http_gateway import HANG, RESET, Answer, Behaviour, running_gateway
from tests.stores import MovableTime, at_rest
from tests.web.compat.twilio.crew import ANN, BEN, PARIS, THEIR_TOKEN, Crew, crossing, shadow, word
from tests.whole_house import Dealt, dealt
from watchword.features.abuse.rulesets import OwnConversion, OwnRules
from watchword.features.challenges.verdicts import Wrong
from watchword.features.crossings.rules import WithoutThem
from watchword.foundation.ids import EVERYWHERE

__all__ = ["dealt", "shadow"]

NEIGHBOUR = "+4915112345670"


class TestInTheShadow:
    async def test_twilio_answers_and_sends_and_we_say_the_same(self, shadow: Crew) -> None:
        created = await shadow.create()
        sent = await shadow.sent()
        wrong = await shadow.check("000000" if shadow.theirs != "000000" else "111111")
        right = await shadow.check(shadow.theirs)
        again = await shadow.check(shadow.theirs)

        sid = created.json()["sid"]
        theirs = await shadow.original.get(f"/v2/Services/{shadow.service}/Verifications/{sid}")
        assert word(created) == (201, "pending")
        assert theirs.status_code == 404  # it was approved there
        assert created.json()["account_sid"] != f"AC{shadow.operator.organisation.id.hex}"
        assert (word(wrong), word(right), word(again)) == (
            (200, "pending"),
            (200, "approved"),
            (404, 20404),
        )
        assert sent == ["original"]
        assert await shadow.differences() == []
        assert (await shadow.report()).pairs == 4

    async def test_it_is_looked_at_and_ended_there(self, shadow: Crew) -> None:
        sid = (await shadow.create()).json()["sid"]
        path = f"/v2/Services/{shadow.service}/Verifications/{sid}"

        seen = await shadow.line.get(path)
        by_number = await shadow.line.get(
            f"/v2/Services/{shadow.service}/Verifications/%2B{ANN[1:]}"
        )
        ended = await shadow.line.post(path, data={"Status": "canceled"})
        checked = await shadow.check(shadow.theirs, VerificationSid=sid)

        assert seen.json()["sid"] == by_number.json()["sid"] == ended.json()["sid"] == sid
        assert word(ended) == (200, "canceled")
        assert checked.status_code == 404
        assert await shadow.differences() == []

    async def test_what_we_would_say_otherwise_is_told(self, shadow: Crew) -> None:
        await shadow.line.post(f"/v2/Services/{shadow.service}", data={"CustomCodeEnabled": "true"})
        refused = await shadow.create(CustomCode="4711")

        assert word(refused) == (403, 60204)
        assert await shadow.differences() == [
            ("create", (403, 60204, None), (201, None, "pending"), 1)
        ]
        # What we would have begun and they did not is over at once.
        assert word(await shadow.check("4711")) == (404, 20404)

    async def test_the_limits_of_both_are_compared(self, shadow: Crew) -> None:
        sent = [word(await shadow.create()) for _ in range(6)]
        messages = await shadow.sent()
        wrong = "000000" if shadow.dealt.codes[0] != "000000" else "111111"
        checks = [word(await shadow.check(wrong)) for _ in range(6)]

        assert sent == [(201, "pending")] * 5 + [(429, 60203)]
        assert checks == [(200, "pending")] * 5 + [(429, 60202)]
        assert messages == ["original"] * 5
        assert await shadow.differences() == []

    async def test_nothing_of_ours_opens_anything(self, shadow: Crew) -> None:
        """The code that we drew beside theirs is nobody's, and nothing is approved by it."""
        await shadow.create()
        drawn = shadow.dealt.latest
        beside = await shadow.beside()

        checked = await shadow.check(drawn)
        answered = await shadow.services.challenges.answer(shadow.operator, beside, drawn)

        assert word(checked) == (200, "pending")
        assert await shadow.differences() == []
        assert answered == Wrong(3)

    @pytest.mark.parametrize("own", [None, "471147"])
    async def test_what_twilio_approves_is_no_sign_of_pumping(
        self, shadow: Crew, time: MovableTime, own: str | None
    ) -> None:
        """By a code that is right, or by the application's word about a code of its own."""
        service = f"/v2/Services/{shadow.service}"
        for side in (shadow.line, shadow.original):
            await side.post(service, data={"CustomCodeEnabled": "true"})
        await shadow.services.abuse.rulebook.set(
            shadow.operator,
            OwnRules(conversion=OwnConversion(least=2, percent=50)),
            is_operator=True,
        )
        for number in (ANN, BEN):
            created = await shadow.create(number, **({} if own is None else {"CustomCode": own}))
            approved = (
                await shadow.check(shadow.theirs, number)
                if own is None
                else await shadow.line.post(
                    f"{service}/Verifications/{created.json()['sid']}",
                    data={"Status": "approved"},
                )
            )
            assert word(approved) == (200, "approved")
        time.pass_by(timedelta(minutes=3))

        assert word(await shadow.create(NEIGHBOUR)) == (201, "pending")
        assert await shadow.differences() == []

    async def test_pairs_name_nobody(self, shadow: Crew, migrated: str) -> None:
        with capture_logs() as lines:
            await shadow.create()
            code = shadow.theirs
            await shadow.check(code)

        rest = await at_rest(migrated)
        for secret in (ANN, ANN[1:], code, THEIR_TOKEN):
            assert secret.encode() not in rest
            assert secret not in str(lines)


class TestWhatIsMoved:
    async def test_is_ours_and_what_was_begun_elsewhere_stays_there(
        self, shadow: Crew, time: MovableTime
    ) -> None:
        await shadow.create(ANN)
        code = shadow.theirs
        await shadow.move(100)
        again = await shadow.create(ANN)
        ours = await shadow.create(BEN)
        mine = shadow.dealt.latest

        assert await shadow.sent() == ["original", "original", "shop"]
        assert again.json()["account_sid"] != ours.json()["account_sid"]
        assert word(await shadow.check(code, ANN)) == (200, "approved")
        assert word(await shadow.check(mine, BEN)) == (200, "approved")
        # Over there, so the next one is here.
        time.pass_by(timedelta(seconds=1))
        await shadow.create(ANN)
        assert await shadow.sent() == ["shop"]
        assert word(await shadow.check(shadow.dealt.latest, ANN)) == (200, "approved")

    async def test_stays_ours_until_it_is_over_if_it_is_moved_back(self, shadow: Crew) -> None:
        await shadow.move(100)
        sid = (await shadow.create(ANN)).json()["sid"]
        code = shadow.dealt.latest
        await shadow.move(0)

        again = await shadow.create(ANN)

        assert again.json()["sid"] == sid
        assert await shadow.sent() == ["shop", "shop"]
        assert word(await shadow.check(code, VerificationSid=sid)) == (200, "approved")
        await shadow.create(ANN)
        assert await shadow.sent() == ["original"]

    async def test_moves_by_country(self, shadow: Crew) -> None:
        await shadow.move(0, "FR")
        german = await shadow.create(ANN)
        french = await shadow.create(PARIS)

        assert word(german) == (201, "pending")
        # Nobody here has let codes go to France, and that is how one sees whose it was.
        assert word(french) == (403, 60605)
        assert (await shadow.report()).pairs == 1

    async def test_is_all_ours_at_the_end(self, shadow: Crew) -> None:
        assert await shadow.services.crossings.crossings.end(shadow.operator)

        await shadow.create()

        assert await shadow.sent() == ["shop"]
        assert word(await shadow.check(shadow.dealt.latest)) == (200, "approved")
        assert (await shadow.report()).pairs == 0


class TestWithoutThem:
    @pytest.mark.parametrize("behaviour", [HANG, RESET, Answer(status=500), Answer(status=401)])
    async def test_a_new_code_is_refused_or_ours_as_the_operator_chose(
        self, migrated: str, time: MovableTime, dealt: Dealt, behaviour: Behaviour
    ) -> None:
        async with (
            running_gateway() as far,
            crossing(migrated, time, dealt, far.url, seconds=0.5) as crew,
        ):
            far.behave(behaviour)
            refused = await crew.create()
            await crew.move(without_them=WithoutThem.SERVE)
            served = await crew.create()
            sent = await crew.sent()
            checked = await crew.check(crew.dealt.latest)

            assert word(refused) == (503, 20503)
            assert "retry-after" in refused.headers
            assert word(served) == (201, "pending")
            assert sent == ["shop"]
            # It was begun here, so it is checked here, whether they answer or not.
            assert word(checked) == (200, "approved")
            assert len(far.requests) == 2

    async def test_what_was_begun_there_is_not_taken_for_wrong(
        self, migrated: str, time: MovableTime, dealt: Dealt
    ) -> None:
        sid = "VE" + "7" * 32
        begun = Answer(status=201, body=f'{{"sid": "{sid}", "status": "pending"}}'.encode())
        async with (
            running_gateway() as far,
            crossing(migrated, time, dealt, far.url, seconds=0.5) as crew,
        ):
            await crew.move(without_them=WithoutThem.SERVE)
            far.behave(begun, Answer(status=503))
            await crew.create()

            checked = await crew.check("123456")
            time.pass_by(timedelta(seconds=1))
            again = await crew.create()
            code = crew.dealt.latest

            assert word(checked) == (503, 20503)
            # A new code is ours, and stands beside nothing: it is sent, and it is good.
            assert word(again) == (201, "pending")
            assert await crew.sent() == ["shop"]
            assert word(await crew.check(code)) == (200, "approved")

    async def test_calls_go_on_as_they_came_but_for_who_signs_them(
        self, migrated: str, time: MovableTime, dealt: Dealt
    ) -> None:
        async with (
            running_gateway() as far,
            crossing(migrated, time, dealt, far.url) as crew,
        ):
            far.behave(
                Answer(status=418, body=b'{"code": 1, "message": "teapot", "colour": "red"}')
            )
            reply = await crew.create(Tags='{"a": "b"}')
            number = f"/v2/Services/{crew.service}/Verifications/%2B{ANN[1:]}"
            await crew.line.get(number)

            [created, fetched] = far.requests
            assert (reply.status_code, reply.json()["colour"]) == (418, "red")
            assert created.path == f"/v2/Services/{crew.service}/Verifications"
            assert created.body == b"To=%2B4915112345678&Channel=sms&Tags=%7B%22a%22%3A+%22b%22%7D"
            assert "Basic" in created.headers["Authorization"]
            assert crew.line.auth is not None
            assert created.headers["Authorization"] != reply.request.headers["Authorization"]
            assert fetched.path == number

    @pytest.mark.parametrize(
        ("status", "said", "told"),
        [
            (429, "17", "17"),
            (429, "99999999999999999999", str(24 * 3600)),
            (429, "Wed, 21 Oct 2026 07:28:00 GMT", None),
            (429, "1\xb2", None),
            (429, "-1", None),
            (429, None, None),
            (201, "17", None),
        ],
    )
    async def test_how_long_they_want_to_be_left_in_peace_is_handed_on(
        self,
        *,
        migrated: str,
        time: MovableTime,
        dealt: Dealt,
        status: int,
        said: str | None,
        told: str | None,
    ) -> None:
        body = b'{"code": 20429, "message": "Too many requests", "status": 429}'
        named = {} if said is None else {"Retry-After": said}
        async with (
            running_gateway() as far,
            crossing(migrated, time, dealt, far.url) as crew,
        ):
            far.behave(Answer(status=status, body=body, headers=named))

            reply = await crew.create()

            assert (reply.status_code, reply.content) == (status, body)
            assert reply.headers.get("retry-after") == told

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_nobody_follows_them_elsewhere(
        self, migrated: str, time: MovableTime, dealt: Dealt, status: int
    ) -> None:
        """Neither we, with our account, nor whoever called, with the number of somebody."""
        async with (
            running_gateway() as far,
            running_gateway() as elsewhere,
            crossing(migrated, time, dealt, far.url) as crew,
        ):
            far.behave(Answer(status=status, headers={"Location": f"{elsewhere.url}/v2/here"}))

            created = await crew.create()
            checked = await crew.check("123456")

            for reply in (created, checked):
                assert word(reply) == (503, 20503)
                assert "location" not in reply.headers
                assert elsewhere.url not in reply.text
            assert len(far.requests) == 2
            assert (elsewhere.requests, elsewhere.connections) == ([], set())
            assert (await crew.report()).pairs == 0

    async def test_what_goes_wrong_beside_them_reaches_nobody(
        self, migrated: str, time: MovableTime, dealt: Dealt
    ) -> None:
        async with (
            running_gateway() as far,
            crossing(migrated, time, dealt, far.url) as crew,
        ):
            for body in (b"", b"[]", b'{"sid": 7, "status": {}}', b"\xff", b'{"code": "x"}'):
                far.behave(Answer(status=201, body=body))

                reply = await crew.create()

                assert (reply.status_code, reply.content) == (201, body)

    async def test_what_cannot_be_kept_reaches_nobody_either(self, shadow: Crew) -> None:
        async with shadow.services.storage.begin(EVERYWHERE) as transaction:
            await transaction.run("drop table crossing_pairs")

        assert word(await shadow.create()) == (201, "pending")
        assert word(await shadow.check(shadow.theirs)) == (200, "approved")


async def test_whoever_has_not_begun_asks_nobody(
    migrated: str, time: MovableTime, dealt: Dealt
) -> None:
    async with running_gateway() as far, crossing(migrated, time, dealt, far.url) as crew:
        await crew.services.crossings.crossings.end(crew.operator)

        await crew.create()

        assert far.requests == []
