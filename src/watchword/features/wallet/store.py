"""What a wallet shows, read in as few statements as it can be."""

from collections.abc import Sequence

from watchword.features.customers.rules import CustomerId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction

CARDS = """
    select
        c.id, c.account_id, c.customer_id, c.last_four, c.state, c.method, c.assurance,
        c.verified_at, c.linked_from, c.frozen_at, c.version, c.created_at, c.updated_at,
        c.deleted_at, c.sealed_number, a.points, a.bonus, a.currency
    from cards c
    join accounts a on a.organisation_id = c.organisation_id and a.id = c.account_id
    where c.organisation_id = :organisation_id and c.customer_id = :customer_id
      and c.deleted_at is null
    order by c.created_at, c.id limit :most
"""

CARDS_AT_MOST = 8


class PurseStore:
    """What the customers of one organisation hold, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def cards(self, customer_id: CustomerId) -> Sequence[Row]:
        """Give the cards of a customer with what is on their accounts, the oldest first."""
        return await self._transaction.all(
            CARDS,
            organisation_id=self._ours,
            customer_id=str(customer_id),
            most=CARDS_AT_MOST,
        )
