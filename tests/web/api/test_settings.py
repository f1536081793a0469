"""Settings over HTTP: what a program may read and change, and what codes make of it."""

from datetime import timedelta

import pytest
from httpx import AsyncClient, Response

from tests.stores import MovableTime
from tests.whole_house import Dealt
from watchword.features.organisations.settings.changing.rules import Change
from watchword.features.organisations.settings.rules import Changed
from watchword.features.organisations.settings.sections import Method, SectionName
from watchword.wiring import Services

PHONE = {"phone": "+491701234567"}


async def put(program: AsyncClient, section: str, **own: object) -> Response:
    version = (await program.get(f"/v1/settings/{section}")).json()["version"]
    return await program.put(f"/v1/settings/{section}", json={"version": version, "own": own})


async def settle(services: Services, slug: str, section: SectionName, **own: object) -> None:
    """Change settings as people do."""
    organisation, services_ = await services.organisations.find(slug), services.configuration
    layers = await services_.settings.layers(organisation.id, section)
    change = Change(section=section, own=own, ground=layers.ground)  # type: ignore[arg-type]
    assert isinstance(
        await services_.changes.change(organisation.id, change, actor="staff:1"), Changed
    )


async def ask(program: AsyncClient, purpose: str = "card_verification", **more: object) -> Response:
    body = {"purpose": purpose, "to": PHONE, **more}
    return await program.post("/v1/challenges", json=body)


async def test_the_methods_are_listed_in_the_order_of_the_organisation(
    tester: AsyncClient,
) -> None:
    before = (await tester.get("/v1/verification-methods")).json()
    await put(tester, "verification", methods=["letter", "sms"])

    after = (await tester.get("/v1/verification-methods")).json()

    assert before == {"methods": [*Method]}
    assert after == {"methods": ["letter", "sms"]}


async def test_a_code_by_a_method_that_is_off_is_refused_with_those_that_are_on(
    tester: AsyncClient,
) -> None:
    await put(tester, "verification", methods=["whatsapp", "letter"])

    reply = await ask(tester, channel="sms")

    assert reply.status_code == 403
    problem = reply.json()
    assert problem["type"] == "urn:watchword:problem:switched-off"
    assert problem["methods"] == ["whatsapp", "letter"]
    assert "whatsapp, letter" in problem["detail"]


async def test_other_ways_are_named_only_if_they_are_on(tester: AsyncClient) -> None:
    everything = (await ask(tester, channel="sms")).json()["alternatives"]
    await put(tester, "verification", methods=["sms", "whatsapp"])

    opened = (await ask(tester, channel="sms")).json()
    read = (await tester.get(f"/v1/challenges/{opened['id']}")).json()
    elsewhere = (await ask(tester, "wallet_signin", channel="sms")).json()

    assert everything == ["whatsapp", "voice"]
    assert opened["alternatives"] == read["alternatives"] == ["whatsapp"]
    assert elsewhere["alternatives"] == everything


async def test_without_a_wish_the_code_goes_by_a_method_that_is_on(tester: AsyncClient) -> None:
    await put(tester, "verification", methods=["whatsapp"])

    reply = await ask(tester)

    assert reply.status_code == 201
    assert reply.json()["channel"] == "whatsapp"


async def test_a_plan_passes_over_what_is_off(tester: AsyncClient) -> None:
    steps = [{"channel": "sms"}, {"channel": "whatsapp"}, {"channel": "voice"}]
    await tester.put("/v1/plans/card_verification", json={"steps": steps})
    await put(tester, "verification", methods=["phone"])

    opened = (await ask(tester)).json()

    traced = (await tester.get(f"/v1/challenges/{opened['id']}")).json()
    assert opened["channel"] == "voice"
    assert [(each["channel"], each["skipped"]) for each in traced["steps"]] == [
        ("sms", "switched_off"),
        ("whatsapp", "switched_off"),
        ("voice", None),
    ]


async def test_a_wish_for_what_is_off_is_refused_though_the_plan_knows_another_way(
    tester: AsyncClient,
) -> None:
    steps = [{"channel": "sms"}, {"channel": "voice"}]
    await tester.put("/v1/plans/card_verification", json={"steps": steps})
    await put(tester, "verification", methods=["phone"])

    reply = await ask(tester, channel="sms")

    assert reply.status_code == 403
    assert reply.json()["methods"] == ["phone"]


async def test_a_code_is_not_sent_again_by_a_method_that_went_off(
    tester: AsyncClient, services: Services, time: MovableTime
) -> None:
    opened = (await ask(tester, channel="sms")).json()
    await put(tester, "verification", methods=["whatsapp"])
    time.pass_by(timedelta(minutes=1))

    refused = await tester.post(f"/v1/challenges/{opened['id']}/sendings", json={})
    other = await tester.post(
        f"/v1/challenges/{opened['id']}/sendings", json={"channel": "whatsapp"}
    )

    assert refused.status_code == 403
    assert other.status_code == 201


async def test_other_purposes_do_not_mind(tester: AsyncClient) -> None:
    await put(tester, "verification", methods=["letter"])

    assert (await ask(tester, "wallet_signin", channel="sms")).status_code == 201
    assert (await ask(tester, "contact_verification", channel="sms")).status_code == 201


async def test_without_customer_pins_no_code_for_a_redemption_goes_out(
    tester: AsyncClient, services: Services
) -> None:
    await settle(services, "tester", SectionName.REDEMPTION, customer_pins=False)

    reply = await ask(tester, "redemption")

    assert reply.status_code == 403
    assert reply.json()["type"] == "urn:watchword:problem:switched-off"
    assert reply.json()["methods"] == []


async def test_switching_customer_pins_off_ends_the_codes_that_are_under_way(
    tester: AsyncClient, services: Services, dealt: Dealt
) -> None:
    opened = (await ask(tester, "redemption")).json()
    code = dealt.latest
    other = (await ask(tester, "wallet_signin")).json()

    await settle(services, "tester", SectionName.REDEMPTION, customer_pins=False)

    answer = await tester.post(f"/v1/challenges/{opened['id']}/answers", json={"code": code})
    assert answer.json()["verdict"] == "over"
    statuses = [
        (await tester.get(f"/v1/challenges/{each['id']}")).json()["status"]
        for each in (opened, other)
    ]
    assert statuses == ["cancelled", "pending"]


async def test_messages_are_in_the_language_that_the_organisation_has_chosen(
    tester: AsyncClient, services: Services
) -> None:
    await put(tester, "messages", language="en")
    organisation = await services.organisations.find("tester")

    settings = services.configuration.settings

    assert await settings.language_of(organisation) == "en"
    opened = (await ask(tester, "wallet_signin")).json()
    async with services.storage.reading(organisation.id) as transaction:
        row = await transaction.one("select locale from challenges where id = :id", id=opened["id"])
    assert row is not None
    assert row["locale"] == "en"


async def test_a_section_is_read_with_what_is_its_own(tester: AsyncClient) -> None:
    await put(tester, "appearance", mark="GS", colour="#0b6e5f")

    shown = (await tester.get("/v1/settings/appearance")).json()

    assert shown == {
        "section": "appearance",
        "version": "0-1",
        "settings": {"mark": "GS", "colour": "#0b6e5f", "colour_on_dark": None},
        "own": {"mark": "GS", "colour": "#0b6e5f"},
    }


async def test_a_version_that_is_old_is_refused(tester: AsyncClient) -> None:
    await put(tester, "messages", language="en")

    reply = await tester.put("/v1/settings/messages", json={"version": "0-0", "own": {}})

    assert reply.status_code == 409
    assert reply.json()["type"] == "urn:watchword:problem:settings-changed-meanwhile"
    assert reply.json()["version"] == "0-1"


@pytest.mark.parametrize("section", ["basis", "redemption", "access", "approvals"])
async def test_no_key_decides_what_people_decide(tester: AsyncClient, section: str) -> None:
    reply = await put(tester, section)

    assert reply.status_code == 403
    assert reply.json()["type"] == "urn:watchword:problem:needs-a-person"
    assert (await tester.get(f"/v1/settings/{section}")).status_code == 200


@pytest.mark.parametrize(
    ("section", "own"),
    [
        ("verification", {"methods": ["fax"]}),
        ("verification", {"methods": ["sms", "sms"]}),
        ("verification", {"methods": "sms"}),
        ("messages", {"language": "la"}),
        ("appearance", {"colour": "#ffcc00"}),
        ("appearance", {"logo": "x"}),
    ],
)
async def test_what_cannot_be_is_refused_with_the_field(
    tester: AsyncClient, section: str, own: dict[str, object]
) -> None:
    reply = await put(tester, section, **own)

    assert reply.status_code == 422
    assert reply.json()["type"] == "urn:watchword:problem:settings-not-possible"
    assert reply.json()["problems"]


async def test_there_is_no_such_section_or_location(tester: AsyncClient) -> None:
    nowhere = "/v1/settings/verification?location=00000000-0000-4000-8000-000000000000"

    assert (await tester.get("/v1/settings/casino")).status_code == 404
    assert (await tester.get(nowhere)).status_code == 404


async def test_nothing_is_asked_of_the_database_for_most_purposes(
    tester: AsyncClient, services: Services
) -> None:
    organisation = await services.organisations.find("tester")

    await ask(tester, "wallet_signin")

    settings = services.configuration.settings
    remembered = settings._known.last(organisation.id)  # noqa: SLF001 - what is not seen else
    assert remembered is not None
    assert await settings.of(organisation.id) is remembered
