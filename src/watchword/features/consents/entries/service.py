"""What happens when staff or a program write down what somebody agreed to, or look it up."""

from collections.abc import Sequence

from watchword.features.clients.rules import Caller
from watchword.features.consents.entries.rules import Seen
from watchword.features.consents.opt_ins.rules import ON_FORMS, SigningUp, Ticked
from watchword.features.consents.opt_ins.service import OptIns
from watchword.features.consents.rules import (
    SCOPES_OF,
    Agreement,
    Giving,
    Record,
    Scope,
    Shown,
    Source,
    Withdrawing,
    source_of,
)
from watchword.features.consents.service import Consents, said_by
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.rules import Organisation
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction


class ConsentEntries:
    def __init__(
        self, *, storage: Storage, contacts: Contacts, consents: Consents, opt_ins: OptIns
    ) -> None:
        self._storage = storage
        self._contacts = contacts
        self._consents = consents
        self._opt_ins = opt_ins

    async def give(self, caller: Caller, contact: Contact, scope: Scope, shown: Shown) -> Giving:
        """Write down that somebody has agreed, elsewhere than on a page of ours."""
        agreed = Agreement(scope, source_of(caller.actor), shown)
        async with self._storage.begin(caller.organisation.id) as transaction:
            outcome = await self._consents.give(transaction, caller, contact, agreed)
        self._opt_ins.announce(caller.organisation)
        return outcome

    async def withdraw(self, caller: Caller, contact: Contact, scope: Scope) -> Withdrawing:
        """Write down that they have taken it back."""
        source = source_of(caller.actor)
        async with self._storage.begin(caller.organisation.id) as transaction:
            outcome = await self._consents.withdraw(transaction, caller, contact, scope, source)
        self._opt_ins.announce(caller.organisation)
        return outcome

    async def ask(
        self, caller: Caller, contact: Contact, scope: Scope, locale: str | None
    ) -> SigningUp:
        """Ask somebody by a message whether they want offers."""
        language = locale or caller.organisation.locale
        async with self._storage.begin(caller.organisation.id) as transaction:
            outcome = await self._opt_ins.ask(transaction, caller, contact, scope, language)
        self._opt_ins.announce(caller.organisation)
        return outcome

    async def choose(
        self, organisation: Organisation, id: ContactId, locale: str, *, agrees: bool
    ) -> None:
        """Do what somebody wants at a contact point that they have shown to be theirs."""
        whose, caller = organisation.id, said_by(organisation, Source.FORM)
        async with self._storage.begin(whose) as transaction:
            contact = await self._contacts.open(transaction, whose, id)
            if agrees:
                ticked = Ticked(frozenset({ON_FORMS[contact.kind]}), locale)
                await self._opt_ins.of_form(transaction, organisation, [contact], ticked)
            for scope in () if agrees else SCOPES_OF[contact.kind]:
                await self._consents.withdraw(transaction, caller, contact, scope, Source.FORM)
        self._opt_ins.announce(organisation)

    async def look(self, organisation: Organisation, contact: Contact) -> Seen:
        """Say what may be sent to a contact point, and why."""
        async with self._storage.reading(organisation.id) as transaction:
            return await self._seen(transaction, organisation.id, contact)

    async def awaited(
        self, organisation: Organisation, ids: Sequence[ContactId]
    ) -> Sequence[Contact]:
        """Give those of some contact points whose YES is waited for."""
        found = await self.of_contacts(organisation, ids)
        return [contact for _, contact, seen in found if seen.awaited]

    async def of_contacts(
        self, organisation: Organisation, ids: Sequence[ContactId]
    ) -> Sequence[tuple[ContactId, Contact, Seen]]:
        """Do the same for contact points that are known, such as those of a customer."""
        found = []
        async with self._storage.reading(organisation.id) as transaction:
            for id in ids:
                contact = await self._contacts.open(transaction, organisation.id, id)
                if SCOPES_OF[contact.kind]:
                    seen = await self._seen(transaction, organisation.id, contact)
                    found.append((id, contact, seen))
        return found

    async def _seen(
        self, transaction: Transaction, whose: OrganisationId, contact: Contact
    ) -> Seen:
        records: Sequence[Record] = await self._consents.of(transaction, whose, contact)
        is_opted_out = await self._consents.is_opted_out(transaction, whose, contact)
        allowed = {
            scope
            for scope in SCOPES_OF[contact.kind]
            if await self._consents.may_be_sent(transaction, whose, contact, scope)
        }
        awaited = [
            scope
            for scope in SCOPES_OF[contact.kind]
            if not is_opted_out
            and scope not in allowed
            and await self._opt_ins.open(transaction, whose, contact, scope) is not None
        ]
        return Seen(allowed, is_opted_out, records, awaited)
