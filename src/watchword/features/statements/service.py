"""What happens when somebody looks how points came and went: the lines get their names."""

from watchword.features.customers.accounts.rules import AccountId
from watchword.features.points.store import PointStore
from watchword.features.statements.rules import Line, Names, lines
from watchword.features.statements.store import NameStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage


class Statements:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def page(
        self,
        organisation_id: OrganisationId,
        account_id: AccountId,
        after: Bookmark | None,
        most: int,
    ) -> Page[Line]:
        """Give what moved on an account and what it was for, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = PointStore(transaction, organisation_id)
            found = await store.history(account_id, after, most + 1)
            page = page_of(found, most, lambda last: Bookmark(last.at, last.id))
            named = NameStore(transaction, organisation_id)
            names = Names(
                subjects=await named.subjects(
                    {each.redemption_id for each in page.items if each.redemption_id}
                ),
                places=await named.places(
                    {each.location_id for each in page.items if each.location_id}
                ),
                rules=await named.rules({rule for each in page.items for rule in each.rules}),
            )
        return Page(lines(page.items, account_id, names), page.after)
