"""What happens to entries after they are written: they get a place, are signed for, and copied.

Whoever seals holds the one row of the ledger. So several processes may try at once, and still
there is one order. What a crash leaves half done is found in the database, and done by the next.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watchword.features.ledger.checkpoints import Checkpoint, Signer, origin_of, signed
from watchword.features.ledger.keys.store import PublicKeyStore, PublishedKey
from watchword.features.ledger.ports import Copies, Tell
from watchword.features.ledger.rules import SIGN_WITHIN, Growth, grown, is_due
from watchword.features.ledger.store import LedgerLanes, LedgerStore
from watchword.features.ledger.tree import folded
from watchword.features.limits.service import HOUSE
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage

AT_ONCE = 250
"""So many entries are sealed in one transaction; more would keep others waiting."""
COPIES_AT_ONCE = 100


class Sealing:
    def __init__(
        self, *, storage: Storage, signers: Sequence[Signer], tell: Tell, copies: Copies | None
    ) -> None:
        """`signers`: each version of the key, the newest first."""
        self._storage = storage
        self._signers = signers
        self._tell = tell
        self._copies = copies
        self._has_published = False

    async def waiting(self) -> Sequence[OrganisationId]:
        """Give the organisations that have something to seal or to sign."""
        since = self._storage.now() - SIGN_WITHIN
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await LedgerLanes(transaction).unsealed(since)

    async def seal(
        self, organisation_id: OrganisationId, most: int = AT_ONCE, *, signs_now: bool = False
    ) -> int:
        """Give so many entries a place, sign if it is time to, and count the entries."""
        await self._publish()
        async with self._storage.begin(organisation_id) as transaction:
            store = LedgerStore(transaction, organisation_id)
            growth, now = await store.hold(), transaction.now()
            entries = await store.unsealed(most)
            later, sealed, nodes = grown(growth, entries, now)
            await store.seal(sealed, nodes)
            has_all = len(sealed) < most
            if is_due(later, now) or (signs_now and has_all and later.unsigned_since):
                checkpoint = _checkpoint(organisation_id, later)
                note = signed(checkpoint, self._signers).text
                await store.add_checkpoint(checkpoint.size, note, now)
                await self._tell(transaction, organisation_id, checkpoint, note, now)
                later = replace(later, signed_size=later.size, unsigned_since=None)
            if later != growth:
                await store.save(later)
        return len(sealed)

    async def seal_all(self, organisation_id: OrganisationId) -> None:
        """Seal and sign all that is there now, for somebody who asks for it."""
        while await self.seal(organisation_id, signs_now=True) == AT_ONCE:
            continue

    async def uncopied(self) -> Sequence[OrganisationId]:
        """Give the organisations whose newest checkpoints the second place has not got."""
        if self._copies is None:
            return []
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await LedgerLanes(transaction).uncopied()

    async def copy(self, organisation_id: OrganisationId, most: int = COPIES_AT_ONCE) -> int:
        """Take checkpoints to the second place, the oldest first; raise `NotCopied` if it fails."""
        if self._copies is None:
            return 0
        async with self._storage.reading(organisation_id) as transaction:
            waiting = await LedgerStore(transaction, organisation_id).uncopied(most)
        for checkpoint in waiting:
            await self._copies.append(organisation_id, checkpoint.note)
            async with self._storage.begin(organisation_id) as transaction:
                store = LedgerStore(transaction, organisation_id)
                await store.copied(checkpoint.size, transaction.now())
        return len(waiting)

    async def _publish(self) -> None:
        """Keep the public keys before anything is signed: who retires a key must not need it."""
        if self._has_published:
            return
        async with self._storage.begin(HOUSE) as transaction:
            store, now = PublicKeyStore(transaction, HOUSE), transaction.now()
            for signer in self._signers:
                await store.add(_published(signer, now))
        self._has_published = True


def _checkpoint(organisation_id: OrganisationId, growth: Growth) -> Checkpoint:
    return Checkpoint(origin_of(organisation_id), growth.size, folded(growth.peaks))


def _published(signer: Signer, now: datetime) -> PublishedKey:
    return PublishedKey(public=signer.public, version=signer.version, created_at=now)
