"""What happens when somebody says on a form that they want to hear more, and is asked for a YES."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from watchword.features.clients.rules import Caller
from watchword.features.consents.mailing import Letter, draft
from watchword.features.consents.opt_ins.rules import (
    ON_FORMS,
    Answer,
    Asked,
    AskedEnough,
    IsOff,
    NoWay,
    Request,
    SigningUp,
    Ticked,
    is_open,
    may_ask,
)
from watchword.features.consents.opt_ins.store import RequestStore
from watchword.features.consents.rules import (
    CHANNEL_OF,
    SCOPES_OF,
    Agreement,
    ConsentGiven,
    Giving,
    Scope,
    Shown,
    Source,
    WrongKind,
)
from watchword.features.consents.service import Consents, said_by
from watchword.features.consents.store import ConsentStore
from watchword.features.consents.words import Reply, on_form, said
from watchword.features.contacts.rules import Contact, ContactKind
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.sections import OptIn
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


class OptIns:
    def __init__(
        self,
        *,
        consents: Consents,
        contacts: Contacts,
        settings: OrganisationSettings,
        outbox: Outbox,
        routes: Routes,
    ) -> None:
        self._consents = consents
        self._contacts = contacts
        self._settings = settings
        self._outbox = outbox
        self._routes = routes

    async def sign_up(
        self,
        transaction: Transaction,
        organisation: Organisation,
        contact: Contact,
        scope: Scope,
        shown: Shown,
    ) -> SigningUp:
        """Do what somebody wants who has ticked the box on a form, and shown who they are."""
        own = (await self._settings.of(organisation.id, transaction)).consent
        caller = said_by(organisation, Source.FORM)
        if own.opt_in is OptIn.OFF:
            return IsOff()
        if own.opt_in is OptIn.ASK and scope is not Scope.EMAIL:
            return await self.ask(transaction, caller, contact, scope, shown.locale)
        agreed = Agreement(scope, Source.FORM, shown)
        outcome = await self._consents.give(transaction, caller, contact, agreed)
        if isinstance(outcome, ConsentGiven) and outcome.is_new and scope is not Scope.EMAIL:
            letter = _letter(Reply.AGREED, organisation, contact, scope, shown.locale)
            await self._send(transaction, organisation, replace(letter, is_answer=False))
        return outcome

    async def of_form(
        self,
        transaction: Transaction,
        organisation: Organisation,
        contacts: Sequence[Contact],
        ticked: Ticked,
    ) -> None:
        """Do what somebody wants who has ticked boxes on a form, at all that they have shown to be
        theirs. What does not come about is no hindrance to anything else."""
        for contact in contacts:
            for scope in set(SCOPES_OF[contact.kind]) & ticked.scopes:
                words = on_form(scope, ticked.locale, organisation.name)
                shown = Shown(ticked.locale, words)
                await self.sign_up(transaction, organisation, contact, scope, shown)

    async def offered(
        self, organisation: Organisation, kinds: Collection[ContactKind], locale: str
    ) -> Mapping[Scope, str]:
        """Give the boxes that a form has, with what stands beside each."""
        own = (await self._settings.of(organisation.id)).consent
        if own.opt_in is OptIn.OFF:
            return {}
        served = self._routes.served(organisation.mode)
        return {
            scope: on_form(scope, locale, organisation.name)
            for kind, scope in ON_FORMS.items()
            if kind in kinds and CHANNEL_OF[scope] in served
        }

    async def ask(
        self,
        transaction: Transaction,
        caller: Caller,
        contact: Contact,
        scope: Scope,
        locale: str,
    ) -> SigningUp:
        """Ask somebody by a message, unless they were asked enough."""
        organisation, whose = caller.organisation, caller.organisation.id
        own = (await self._settings.of(whose, transaction)).consent
        if own.opt_in is OptIn.OFF:
            return IsOff()
        if scope not in SCOPES_OF[contact.kind] or scope is Scope.EMAIL:
            return WrongKind(scope, contact.kind)
        if await self._consents.is_opted_out(transaction, whose, contact):
            return OptedOut()
        contact_id = await self._contacts.recognise(transaction, whose, contact)
        await ConsentStore(transaction, whose).hold(contact_id)
        digest = await self._consents.digest(transaction, whose, contact)
        store = RequestStore(transaction, whose)
        last = await store.find(digest, scope)
        is_given = await self._consents.may_be_sent(transaction, whose, contact, scope)
        if is_given or not may_ask(last, own.opt_in_requests, transaction.now()):
            return AskedEnough(last.asked if last else 0)
        letter = _letter(Reply.ASK, organisation, contact, scope, locale)
        if not await self._send(transaction, organisation, replace(letter, is_answer=False)):
            return NoWay()
        shown = Shown(locale, letter.text)
        await ConsentStore(transaction, whose).keep(shown)
        request = Request(
            digest=digest,
            scope=scope,
            contact_id=contact_id,
            shown=shown,
            asked=1 + (last.asked if last else 0),
            asked_at=transaction.now(),
        )
        await store.ask(request)
        return Asked(request.asked)

    async def answer(
        self,
        transaction: Transaction,
        organisation: Organisation,
        contact: Contact,
        scope: Scope,
        answer: Answer,
        *,
        loosely: str = "",
    ) -> Giving | None:
        """Take what somebody answers; nothing happens, if nobody has asked them."""
        request = await self.open(transaction, organisation.id, contact, scope)
        if request is None or not is_open(request, transaction.now(), loosely):
            return None
        store = RequestStore(transaction, organisation.id)
        await store.answer(request.digest, scope, answer)
        if answer is not Answer.YES:
            return None
        agreed = Agreement(scope, Source.MESSAGE, request.shown)
        caller = said_by(organisation, Source.MESSAGE)
        return await self._consents.give(transaction, caller, contact, agreed)

    async def open(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        contact: Contact,
        scope: Scope,
    ) -> Request | None:
        """Give what somebody was asked, if they may still answer it."""
        digest = await self._consents.digest(transaction, organisation_id, contact)
        request = await RequestStore(transaction, organisation_id).find(digest, scope)
        return request if is_open(request, transaction.now()) else None

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry messages, and tell whoever hears of consent."""
        self._consents.announce(organisation.id)
        for provider in self._routes.first(organisation.mode):
            self._outbox.announce(provider)

    async def _send(
        self, transaction: Transaction, organisation: Organisation, letter: Letter
    ) -> bool:
        message = draft(letter, organisation, self._routes, transaction.now())
        if message is None:
            return False
        await self._outbox.put(transaction, organisation.id, message)
        return True


def _letter(
    reply: Reply, organisation: Organisation, contact: Contact, scope: Scope, locale: str
) -> Letter:
    return Letter(
        to=contact,
        scope=scope,
        text=said(reply, locale, organisation.name),
        locale=locale,
    )
