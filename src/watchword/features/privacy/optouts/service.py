"""What happens when somebody opts out: it is kept as a digest, and what is on its way ends."""

from collections.abc import Sequence

import structlog

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.withdrawals.service import Withdrawals
from watchword.features.clients.rules import Caller
from watchword.features.consents.rules import source_of, taken_over
from watchword.features.consents.service import Consents
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import (
    About,
    Suppression,
    SuppressionId,
    SuppressionKind,
    digest_of,
    stops,
)
from watchword.features.contacts.suppressions.store import SuppressionStore
from watchword.features.organisations.service import Organisations
from watchword.features.privacy.optouts.rules import Added, Lifted, NotOptedOut
from watchword.features.privacy.rules import BadReason, find_fault
from watchword.features.privacy.store import PeopleStore
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()


class OptOuts:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        withdrawals: Withdrawals,
        consents: Consents,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._withdrawals = withdrawals
        self._consents = consents

    async def add(
        self, caller: Caller, contact: Contact, kind: SuppressionKind, reason: str
    ) -> Added | BadReason:
        """Let nothing of a kind be sent to somebody any more. Asked again, it stays as it was; but
        what somebody has set themselves, they no longer lift once others have set it, too."""
        if fault := find_fault(reason):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            keys = await self._organisations.keys(transaction, whose)
            store = SuppressionStore(transaction, whose)
            suppression = Suppression(
                id=SuppressionId(new_id()),
                kind=kind,
                contact_kind=contact.kind,
                digest=digest_of(keys, contact),
                created_at=transaction.now(),
                created_by=caller.actor,
            )
            there = await store.keep(suppression)
            is_new = there.id == suppression.id
            suppression = taken_over(there, suppression)
            if not is_new and suppression == there:
                return Added(there, is_new=False)
            if not is_new:
                await store.take_over(suppression)
            ended = await self._stop(transaction, caller, contact, kind)
            await self._consents.end(transaction, caller, contact, source_of(caller.actor))
            action = Action.SUPPRESSION_ADDED
            await _note(transaction, caller, action, suppression, reason)
        self._withdrawals.announce(whose)
        log.info("suppression.added", suppression_id=str(suppression.id), kind=kind)
        return Added(suppression, is_new=is_new, ended=ended)

    async def lift(
        self, caller: Caller, contact: Contact, kind: SuppressionKind, reason: str
    ) -> Lifted | NotOptedOut | BadReason:
        """Let it be sent again, because the person asks for it: nobody else names the address."""
        if fault := find_fault(reason):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            keys = await self._organisations.keys(transaction, whose)
            store = SuppressionStore(transaction, whose)
            lifted = await store.lift(digest_of(keys, contact), kind)
            if lifted is None:
                return NotOptedOut(kind)
            await _note(transaction, caller, Action.SUPPRESSION_LIFTED, lifted, reason)
        log.info("suppression.lifted", suppression_id=str(lifted.id), kind=kind)
        return Lifted(lifted)

    async def of(self, organisation_id: OrganisationId, contact: Contact) -> Sequence[Suppression]:
        """Give what somebody has opted out of."""
        async with self._storage.reading(organisation_id) as transaction:
            keys = await self._organisations.keys(transaction, organisation_id)
            store = SuppressionStore(transaction, organisation_id)
            return await store.of(digest_of(keys, contact))

    async def stops(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        contact: Contact,
        about: About,
    ) -> bool:
        """Say whether a message must not be sent. Ask in the transaction that would send it."""
        keys = await self._organisations.keys(transaction, organisation_id)
        store = SuppressionStore(transaction, organisation_id)
        return stops(await store.kinds_of(digest_of(keys, contact)), about)

    async def page(
        self, organisation_id: OrganisationId, *, most: int, after: Bookmark | None = None
    ) -> Page[Suppression]:
        """Give a page of opt-outs, the newest first: of what kind, since when, and by whom."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await SuppressionStore(transaction, organisation_id).page(after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))

    async def _stop(
        self, transaction: Transaction, caller: Caller, contact: Contact, kind: SuppressionKind
    ) -> int:
        """End the codes that are on their way to somebody who wants to hear nothing."""
        whose = caller.organisation.id
        id = await self._contacts.known(transaction, whose, contact)
        if id is None or not stops({kind}, About.CODE):
            return 0
        # Whoever is just sending one is waited for.
        await PeopleStore(transaction, whose).hold(id)
        ended = await self._withdrawals.end_all(transaction, caller, id, reason="opted_out")
        await self._withdrawals.tell(transaction, caller, ended)
        return len(ended)


async def _note(
    transaction: Transaction,
    caller: Caller,
    action: Action,
    suppression: Suppression,
    reason: str,
) -> None:
    entry = Entry(
        action=action,
        actor=caller.actor,
        target=Noun.SUPPRESSION.of(suppression.id),
        details={"kind": suppression.kind, "reason": reason.strip()},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
