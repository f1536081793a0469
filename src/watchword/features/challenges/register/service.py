"""What staff ask of challenges: a page of them, those that somebody means, and one told whole."""

from collections.abc import Sequence
from datetime import datetime

from watchword.features.challenges.policies import FOR_STAFF
from watchword.features.challenges.register.rules import (
    FOUND_AT_MOST,
    LOOKED_THROUGH_AT_MOST,
    Found,
    Leaf,
    Listed,
    Sieve,
    Through,
    Wanted,
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
        looks_through: int = LOOKED_THROUGH_AT_MOST,
    ) -> None:
        """`looks_through`: of how many challenges one page finds out which ones fit."""
        self._storage = storage
        self._contacts = contacts
        self._outbox = outbox
        self._looks_through = looks_through

    async def page(
        self, organisation_id: OrganisationId, sieve: Sieve, *, most: int, after: Bookmark | None
    ) -> Leaf:
        """Give a page of challenges, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = RegisterStore(transaction, organisation_id)
            length = sieve.period.length
            since = None if length is None else transaction.now() - length
            horizon = None
            if sieve.way is Through.SOME:
                horizon = await store.horizon(after, since, self._looks_through)
            found = await store.page(sieve, after, horizon or since, most + 1)
            items = await self._listed(transaction, organisation_id, found[:most])
        if len(found) > most:
            last = items[-1]
            return Leaf(items, Bookmark(last.created_at, last.id))
        if horizon is not None:
            return Leaf(items, Bookmark(horizon, FIRST_ID), horizon)
        return Leaf(items, None)

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
