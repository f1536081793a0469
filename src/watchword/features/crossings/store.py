"""Where it is kept how far an organisation is across, and what was begun at the original."""

from collections.abc import Mapping
from uuid import UUID

from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.crossings.rules import Crossed, Crossing, WithoutThem
from watchword.features.schemes.rules import SchemeId
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction, Value

FIND = "select * from crossings where organisation_id = :organisation_id"

HOLD = f"{FIND} for update"

INSERT = """
    insert into crossings (
        organisation_id, share, countries, without_them, changed_at, changed_by
    ) values (
        :organisation_id, :share, :countries, :without_them, :changed_at, :changed_by
    ) on conflict (organisation_id)
"""

ADD = f"{INSERT} do nothing"

SAVE = f"""
    {INSERT} do update set
        share = excluded.share, countries = excluded.countries,
        without_them = excluded.without_them, changed_at = excluded.changed_at,
        changed_by = excluded.changed_by
"""

REMOVE = "delete from crossings where organisation_id = :organisation_id"

BEGIN = """
    insert into crossed (
        organisation_id, id, scheme_id, contact_id, beside_id, begun_at, ended_at
    ) values (
        :organisation_id, :id, :scheme_id, :contact_id, null, :begun_at, null
    ) on conflict (organisation_id, id) do update set
        begun_at = excluded.begun_at, ended_at = null
"""

BESIDE = """
    update crossed set beside_id = :beside_id where organisation_id = :organisation_id and id = :id
"""

END = """
    update crossed set ended_at = :now
    where organisation_id = :organisation_id and id = :id and ended_at is null
"""

BY_ID = "select * from crossed where organisation_id = :organisation_id and id = :id"

LATEST = """
    select * from crossed
    where organisation_id = :organisation_id and scheme_id = :scheme_id
      and contact_id = :contact_id
    order by begun_at desc, id desc limit 1
"""

SEPARATOR = " "


class CrossingStore:
    """How far one organisation is across, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def find(self) -> Crossing | None:
        row = await self._transaction.one(FIND, organisation_id=self._ours)
        return None if row is None else _crossing(row)

    async def hold(self) -> Crossing | None:
        """Read it, and keep it as it is until the transaction ends."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours)
        return None if row is None else _crossing(row)

    async def add(self, crossing: Crossing) -> bool:
        """Keep the first one; say no if somebody else has begun meanwhile."""
        return bool(await self._transaction.run(ADD, **self._values(crossing)))

    async def save(self, crossing: Crossing) -> None:
        await self._transaction.run(SAVE, **self._values(crossing))

    async def remove(self) -> bool:
        return bool(await self._transaction.run(REMOVE, organisation_id=self._ours))

    async def begin(self, original_id: UUID, scheme_id: SchemeId, contact_id: ContactId) -> None:
        """Note that the original has begun one, or sent it once more."""
        await self._transaction.run(
            BEGIN,
            organisation_id=self._ours,
            id=str(original_id),
            scheme_id=str(scheme_id),
            contact_id=str(contact_id),
            begun_at=to_microseconds(self._transaction.now()),
        )

    async def pair_with(self, original_id: UUID, beside: ChallengeId) -> None:
        await self._transaction.run(
            BESIDE, organisation_id=self._ours, id=str(original_id), beside_id=str(beside)
        )

    async def end(self, original_id: UUID) -> None:
        now = to_microseconds(self._transaction.now())
        await self._transaction.run(END, organisation_id=self._ours, id=str(original_id), now=now)

    async def by_id(self, original_id: UUID) -> Crossed | None:
        row = await self._transaction.one(BY_ID, organisation_id=self._ours, id=str(original_id))
        return None if row is None else _crossed(row)

    async def latest(self, scheme_id: SchemeId, contact_id: ContactId) -> Crossed | None:
        row = await self._transaction.one(
            LATEST,
            organisation_id=self._ours,
            scheme_id=str(scheme_id),
            contact_id=str(contact_id),
        )
        return None if row is None else _crossed(row)

    def _values(self, crossing: Crossing) -> Mapping[str, Value]:
        return {
            "organisation_id": self._ours,
            "share": crossing.share,
            "countries": SEPARATOR.join(sorted(crossing.countries)),
            "without_them": crossing.without_them,
            "changed_at": to_microseconds(crossing.changed_at),
            "changed_by": crossing.changed_by,
        }


def _crossing(row: Row) -> Crossing:
    return Crossing(
        share=row["share"],
        countries=frozenset(filter(None, row["countries"].split(SEPARATOR))),
        without_them=WithoutThem(row["without_them"]),
        changed_at=from_microseconds(row["changed_at"]),
        changed_by=row["changed_by"],
    )


def _crossed(row: Row) -> Crossed:
    beside = row["beside_id"]
    return Crossed(
        original_id=Id(row["id"]),
        scheme_id=SchemeId(Id(row["scheme_id"])),
        contact_id=ContactId(Id(row["contact_id"])),
        beside=None if beside is None else ChallengeId(Id(beside)),
        begun_at=from_microseconds(row["begun_at"]),
        ended_at=moment_if_any(row["ended_at"]),
    )
