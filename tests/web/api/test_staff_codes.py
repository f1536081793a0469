"""By which codes staff sign in is no application's business, whatever its key opens."""

import pytest
from httpx import AsyncClient

from tests.whole_house import Dealt, asked, email, shown
from watchword.features.challenges.desk import Machine
from watchword.features.challenges.policies import FOR_STAFF
from watchword.features.challenges.policies import Purpose as EveryPurpose
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.verdicts import Verified
from watchword.features.organisations.rules import Organisation
from watchword.foundation.ids import Id
from watchword.web.api.purposes import Purpose
from watchword.wiring import Services

ORDER = {"purpose": "staff_signin", "to": {"email": "ann@example.org"}}


@pytest.fixture
async def machine(services: Services, tester: AsyncClient) -> Machine:
    [organisation] = await services.organisations.all()
    assert isinstance(organisation, Organisation)
    return Machine(name="console", organisation=organisation)


@pytest.fixture
async def path(services: Services, machine: Machine) -> str:
    """The address at which a code for staff would be, if it were one for applications."""
    opening = asked(email(), purpose=EveryPurpose.STAFF_SIGNIN)
    made = shown(await services.challenges.open(machine, opening))
    return f"/v1/challenges/{made.id}"


def test_applications_know_every_purpose_but_those_of_the_house() -> None:
    assert {*map(str, Purpose)} == {*map(str, EveryPurpose)} - {*map(str, FOR_STAFF)}


async def test_none_is_opened_by_an_application(tester: AsyncClient) -> None:
    replies = [
        await tester.post("/v1/challenges", json=ORDER),
        await tester.post("/v1/routing-plans", json=ORDER),
    ]
    described = (await tester.get("/openapi.json")).text

    assert [reply.status_code for reply in replies] == [400, 400]
    assert not [purpose for purpose in FOR_STAFF if purpose in described]
    plan = {"steps": [{"channel": "email"}]}
    for method, body in (("GET", None), ("PUT", plan), ("DELETE", None)):
        reply = await tester.request(method, "/v1/plans/staff_signin", json=body)
        assert reply.status_code == 404


async def test_none_is_seen_or_touched(
    services: Services, tester: AsyncClient, machine: Machine, path: str, dealt: Dealt
) -> None:
    replies = [
        await tester.get(path),
        await tester.post(f"{path}/answers", json={"code": dealt.latest}),
        await tester.post(f"{path}/answers", json={"code": dealt.wrong}),
        await tester.post(f"{path}/sendings", json={}),
        await tester.delete(path),
    ]
    nowhere = await tester.get("/v1/challenges/5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e")

    assert [reply.status_code for reply in replies] == [404] * 5
    assert {reply.json()["detail"] for reply in replies} == {nowhere.json()["detail"]}
    # And nothing of it has been used up, or ended.
    id = ChallengeId(Id(path.rpartition("/")[2]))
    assert await services.challenges.answer(machine, id, dealt.latest) == Verified()


async def test_no_webhook_tells_of_it(
    services: Services, tester: AsyncClient, machine: Machine
) -> None:
    made = await tester.post(
        "/v1/webhook-endpoints", json={"url": "https://hooks.example.org/watchword"}
    )
    assert made.status_code == 201, made.text
    opening = asked(email(), purpose=EveryPurpose.STAFF_SIGNIN)
    shown(await services.challenges.open(machine, opening))

    told = (await tester.get("/v1/webhook-deliveries")).json()

    assert told["deliveries"] == []
