"""Where it is kept that a PIN was sent to a core, before it is, and how that ended."""

from watchword.features.calls.rules import CallId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

BEGIN = """
    insert into call_writes (organisation_id, call_id, turn, state, begun_at)
    values (:organisation_id, :call_id, :turn, 'begun', :now)
    on conflict do nothing
"""

END = """
    update call_writes set state = :state, ended_at = :now
    where organisation_id = :organisation_id and call_id = :call_id and turn = :turn
"""


class WriteStore:
    """The journal of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def begin(self, id: CallId, turn: int) -> bool:
        """Note that a PIN is about to be sent; say whether that is so for the first time."""
        return bool(
            await self._transaction.run(
                BEGIN,
                organisation_id=self._ours,
                call_id=str(id),
                turn=turn,
                now=to_microseconds(self._transaction.now()),
            )
        )

    async def end(self, id: CallId, turn: int, state: str) -> None:
        await self._transaction.run(
            END,
            organisation_id=self._ours,
            call_id=str(id),
            turn=turn,
            state=state,
            now=to_microseconds(self._transaction.now()),
        )
