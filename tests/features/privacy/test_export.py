"""Whoever asks what is known of them gets all of it, and nothing that is a secret of ours."""

import json

import msgspec
import pytest

from tests.features.privacy.traces import ADDRESS, Seeded, seed
from tests.whole_house import Dealt, asked, phone, shown
from watchword.features.clients.rules import Client
from watchword.features.privacy.rules import BadReason, NothingKnown
from watchword.features.privacy.tables import NAMED, OF_PEOPLE
from watchword.features.privacy.views import PersonExport
from watchword.wiring import Services

WHY = "asked for it by letter"


async def exported(services: Services, client: Client, seeded: Seeded) -> PersonExport:
    export = await services.privacy.people.export(client, seeded.contact, WHY)
    assert isinstance(export, PersonExport)
    return export


async def test_every_trace_in_every_table_is_in_it(services: Services, shop: Client) -> None:
    seeded = await seed(services, shop)

    export = await exported(services, shop, seeded)

    text = msgspec.json.encode(export).decode()
    assert {*export.sections} == {table.section for table in OF_PEOPLE}
    for place, canary in {**seeded.goes, **seeded.stays}.items():
        table, _, column = place.split()[0].partition(".")
        is_to_be_seen = column not in NAMED[table].hides
        assert (canary in text or canary.encode().hex() in text) is is_to_be_seen, place


async def test_the_address_is_in_it_in_full(services: Services, shop: Client) -> None:
    seeded = await seed(services, shop)

    export = await exported(services, shop, seeded)

    [point] = export.sections["contact_points"]
    assert point["address"] == ADDRESS
    assert export.contact_point == "c•••@example.org"


async def test_moments_can_be_read(services: Services, shop: Client, dealt: Dealt) -> None:
    shown(await services.challenges.open(shop, asked()))

    export = await services.privacy.people.export(shop, phone(), WHY)

    assert isinstance(export, PersonExport)
    said = json.loads(msgspec.json.encode(export))
    assert said["sections"]["challenges"][0]["created_at"] == "2030-01-01T12:00:00Z"
    assert dealt.latest not in json.dumps(said)


async def test_others_are_not_in_it(services: Services, shop: Client) -> None:
    other = shown(await services.challenges.open(shop, asked()))
    seeded = await seed(services, shop)

    export = await exported(services, shop, seeded)

    assert str(other.id) not in msgspec.json.encode(export).decode()


async def test_other_organisations_know_nothing(
    services: Services, shop: Client, tester: Client
) -> None:
    seeded = await seed(services, shop)

    outcome = await services.privacy.people.export(tester, seeded.contact, WHY)

    assert outcome == NothingKnown([])


async def test_that_it_was_handed_out_stands_in_the_ledger_with_the_reason(
    services: Services, shop: Client
) -> None:
    seeded = await seed(services, shop)

    export = await exported(services, shop, seeded)

    own = [each for each in export.sections["audit"] if each["action"] == "person.exported"]
    assert [(each["target"], each["details"]) for each in own] == [
        (str(seeded.contact_id), {"reason": WHY})
    ]
    assert own[0]["actor"] == shop.actor


@pytest.mark.parametrize("reason", ["", " ", "a\nb", "x" * 201, "for a@b.de", "of 0170 1234567"])
async def test_without_a_reason_that_may_stay_nothing_is_handed_out(
    services: Services, shop: Client, reason: str
) -> None:
    seeded = await seed(services, shop)

    outcome = await services.privacy.people.export(shop, seeded.contact, reason)

    assert isinstance(outcome, BadReason)


async def test_entries_that_are_sealed_come_with_their_proof(
    services: Services, shop: Client
) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))
    await services.ledger.sealing.seal_all(shop.organisation.id)

    export = await services.privacy.people.export(shop, phone(), WHY)

    assert isinstance(export, PersonExport)
    targets = {proof["entry"]["target"] for proof in export.proofs}
    assert str(challenge.id) in targets
