"""What staff ask of challenges: a page of them, those that somebody means, and one told whole."""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic

from watchword.features.challenges.policies import FOR_STAFF
from watchword.features.challenges.register.rules import (
    FIRST_LOOK,
    FOUND_AT_MOST,
    Found,
    Leaf,
    Listed,
    Sieve,
    Wanted,
    may_look_further,
)
from watchword.features.challenges.register.store import Kept, RegisterStore
from watchword.features.challenges.register.story import Story, tell
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.challenges.store import ChallengeStore
from watchword.features.contacts.rules import FORGOTTEN, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.service import Outbox
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Storage, Transaction

FIRST_ID = Id(int=0)


class Register:
    def __init__(
        self,
        *,
        storage: Storage,
        contacts: Contacts,
        outbox: Outbox,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`seconds`: a steady clock, by which no page is looked for too long."""
        self._storage = storage
        self._contacts = contacts
        self._outbox = outbox
        self._seconds = seconds

    async def page(
        self, organisation_id: OrganisationId, sieve: Sieve, *, most: int, after: Bookmark | None
    ) -> Leaf:
        """Give a page of challenges, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = RegisterStore(transaction, organisation_id)
            length = sieve.period.length
            since = None if length is None else transaction.now() - length
            cut: datetime | None = None
            if sieve.is_searched_for:
                found, cut = await self._search(store, sieve, after, since, most + 1)
            else:
                found = [*await store.page(sieve, after, since, most + 1)]
            items = await self._listed(transaction, organisation_id, found[:most])
        if len(found) > most:
            return Leaf(items, Bookmark(items[-1].created_at, items[-1].id))
        return Leaf(items, None if cut is None else Bookmark(cut, FIRST_ID), cut)

    async def _search(
        self,
        store: RegisterStore,
        sieve: Sieve,
        after: Bookmark | None,
        since: datetime | None,
        most: int,
    ) -> tuple[list[Kept], datetime | None]:
        """Look further and further back; give what was found, and how far back, if not all the way.

        However few of very many challenges fit, this takes about as long as a page may.
        """
        began, found, span = self._seconds(), list[Kept](), FIRST_LOOK
        oldest = await store.oldest()
        end = max(filter(None, (oldest, since)), default=None)
        edge = store.now if after is None else after.created_at
        while end is not None:
            edge, span = max(edge - span, end), span * 2
            found += await store.page(sieve, after, edge, most - len(found))
            if len(found) >= most or edge <= end:
                break
            if not may_look_further(self._seconds() - began):
                return found, edge
            after = Bookmark(edge, FIRST_ID)
        return found, None

    async def find(self, organisation_id: OrganisationId, wanted: Wanted) -> Found:
        """Give what somebody may have meant."""
        async with self._storage.reading(organisation_id) as transaction:
            store = RegisterStore(transaction, organisation_id)
            found = [] if wanted.id is None else [*await store.by_id(wanted.id)]
            found += await store.by_reference(wanted.reference, FOUND_AT_MOST + 1)
            items = await self._listed(transaction, organisation_id, found[:FOUND_AT_MOST])
            contact_id = None
            if wanted.contact is not None:
                contact_id = await self._contacts.known(
                    transaction, organisation_id, wanted.contact
                )
        return Found(items, contact_id, has_more=len(found) > FOUND_AT_MOST)

    async def masked(self, organisation_id: OrganisationId, id: ContactId) -> str:
        """Give a contact point as it may be shown."""
        async with self._storage.reading(organisation_id) as transaction:
            return (await self._contacts.seen(transaction, organisation_id, id)).masked

    async def read(self, organisation_id: OrganisationId, id: ChallengeId) -> Story | None:
        """Tell one challenge; nothing, if it is one of those with which staff sign in."""
        async with self._storage.reading(organisation_id) as transaction:
            challenge = await ChallengeStore(transaction, organisation_id).find(id)
            if challenge.purpose in FOR_STAFF:
                return None
            contact = await self._contacts.seen(transaction, organisation_id, challenge.contact_id)
            sendings = await self._outbox.trace(transaction, organisation_id, str(id))
            noted = await RegisterStore(transaction, organisation_id).noted(id)
            return tell(challenge, contact, sendings, noted, transaction.now())

    async def _listed(
        self, transaction: Transaction, organisation_id: OrganisationId, found: Sequence[Kept]
    ) -> list[Listed]:
        now, listed = transaction.now(), []
        for kept in found:
            contact = FORGOTTEN
            if kept.contact is not None:
                contact = await self._contacts.seen_beside(
                    transaction, organisation_id, kept.contact
                )
            listed.append(_listed(kept, contact.masked, now))
        return listed


def _listed(kept: Kept, to: str, now: datetime) -> Listed:
    is_late = kept.status is Status.PENDING and now >= kept.expires_at
    return Listed(
        id=kept.id,
        purpose=kept.purpose,
        status=Status.EXPIRED if is_late else kept.status,
        channel=kept.channel,
        to=to,
        reference=kept.reference,
        sendings=kept.sendings,
        created_at=kept.created_at,
        ended_at=kept.ended_at,
    )
