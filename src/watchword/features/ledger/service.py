"""What is asked of the ledger: its entries, how far it is sealed, and proofs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from watchword.features.audit.rules import Noun
from watchword.features.ledger.checkpoints import PublicKey, Signer, read_note, who_signed
from watchword.features.ledger.entries.store import COLUMNS, EntryStore
from watchword.features.ledger.keys.store import PublicKeyStore, PublishedKey
from watchword.features.ledger.proofs import Span, Subtree, consistency, inclusion, subtrees
from watchword.features.ledger.receipts import write_receipt
from watchword.features.ledger.rules import EntryId, LedgerEntry, Wanted, fits, written
from watchword.features.ledger.store import KeptCheckpoint, LedgerStore
from watchword.features.ledger.tree import TILE_LEVELS, CompactRange, folded
from watchword.features.limits.service import HOUSE
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage

PREFIXES = ("", *(noun.prefix for noun in Noun))
"""How ids stand in entries: alone, or behind a word that says what they are of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """A page of entries, and what is sealed of them: those at positions below `signed_size`."""

    page: Page[LedgerEntry]
    signed_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a ledger stands. `waiting`: entries that no checkpoint covers yet."""

    size: int
    signed_size: int
    waiting: int
    newest: KeptCheckpoint | None
    newest_copy: int | None


@dataclass(frozen=True, slots=True)
class NotYet:
    """No checkpoint covers the entry yet; one does within a minute."""


class Ledger:
    def __init__(self, *, storage: Storage, signers: Sequence[Signer]) -> None:
        self._storage = storage
        self._signers = signers

    async def page(
        self,
        organisation_id: OrganisationId,
        wanted: Wanted,
        *,
        most: int,
        after: Bookmark | None,
    ) -> LedgerPage:
        """Give entries, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = EntryStore(transaction, organisation_id)
            if wanted.word is not None:
                found = await _about(store, wanted.word, wanted, most, after)
            else:
                found = [*await store.page(wanted, most, after)]
            signed_size = (await LedgerStore(transaction, organisation_id).read()).signed_size
        return LedgerPage(page=page_of(found, most, _bookmark), signed_size=signed_size)

    async def read(self, organisation_id: OrganisationId, id: EntryId) -> tuple[LedgerEntry, int]:
        """Give an entry, and how many entries are signed for."""
        async with self._storage.reading(organisation_id) as transaction:
            growth = await LedgerStore(transaction, organisation_id).read()
            return await _found(EntryStore(transaction, organisation_id), id), growth.signed_size

    async def standing(self, organisation_id: OrganisationId) -> Standing:
        async with self._storage.reading(organisation_id) as transaction:
            store = LedgerStore(transaction, organisation_id)
            growth, (unsealed, _) = await store.read(), await store.count_unsealed()
            return Standing(
                size=growth.size,
                signed_size=growth.signed_size,
                waiting=growth.size - growth.signed_size + unsealed,
                newest=await store.newest_checkpoint(),
                newest_copy=await store.newest_copy(),
            )

    async def receipt(self, organisation_id: OrganisationId, id: EntryId) -> bytes | NotYet:
        """Write a receipt for an entry, that can be checked without us."""
        keys = await self.keys()
        async with self._storage.reading(organisation_id) as transaction:
            store = LedgerStore(transaction, organisation_id)
            entry = await _found(EntryStore(transaction, organisation_id), id)
            position = entry.position
            covering = [] if position is None else await store.checkpoints(position, 1)
            if position is None or not covering:
                return NotYet()
            (checkpoint,) = covering
            proof = [await _root(store, span) for span in inclusion(position, checkpoint.size)]
            before = await store.hashes(0, max(position - 1, 0), position)
        content = written(entry, position, b"".join(before))
        return write_receipt(content, proof, checkpoint.note, _signer(checkpoint.note, keys))

    async def newest(
        self, organisation_id: OrganisationId, since: int | None
    ) -> tuple[KeptCheckpoint, Sequence[bytes]] | None:
        """Give the newest checkpoint, and prove that it goes on from one over `since` entries."""
        async with self._storage.reading(organisation_id) as transaction:
            store = LedgerStore(transaction, organisation_id)
            newest = await store.newest_checkpoint()
            if newest is None:
                return None
            spans = consistency(since, newest.size) if since and since <= newest.size else []
            return newest, [await _root(store, span) for span in spans]

    async def keys(self) -> Sequence[PublishedKey]:
        """Give every public key by which anything was ever signed here, the newest first."""
        async with self._storage.reading(HOUSE) as transaction:
            kept = await PublicKeyStore(transaction, HOUSE).all()
        known = {key.public for key in kept}
        new = [
            PublishedKey(public=each.public, version=each.version, created_at=self._storage.now())
            for each in self._signers
            if each.public not in known
        ]
        return [*new, *kept]


async def _found(store: EntryStore, id: EntryId) -> LedgerEntry:
    entry = await store.find(id)
    if entry is None:
        raise NotFound("entry")
    return entry


async def _about(
    store: EntryStore, word: str, wanted: Wanted, most: int, after: Bookmark | None
) -> list[LedgerEntry]:
    """Find what an id stands in, whether it is that of the entry, of who did it, or of what."""
    found: dict[EntryId, LedgerEntry] = {}
    if (own := await _with_id(store, word, after)) and fits(own, wanted):
        found[own.id] = own
    for column in COLUMNS[:2]:
        for said in (prefix + word for prefix in PREFIXES):
            if getattr(wanted, column) in {None, said} and await store.has(column, said):
                narrower = (
                    replace(wanted, actor=said)
                    if column == "actor"
                    else replace(wanted, target=said)
                )
                found |= {each.id: each for each in await store.page(narrower, most, after)}
    newest_first = sorted(found.values(), key=lambda entry: (entry.at, str(entry.id)), reverse=True)
    return newest_first[: most + 1]


async def _with_id(store: EntryStore, word: str, after: Bookmark | None) -> LedgerEntry | None:
    try:
        id = EntryId(Id(word))
    except ValueError:
        return None
    return await store.find(id) if after is None else None


async def _root(store: LedgerStore, span: Span) -> bytes:
    return folded([await _node(store, each) for each in subtrees(span)])


async def _node(store: LedgerStore, tree: Subtree) -> bytes:
    """Give the top of a whole tree: made of the nodes that are kept, at most 128 of them."""
    kept = tree.level // TILE_LEVELS * TILE_LEVELS
    wide = tree.level - kept
    below = CompactRange()
    for hash in await store.hashes(kept, tree.place << wide, (tree.place + 1) << wide):
        below.append(hash)
    return below.root()


def _signer(note: str, keys: Sequence[PublishedKey]) -> bytes:
    """Give the newest key by which a checkpoint is signed."""
    read = read_note(note)
    for key in keys:
        if read is not None and who_signed(read, [PublicKey(key.public)]):
            return key.public
    raise NotFound("key that signed this checkpoint")


def _bookmark(entry: LedgerEntry) -> Bookmark:
    return Bookmark(entry.at, entry.id)
