"""Where it is read what customers hold, for many of them at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from watchword.features.cards.means import Means
from watchword.features.cards.rules import CardId, CardState
from watchword.features.customers.rules import CustomerId
from watchword.features.imports.exports.rules import Held
from watchword.foundation.clock import moment_if_any
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction, in_parts, places

AT_ONCE = 200
"""Customers in one statement. What is missing is filled up with the last one."""
PLACES = places(AT_ONCE)

CARDS = f"""
    select c.customer_id, c.id, c.sealed_number, c.state, c.method, c.verified_at,
           a.points, a.turnover, a.bonus
    from cards c
    join accounts a on a.organisation_id = c.organisation_id and a.id = c.account_id
    where c.organisation_id = :organisation_id and c.state <> 'deleted'
      and c.customer_id in ({PLACES})
    order by c.created_at, c.id
"""  # noqa: S608 - made of a constant

ACCOUNTS = f"""
    select h.customer_id, a.points, a.turnover, a.bonus
    from account_holders h
    join accounts a on a.organisation_id = h.organisation_id and a.id = h.account_id
    where h.organisation_id = :organisation_id and h.customer_id in ({PLACES})
    order by h.since, h.account_id
"""  # noqa: S608 - likewise


class HeldStore:
    """What customers of one organisation hold, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def of(self, ids: Sequence[CustomerId]) -> Mapping[CustomerId, Sequence[Held]]:
        """Give cards with their accounts; of who has none, the first account."""
        held = defaultdict[CustomerId, list[Held]](list)
        for named in in_parts([str(id) for id in ids], AT_ONCE):
            for row in await self._transaction.all(CARDS, organisation_id=self._ours, **named):
                held[CustomerId(Id(row["customer_id"]))].append(_card(row))
            for row in await self._transaction.all(ACCOUNTS, organisation_id=self._ours, **named):
                id = CustomerId(Id(row["customer_id"]))
                if id not in held:
                    held[id] = [_account(row)]
        return held


def _card(row: Row) -> Held:
    return Held(
        points=row["points"],
        turnover=row["turnover"],
        bonus=row["bonus"],
        card_id=CardId(Id(row["id"])),
        sealed_number=row["sealed_number"],
        state=CardState(row["state"]),
        method=None if row["method"] is None else Means(row["method"]),
        verified_at=moment_if_any(row["verified_at"]),
    )


def _account(row: Row) -> Held:
    return Held(points=row["points"], turnover=row["turnover"], bonus=row["bonus"])
