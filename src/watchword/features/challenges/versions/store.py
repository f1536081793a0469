"""Under which versions of keys codes rest: counted, so that an old key can go."""

from collections.abc import Mapping

from watchword.foundation.sealing import HEAD_BYTES, count_versions
from watchword.foundation.storage import Transaction

BY_CODES_KEY = """
    select key_version as version, count(*) as found from challenges
    where status = 'pending' group by key_version
"""

BY_OUTBOX_KEY = """
    select substr(sealed, 1, :head_bytes) as head, count(*) as found from challenges
    where sealed is not null group by head
"""


class ChallengeCensus:
    """What rests under each version of a key, counted over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_codes_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_CODES_KEY)
        return {row["version"]: row["found"] for row in rows}

    async def by_outbox_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_OUTBOX_KEY, head_bytes=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)
