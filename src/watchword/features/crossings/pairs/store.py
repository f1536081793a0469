"""Where pairs are kept. They name nobody, so they need no key and no erasure."""

from collections.abc import Sequence
from datetime import datetime

from watchword.features.crossings.pairs.rules import Call, Kind, Pair, Said
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into crossing_pairs (
        organisation_id, id, call, their_status, their_code, their_standing,
        our_status, our_code, our_standing, created_at
    ) values (
        :organisation_id, :id, :call, :their_status, :their_code, :their_standing,
        :our_status, :our_code, :our_standing, :created_at
    )
"""

KINDS = """
    select call, their_status, their_code, their_standing, our_status, our_code, our_standing,
        count(*) as times, min(created_at) as first_at, max(created_at) as last_at
    from crossing_pairs
    where organisation_id = :organisation_id and created_at >= :since
    group by call, their_status, their_code, their_standing, our_status, our_code, our_standing
    order by call, times desc
"""


class PairStore:
    """The pairs of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, pair: Pair) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(pair.id),
            call=pair.call,
            their_status=pair.theirs.status,
            their_code=pair.theirs.code,
            their_standing=pair.theirs.standing,
            our_status=pair.ours.status,
            our_code=pair.ours.code,
            our_standing=pair.ours.standing,
            created_at=to_microseconds(pair.at),
        )

    async def kinds(self, since: datetime) -> Sequence[Kind]:
        """Count those that are alike."""
        rows = await self._transaction.all(
            KINDS, organisation_id=self._ours, since=to_microseconds(since)
        )
        return [_kind(row) for row in rows]


def _kind(row: Row) -> Kind:
    return Kind(
        call=Call(row["call"]),
        theirs=Said(row["their_status"], row["their_code"], row["their_standing"]),
        ours=Said(row["our_status"], row["our_code"], row["our_standing"]),
        times=row["times"],
        first_at=from_microseconds(row["first_at"]),
        last_at=from_microseconds(row["last_at"]),
    )
