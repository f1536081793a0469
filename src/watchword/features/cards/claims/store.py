"""Where claims are kept, until staff have decided and after."""

from collections.abc import Sequence

from watchword.features.cards.claims.rules import Because, Claim, ClaimId, ClaimState
from watchword.features.cards.rules import CardId
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into card_claims (
        organisation_id, id, customer_id, card_id, candidates, because, state, created_at,
        decided_by, decided_at
    ) values (
        :organisation_id, :id, :customer_id, :card_id, :candidates, :because, :state, :created_at,
        :decided_by, :decided_at
    )
"""

GET = "select * from card_claims where organisation_id = :organisation_id and id = :id"

HOLD = GET + " for update"

PAGE = """
    select * from card_claims
    where organisation_id = :organisation_id
    and (created_at, id) < (:before, :below)
    order by created_at desc, id desc limit :most
"""

OPEN_PAGE = """
    select * from card_claims
    where organisation_id = :organisation_id and state = 'open'
    and (created_at, id) < (:before, :below)
    order by created_at desc, id desc limit :most
"""

ON = """
    select * from card_claims where organisation_id = :organisation_id and candidates like :card
    order by created_at desc, id desc limit :most
"""

OPEN_ON = """
    select * from card_claims
    where organisation_id = :organisation_id and state = 'open' and id <> :but
    and candidates like :card
    order by created_at, id limit :most
"""

SAVE = """
    update card_claims set
        card_id = :card_id, state = :state, decided_by = :decided_by, decided_at = :decided_at
    where organisation_id = :organisation_id and id = :id
"""
AT_MOST = 50


class ClaimStore:
    """The claims of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, claim: Claim) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(claim.id),
            customer_id=str(claim.customer_id),
            card_id=str(claim.card_id),
            candidates=" ".join(map(str, claim.candidates)),
            because=claim.because,
            state=claim.state,
            created_at=to_microseconds(claim.created_at),
            decided_by=claim.decided_by,
            decided_at=microseconds_if_any(claim.decided_at),
        )

    async def get(self, id: ClaimId) -> Claim | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _claim(row)

    async def hold(self, id: ClaimId) -> Claim | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _claim(row)

    async def page(self, after: Bookmark | None, most: int, *, is_open: bool) -> Sequence[Claim]:
        """Give claims, the newest first."""
        rows = await self._transaction.all(
            OPEN_PAGE if is_open else PAGE,
            organisation_id=self._ours,
            **older_than(after),
            most=most,
        )
        return [_claim(row) for row in rows]

    async def open_on(self, card_id: CardId, *, but: ClaimId | None = None) -> Sequence[Claim]:
        """Give who else claims a card, and is waiting for staff."""
        rows = await self._transaction.all(
            OPEN_ON,
            organisation_id=self._ours,
            card=f"%{card_id}%",
            but="" if but is None else str(but),
            most=AT_MOST,
        )
        return [_claim(row) for row in rows]

    async def on(self, card_id: CardId) -> Sequence[Claim]:
        """Give who has claimed a card, decided or not, the newest first."""
        rows = await self._transaction.all(
            ON, organisation_id=self._ours, card=f"%{card_id}%", most=AT_MOST
        )
        return [_claim(row) for row in rows]

    async def save(self, claim: Claim) -> None:
        """Keep what was held."""
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(claim.id),
            card_id=str(claim.card_id),
            state=claim.state,
            decided_by=claim.decided_by,
            decided_at=microseconds_if_any(claim.decided_at),
        )


def _claim(row: Row) -> Claim:
    return Claim(
        id=ClaimId(Id(row["id"])),
        customer_id=CustomerId(Id(row["customer_id"])),
        card_id=CardId(Id(row["card_id"])),
        candidates=tuple(CardId(Id(each)) for each in row["candidates"].split()),
        because=Because(row["because"]),
        state=ClaimState(row["state"]),
        created_at=from_microseconds(row["created_at"]),
        decided_by=row["decided_by"],
        decided_at=moment_if_any(row["decided_at"]),
    )
