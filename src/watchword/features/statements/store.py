"""What the ids in the ledger of points stand for, read for a whole page at once."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import msgspec

from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.rules import State
from watchword.features.statements.rules import Subject
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction
from watchword.foundation.storage.parts import Listing

AT_ONCE = 25

REDEEMED = Listing.of(
    """
    select r.id, r.state, w.names, l.name as place
    from redemptions r
    join rewards w on w.organisation_id = r.organisation_id and w.id = r.reward_id
    left join locations l on l.organisation_id = r.organisation_id and l.id = r.location_id
    where r.organisation_id = :organisation_id and r.id in (:of_0)
    """,
    AT_ONCE,
)

TAKEN_ALONG = Listing.of(
    """
    select v.id, v.state, w.names, l.name as place
    from vouchers v
    join rewards w on w.organisation_id = v.organisation_id and w.id = v.reward_id
    left join locations l on l.organisation_id = v.organisation_id and l.id = v.location_id
    where v.organisation_id = :organisation_id and v.id in (:of_0)
    """,
    AT_ONCE,
)

PLACES = Listing.of(
    """
    select id, name from locations
    where organisation_id = :organisation_id and id in (:of_0)
    """,
    AT_ONCE,
)

RULES = Listing.of(
    """
    select id, name from earn_rules
    where organisation_id = :organisation_id and id in (:of_0)
    """,
    AT_ONCE,
)

HANDED_OUT = frozenset({State.COMMITTED, State.REVERSED})


class NameStore:
    """The names of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def subjects(self, ids: Collection[UUID]) -> Mapping[UUID, Subject]:
        """Say what points were put by for. A voucher that was taken in is a redemption, too."""
        redeemed = await self._some(REDEEMED, ids)
        found: dict[UUID, Subject] = {
            Id(row["id"]): _subject(row, State(row["state"])) for row in redeemed
        }
        # Of what is no redemption, a voucher may tell.
        along = await self._some(TAKEN_ALONG, [id for id in ids if id not in found])
        return found | {Id(row["id"]): _subject(row, None) for row in along}

    async def places(self, ids: Collection[LocationId]) -> Mapping[LocationId, str]:
        rows = await self._some(PLACES, ids)
        return {LocationId(Id(row["id"])): row["name"] for row in rows}

    async def rules(self, ids: Collection[str]) -> Mapping[str, str]:
        return {row["id"]: row["name"] for row in await self._some(RULES, ids)}

    async def _some(self, listing: Listing, ids: Collection[UUID | str]) -> Sequence[Row]:
        wanted = sorted(str(id) for id in ids)
        if not wanted:
            return ()
        return await listing.all(self._transaction, wanted, organisation_id=self._ours)


def _subject(row: Row, state: State | None) -> Subject:
    names = msgspec.json.decode(row["names"], type=dict[str, str])
    return Subject(names=names, place=row["place"], was_spent=state in HANDED_OUT)
