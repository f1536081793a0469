"""A campaign of a test organisation, with all who work in one process: it reaches the inbox."""

import asyncio

from tests.features.campaigns.stand import Stand, new_stand
from tests.stores import MovableTime
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.results.rules import Stage
from watchword.features.organisations.rules import Mode
from watchword.wiring import Services
from watchword.workers.crew import working


async def test_it_goes_by_itself_from_scheduled_to_done(
    services: Services, time: MovableTime
) -> None:
    stand: Stand = await new_stand(services, time, Mode.TEST)
    await stand.welcome(25)
    await stand.stop(stand.customers[3].contacts[0].contact)

    async with working(services):
        campaign = await stand.scheduled()
        async with asyncio.timeout(60):
            while (await stand.read(campaign.id)).state is not State.DONE:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async with services.storage.reading(stand.whose) as transaction:
        rows = await transaction.all("select provider, state, priority from messages")
    assert {(row["provider"], row["state"], row["priority"]) for row in rows} == {
        ("sandbox", "sent", 1)
    }
    assert len(rows) == 24
    counted = await services.of_campaigns.results.of(stand.whose, campaign)
    assert (counted.of(Stage.RECIPIENTS), counted.of(Stage.SENT)) == (24, 24)
