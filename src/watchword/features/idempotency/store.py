"""Where answers are kept for a day, so that they can be given again."""

from collections.abc import Mapping
from datetime import timedelta

from watchword.features.idempotency.rules import KEPT_FOR, Once, OtherBody
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import HEAD_BYTES, Place, Sealer, count_versions
from watchword.foundation.storage import Transaction

TAKE = """
    insert into requests (organisation_id, key, answer, at)
    values (:organisation_id, :key, null, :at)
    on conflict (organisation_id, key) do nothing
"""

FIND = """
    select answer, at from requests
    where organisation_id = :organisation_id and key = :key
    for update
"""

RENEW = """
    update requests set answer = null, at = :at
    where organisation_id = :organisation_id and key = :key
"""

KEEP = """
    update requests set answer = :answer
    where organisation_id = :organisation_id and key = :key
"""

AGE = "update requests set at = at - :by where organisation_id = :organisation_id"

FORGET = """
    delete from requests where (organisation_id, key) in (
        select organisation_id, key from requests where at < :before limit :most
    )
"""


BY_OUTBOX_KEY = """
    select substr(answer, 1, :head_bytes) as head, count(*) as found from requests
    where answer is not null group by head
"""


BODY_BYTES = 32  # of a digest by SHA-256


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
        taken = await self._transaction.run(TAKE, organisation_id=self._ours, key=once.key, at=now)
        if taken:
            return None
        row = await self._transaction.one(FIND, organisation_id=self._ours, key=once.key)
        if row is None or row["answer"] is None or row["at"] < outlived:
            # It was refused then, or long ago; now it may be granted.
            await self._transaction.run(RENEW, organisation_id=self._ours, key=once.key, at=now)
            return None
        kept = self._sealer.open(row["answer"], self._place(once))
        body, answer = kept[:BODY_BYTES], kept[BODY_BYTES:]
        return answer if body == once.body else OtherBody()

    async def keep(self, once: Once, answer: bytes) -> None:
        """Keep the answer, as part of the transaction that made it true.

        The digest of the request is sealed with it: so few codes and numbers are possible that
        whoever could read the digest could find the request to it.
        """
        sealed = self._sealer.seal(once.body + answer, self._place(once))
        await self._transaction.run(KEEP, organisation_id=self._ours, key=once.key, answer=sealed)

    async def age(self, by: timedelta) -> None:
        """Make all that was answered older, as if so much time had passed."""
        microseconds = by // timedelta(microseconds=1)
        await self._transaction.run(AGE, organisation_id=self._ours, by=microseconds)

    def _place(self, once: Once) -> Place:
        return Place(self._organisation_id, "requests", "answer", once.key.hex())


class RequestSweep:
    """What nobody will ask for again, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, most: int) -> int:
        before = to_microseconds(self._transaction.now() - KEPT_FOR)
        return await self._transaction.run(FORGET, before=before, most=most)


class RequestCensus:
    """What rests under each version of a key, counted over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_outbox_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_OUTBOX_KEY, head_bytes=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)
