"""What happens to consent: it is given, withdrawn, stopped and taken up again.

All of it is done inside somebody else's transaction. Call `announce` once that is durable.
"""

from collections.abc import Sequence

from watchword.features.challenges.desk import Machine
from watchword.features.clients.rules import Caller
from watchword.features.consents.desk import Page
from watchword.features.consents.ports import HasLeft
from watchword.features.consents.rules import (
    SCOPES_OF,
    SPEAKERS,
    Agreement,
    ConsentGiven,
    Giving,
    NothingGiven,
    Record,
    Scope,
    Source,
    Started,
    Stopped,
    Withdrawing,
    Withdrawn,
    find_fault,
    holds,
    taken_up,
)
from watchword.features.consents.store import ConsentStore
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import About, OptedOut, digest_of, stops
from watchword.features.contacts.suppressions.store import SuppressionStore
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


def said_by(organisation: Organisation, source: Source) -> Caller:
    """Give who acts when a person speaks for themselves: on a page, by a message, by a link."""
    return Machine(name=SPEAKERS[source], organisation=organisation)


class Consents:
    def __init__(
        self,
        *,
        organisations: Organisations,
        contacts: Contacts,
        webhooks: Webhooks,
        has_left: HasLeft,
    ) -> None:
        self._organisations = organisations
        self._contacts = contacts
        self._webhooks = webhooks
        self._has_left = has_left

    async def give(
        self, transaction: Transaction, caller: Caller, contact: Contact, agreed: Agreement
    ) -> Giving:
        """Write down that somebody agrees. Agreed before, to the same text, it stays as it was.

        Whoever has opted out is not taken in again, but by themselves.
        """
        if fault := find_fault(contact.kind, agreed):
            return fault
        await self._contacts.recognise(transaction, caller.organisation.id, contact)
        page = await self._open(transaction, caller, contact)
        if agreed.source in SPEAKERS:
            await page.opt_in()
        if await page.is_opted_out():
            return OptedOut()
        last = _first(await page.last(agreed.scope))
        if last and last.shown == agreed.shown and await page.holds(agreed.scope):
            return ConsentGiven(last, is_new=False)
        return ConsentGiven(await page.write(last, agreed.scope, agreed.source, agreed.shown))

    async def withdraw(
        self,
        transaction: Transaction,
        caller: Caller,
        contact: Contact,
        scope: Scope,
        source: Source,
    ) -> Withdrawing:
        """Write down that somebody does not agree any more."""
        page = await self._open(transaction, caller, contact)
        last = _first(await page.last(scope))
        if not holds(last):
            return NothingGiven(scope)
        withdrawn = Withdrawn(await page.write(last, scope, source, None))
        await self._left(page)
        return withdrawn

    async def end(
        self, transaction: Transaction, caller: Caller, contact: Contact, source: Source
    ) -> None:
        """Let nothing hold any more, because somebody was opted out by others."""
        page = await self._open(transaction, caller, contact)
        for scope in SCOPES_OF[contact.kind]:
            last = _first(await page.last(scope))
            if holds(last):
                await page.write(last, scope, source, None)
        await self._left(page)

    async def stop(
        self,
        transaction: Transaction,
        organisation: Organisation,
        contact: Contact,
        source: Source,
        by: Scope,
    ) -> Stopped:
        """Do what somebody says who says STOP: no advertising goes there any more, in no way.

        `by`: how they have said it; the book tells of it also if they never agreed to anything.
        """
        page = await self._open(transaction, said_by(organisation, source), contact)
        is_new = await page.opt_out()
        for scope in SCOPES_OF[contact.kind]:
            last = _first(await page.last(scope))
            if holds(last) or (last is None and scope is by):
                await page.write(last, scope, source, None)
        await self._left(page)
        return Stopped(is_new)

    async def start(
        self, transaction: Transaction, organisation: Organisation, contact: Contact
    ) -> Started:
        """Take back a stop, for whoever has said it: nothing that staff have set is lifted."""
        page = await self._open(transaction, said_by(organisation, Source.MESSAGE), contact)
        if not await page.opt_in():
            return Started(was_stopped=False)
        if page.contact_id is None or await page.is_opted_out():
            return Started(was_stopped=True)
        given = []
        for scope in SCOPES_OF[contact.kind]:
            lines = await page.last(scope)
            if shown := taken_up(lines):
                given.append(await page.write(lines[0], scope, Source.MESSAGE, shown))
        return Started(was_stopped=True, given=tuple(given))

    async def may_be_sent(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        contact: Contact,
        scope: Scope,
    ) -> bool:
        """Say whether advertising may go there. Ask in the transaction in which it would leave."""
        if await self.is_opted_out(transaction, organisation_id, contact):
            return False
        digest = await self.digest(transaction, organisation_id, contact)
        return holds(_first(await ConsentStore(transaction, organisation_id).last(digest, scope)))

    async def is_opted_out(
        self, transaction: Transaction, organisation_id: OrganisationId, contact: Contact
    ) -> bool:
        """Say whether somebody wants no advertising, whatever they agreed to."""
        digest = await self.digest(transaction, organisation_id, contact)
        store = SuppressionStore(transaction, organisation_id)
        return stops(await store.kinds_of(digest), About.ADVERTISING)

    async def of(
        self, transaction: Transaction, organisation_id: OrganisationId, contact: Contact
    ) -> Sequence[Record]:
        """Give all that the book says about a contact point, by scope, the newest first."""
        digest = await self.digest(transaction, organisation_id, contact)
        return await ConsentStore(transaction, organisation_id).of(digest)

    def announce(self, organisation_id: OrganisationId) -> None:
        """Tell whoever hears of it, once it is durable."""
        self._webhooks.announce(organisation_id)

    async def _left(self, page: Page) -> None:
        if page.contact_id is not None:
            whose = page.caller.organisation.id
            await self._has_left(page.transaction, whose, page.contact_id)

    async def _open(self, transaction: Transaction, caller: Caller, contact: Contact) -> Page:
        """Open the page of a contact point, on which nobody else writes from now on."""
        whose = caller.organisation.id
        contact_id = await self._contacts.known(transaction, whose, contact)
        if contact_id is not None:
            await ConsentStore(transaction, whose).hold(contact_id)
        return Page(
            transaction=transaction,
            caller=caller,
            webhooks=self._webhooks,
            contact=contact,
            digest=await self.digest(transaction, whose, contact),
            contact_id=contact_id,
        )

    async def digest(
        self, transaction: Transaction, whose: OrganisationId, contact: Contact
    ) -> bytes:
        """Give what a contact point is known by in the book."""
        return digest_of(await self._organisations.keys(transaction, whose), contact)


def _first(lines: Sequence[Record]) -> Record | None:
    return lines[0] if lines else None
