"""Where it is kept who set out for their identity provider, and what they wanted to do here."""

from datetime import datetime

from watchword.features.staff.sign_on.rules import Luggage
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

BEGIN = """
    insert into sign_on_attempts (organisation_id, id, next, carried, expires_at)
    values (:organisation_id, :id, :next, :carried, :expires_at)
"""

TAKE = """
    delete from sign_on_attempts where organisation_id = :organisation_id and id = :id
    returning next, carried, expires_at
"""

FORGET = """
    delete from sign_on_attempts where (organisation_id, id) in (
        select organisation_id, id from sign_on_attempts
        where expires_at < :now
        limit :most
    )
"""


class AttemptStore:
    """The sign-ons of one organisation that are under way, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def begin(self, id: str, luggage: Luggage, expires_at: datetime) -> None:
        await self._transaction.run(
            BEGIN,
            organisation_id=self._ours,
            id=id,
            next=luggage.next,
            carried=luggage.carried,
            expires_at=to_microseconds(expires_at),
        )

    async def take(self, id: str, now: datetime) -> Luggage | None:
        """Give what was begun, once."""
        row = await self._transaction.one(TAKE, organisation_id=self._ours, id=id)
        if row is None or to_microseconds(now) >= row["expires_at"]:
            return None
        return Luggage(row["next"], row["carried"])


class AttemptSweep:
    """Sign-ons that nobody came back from, whoever set out."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, now: datetime, most: int) -> int:
        return await self._transaction.run(FORGET, now=to_microseconds(now), most=most)
