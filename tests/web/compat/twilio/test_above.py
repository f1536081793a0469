"""What holds above every service: budgets, rules against abuse, who wants no messages; and that
nothing of it gives anybody away."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response
from structlog.testing import capture_logs

from tests.stores import MovableTime
from tests.web.compat.twilio.conftest import new_account
from tests.web.compat.twilio.desk import ANN, BEN, FRENCH, MAIL, Desk
from tests.web.conftest import calling
from tests.whole_house import Dealt
from watchword.features.abuse.rulesets import OwnRules, SendCap
from watchword.features.clients.rules import Operator
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.rules import Mode
from watchword.web.metrics import create_side_app
from watchword.wiring import Services


@dataclass
class Line:
    """An account as its applications use it."""

    web: AsyncClient
    service: str
    token: str

    async def send(self, to: str = ANN, channel: str = "sms", **more: str) -> Response:
        path = f"/v2/Services/{self.service}/Verifications"
        return await self.web.post(path, data={"To": to, "Channel": channel, **more})

    async def check(self, code: str, to: str = ANN) -> Response:
        path = f"/v2/Services/{self.service}/VerificationCheck"
        return await self.web.post(path, data={"To": to, "Code": code})


async def line_of(desk: Desk, account: str, token: str) -> Line:
    web = AsyncClient(base_url=desk.url, auth=(account, token), timeout=60)
    made = await web.post("/v2/Services", data={"FriendlyName": "Rosenhof"})
    return Line(web, made.json()["sid"], token)


@pytest.fixture
async def live(services: Services, desk: Desk) -> AsyncIterator[Line]:
    """An organisation that reaches real people, by text message and telephone alone."""
    account, _, token = await new_account(services, "shop", Mode.LIVE)
    line = await line_of(desk, account, token)
    yield line
    await line.web.aclose()


@pytest.fixture
async def sandbox(desk: Desk) -> AsyncIterator[Line]:
    line = await line_of(desk, desk.account, desk.token)
    yield line
    await line.web.aclose()


def code(reply: Response) -> tuple[int, int]:
    return reply.status_code, reply.json()["code"]


async def rule(services: Services, **rules: Any) -> None:  # noqa: ANN401
    organisation = await services.organisations.find("shop")
    set_ = await services.abuse.rulebook.set(
        Operator(name="root", organisation=organisation), OwnRules(**rules), is_operator=True
    )
    assert not hasattr(set_, "word"), set_


async def test_messages_to_a_number_have_a_budget_above_all_services(live: Line) -> None:
    for _ in range(5):
        assert (await live.send()).status_code == 201
    other = await live.web.post("/v2/Services", data={"FriendlyName": "Other"})
    elsewhere = Line(live.web, other.json()["sid"], live.token)

    assert code(await elsewhere.send()) == (429, 60203)


async def test_wrong_codes_count_with_those_of_the_api_and_of_other_services(
    live: Line, dealt: Dealt, time: MovableTime
) -> None:
    for _ in range(2):
        time.pass_by(timedelta(seconds=1))
        assert (await live.send()).status_code == 201
        for _ in range(5):
            assert (await live.check(dealt.wrong)).json()["status"] == "pending"

    assert code(await live.send()) == (429, 60202)


async def test_a_country_that_is_closed_is_refused_and_a_safe_number_is_let_through(
    live: Line, services: Services
) -> None:
    refused = await live.send(FRENCH)
    added = await live.web.post("/v2/SafeList/Numbers", data={"PhoneNumber": FRENCH})
    let_through, other = await live.send(FRENCH), await live.send("+33612345679")
    await live.web.delete(f"/v2/SafeList/Numbers/{FRENCH}")
    again = await live.send(FRENCH)

    assert code(refused) == (403, 60605)
    assert added.status_code == let_through.status_code == 201
    assert code(other) == code(again) == (403, 60605)


async def test_a_safe_number_is_let_through_a_block_of_its_neighbours(
    live: Line, services: Services
) -> None:
    await rule(services, prefix=(SendCap(most=2, seconds=3600),))
    numbers = [ANN, BEN, "+4915112345670", "+4915112345671"]
    await live.web.post("/v2/SafeList/Numbers", data={"PhoneNumber": numbers[3]})
    replies = [await live.send(to) for to in numbers]

    assert [reply.status_code for reply in replies] == [201, 201, 403, 201]
    assert code(replies[2]) == (403, 60410)


async def test_what_the_operator_has_capped_for_a_client_holds_for_safe_numbers_too(
    live: Line, services: Services
) -> None:
    await rule(services, client=(SendCap(most=1, seconds=3600),))
    await live.web.post("/v2/SafeList/Numbers", data={"PhoneNumber": BEN})

    assert (await live.send(BEN)).status_code == 201
    assert code(await live.send(BEN)) == (429, 20429)


async def test_no_mailer_is_an_invalid_service_and_no_sender_a_disabled_channel(live: Line) -> None:
    assert code(await live.send(MAIL, "email")) == (400, 60217)
    assert code(await live.send(channel="whatsapp")) == (400, 60223)


async def test_who_wants_no_messages_gets_none(live: Line, desk: Desk) -> None:
    base = desk.url.removesuffix("/twilio")
    async with AsyncClient(headers={"Authorization": f"Bearer {live.token}"}) as api:
        said = await api.post(
            f"{base}/v1/suppressions",
            json={"to": {"phone": ANN}, "kind": "everything", "reason": "asked by telephone"},
        )

    assert said.status_code == 201, said.text
    assert code(await live.send()) == (400, 21610)
    assert (await live.send(BEN)).status_code == 201


async def test_two_who_ask_in_one_moment_are_sent_one_code(live: Line, dealt: Dealt) -> None:
    replies = await asyncio.gather(*(live.send() for _ in range(4)))

    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.json()["sid"] for reply in replies}) == 1
    assert len(dealt.codes) == 1


async def test_the_right_code_never_loses_to_wrong_ones_that_come_beside_it(
    live: Line, dealt: Dealt
) -> None:
    await live.send()
    wrong = [live.check(dealt.wrong) for _ in range(4)]
    replies = await asyncio.gather(*wrong, live.check(dealt.latest))
    said = [reply.json().get("status") for reply in replies]

    assert said.count("approved") == 1


async def test_messages_say_whose_code_it_is_and_which_payment_it_is_for(
    sandbox: Line, services: Services
) -> None:
    path = f"/v2/Services/{sandbox.service}"
    await sandbox.send(Locale="en", CustomFriendlyName="Garten")
    await sandbox.web.post(path, data={"Psd2Enabled": "true"})
    await sandbox.send(BEN, Locale="en", Amount="39.99 EUR", Payee="Acme {code}")
    claimed = await services.deliveries.claim(SANDBOX, 9)
    words = {
        str(message.address): message.text.reveal()
        for message in [await services.deliveries.open(queued) for queued in claimed]
    }

    assert "Garten" in words[ANN]
    assert "Rosenhof" in words[BEN]
    assert "Payment: 39.99 EUR to Acme {code}." in words[BEN]


async def test_nothing_that_was_sent_stands_in_a_log_a_figure_or_the_ledger(
    sandbox: Line, services: Services, dealt: Dealt
) -> None:
    with capture_logs() as logs:
        begun = (await sandbox.send(Tags='{"who": "Frau Rose"}', Amount="1", Payee="Acme")).json()
        await sandbox.check(dealt.wrong)
        await sandbox.web.get(f"/v2/Services/{sandbox.service}/Verifications/{ANN}")
        await sandbox.web.get(f"/v2/Services/{sandbox.service}/Verifications/nobody@example.org")
        await sandbox.check(dealt.latest)
        await sandbox.web.get("/v2/Attempts", params={"ChannelData.To": ANN})
    written = json.dumps(logs, default=str)
    async with calling(create_side_app(services), "no key") as operator:
        figures = (await operator.get("/metrics")).text
    secrets = [ANN[1:], "example.org", dealt.latest, dealt.wrong, "Rose", "Acme"]

    assert begun["status"] == "pending"
    assert [secret for secret in secrets if secret in written + figures] == []
    assert 'route="/twilio/v2/Services/{service}/Verifications/{verification}"' in figures
