"""Money that was reserved for messages, and that was not needed: they ended without being sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Transaction

UNSENT = """
    select organisation_id, id, about, reserved from messages
    where reserved is not null and state in ('refused', 'given_up', 'expired', 'cancelled')
    limit :most
    for update skip locked
"""

CLEAR = """
    update messages set reserved = null
    where organisation_id = :organisation_id and id = :id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """So much is left of what was reserved, because a message about something was never sent."""

    organisation_id: OrganisationId
    about: UUID
    micros: int


class ReservedSweep:
    """What is left in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def take(self, most: int) -> Sequence[Left]:
        """Take what is left; the same is never taken twice."""
        rows = await self._transaction.all(UNSENT, most=most)
        await self._transaction.many(
            CLEAR,
            [{"organisation_id": row["organisation_id"], "id": row["id"]} for row in rows],
        )
        return [
            Left(
                organisation_id=OrganisationId(Id(row["organisation_id"])),
                about=_challenge(row["about"]),
                micros=row["reserved"],
            )
            for row in rows
        ]


def _challenge(about: str) -> UUID:
    """Read whose money it was. A link that went beside a code says so: `link:` and the id."""
    return Id(about.rpartition(":")[2])
