"""Where sessions of customers are kept: by the fingerprint of what is in the cookie."""

from datetime import datetime

from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId
from watchword.features.wallet.rules import bare
from watchword.features.wallet.sessions.rules import DeviceId, Session, SessionId, SignedInBy
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into wallet_sessions (
        organisation_id, id, customer_id, device_id, fingerprint, signed_in_by, contact_id,
        created_at, seen_at
    ) values (
        :organisation_id, :id, :customer_id, :device_id, :fingerprint, :signed_in_by, :contact_id,
        :created_at, :seen_at
    )
"""

WITH_CUSTOMER = """
    select
        s.id, s.customer_id, s.device_id, s.signed_in_by, s.contact_id, s.created_at, s.seen_at,
        s.ended_at, c.locale, c.sealed_profile, c.person_id, k.data_version, k.wrapped
    from wallet_sessions s
    join customers c
      on c.organisation_id = s.organisation_id and c.id = s.customer_id and c.state = 'active'
    join person_keys k
      on k.organisation_id = c.organisation_id and k.person_id = c.person_id
    where s.organisation_id = :organisation_id and s.fingerprint = :fingerprint
"""
"""A session, and what a page needs of its customer: one statement for the page opened most."""

SEE = """
    update wallet_sessions set seen_at = :now
    where organisation_id = :organisation_id and id = :id and ended_at is null
"""

LINK = """
    update wallet_sessions set device_id = :device_id
    where organisation_id = :organisation_id and id = :id and ended_at is null
"""

KEEP = """
    update wallet_sessions set contact_id = null
    where organisation_id = :organisation_id and id = :id
"""

END = """
    update wallet_sessions set ended_at = :now
    where organisation_id = :organisation_id and id = :id and ended_at is null
"""

END_ALL = """
    update wallet_sessions set ended_at = :now
    where organisation_id = :organisation_id and customer_id = :customer_id and id <> :but
      and ended_at is null
"""

END_ON = """
    update wallet_sessions set ended_at = :now
    where organisation_id = :organisation_id and customer_id = :customer_id
      and device_id = :device_id and ended_at is null
"""

END_BY = """
    update wallet_sessions set ended_at = :now
    where organisation_id = :organisation_id and customer_id = :customer_id
      and contact_id = :contact_id and ended_at is null
"""


class SessionStore:
    """The sessions of one organisation's customers, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def add(self, session: Session, fingerprint: bytes) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(session.id),
            customer_id=str(session.customer_id),
            device_id=bare(session.device_id),
            fingerprint=fingerprint,
            signed_in_by=session.signed_in_by,
            contact_id=bare(session.contact_id),
            created_at=to_microseconds(session.created_at),
            seen_at=to_microseconds(session.seen_at),
        )

    async def with_customer(self, fingerprint: bytes) -> tuple[Session, Row] | None:
        """Give a session, and the row of its customer with their key."""
        row = await self._transaction.one(
            WITH_CUSTOMER, organisation_id=self._ours, fingerprint=fingerprint
        )
        return None if row is None else (_from_row(row), row)

    async def see(self, id: SessionId, now: datetime) -> None:
        """Note that a session is used."""
        await self._transaction.run(
            SEE, organisation_id=self._ours, id=str(id), now=to_microseconds(now)
        )

    async def link(self, id: SessionId, device_id: DeviceId) -> None:
        """Note on which trusted device a session runs."""
        await self._transaction.run(
            LINK, organisation_id=self._ours, id=str(id), device_id=str(device_id)
        )

    async def keep(self, id: SessionId) -> None:
        """Let a session go on, though the contact point goes that it began with."""
        await self._transaction.run(KEEP, organisation_id=self._ours, id=str(id))

    async def end(self, id: SessionId) -> None:
        await self._transaction.run(END, organisation_id=self._ours, id=str(id), now=self._now)

    async def end_all(self, customer_id: CustomerId, but: SessionId | None = None) -> int:
        """Sign a customer out everywhere, but for one place; count how often."""
        return await self._transaction.run(
            END_ALL,
            organisation_id=self._ours,
            customer_id=str(customer_id),
            but=str(but or ""),
            now=self._now,
        )

    async def end_on(self, customer_id: CustomerId, device_id: DeviceId) -> None:
        await self._transaction.run(
            END_ON,
            organisation_id=self._ours,
            customer_id=str(customer_id),
            device_id=str(device_id),
            now=self._now,
        )

    async def end_by(self, customer_id: CustomerId, contact_id: ContactId) -> None:
        """End what a code to a contact point has opened that is theirs no more."""
        await self._transaction.run(
            END_BY,
            organisation_id=self._ours,
            customer_id=str(customer_id),
            contact_id=str(contact_id),
            now=self._now,
        )


def _from_row(row: Row) -> Session:
    device, contact = row["device_id"], row["contact_id"]
    return Session(
        id=SessionId(Id(row["id"])),
        customer_id=CustomerId(Id(row["customer_id"])),
        device_id=None if device is None else DeviceId(Id(device)),
        signed_in_by=SignedInBy(row["signed_in_by"]),
        contact_id=None if contact is None else ContactId(Id(contact)),
        created_at=from_microseconds(row["created_at"]),
        seen_at=from_microseconds(row["seen_at"]),
        ended_at=moment_if_any(row["ended_at"]),
    )
