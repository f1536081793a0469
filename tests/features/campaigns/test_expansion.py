"""An audience becomes recipients, each once, a part at a time; and whoever comes too late stops."""

from collections.abc import Mapping
from datetime import datetime

from tests.features.campaigns.stand import Stand
from watchword.features.campaigns.expansion.service import KEPT_AT_ONCE, Expansion
from watchword.features.campaigns.sending.rules import AUTHOR
from watchword.features.challenges.desk import Machine
from watchword.foundation.ids import Reach
from watchword.foundation.storage import Storage, Transaction


class Noting(Storage):
    """Notes of each transaction that writes whether it is durable at once."""

    def __init__(self, inner: Storage) -> None:
        super().__init__(None)
        self._inner = inner
        self.at_once: list[bool] = []

    def now(self) -> datetime:
        return self._inner.now()

    async def risks(self) -> Mapping[str, str]:
        return await self._inner.risks()

    async def is_walled(self) -> bool:
        return await self._inner.is_walled()

    async def close(self) -> None: ...

    def _writing(self, reach: Reach, *, at_once: bool = True) -> Transaction:
        self.at_once.append(at_once)
        return self._inner._writing(reach, at_once=at_once)  # noqa: SLF001 - it stands in for it

    def _reading(self, reach: Reach) -> Transaction:
        return self._inner._reading(reach)  # noqa: SLF001 - likewise


async def test_whoever_comes_late_with_a_part_of_the_audience_changes_nothing(
    stand: Stand,
) -> None:
    await stand.welcome(3)
    campaign = await stand.scheduled()
    await stand.turn()
    seen, expansion = await stand.read(campaign.id), Expansion(storage=stand.services.storage)

    first = await expansion.go_on(stand.whose, seen)
    late = await expansion.go_on(stand.whose, seen)

    assert first is not None
    assert late is None
    assert (await stand.read(campaign.id)).recipients == 3


async def test_an_audience_of_several_parts_is_gone_through_to_its_end(stand: Stand) -> None:
    await stand.welcome(KEPT_AT_ONCE + 5)
    campaign = await stand.scheduled()

    await stand.turn(2)

    assert (await stand.read(campaign.id)).recipients == KEPT_AT_ONCE + 5


async def test_each_of_several_parts_is_a_recipient_once_and_numbered_in_a_row(
    stand: Stand,
) -> None:
    await stand.welcome(2 * KEPT_AT_ONCE + 5)
    campaign = await stand.scheduled()

    await stand.turn(2)

    found = await stand.recipients(campaign)
    assert [each.number for each in found] == [*range(1, 2 * KEPT_AT_ONCE + 6)]
    assert len({each.contact_id for each in found}) == 2 * KEPT_AT_ONCE + 5


async def test_when_all_are_chosen_that_is_durable_and_until_then_it_need_not_be(
    stand: Stand,
) -> None:
    await stand.welcome(KEPT_AT_ONCE + 5)
    seen = await stand.scheduled()
    machine = Machine(name=AUTHOR, organisation=stand.shop.organisation)
    await stand.services.campaigns.start(machine, seen, 1)
    noting = Noting(stand.services.storage)

    await Expansion(storage=noting).go_on(stand.whose, await stand.read(seen.id))

    assert noting.at_once == [False, True]
    assert (await stand.read(seen.id)).expanded_at is not None


async def test_a_campaign_that_was_paused_gets_no_more_recipients(stand: Stand) -> None:
    await stand.welcome(3)
    campaign = await stand.scheduled()
    await stand.turn()
    seen = await stand.read(campaign.id)
    await stand.services.campaigns.pause(stand.shop, campaign.id)

    went_on = await Expansion(storage=stand.services.storage).go_on(stand.whose, seen)

    assert went_on is None
    assert await stand.recipients(campaign) == []
