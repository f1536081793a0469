"""A list is kept as long as a campaign needs it: nobody else knows who is on it."""

from collections.abc import AsyncIterator

import pytest

from tests.features.campaigns.stand import Stand
from watchword.features.audiences.rules import Audience, ListNeeded
from watchword.features.campaigns.lifecycle import State
from watchword.foundation.errors import NotFound


async def listed(stand: Stand) -> Audience:
    ids = [str(each.id) for each in await stand.welcome(6)]

    async def pieces() -> AsyncIterator[bytes]:
        yield "\n".join(["id", *ids]).encode()

    made = await stand.services.lists.receive(stand.shop, "Guests", pieces())
    assert isinstance(made, Audience)
    return made


async def test_a_list_that_is_removed_under_way_leaves_nobody_out(stand: Stand) -> None:
    audience = await listed(stand)
    campaign = await stand.scheduled(audience_id=audience.id)
    await stand.turn()  # it has started, and nobody is a recipient yet
    assert (await stand.read(campaign.id)).state is State.RUNNING

    refused = await stand.services.audiences.remove(stand.shop, audience.id)
    over = await stand.until_over(campaign.id)

    assert refused == ListNeeded()
    assert (over.state, over.recipients) == (State.DONE, 6)
    assert await stand.services.audiences.remove(stand.shop, audience.id) is None
    with pytest.raises(NotFound):
        await stand.services.audiences.find(stand.whose, audience.id)


async def test_a_draft_and_a_filter_keep_nothing(stand: Stand) -> None:
    audience = await listed(stand)
    await stand.write(audience_id=audience.id)
    await stand.scheduled()

    for id in (audience.id, stand.audience.id):
        assert await stand.services.audiences.remove(stand.shop, id) is None
