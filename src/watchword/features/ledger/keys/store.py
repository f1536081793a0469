"""Where public keys are kept: for good, whatever becomes of the keys that they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchword.features.ledger.checkpoints import to_base64
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

ADD_KEY = """
    insert into ledger_keys (organisation_id, public, version, created_at)
    values (:organisation_id, :public, :version, :created_at)
    on conflict (organisation_id, public) do nothing
"""

KEYS = """
    select * from ledger_keys where organisation_id = :organisation_id
    order by version desc, created_at desc
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedKey:
    """The public half of a version of the key. It stays, whatever becomes of the key."""

    public: bytes
    version: int
    created_at: datetime

    @property
    def raw(self) -> str:
        return to_base64(self.public)


class PublicKeyStore:
    """The public keys of the house, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, key: PublishedKey) -> None:
        """Keep the public half of a key for ever."""
        await self._transaction.run(
            ADD_KEY,
            organisation_id=self._ours,
            public=key.public,
            version=key.version,
            created_at=to_microseconds(key.created_at),
        )

    async def all(self) -> Sequence[PublishedKey]:
        rows = await self._transaction.all(KEYS, organisation_id=self._ours)
        return [
            PublishedKey(
                public=row["public"],
                version=row["version"],
                created_at=from_microseconds(row["created_at"]),
            )
            for row in rows
        ]
