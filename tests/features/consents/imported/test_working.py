"""A file with consents that one worker begins and another one goes on with."""

from collections.abc import AsyncIterator

from tests.features.imports.files import table
from watchword.features.clients.rules import Client
from watchword.features.imports.columns import Plan
from watchword.features.imports.files import look
from watchword.features.imports.rules import Progress, Sight
from watchword.features.imports.uploads.rules import Import, State
from watchword.features.imports.working.service import AT_ONCE
from watchword.wiring import Services

HEADINGS = "Kundennummer;Nachname;Mobil;SMS Consent;Consent Date"
ROWS = 3 * AT_ONCE + 7
WORDS = "Ja, gern."


def content() -> bytes:
    rows = (f"{number};Müller;+4917012{number:05};ja;01.02.2020" for number in range(ROWS))
    return table(*rows, headings=HEADINGS)


async def in_pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def worked_at(services: Services, shop: Client, job: Import) -> Import:
    """Let workers come who leave after a batch each, until the file is read."""
    for _ in range(9):
        goes_on = iter([True, *[False] * ROWS]).__next__
        assert await services.imports.working.advance(goes_on)
        job, _ = await services.imports.uploads.read(shop.organisation.id, job.id)
        if job.state in {State.CHECKED, State.DONE}:
            return job
    raise AssertionError("It does not come to an end.")


async def test_no_consent_is_missed_and_none_written_twice(
    services: Services, shop: Client
) -> None:
    uploads = services.imports.uploads
    brought = await uploads.receive(shop, in_pieces(content()))
    assert isinstance(brought, Import)
    sight = look(content())
    assert isinstance(sight, Sight)
    plan = Plan(sight.plan.columns, WORDS)
    assert isinstance(await uploads.check(shop, brought.id, plan), Import)
    assert await services.imports.working.advance(lambda: True)
    tried, _ = await uploads.read(shop.organisation.id, brought.id)
    begun = await uploads.start(shop, brought.id, plan, vouches=False, may_vouch=False)
    assert isinstance(begun, Import)
    assert begun.state is State.RUNNING

    done = await worked_at(services, shop, tried)

    assert done.plan.wording == WORDS
    assert done.progress == tried.progress == Progress(read=ROWS, kept=ROWS, agreed=ROWS)
    async with services.storage.reading(shop.organisation.id) as transaction:
        records = await transaction.all("select digest, number from consent_records")
        holding = await transaction.all("select contact_id from consents")
    assert len({row["digest"] for row in records}) == len(records) == len(holding) == ROWS
    assert {row["number"] for row in records} == {1}
