"""Where consent is kept: the book, to which lines are only added, and what holds by it today."""

from collections.abc import Collection, Mapping, Sequence

from watchword.features.consents.rules import (
    ConsentId,
    Latest,
    Record,
    Scope,
    Shown,
    Source,
    Standing,
)
from watchword.features.contacts.rules import ContactId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Listing, Row, Transaction, Value

AT_ONCE = 100
"""Ids in one statement."""

HOLD = """
    select id from contact_points
    where organisation_id = :organisation_id and id = :contact_id
    for update
"""

HOLD_MANY = Listing.of(
    """
    select id from contact_points
    where organisation_id = :organisation_id and id in (:of_0)
    order by id
    for update
    """,
    AT_ONCE,
)

KEEP_TEXT = """
    insert into consent_texts (organisation_id, id, locale, text, created_at)
    values (:organisation_id, :id, :locale, :text, :created_at)
    on conflict (organisation_id, id) do nothing
"""

ADD = """
    insert into consent_records (
        organisation_id, digest, scope, number, id, standing, source, text_id, contact_id,
        created_at, created_by
    ) values (
        :organisation_id, :digest, :scope, :number, :id, :standing, :source, :text_id, :contact_id,
        :created_at, :created_by
    )
"""

_READ = """
    select r.*, t.locale, t.text from consent_records r
    left join consent_texts t on t.organisation_id = r.organisation_id and t.id = r.text_id
    where r.organisation_id = :organisation_id
"""

OF = _READ + "and r.digest = :digest order by r.scope, r.number desc"

LAST = _READ + "and r.digest = :digest and r.scope = :scope order by r.number desc limit 2"

GET = _READ + "and r.id = :id"

LATEST = """
    select digest, scope, number, standing, created_at from consent_records
    where organisation_id = :organisation_id and digest = :each
"""

HOLDS = """
    insert into consents (organisation_id, contact_id, scope, since, record_id)
    values (:organisation_id, :contact_id, :scope, :since, :record_id)
    on conflict (organisation_id, contact_id, scope) do update
        set since = excluded.since, record_id = excluded.record_id
"""

HOLDS_NO_MORE = """
    delete from consents
    where organisation_id = :organisation_id and contact_id = :contact_id and scope = :scope
"""

HOLDING = """
    select scope from consents
    where organisation_id = :organisation_id and contact_id = :contact_id
    order by scope
"""


class ConsentStore:
    """The consents of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def hold(self, contact_id: ContactId) -> None:
        """Let nobody else write about a contact point in this moment."""
        await self._transaction.one(HOLD, organisation_id=self._ours, contact_id=str(contact_id))

    async def hold_many(self, ids: Collection[ContactId]) -> None:
        """Do the same about many contact points, in one order for everybody who does."""
        wanted = sorted(map(str, ids))
        await HOLD_MANY.all(self._transaction, wanted, organisation_id=self._ours)

    async def add(self, record: Record) -> None:
        """Add a line to the book, and let hold what it says."""
        if record.shown is not None:
            await self.keep(record.shown)
        await self._transaction.run(ADD, **self._line(record))
        if record.contact_id is None:
            return
        match record.standing:
            case Standing.GIVEN:
                await self._transaction.run(HOLDS, **self._holding(record))
            case Standing.WITHDRAWN:
                await self._transaction.run(
                    HOLDS_NO_MORE,
                    organisation_id=self._ours,
                    contact_id=str(record.contact_id),
                    scope=record.scope,
                )

    async def add_many(self, given: Sequence[Record]) -> None:
        """Add lines by which many agree, each about something else."""
        texts = {record.shown.id: record.shown for record in given if record.shown is not None}
        for _, shown in sorted(texts.items()):
            await self.keep(shown)
        await self._transaction.many(ADD, [self._line(record) for record in given])
        known = (record for record in given if record.contact_id is not None)
        await self._transaction.many(HOLDS, [self._holding(record) for record in known])

    async def of(self, digest: bytes) -> Sequence[Record]:
        """Give all lines about a contact point, by scope, the newest first."""
        rows = await self._transaction.all(OF, organisation_id=self._ours, digest=digest)
        return [_from_row(row) for row in rows]

    async def last(self, digest: bytes, scope: Scope) -> Sequence[Record]:
        """Give the last line about a contact point and a scope, and the one before it."""
        rows = await self._transaction.all(
            LAST, organisation_id=self._ours, digest=digest, scope=scope
        )
        return [_from_row(row) for row in rows]

    async def latest(self, digests: Sequence[bytes]) -> Mapping[tuple[bytes, Scope], Latest]:
        """Give what the last lines say about many contact points."""
        found = dict[tuple[bytes, Scope], Latest]()
        for row in await self._transaction.each(LATEST, digests, organisation_id=self._ours):
            page, number = (row["digest"], Scope(row["scope"])), row["number"]
            if page not in found or found[page].number < number:
                at = from_microseconds(row["created_at"])
                found[page] = Latest(number, Standing(row["standing"]), at)
        return found

    async def get(self, id: ConsentId) -> Record | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def holding(self, contact_id: ContactId) -> Sequence[Scope]:
        """Give what holds today for a contact point."""
        rows = await self._transaction.all(
            HOLDING, organisation_id=self._ours, contact_id=str(contact_id)
        )
        return [Scope(row["scope"]) for row in rows]

    async def keep(self, shown: Shown) -> None:
        """Keep a text that somebody was shown, once."""
        await self._transaction.run(
            KEEP_TEXT,
            organisation_id=self._ours,
            id=shown.id,
            locale=shown.locale,
            text=shown.text,
            created_at=to_microseconds(self._transaction.now()),
        )

    def _line(self, record: Record) -> Mapping[str, Value]:
        return {
            "organisation_id": self._ours,
            "digest": record.digest,
            "scope": record.scope,
            "number": record.number,
            "id": str(record.id),
            "standing": record.standing,
            "source": record.source,
            "text_id": None if record.shown is None else record.shown.id,
            "contact_id": None if record.contact_id is None else str(record.contact_id),
            "created_at": to_microseconds(record.created_at),
            "created_by": record.created_by,
        }

    def _holding(self, record: Record) -> Mapping[str, Value]:
        return {
            "organisation_id": self._ours,
            "contact_id": str(record.contact_id),
            "scope": record.scope,
            "since": to_microseconds(record.created_at),
            "record_id": str(record.id),
        }


def _from_row(row: Row) -> Record:
    text_id, contact_id = row["text_id"], row["contact_id"]
    return Record(
        id=ConsentId(Id(row["id"])),
        digest=row["digest"],
        scope=Scope(row["scope"]),
        number=row["number"],
        standing=Standing(row["standing"]),
        source=Source(row["source"]),
        shown=None if text_id is None else Shown(row["locale"], row["text"]),
        contact_id=None if contact_id is None else ContactId(Id(contact_id)),
        created_at=from_microseconds(row["created_at"]),
        created_by=row["created_by"],
    )
