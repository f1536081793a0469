"""Where askings are kept: every query on them. What became of each stands with its challenge."""

from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.schemes.askings.rules import Asking
from watchword.features.schemes.rules import SchemeId
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into askings (
        organisation_id, id, scheme_id, contact_id, country, created_at, vouched_at, sealed_said
    ) values (
        :organisation_id, :id, :scheme_id, :contact_id, :country, :created_at, null, :sealed_said
    ) on conflict (organisation_id, id) do nothing
"""

FIND = "select * from askings where organisation_id = :organisation_id and id = :id"

LATEST = """
    select * from askings
    where organisation_id = :organisation_id and scheme_id = :scheme_id
      and contact_id = (
        select id from contact_points
        where organisation_id = :organisation_id and kind = :kind and blind_index = :blind_index
      )
    order by created_at desc, id desc limit 1
"""
"""Both in one question, for it is asked with every code that is tried."""

VOUCH = """
    update askings set vouched_at = :now where organisation_id = :organisation_id and id = :id
"""


class AskingStore:
    """The askings of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, asking: Asking) -> bool:
        """Keep an asking; one that goes on stays as it began. Say whether it is new."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(asking.id),
            scheme_id=str(asking.scheme_id),
            contact_id=str(asking.contact_id),
            country=asking.country,
            created_at=to_microseconds(asking.created_at),
            sealed_said=asking.sealed_said,
        )
        return added == 1

    async def find(self, id: ChallengeId) -> Asking | None:
        row = await self._transaction.one(FIND, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def latest(
        self, scheme_id: SchemeId, kind: ContactKind, blind_index: bytes
    ) -> Asking | None:
        """Give the last one to a contact point, which is found by its blind index."""
        row = await self._transaction.one(
            LATEST,
            organisation_id=self._ours,
            scheme_id=str(scheme_id),
            kind=kind,
            blind_index=blind_index,
        )
        return None if row is None else _from_row(row)

    async def vouch(self, id: ChallengeId) -> None:
        now = to_microseconds(self._transaction.now())
        await self._transaction.run(VOUCH, organisation_id=self._ours, id=str(id), now=now)


def _from_row(row: Row) -> Asking:
    return Asking(
        id=ChallengeId(Id(row["id"])),
        scheme_id=SchemeId(Id(row["scheme_id"])),
        contact_id=ContactId(Id(row["contact_id"])),
        country=row["country"],
        created_at=from_microseconds(row["created_at"]),
        vouched_at=moment_if_any(row["vouched_at"]),
        sealed_said=row["sealed_said"],
    )
