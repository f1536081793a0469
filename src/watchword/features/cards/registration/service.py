"""What happens when somebody registers: they get a card, or theirs, and the way to show it.

Whoever registers is answered the same, whatever was found. What was found is for staff.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.attempts.service import Attempts, Begun, Ended, Offer, Resent
from watchword.features.cards.claims.rules import Because
from watchword.features.cards.claims.service import Claims
from watchword.features.cards.handing.service import Handing
from watchword.features.cards.history.store import HistoryStore
from watchword.features.cards.means import PERMISSIONS, Means
from watchword.features.cards.on_file import is_linked
from watchword.features.cards.registration.apart.service import Apart
from watchword.features.cards.registration.candidates.service import Candidates
from watchword.features.cards.registration.reunion.service import Reunion
from watchword.features.cards.registration.rules import (
    LIFE,
    OF_ONE_CONTACT,
    OF_ONE_ORGANISATION,
    Again,
    Decision,
    Fresh,
    Linked,
    Queued,
    Registrant,
    Registration,
    RegistrationId,
    TooOften,
    Wish,
    decide,
    from_one_address,
    may_go_on,
    was_proven,
)
from watchword.features.cards.registration.store import RegistrationStore, RegistrationSweep
from watchword.features.cards.rules import Card, CardId, target_of
from watchword.features.cards.service import Cards
from watchword.features.cards.verdicts import (
    Frozen,
    NotAtWork,
    NotOffered,
    NotOnFile,
    RecentContact,
)
from watchword.features.challenges.verdicts import Over
from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.rules import Customer, CustomerId, NewCustomer, Origin
from watchword.features.customers.service import Customers
from watchword.features.limits.rules import Limits, NotBefore, charge_send, may_send
from watchword.features.limits.service import Gates
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

DOOR = "joining"
SECRET_BYTES = 32

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """Somebody has registered. The secret is for their browser alone."""

    registration: Registration
    secret: Secret = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A registration as whoever registered sees it."""

    registration: Registration
    customer: Customer
    card: Card
    attempt: Attempt | None
    offers: Sequence[Offer]
    was_proven: bool = False
    """It counted as theirs before, and does not any more."""


class Registrations:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        customers: Customers,
        contacts: Contacts,
        cards: Cards,
        attempts: Attempts,
        claims: Claims,
        handing: Handing,
        gates: Gates,
        settings: OrganisationSettings,
        apart: Apart,
        reunion: Reunion,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._customers = customers
        self._contacts = contacts
        self._cards = cards
        self._attempts = attempts
        self._claims = claims
        self._handing = handing
        self._gates = gates
        self._settings = settings
        self._apart = apart
        self._reunion = reunion
        self._candidates = Candidates(customers=customers, cards=cards)

    async def register(
        self, organisation: Organisation, wish: Wish, address: str
    ) -> Registered | TooOften:
        """Give somebody a card. `address` is from where they come, and is not kept."""
        limits = from_one_address((await self._settings.of(organisation.id)).joining, address)
        if limits is not None:
            leave = await self._gates.knock(address, at=DOOR, limits=limits, whose=organisation.id)
            if isinstance(leave, NotBefore):
                return TooOften(leave.moment)
        async with self._storage.begin(organisation.id) as transaction:
            moment = await self._charge(transaction, organisation.id, wish)
            if moment is not None:
                return TooOften(moment)
            candidates = await self._candidates.of(transaction, organisation.id, wish)
            new = NewCustomer(
                profile=wish.profile,
                contacts=wish.contacts,
                origin=Origin.REGISTRATION,
                locale=wish.locale,
            )
            customer = await self._customers.add(transaction, Registrant(organisation), new)
            caller = Registrant(organisation, customer.id)
            decision = decide(candidates, typed_number=wish.number is not None)
            if isinstance(decision, Fresh):
                await self._note_duplicates(transaction, organisation.id, customer.id, wish)
            card_id = await self._card_of(transaction, caller, decision)
            registered = await self._begun(transaction, caller, customer.id, card_id)
        log.info("card.registered", organisation_id=str(organisation.id))
        return registered

    async def _card_of(
        self, transaction: Transaction, caller: Registrant, decision: Decision
    ) -> CardId:
        """Let a decision have its effect, and give the card to go on with."""
        assert caller.customer_id is not None  # noqa: S101 - they have become somebody
        match decision:
            case Linked(card):
                await self._handing.hand_over(transaction, caller, card, caller.customer_id)
                await self._claim(transaction, caller, card.id, Because.EXACT, (card.id,))
                return card.id
            case Queued():
                fresh = await self._handing.new_card(transaction, caller, caller.customer_id)
                await self._queue(transaction, caller, fresh.id, decision)
                return fresh.id
            case Fresh() | Again():
                fresh = await self._handing.new_card(transaction, caller, caller.customer_id)
                return fresh.id

    async def look(self, organisation: Organisation, secret: Secret) -> View | None:
        """Give what a browser has registered; nothing, if its time is over or the card is no longer
        theirs."""
        async with self._storage.reading(organisation.id) as transaction:
            store = RegistrationStore(transaction, organisation.id)
            registration = await store.by_session(tag_of(secret))
            if registration is None:
                return None
            card = await self._cards.get(transaction, organisation.id, registration.card_id)
            customer = await self._customers.get(
                transaction, organisation.id, registration.customer_id
            )
            if card.customer_id != customer.id:
                return None
            history = await HistoryStore(transaction, organisation.id).of_card(card.id)
        caller = Registrant(organisation, registration.customer_id)
        return View(
            registration=registration,
            customer=customer,
            card=card,
            attempt=await self._attempts.current(caller, registration.card_id),
            offers=await self._attempts.offered(organisation, customer),
            was_proven=was_proven(card, history),
        )

    async def begin(
        self,
        organisation: Organisation,
        view: View,
        means: Means,
        contact_id: ContactId | None,
        requester: Secret | None = None,
    ) -> Begun:
        """Go one way to show that a card is theirs, and no other any more."""
        ways = {each.means: each.contacts for each in view.offers}
        if means not in ways or (means not in PERMISSIONS and contact_id not in ways[means]):
            return NotOffered(means)
        chosen = None if means in PERMISSIONS else contact_id
        caller = self.caller_of(organisation, view)
        begin = partial(self._attempts.begin, requester=requester, by_anybody=True)
        begun = await begin(caller, await self._card_for(caller, view), means, chosen)
        unproven = NotOnFile | RecentContact | Frozen | NotAtWork
        if not is_linked(view.card) or not isinstance(begun, unproven):
            return begun
        # It proves no old card: they go the same way with a new one, and see no difference.
        return await begin(caller, await self._card_for(caller, view, proves=False), means, chosen)

    async def answer(self, organisation: Organisation, view: View, typed: str) -> Ended:
        """Try a code, as somebody typed it."""
        if is_linked(view.card) and not may_go_on(view.card):
            # Two claim it, and neither learns of the other.
            return await self._apart.answer(organisation, view.card, typed)
        return await self._reunion.answer(organisation, view.card, typed)

    async def resend(
        self, organisation: Organisation, view: View, requester: Secret | None = None
    ) -> Resent | Begun:
        """Send the code that is under way once more; a new one by the same way, if it has ended."""
        caller = self.caller_of(organisation, view)
        sent = await self._attempts.resend(caller, view.card.id)
        last = await self._attempts.latest(caller, view.card.id)
        if last is None or not isinstance(sent, Over):
            return sent
        return await self.begin(organisation, view, last.means, last.contact_id, requester)

    def caller_of(self, organisation: Organisation, view: View) -> Registrant:
        """Give whoever goes on with a registration, as who acts."""
        return Registrant(organisation, view.customer.id)

    async def come_in(self, organisation: Organisation, card: Card) -> Registered:
        """Let one more browser go on with a card that was proven in it a moment ago."""
        caller = Registrant(organisation, card.customer_id)
        async with self._storage.begin(organisation.id) as transaction:
            return await self._begun(transaction, caller, card.customer_id, card.id)

    async def leave(self, organisation: Organisation, view: View) -> None:
        """Forget a browser. Card and customer stay, and the address in a message leads back."""
        async with self._storage.begin(organisation.id) as transaction:
            await RegistrationStore(transaction, organisation.id).drop(view.registration.id)

    async def forget(self, most: int) -> int:
        """Drop registrations that nobody has followed up; old cards go back to whose they were."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            over = await RegistrationSweep(transaction).over(most)
        for organisation_id, id in over:
            async with self._storage.begin(organisation_id) as transaction:
                await self._forget(transaction, organisation_id, id)
        return len(over)

    async def _forget(
        self, transaction: Transaction, organisation_id: OrganisationId, id: RegistrationId
    ) -> None:
        store = RegistrationStore(transaction, organisation_id)
        registration = await store.hold(id)
        if registration is None:
            return
        organisation = await self._organisations.read(transaction, organisation_id)
        card = await self._cards.get(transaction, organisation_id, registration.card_id)
        is_theirs = is_linked(card) and card.customer_id == registration.customer_id
        if is_theirs and may_go_on(card) and not await store.waiting(card.id):
            caller = Registrant(organisation, registration.customer_id)
            await self._handing.give_back(transaction, caller, card)
        await store.drop(id)

    async def _card_for(self, caller: Registrant, view: View, *, proves: bool = True) -> CardId:
        """Give the card that may be proven. `proves`: whether the way that was chosen proves it.

        An old card is proven only where its customer was reached before. Whoever goes another way
        goes it with a new card, and sees no difference; staff have the rest.
        """
        if not is_linked(view.card):
            return view.card.id
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            card = await self._cards.get(transaction, whose, view.card.id)
            if not is_linked(card) or card.customer_id != view.customer.id:
                return view.registration.card_id
            if may_go_on(card) and proves:
                return card.id
            fresh = await self._apart.give_back(transaction, caller, card)
            if may_go_on(card):
                await self._claim(transaction, caller, fresh, Because.OTHER_CONTACT, (card.id,))
        return fresh

    async def _queue(
        self, transaction: Transaction, caller: Registrant, card_id: CardId, queued: Queued
    ) -> None:
        await self._claim(transaction, caller, card_id, queued.because, queued.candidates)
        if queued.freezes is None:
            return
        whose = caller.organisation.id
        for other in await RegistrationStore(transaction, whose).waiting(queued.freezes):
            first = Registrant(caller.organisation, other.customer_id)
            await self._claim(transaction, first, other.card_id, queued.because, queued.candidates)
        await self._cards.freeze(transaction, caller, queued.freezes)

    async def _claim(
        self,
        transaction: Transaction,
        caller: Registrant,
        card_id: CardId,
        because: Because,
        candidates: Sequence[CardId],
    ) -> None:
        assert caller.customer_id is not None  # noqa: S101 - they have become somebody
        await self._claims.add(
            transaction,
            caller,
            customer_id=caller.customer_id,
            card_id=card_id,
            candidates=candidates,
            because=because,
        )

    async def _begun(
        self, transaction: Transaction, caller: Registrant, customer_id: CustomerId, card_id: CardId
    ) -> Registered:
        now, secret = transaction.now(), Secret(secrets.token_urlsafe(SECRET_BYTES))
        registration = Registration(
            id=RegistrationId(new_id()),
            customer_id=customer_id,
            card_id=card_id,
            created_at=now,
            expires_at=now + LIFE,
        )
        await RegistrationStore(transaction, caller.organisation.id).add(
            registration, tag_of(secret)
        )
        entry = Entry(
            action=Action.REGISTRATION_BEGUN, actor=caller.actor, target=target_of(card_id)
        )
        await AuditStore(transaction, caller.organisation.id).add(entry)
        return Registered(registration=registration, secret=secret)

    async def _note_duplicates(
        self,
        transaction: Transaction,
        whose: OrganisationId,
        id: CustomerId,
        wish: Wish,
    ) -> None:
        """Let staff see whom of those without a card they may be: there is nothing to claim.

        Others who only filled in the form are left out: whoever does so twice is no work for staff.
        """
        matches = await self._customers.matching(transaction, whose, wish.profile, wish.contacts)
        await DuplicateStore(transaction, whose).add(
            (id, each.customer.id, each.traits)
            for each in matches
            if each.customer.id != id and each.customer.origin is not Origin.REGISTRATION
        )

    async def _charge(
        self, transaction: Transaction, organisation_id: OrganisationId, wish: Wish
    ) -> datetime | None:
        """Count a registration, or say from when on there may be another.

        What is counted are registrations, and nothing that there was before: the answer is the
        same whether we know somebody or not.
        """
        keys = {DOOR: OF_ONE_ORGANISATION}
        for contact in wish.contacts:
            id = await self._contacts.recognise(transaction, organisation_id, contact)
            keys[f"{id}:{DOOR}"] = OF_ONE_CONTACT
        return await charge(BudgetStore(transaction, organisation_id), keys, transaction.now())


async def charge(store: BudgetStore, keys: dict[str, Limits], now: datetime) -> datetime | None:
    """Count one on all budgets, or none: then say from when on it may be tried again."""
    held = {key: await store.make_or_hold(key) for key in sorted(keys)}
    leaves = [may_send(budget, keys[key], now) for key, budget in held.items()]
    moments = [leave.moment for leave in leaves if isinstance(leave, NotBefore)]
    if moments:
        return max(moments)
    for key, budget in held.items():
        await store.save(key, charge_send(budget, keys[key], now))
    return None


def tag_of(secret: Secret) -> bytes:
    """Give what a browser is known by: enough for a secret that nobody can guess."""
    return hashlib.sha256(b"watchword/registration/1" + secret.reveal().encode()).digest()
