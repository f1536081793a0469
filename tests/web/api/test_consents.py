"""Programs write down who agreed to offers, and hear what holds."""

from typing import Any

import pytest
from httpx import AsyncClient, Response

from tests.features.consents.people import SET
from tests.web.conftest import calling, new_key
from tests.whole_house import PHONE
from watchword.features.organisations.rules import Mode
from watchword.features.organisations.settings.sections import SectionName
from watchword.wiring import Services

ANN = {"phone": PHONE}
SHOWN = {"locale": "en", "text": "Yes, I would like offers by text. STOP ends it."}


async def give(caller: AsyncClient, **changes: object) -> Response:
    body = {"to": ANN, "scope": "text", "shown": SHOWN, **changes}
    return await caller.post("/v1/consents", json=body)


async def check(caller: AsyncClient) -> Any:  # noqa: ANN401 - as JSON is
    return (await caller.post("/v1/consent-checks", json={"to": ANN})).json()


def kind(reply: Response) -> str:
    return str(reply.json()["type"]).removeprefix("urn:watchword:problem:")


async def test_what_is_written_down_holds_until_it_is_taken_back(caller: AsyncClient) -> None:
    given = await give(caller)
    assert (given.status_code, given.json()["source"]) == (201, "program")
    assert (await check(caller))["allowed"] == ["text"]

    withdrawn = await caller.post("/v1/consent-withdrawals", json={"to": ANN, "scope": "text"})

    assert withdrawn.status_code == 201
    found = await check(caller)
    assert found["allowed"] == []
    assert [each["standing"] for each in found["records"]] == ["withdrawn", "given"]
    assert found["records"][1]["shown"] == SHOWN
    again = await caller.post("/v1/consent-withdrawals", json={"to": ANN, "scope": "text"})
    assert (again.status_code, kind(again)) == (404, "not-found")


async def test_for_whoever_said_stop_no_program_agrees(
    app: Any,  # noqa: ANN401 - as the doors have it
    services: Services,
) -> None:
    async with calling(app, await new_key(services, "tester", Mode.TEST)) as tester:
        await tester.post("/sandbox/replies", json={"from": PHONE, "text": "STOP"})

        refused = await give(tester)

        assert (refused.status_code, kind(refused)) == (403, "opted-out")
        assert (await check(tester))["is_opted_out"] is True


@pytest.mark.parametrize(
    ("changes", "status", "problem"),
    [
        ({"scope": "email"}, 422, "channel-not-available"),
        ({"scope": "post"}, 400, "malformed-request"),
        ({"shown": {"locale": "en", "text": " "}}, 400, "malformed-request"),
        ({"to": {"phone": "0"}}, 400, "malformed-request"),
        ({"source": "form"}, 400, "malformed-request"),
    ],
    ids=["mail to a phone", "no such way", "nothing shown", "no number", "as if they said so"],
)
async def test_what_cannot_be_so_is_refused(
    caller: AsyncClient, changes: dict[str, object], status: int, problem: str
) -> None:
    reply = await give(caller, **changes)

    assert (reply.status_code, kind(reply)) == (status, problem)


async def test_where_it_is_not_switched_on_nobody_is_asked(caller: AsyncClient) -> None:
    reply = await caller.post("/v1/opt-in-requests", json={"to": ANN, "scope": "text"})

    assert (reply.status_code, kind(reply)) == (403, "switched-off")


async def test_somebody_is_asked_once_a_day(
    app: Any,  # noqa: ANN401 - as the doors have it
    services: Services,
) -> None:
    async with calling(app, await new_key(services, "tester", Mode.TEST)) as tester:
        whose = (await services.organisations.find("tester")).id
        async with services.storage.begin(whose) as transaction:
            await transaction.run(
                SET, whose=str(whose), section=SectionName.CONSENT, content='{"opt_in": "ask"}'
            )
        body = {"to": ANN, "scope": "text"}

        asked = await tester.post("/v1/opt-in-requests", json=body)
        again = await tester.post("/v1/opt-in-requests", json=body)

        assert (asked.status_code, asked.json()) == (201, {"asked": 1})
        assert (again.status_code, kind(again)) == (409, "asked-enough")
