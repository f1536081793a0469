"""What one transaction about one text has at hand: for whom it is, and what each does about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

import structlog

from watchword.features.consents.inbound.meanings import loose_yes
from watchword.features.consents.inbound.rules import (
    ANSWERS_AT_MOST,
    OF_STRANGERS,
    STRANGERS_AT_MOST,
    WITHIN,
    Meaning,
    agreed_at,
    locale_of,
)
from watchword.features.consents.inbound.store import IncomingStore, Taken
from watchword.features.consents.mailing import Letter, draft
from watchword.features.consents.opt_ins.rules import Answer
from watchword.features.consents.opt_ins.service import OptIns
from watchword.features.consents.rules import (
    SCOPE_OF,
    SCOPES_OF,
    ConsentGiven,
    Giving,
    Record,
    Scope,
    Source,
)
from watchword.features.consents.service import Consents
from watchword.features.consents.words import Reply, said
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.receipts import Incoming
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.delivery.service import Outbox
from watchword.features.limits.rules import Allowed, charge_send, may_send
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.storage import Transaction

STRANGERS: Final = "texts:strangers"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What acting on texts needs of other features."""

    contacts: Contacts
    consents: Consents
    opt_ins: OptIns
    settings: OrganisationSettings
    outbox: Outbox
    routes: Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One text, in one transaction that sees all organisations."""

    room: Room
    transaction: Transaction
    provider: ProviderName
    text: Incoming
    contact: Contact
    meaning: Meaning

    @property
    def scope(self) -> Scope:
        return SCOPE_OF[self.text.channel]

    async def take(self, among: Sequence[Organisation]) -> Sequence[Organisation]:
        """Let each do what was said, and answer once; give those whom it concerned.

        They come in one order, so that no two texts wait for each other.
        """
        among = sorted(among, key=lambda each: each.id)
        known = [each for each in among if await self._knows(each)]
        concerned = known or await self._left_by(among)
        new = [each for each in concerned if await self._is_new(each)]
        replies = [(each, await self._do(each)) for each in await self._meant(new)]
        # Of a stranger nobody can tell which of several it was who wrote to them.
        if known or len(among) == 1:
            await self._answer([(each, reply) for each, reply in replies if reply])
        return new

    async def _knows(self, organisation: Organisation) -> bool:
        known = await self.room.contacts.known(self.transaction, organisation.id, self.contact)
        return known is not None

    async def _left_by(self, among: Sequence[Organisation]) -> Sequence[Organisation]:
        """Give those who may have written to somebody whom none has on file: in whose book they
        stand, or who is the only one here. Whoever wants to fill our tables has no other names."""
        if self.meaning not in OF_STRANGERS:
            return []
        consents, contact = self.room.consents, self.contact
        books = [(each, await consents.of(self.transaction, each.id, contact)) for each in among]
        if in_book := [each for each, book in books if book]:
            return in_book
        return among if len(among) == 1 and await self._is_one_of_few(among[0]) else []

    async def _is_one_of_few(self, organisation: Organisation) -> bool:
        store, now = BudgetStore(self.transaction, organisation.id), self.transaction.now()
        budget = await store.make_or_hold(STRANGERS)
        if may_send(budget, STRANGERS_AT_MOST, now) != Allowed():
            log.warning("text.of_too_many_strangers", provider=self.provider)
            return False
        await store.save(STRANGERS, charge_send(budget, STRANGERS_AT_MOST, now))
        return True

    async def _taken(self, organisation: Organisation) -> Taken:
        digest = await self.room.consents.digest(self.transaction, organisation.id, self.contact)
        return Taken(self.provider, self.text.reference, digest)

    async def _is_new(self, organisation: Organisation) -> bool:
        store = IncomingStore(self.transaction, organisation.id)
        return await store.take(await self._taken(organisation), self.meaning)

    async def _meant(self, concerned: Sequence[Organisation]) -> Sequence[Organisation]:
        """Give those to whom it is said. A *yes* is for whoever has asked last, and nobody else."""
        if self.meaning not in {Meaning.YES, Meaning.NO} or len(concerned) < 2:  # noqa: PLR2004
            return concerned
        opt_ins, transaction = self.room.opt_ins, self.transaction
        asked = [
            (request.asked_at, each)
            for each in concerned
            if (request := await opt_ins.open(transaction, each.id, self.contact, self.scope))
        ]
        return [max(asked, key=lambda pair: pair[0])[1]] if asked else []

    async def _do(self, organisation: Organisation) -> Reply | None:
        match self.meaning:
            case Meaning.STOP:
                return await self._stop(organisation)
            case Meaning.START:
                consents = self.room.consents
                started = await consents.start(self.transaction, organisation, self.contact)
                return Reply.STARTED if started.was_stopped else await self._agree(organisation)
            case Meaning.YES:
                return await self._agree(organisation)
            case Meaning.NO:
                await self._answered(organisation, self.scope, Answer.NO)
                return None
            case Meaning.HELP:
                return Reply.HELP
            case Meaning.OTHER:
                return Reply.HELP if await self._hears_from_us(organisation) else None
            case _:
                assert_never(self.meaning)

    async def _hears_from_us(self, organisation: Organisation) -> bool:
        """Say whether they hear from us: then whatever else they write may be a *stop*, too."""
        for scope in SCOPES_OF[self.contact.kind]:
            ours, contact = organisation.id, self.contact
            if await self.room.consents.may_be_sent(self.transaction, ours, contact, scope):
                return True
        return False

    async def _stop(self, organisation: Organisation) -> Reply | None:
        stopped = await self.room.consents.stop(
            self.transaction, organisation, self.contact, Source.MESSAGE, self.scope
        )
        for scope in SCOPES_OF[self.contact.kind]:
            await self._answered(organisation, scope, Answer.STOP)
        return Reply.STOPPED if stopped.is_new else None

    async def _agree(self, organisation: Organisation) -> Reply | None:
        typed = loose_yes(self.text.text.reveal())
        outcome = await self._answered(organisation, self.scope, Answer.YES, typed)
        is_new = isinstance(outcome, ConsentGiven) and outcome.is_new
        return Reply.AGREED if is_new else None

    async def _answered(
        self, organisation: Organisation, scope: Scope, answer: Answer, loosely: str = ""
    ) -> Giving | None:
        return await self.room.opt_ins.answer(
            self.transaction, organisation, self.contact, scope, answer, loosely=loosely
        )

    async def _answer(self, replies: Sequence[tuple[Organisation, Reply]]) -> None:
        """Say one thing: in the name of whoever they last agreed to hear from."""
        if not replies or self.text.is_answered:
            return
        books = [
            await self.room.consents.of(self.transaction, organisation.id, self.contact)
            for organisation, _ in replies
        ]
        (organisation, reply), book = max(
            zip(replies, books, strict=True), key=lambda each: agreed_at(each[1])
        )
        store = IncomingStore(self.transaction, organisation.id)
        taken, since = await self._taken(organisation), self.transaction.now() - WITHIN
        if await store.count_answered(taken.digest, since) >= ANSWERS_AT_MOST:
            return
        if self.meaning is Meaning.OTHER and await store.was_helped(taken.digest, since):
            return
        message = await self._letter(organisation, reply, book)
        written = draft(message, organisation, self.room.routes, self.transaction.now())
        if written is not None:
            await self.room.outbox.put(self.transaction, organisation.id, written)
            await store.answered(taken)

    async def _letter(
        self, organisation: Organisation, reply: Reply, book: Sequence[Record]
    ) -> Letter:
        own = await self.room.settings.of(organisation.id, self.transaction)
        locale = locale_of(book) or own.messages.language or organisation.locale
        contact = own.consent.help_contact or own.joining.telephone
        return Letter(
            to=self.contact,
            scope=self.scope,
            text=said(reply, locale, organisation.name, contact),
            locale=locale,
        )
