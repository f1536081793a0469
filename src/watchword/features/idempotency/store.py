"""Where answers are kept for a day, so that they can be given again."""

from collections.abc import Mapping

from watchword.features.idempotency.rules import KEPT_FOR, Once, OtherBody
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Place, Sealer, version_of
from watchword.foundation.storage import Transaction

TAKE = """
    insert into requests (organisation_id, key, body, answer, at)
    values (:organisation_id, :key, :body, null, :at)
    on conflict (organisation_id, key) do nothing
"""

FIND = """
    select body, answer, at from requests
    where organisation_id = :organisation_id and key = :key
    for update
"""

RENEW = """
    update requests set body = :body, answer = null, at = :at
    where organisation_id = :organisation_id and key = :key
"""

KEEP = """
    update requests set answer = :answer
    where organisation_id = :organisation_id and key = :key
"""

FORGET = "delete from requests where at < :before"


BY_OUTBOX_KEY = """
    select substr(answer, 1, 3) as head, count(*) as found from requests
    where answer is not null group by head
"""


class RequestStore:
    """The requests of one organisation that came with a key, seen from inside one transaction."""

    def __init__(
        self, transaction: Transaction, organisation_id: OrganisationId, sealer: Sealer
    ) -> None:
        self._transaction = transaction
        self._organisation_id = organisation_id
        self._ours = str(organisation_id)
        self._sealer = sealer

    async def take(self, once: Once) -> bytes | OtherBody | None:
        """Give what was answered before; or nothing, and then the request is ours to answer.

        Whoever comes second while the first is still at work waits here for its end.
        """
        at = self._transaction.now()
        now, outlived = to_microseconds(at), to_microseconds(at - KEPT_FOR)
        taken = await self._transaction.run(
            TAKE, organisation_id=self._ours, key=once.key, body=once.body, at=now
        )
        if taken:
            return None
        row = await self._transaction.one(FIND, organisation_id=self._ours, key=once.key)
        if row is None or row["answer"] is None or row["at"] < outlived:
            # It was refused then, or long ago; now it may be granted.
            await self._transaction.run(
                RENEW, organisation_id=self._ours, key=once.key, body=once.body, at=now
            )
            return None
        if row["body"] != once.body:
            return OtherBody()
        return self._sealer.open(row["answer"], self._place(once))

    async def keep(self, once: Once, answer: bytes) -> None:
        """Keep the answer, as part of the transaction that made it true."""
        sealed = self._sealer.seal(answer, self._place(once))
        await self._transaction.run(KEEP, organisation_id=self._ours, key=once.key, answer=sealed)

    def _place(self, once: Once) -> Place:
        return Place(self._organisation_id, "requests", "answer", once.key.hex())


class RequestSweep:
    """What nobody will ask for again, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self) -> int:
        before = to_microseconds(self._transaction.now() - KEPT_FOR)
        return await self._transaction.run(FORGET, before=before)


class RequestCensus:
    """What rests under each version of a key, counted over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_outbox_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_OUTBOX_KEY)
        return {version_of(row["head"]): row["found"] for row in rows}
