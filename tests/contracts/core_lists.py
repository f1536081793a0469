"""What a banking core must do that can be gone through; a part of `tests/contracts/cores.py`."""

from tests.contracts.core_stages import Stage, listed, one
from watchword.features.cores.ports import ListsMembers
from watchword.features.cores.rules import Capability

PAGES_AT_MOST = 100


class ListingContract:
    async def test_who_goes_through_it_meets_everybody_once_and_no_account_in_parts(
        self, stage: Stage
    ) -> None:
        assert isinstance(stage.core, ListsMembers) is stage.core.traits.can(
            Capability.LIST_MEMBERS
        )
        if not isinstance(stage.core, ListsMembers):
            return
        pages, after = [await listed(stage, None, 1)], None
        while (after := pages[-1].after) is not None and len(pages) < PAGES_AT_MOST:
            pages.append(await listed(stage, after, 1))
        met = [each.ref for page in pages for each in page.members]

        assert pages[-1].after is None
        assert len({*met}) == len(met)
        for known in filter(None, (stage.sole, stage.beginner, stage.couple)):
            assert (await one(stage, known)).ref in met
        of_pages = [{each.ref.account for each in page.members} for page in pages]
        assert all(len(accounts) <= 1 for accounts in of_pages)
        whole = await listed(stage, None, PAGES_AT_MOST)
        assert {each.ref for each in whole.members} == {*met}
