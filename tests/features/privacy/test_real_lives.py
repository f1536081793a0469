"""What a person leaves behind in life is found, whatever the data map believes of it.

Here nothing goes by the links of the map: every column of every table is searched for ids.
"""

from collections.abc import Collection, Mapping

import pytest

from tests.stores import MovableTime
from tests.whole_house import Dealt, asked, phone, shown
from watchword.features.challenges.policies import Purpose
from watchword.features.clients.rules import Client
from watchword.features.delivery.rules import Accepted, ProviderName
from watchword.features.privacy.rules import Erased
from watchword.features.privacy.tables import NAMED
from watchword.features.privacy.views import PersonExport
from watchword.features.webhooks.rules import EndpointDraft
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.storage import Row
from watchword.migrations.schema import schema
from watchword.wiring import Services

WHY = "asked for it by letter"
GATEWAY = ProviderName("gateway")
ELSEWHERE = OrganisationId(new_id())
EVIDENCE = {("challenges", "contact_id"), ("audit_entries", "target")}
KNOWN = """
    insert into known_requesters (organisation_id, contact_id, requester, verified_at)
    values (:organisation_id, :contact_id, 'another device', 1)
"""


@pytest.fixture
async def lived(services: Services, shop: Client, time: MovableTime, dealt: Dealt) -> set[str]:
    """Let somebody do whatever customers do; give the ids that this left."""
    draft = EndpointDraft(url="https://hooks.example.org/")
    await services.webhooks.add(shop, draft)
    ids, latest = set(), None
    for purpose in (Purpose.WALLET_SIGNIN, Purpose.STEP_UP):
        challenge = shown(
            await services.challenges.open(shop, asked(purpose=purpose, requester="device"))
        )
        [queued] = await services.deliveries.claim(GATEWAY, 1)
        await services.deliveries.settle(queued, Accepted("a"), knows_repeats=True, chance=0.5)
        await services.challenges.answer(shop, challenge.id, dealt.wrong)
        time.moment = challenge.resend_at
        shown(await services.challenges.resend(shop, challenge.id, None))
        ids.add(str(challenge.id))
        latest = challenge.id
    assert latest is not None
    await services.challenges.answer(shop, latest, dealt.latest)
    ids.add(str(await services.contacts.find(shop.organisation.id, phone())))
    return ids


async def naming(
    services: Services, ids: Collection[str]
) -> Mapping[tuple[str, str], Collection[Row]]:
    """Find the rows of any table in which a column holds one of these ids, or words with one."""
    found: dict[tuple[str, str], list[Row]] = {}
    async with services.storage.reading(EVERYWHERE) as transaction:
        for table in schema.tables.values():
            rows = await transaction.all(f"select * from {table.name}")  # noqa: S608 - of ours
            for column in table.columns:
                named = [row for row in rows if any(id in str(row[column.name]) for id in ids)]
                if named:
                    found[table.name, column.name] = named
    return found


async def test_every_row_that_names_them_is_in_the_export(
    services: Services, shop: Client, lived: set[str]
) -> None:
    rows = await naming(services, lived)

    export = await services.privacy.people.export(shop, phone(), WHY)

    assert isinstance(export, PersonExport)
    for table in {table for table, _ in rows}:
        key = NAMED[table].key
        there = {
            tuple(row[name] for name in key)
            for (other, _), found in rows.items()
            if other == table
            for row in found
        }
        told = {tuple(each[name] for name in key) for each in export.sections[NAMED[table].section]}
        assert there <= told, table
    assert len({table for table, _ in rows}) > 8


async def test_afterwards_their_ids_stand_in_evidence_alone(
    services: Services, shop: Client, lived: set[str]
) -> None:
    before = await naming(services, lived)
    contact_id = {str(await services.contacts.find(shop.organisation.id, phone()))}

    assert isinstance(await services.privacy.erasures.erase(shop, phone(), WHY), Erased)

    after = await naming(services, contact_id)
    assert before.keys() > EVIDENCE
    assert after.keys() <= EVIDENCE


async def test_what_another_organisation_has_is_neither_told_nor_touched(
    services: Services, shop: Client, lived: set[str]
) -> None:
    id = str(await services.contacts.find(shop.organisation.id, phone()))
    async with services.storage.begin(EVERYWHERE) as transaction:
        await transaction.run(KNOWN, organisation_id=str(ELSEWHERE), contact_id=id)

    export = await services.privacy.people.export(shop, phone(), WHY)
    await services.privacy.erasures.erase(shop, phone(), WHY)

    assert isinstance(export, PersonExport)
    assert len(export.sections["known_requesters"]) == 1
    async with services.storage.reading(ELSEWHERE) as transaction:
        rows = await transaction.all(
            "select * from known_requesters where organisation_id = :whose", whose=str(ELSEWHERE)
        )
    assert len(rows) == 1
