"""Where registrations are kept: known by the digest of what a browser holds."""

from collections.abc import Sequence

from watchword.features.cards.registration.rules import Registration, RegistrationId
from watchword.features.cards.rules import CardId
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into registrations (
        organisation_id, id, customer_id, card_id, session_tag, state, created_at, expires_at
    ) values (
        :organisation_id, :id, :customer_id, :card_id, :session_tag, 'open', :created_at,
        :expires_at
    )
"""

BY_SESSION = """
    select * from registrations
    where organisation_id = :organisation_id and session_tag = :session_tag and expires_at > :now
"""

HOLD = """
    select * from registrations where organisation_id = :organisation_id and id = :id for update
"""

WAITING = """
    select * from registrations
    where organisation_id = :organisation_id and card_id = :card_id and expires_at > :now
    order by created_at, id limit :most
"""

MOVE = """
    update registrations set card_id = :card_id
    where organisation_id = :organisation_id and id = :id
"""

OVER = """
    select organisation_id, id from registrations where expires_at <= :now
    order by expires_at limit :most
"""

DROP = "delete from registrations where organisation_id = :organisation_id and id = :id"

AT_MOST = 20


class RegistrationStore:
    """The registrations of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def add(self, registration: Registration, session_tag: bytes) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(registration.id),
            customer_id=str(registration.customer_id),
            card_id=str(registration.card_id),
            session_tag=session_tag,
            created_at=to_microseconds(registration.created_at),
            expires_at=to_microseconds(registration.expires_at),
        )

    async def by_session(self, session_tag: bytes) -> Registration | None:
        """Give the registration that a browser belongs to, unless its time is over."""
        row = await self._transaction.one(
            BY_SESSION, organisation_id=self._ours, session_tag=session_tag, now=self._now
        )
        return None if row is None else _registration(row)

    async def hold(self, id: RegistrationId) -> Registration | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _registration(row)

    async def waiting(self, card_id: CardId) -> Sequence[Registration]:
        """Give who registered with a card and may still show that it is theirs."""
        rows = await self._transaction.all(
            WAITING, organisation_id=self._ours, card_id=str(card_id), now=self._now, most=AT_MOST
        )
        return [_registration(row) for row in rows]

    async def move(self, id: RegistrationId, card_id: CardId) -> None:
        """Let a registration go on with another card."""
        await self._transaction.run(
            MOVE, organisation_id=self._ours, id=str(id), card_id=str(card_id)
        )

    async def drop(self, id: RegistrationId) -> None:
        await self._transaction.run(DROP, organisation_id=self._ours, id=str(id))


class RegistrationSweep:
    """Registrations of all organisations that nobody has followed up in time."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def over(self, most: int) -> Sequence[tuple[OrganisationId, RegistrationId]]:
        now = to_microseconds(self._transaction.now())
        rows = await self._transaction.all(OVER, now=now, most=most)
        return [
            (OrganisationId(Id(row["organisation_id"])), RegistrationId(Id(row["id"])))
            for row in rows
        ]


def _registration(row: Row) -> Registration:
    return Registration(
        id=RegistrationId(Id(row["id"])),
        customer_id=CustomerId(Id(row["customer_id"])),
        card_id=CardId(Id(row["card_id"])),
        created_at=from_microseconds(row["created_at"]),
        expires_at=from_microseconds(row["expires_at"]),
    )
