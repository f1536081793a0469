"""What a program is told of people, and what it may do for them."""

import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from tests.web.conftest import calling, new_key
from tests.whole_house import PHONE
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode
from watchword.wiring import Services

TO = {"phone": PHONE}
WHY = "asked for it by letter"
POST = {
    "name": "Ann Example",
    "street": "Hauptstraße 1",
    "city": "Berlin",
    "country": "DE",
    "postal_code": "10115",
}


async def send_code(caller: AsyncClient) -> Response:
    return await caller.post("/v1/challenges", json={"purpose": "wallet_signin", "to": TO})


async def ask(
    caller: AsyncClient, path: str, status: int = 201, **more: object
) -> dict[str, object]:
    reply = await caller.post(path, json={"to": TO, **more})
    assert reply.status_code == status, reply.text
    said: dict[str, object] = reply.json()
    return said


def kind_of(said: dict[str, object]) -> str:
    return str(said["type"]).removeprefix("urn:watchword:problem:")


async def test_everything_is_handed_out_within_one_call(caller: AsyncClient) -> None:
    challenge = (await send_code(caller)).json()

    said = await ask(caller, "/v1/person-exports", reason=WHY)

    sections = said["sections"]
    assert isinstance(sections, dict)
    assert sections["contact_points"][0]["address"] == PHONE
    assert [each["id"] for each in sections["challenges"]] == [challenge["id"]]
    assert said["contact_point"] == challenge["to"]


async def test_somebody_is_forgotten_and_then_nothing_is_known(caller: AsyncClient) -> None:
    await send_code(caller)

    first = await ask(caller, "/v1/erasures", reason=WHY)
    second = await ask(caller, "/v1/erasures", reason=WHY)
    export = await ask(caller, "/v1/person-exports", 404, reason=WHY)

    assert (first["was_known"], second["was_known"]) == (True, False)
    assert first["challenges_ended"] == 1
    assert first["stays"]
    assert first["ages_out"]
    assert (kind_of(export), export["opted_out"]) == ("not-found", [])


async def test_whoever_opts_out_gets_no_code_until_they_opt_in_again(caller: AsyncClient) -> None:
    made = await ask(caller, "/v1/suppressions", kind="everything", reason=WHY)
    refused = await send_code(caller)
    checked = await ask(caller, "/v1/suppression-checks")
    lifted = await ask(caller, "/v1/suppression-liftings", kind="everything", reason=WHY)

    assert refused.status_code == 403
    assert kind_of(refused.json()) == "opted-out"
    assert "/v1/suppression-liftings" in refused.json()["detail"]
    assert checked == {"advertising": False, "codes": False}
    assert lifted == made
    assert (await send_code(caller)).status_code == 201


async def test_whoever_wants_no_advertising_gets_codes(caller: AsyncClient) -> None:
    await ask(caller, "/v1/suppressions", kind="marketing", reason=WHY)

    assert await ask(caller, "/v1/suppression-checks") == {"advertising": False, "codes": True}
    assert (await send_code(caller)).status_code == 201


async def test_opt_outs_are_listed_without_whose_they_are(caller: AsyncClient) -> None:
    made = await ask(caller, "/v1/suppressions", kind="marketing", reason=WHY)

    page = (await caller.get("/v1/suppressions?limit=1")).json()

    assert page == {"suppressions": [made], "cursor": None}
    assert {*made} == {"id", "kind", "contact_kind", "created_at", "created_by"}


async def test_what_was_never_opted_out_of_cannot_be_lifted(caller: AsyncClient) -> None:
    said = await ask(caller, "/v1/suppression-liftings", 404, kind="marketing", reason=WHY)

    assert kind_of(said) == "not-found"


@pytest.mark.parametrize("to", [{"email": "ann@example.org"}, {"post": POST}])
async def test_a_person_is_known_by_any_contact_point(
    caller: AsyncClient, to: dict[str, object]
) -> None:
    reply = await caller.post(
        "/v1/suppressions", json={"to": to, "kind": "everything", "reason": WHY}
    )
    checked = await caller.post("/v1/suppression-checks", json={"to": to})

    assert reply.status_code == 201
    assert checked.json()["codes"] is False


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/v1/person-exports", {}),
        ("/v1/erasures", {}),
        ("/v1/suppressions", {"kind": "marketing"}),
        ("/v1/suppression-liftings", {"kind": "marketing"}),
    ],
)
@pytest.mark.parametrize("reason", ["", "for ann@example.org", f"of {PHONE}"])
async def test_a_reason_names_nobody(
    caller: AsyncClient, path: str, more: dict[str, object], reason: str
) -> None:
    said = await ask(caller, path, 400, reason=reason, **more)

    assert kind_of(said) == "malformed-request"
    assert PHONE not in str(said)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/v1/person-exports", Scope.PEOPLE_READ),
        ("POST", "/v1/erasures", Scope.PEOPLE_ERASE),
        ("POST", "/v1/suppressions", Scope.SUPPRESSIONS_WRITE),
        ("POST", "/v1/suppression-liftings", Scope.SUPPRESSIONS_WRITE),
        ("POST", "/v1/suppression-checks", Scope.SUPPRESSIONS_READ),
        ("GET", "/v1/suppressions", Scope.SUPPRESSIONS_READ),
    ],
)
async def test_each_door_has_a_key_of_its_own(
    app: Litestar, services: Services, method: str, path: str, scope: Scope
) -> None:
    others = frozenset(Scope) - {scope}
    async with calling(app, await new_key(services, "narrow", Mode.LIVE, others)) as narrow:
        reply = await narrow.request(method, path, json={} if method == "POST" else None)

    assert (reply.status_code, scope in reply.text) == (403, True)


async def test_who_works_here_has_to_be_disabled_first(
    caller: AsyncClient, services: Services
) -> None:
    shop = await services.organisations.find("shop")
    await services.staff.members.enrol(
        shop, name="Ann", email="ann@example.org", grants=(), actor="test"
    )

    reply = await caller.post(
        "/v1/erasures", json={"to": {"email": "ann@example.org"}, "reason": WHY}
    )

    assert (reply.status_code, kind_of(reply.json())) == (409, "still-staff")
