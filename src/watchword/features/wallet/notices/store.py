"""Where it is kept what customers were told of, by the tag of the address where they object."""

from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId
from watchword.features.wallet.notices.rules import Kind, Notice, NoticeId
from watchword.features.wallet.rules import bare
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into wallet_notices (
        organisation_id, id, customer_id, kind, about_id, contact_id, old_contact_id, denial_tag,
        created_at
    ) values (
        :organisation_id, :id, :customer_id, :kind, :about_id, :contact_id, :old_contact_id,
        :denial_tag, :created_at
    )
"""

FIND = "select * from wallet_notices where organisation_id = :organisation_id and id = :id"

HOLD = f"{FIND} for update"

DENY = """
    update wallet_notices set denied_at = :now
    where organisation_id = :organisation_id and id = :id
"""

BY_DENIAL = "select organisation_id, id from wallet_notices where denial_tag = :denial_tag"


class NoticeStore:
    """What the customers of one organisation were told, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, notice: Notice, denial_tag: bytes) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(notice.id),
            customer_id=str(notice.customer_id),
            kind=notice.kind,
            about_id=notice.about_id,
            contact_id=bare(notice.contact_id),
            old_contact_id=bare(notice.old_contact_id),
            denial_tag=denial_tag,
            created_at=to_microseconds(notice.created_at),
        )

    async def find(self, id: NoticeId) -> Notice | None:
        return await self._one(FIND, id)

    async def hold(self, id: NoticeId) -> Notice | None:
        return await self._one(HOLD, id)

    async def _one(self, sql: str, id: NoticeId) -> Notice | None:
        row = await self._transaction.one(sql, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def deny(self, id: NoticeId) -> None:
        now = to_microseconds(self._transaction.now())
        await self._transaction.run(DENY, organisation_id=self._ours, id=str(id), now=now)


class NoticeDirectory:
    """All notices: an address tells which organisation it belongs to."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, denial_tag: bytes) -> tuple[OrganisationId, NoticeId] | None:
        row = await self._transaction.one(BY_DENIAL, denial_tag=denial_tag)
        if row is None:
            return None
        return OrganisationId(Id(row["organisation_id"])), NoticeId(Id(row["id"]))


def _from_row(row: Row) -> Notice:
    contact, old = row["contact_id"], row["old_contact_id"]
    return Notice(
        id=NoticeId(Id(row["id"])),
        customer_id=CustomerId(Id(row["customer_id"])),
        kind=Kind(row["kind"]),
        about_id=row["about_id"],
        contact_id=None if contact is None else ContactId(Id(contact)),
        old_contact_id=None if old is None else ContactId(Id(old)),
        created_at=from_microseconds(row["created_at"]),
        denied_at=moment_if_any(row["denied_at"]),
    )
