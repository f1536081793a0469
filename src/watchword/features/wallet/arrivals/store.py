"""Where arrivals are kept: by the fingerprint of what the browser holds, their facts sealed."""

from datetime import datetime

import msgspec

from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId
from watchword.features.wallet.arrivals.rules import Arrival, ArrivalId, Facts, Kind, Step
from watchword.features.wallet.rules import bare
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import Place, SealBroken, Sealer
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into wallet_arrivals (
        organisation_id, id, fingerprint, kind, state, contact_id, challenge_id, customer_id,
        sealed_facts, created_at, expires_at
    ) values (
        :organisation_id, :id, :fingerprint, :kind, :state, :contact_id, :challenge_id,
        :customer_id, :sealed_facts, :created_at, :expires_at
    )
"""

FIND = """
    select * from wallet_arrivals
    where organisation_id = :organisation_id and fingerprint = :fingerprint
      and expires_at > :now
"""

HOLD = f"{FIND} for update"

SAVE = """
    update wallet_arrivals set
        fingerprint = :fingerprint, state = :state, contact_id = :contact_id,
        challenge_id = :challenge_id, customer_id = :customer_id, sealed_facts = :sealed_facts
    where organisation_id = :organisation_id and id = :id
"""

DROP = "delete from wallet_arrivals where organisation_id = :organisation_id and id = :id"


class ArrivalStore:
    """The arrivals of one organisation, seen from inside one transaction."""

    def __init__(
        self, transaction: Transaction, organisation_id: OrganisationId, sealer: Sealer
    ) -> None:
        self._transaction = transaction
        self._whose = organisation_id
        self._sealer = sealer

    async def add(self, arrival: Arrival, fingerprint: bytes) -> None:
        await self._transaction.run(
            ADD,
            **self._written(arrival, fingerprint),
            kind=arrival.kind,
            created_at=to_microseconds(arrival.created_at),
            expires_at=to_microseconds(arrival.expires_at),
        )

    async def find(self, fingerprint: bytes, now: datetime) -> Arrival | None:
        return await self._one(FIND, fingerprint, now)

    async def hold(self, fingerprint: bytes, now: datetime) -> Arrival | None:
        """Read an arrival that nobody else can change until the end."""
        return await self._one(HOLD, fingerprint, now)

    async def save(self, arrival: Arrival, fingerprint: bytes) -> None:
        await self._transaction.run(SAVE, **self._written(arrival, fingerprint))

    async def drop(self, id: ArrivalId) -> None:
        await self._transaction.run(DROP, organisation_id=str(self._whose), id=str(id))

    async def _one(self, sql: str, fingerprint: bytes, now: datetime) -> Arrival | None:
        row = await self._transaction.one(
            sql,
            organisation_id=str(self._whose),
            fingerprint=fingerprint,
            now=to_microseconds(now),
        )
        return None if row is None else self._from_row(row)

    def _written(self, arrival: Arrival, fingerprint: bytes) -> dict[str, Value]:
        facts = msgspec.json.encode(arrival.facts)
        return {
            "organisation_id": str(self._whose),
            "id": str(arrival.id),
            "fingerprint": fingerprint,
            "state": arrival.step,
            "contact_id": bare(arrival.contact_id),
            "challenge_id": bare(arrival.challenge_id),
            "customer_id": bare(arrival.customer_id),
            "sealed_facts": self._sealer.seal(facts, _place(self._whose, arrival.id)),
        }

    def _from_row(self, row: Row) -> Arrival | None:
        id = ArrivalId(Id(row["id"]))
        try:
            facts = self._sealer.open(row["sealed_facts"], _place(self._whose, id))
        except SealBroken:
            return None  # Its key went meanwhile; whoever was on the way begins again.
        contact, challenge, customer = row["contact_id"], row["challenge_id"], row["customer_id"]
        return Arrival(
            id=id,
            kind=Kind(row["kind"]),
            step=Step(row["state"]),
            contact_id=None if contact is None else ContactId(Id(contact)),
            challenge_id=None if challenge is None else ChallengeId(Id(challenge)),
            customer_id=None if customer is None else CustomerId(Id(customer)),
            facts=msgspec.json.decode(facts, type=Facts),
            created_at=from_microseconds(row["created_at"]),
            expires_at=from_microseconds(row["expires_at"]),
        )


def _place(organisation_id: OrganisationId, id: ArrivalId) -> Place:
    return Place(organisation_id, "wallet_arrivals", "facts", str(id))
