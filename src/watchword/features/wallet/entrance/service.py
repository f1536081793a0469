"""What happens when a code has come back: it is found out who that is, and they come in."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.handing.service import Handing
from watchword.features.cards.recent import is_recent, without_recent
from watchword.features.cards.rules import AT_WORK
from watchword.features.cards.service import Cards
from watchword.features.challenges.verdicts import Verified
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.customers.closeness.store import ClosenessStore
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.customers.rules import (
    Customer,
    CustomerContact,
    CustomerId,
    NewCustomer,
    Origin,
    Profile,
    target_of,
)
from watchword.features.customers.service import Customers
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.staff.sessions.rules import fingerprint
from watchword.features.wallet.arrivals.rules import (
    Arrival,
    AskWho,
    Candidate,
    Come,
    Found,
    Gone,
    Kind,
    Nobody,
    NotEnough,
    NotTheSame,
    Onward,
    SignedIn,
    Step,
    Taken,
    agreeing,
    asking,
    decide,
    guessed,
    of_customer,
    with_facts,
)
from watchword.features.wallet.arrivals.service import Answer, Arrivals, new_secret
from watchword.features.wallet.changes.service import ContactChanges
from watchword.features.wallet.entrance.candidates import candidate_of, last_fours_of
from watchword.features.wallet.notices.rules import Kind as Notice
from watchword.features.wallet.notices.service import Notices
from watchword.features.wallet.rules import Guest, Holder, SecondFact
from watchword.features.wallet.sessions.rules import SignedInBy, Visit
from watchword.features.wallet.sessions.service import Sessions
from watchword.features.wallet.sessions.store import SessionStore
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

Stepped: TypeAlias = SignedIn | Onward | Taken
Entered: TypeAlias = Stepped | Answer
Wish: TypeAlias = Callable[[Transaction, Organisation, Sequence[Contact]], Awaitable[None]]
"""Does what somebody wants with the contact points that they have shown to be theirs."""


async def no_wish(_: Transaction, __: Organisation, ___: Sequence[Contact]) -> None:
    """Nothing else is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Where a form comes from: the browser's secret, its language and address, and who is in."""

    organisation: Organisation
    secret: Secret
    locale: str
    address: str
    visit: Visit | None = None


class Entrance:
    def __init__(
        self,
        *,
        storage: Storage,
        customers: Customers,
        contacts: Contacts,
        cards: Cards,
        handing: Handing,
        arrivals: Arrivals,
        sessions: Sessions,
        changes: ContactChanges,
        notices: Notices,
        settings: OrganisationSettings,
    ) -> None:
        self._storage = storage
        self._customers = customers
        self._contacts = contacts
        self._cards = cards
        self._handing = handing
        self._arrivals = arrivals
        self._sessions = sessions
        self._changes = changes
        self._notices = notices
        self._settings = settings

    async def answer(self, who: Somebody, typed: str) -> Entered:
        """Try a code; if it is the right one, ask for what is missing, or let them in."""
        outcome = await self._arrivals.answer(who.organisation, who.secret, typed)
        if not isinstance(outcome, Verified):
            return outcome
        onward = await self._arrivals.go_on(who.organisation, who.secret, who.locale, who.address)
        return onward or await self._settle(who)

    async def _settle(self, who: Somebody) -> Stepped | Gone:
        async with self._storage.begin(who.organisation.id) as transaction:
            store = self._arrivals.store(transaction, who.organisation)
            arrival = await store.hold(fingerprint(who.secret), transaction.now())
            if arrival is None or not arrival.facts.proven:
                return Gone()
            if arrival.customer_id is not None:
                settled: Stepped | Gone = await self._of_somebody(transaction, who, arrival)
            else:
                found = decide(await self._candidates(transaction, who.organisation, arrival))
                settled = await self._of_found(transaction, who, arrival, found)
        self._notices.announce(who.organisation)
        return settled

    async def _of_found(
        self, transaction: Transaction, who: Somebody, arrival: Arrival, found: Found
    ) -> Stepped:
        match found:
            case Come(customer_id):
                return await self._let_in(transaction, who, arrival, customer_id)
            case AskWho():
                return await self._ask(transaction, who, asking(arrival, Step.SECOND))
            case Nobody():
                return await self._ask(transaction, who, asking(arrival, Step.NAME))

    async def _of_somebody(
        self, transaction: Transaction, who: Somebody, arrival: Arrival
    ) -> Stepped | Gone:
        """Go on with whoever began this while they were signed in, and still are."""
        visit = who.visit
        if visit is None or visit.customer_id != arrival.customer_id:
            return Gone()
        if str(visit.session.id) != arrival.facts.session_id:
            return Gone()
        if arrival.kind is Kind.PROOF:
            return await self._let_in(transaction, who, arrival, visit.customer_id, visit)
        replaces = arrival.facts.replaces
        other = await self._changes.take(
            transaction,
            Holder(who.organisation, visit.customer_id),
            _contacts_of(arrival)[0],
            None if replaces is None else ContactId(Id(replaces)),
        )
        secret = await self._renew(transaction, visit, _contacts_of(arrival)[0])
        if other is None:
            await self._arrivals.store(transaction, who.organisation).drop(arrival.id)
            return Taken(secret)
        return Taken(secret, (await self._ask_to_merge(transaction, who, arrival, other)).secret)

    async def say_who(
        self, who: Somebody, fact: SecondFact
    ) -> Stepped | Gone | NotTheSame | NotEnough:
        """Find out who somebody is, of several who share a contact point."""
        async with self._storage.begin(who.organisation.id) as transaction:
            store = self._arrivals.store(transaction, who.organisation)
            arrival = await store.hold(fingerprint(who.secret), transaction.now())
            if arrival is None or arrival.step is not Step.SECOND:
                return Gone()
            found = decide(await self._candidates(transaction, who.organisation, arrival))
            meant = agreeing(found.candidates if isinstance(found, AskWho) else (), fact)
            if len(meant) > 1:
                return NotEnough()
            if meant:
                customer_id = meant[0].customer.id
                entered: Stepped | NotTheSame = await self._let_in(
                    transaction, who, arrival, customer_id
                )
            else:
                entered = await self._refuse(transaction, who, arrival)
        self._notices.announce(who.organisation)
        return entered

    async def be_somebody_new(self, who: Somebody) -> Onward | Gone:
        """Let somebody say that they are none of those: they are asked for their name."""
        async with self._storage.begin(who.organisation.id) as transaction:
            store = self._arrivals.store(transaction, who.organisation)
            arrival = await store.hold(fingerprint(who.secret), transaction.now())
            if arrival is None or arrival.step is not Step.SECOND:
                return Gone()
            return await self._ask(transaction, who, asking(arrival, Step.NAME))

    async def sign_up(
        self, who: Somebody, profile: Profile, wish: Wish = no_wish
    ) -> SignedIn | Gone:
        """Open a wallet for somebody new whose contact points are proven.

        `wish`: what else they want by the same form, done together with it.
        """
        organisation = who.organisation
        async with self._storage.begin(organisation.id) as transaction:
            store = self._arrivals.store(transaction, organisation)
            arrival = await store.hold(fingerprint(who.secret), transaction.now())
            if arrival is None or arrival.step is not Step.NAME:
                return Gone()
            contacts = [
                await self._contacts.open(transaction, organisation.id, id)
                for id in _contacts_of(arrival)
            ]
            new = NewCustomer(
                profile=profile, contacts=contacts, origin=Origin.WALLET, locale=who.locale
            )
            customer = await self._customers.add(transaction, Guest(organisation), new)
            entry = Entry(
                action=Action.WALLET_SIGNED_UP,
                actor=Holder(organisation, customer.id).actor,
                target=target_of(customer.id),
            )
            await AuditStore(transaction, organisation.id).add(entry)
            await wish(transaction, organisation, contacts)
            entered = await self._let_in(transaction, who, arrival, customer.id)
        self._notices.announce(organisation)
        return SignedIn(entered.secret, is_new=True)

    async def _let_in(
        self,
        transaction: Transaction,
        who: Somebody,
        arrival: Arrival,
        customer_id: CustomerId,
        visit: Visit | None = None,
    ) -> SignedIn:
        """Begin a session, in place of the one of a `visit`; what was proven is theirs now."""
        organisation, holder = who.organisation, Holder(who.organisation, customer_id)
        customer = await self._customers.get(transaction, organisation.id, customer_id)
        proven, other = _contacts_of(arrival), None
        for contact_id in proven:
            contact = customer.contact(contact_id)
            if contact is None:
                other = other or await self._changes.take(transaction, holder, contact_id)
                continue
            await self._tell_if_new(transaction, holder, customer, contact)
            await self._customers.mark_verified(
                transaction, organisation.id, customer_id, contact_id
            )
        await self._give_a_card(transaction, holder)
        if visit is None:
            secret = await self._sessions.begin(
                transaction, holder, by=SignedInBy.CODE, contact_id=proven[0]
            )
        else:
            secret = await self._renew(transaction, visit, proven[0])
        if other is None:
            await self._arrivals.store(transaction, organisation).drop(arrival.id)
            return SignedIn(secret)
        theirs = with_facts(arrival, session_id=None)
        onward = await self._ask_to_merge(transaction, who, theirs, other, customer_id)
        return SignedIn(secret, onward.secret)

    async def _tell_if_new(
        self, transaction: Transaction, holder: Holder, customer: Customer, new: CustomerContact
    ) -> None:
        """Tell whoever is reached elsewhere of what was added and opens their wallet at last."""
        if new.verified_at is not None or new.added_at <= customer.created_at:
            return
        others = [each for each in customer.contacts if each.contact_id != new.contact_id]
        elsewhere = replace(customer, contacts=others)
        word, id = new.contact.masked, new.contact_id
        await self._notices.tell_all(
            transaction, holder, elsewhere, Notice.CONTACT, word=word, new=id
        )

    async def _renew(self, transaction: Transaction, visit: Visit, contact_id: ContactId) -> Secret:
        """Go on under another secret with whoever has just proven a contact point."""
        await SessionStore(transaction, visit.organisation.id).end(visit.session.id)
        return await self._sessions.begin(
            transaction,
            Holder(visit.organisation, visit.customer_id),
            by=SignedInBy.CODE,
            contact_id=contact_id,
            device_id=visit.session.device_id,
        )

    async def _give_a_card(self, transaction: Transaction, holder: Holder) -> None:
        """Give a card to whoever has none that works: there is nothing else to show at the till."""
        whose = holder.organisation.id
        cards = await self._cards.of_customers(transaction, whose, [holder.customer_id])
        if any(card.state in AT_WORK for card in cards):
            return
        accounts = await self._customers.accounts(transaction, whose, holder.customer_id)
        if not accounts:
            await self._handing.new_card(transaction, holder, holder.customer_id)
            return
        await self._cards.add(transaction, holder, holder.customer_id, account_id=accounts[0].id)

    async def _refuse(
        self, transaction: Transaction, who: Somebody, arrival: Arrival
    ) -> NotTheSame:
        after, left = guessed(arrival)
        store = self._arrivals.store(transaction, who.organisation)
        if left:
            await store.save(after, fingerprint(who.secret))
        else:
            await store.drop(arrival.id)
        entry = Entry(
            action=Action.WALLET_REFUSED,
            actor=Guest(who.organisation).actor,
            target=str(arrival.contact_id),
            details={"left": left},
        )
        await AuditStore(transaction, who.organisation.id).add(entry)
        return NotTheSame(left)

    async def _ask(self, transaction: Transaction, who: Somebody, arrival: Arrival) -> Onward:
        """Ask for something else, under another secret than before the proof."""
        fresh = new_secret()
        store = self._arrivals.store(transaction, who.organisation)
        await store.save(arrival, fingerprint(fresh))
        return Onward(fresh)

    async def _ask_to_merge(
        self,
        transaction: Transaction,
        who: Somebody,
        arrival: Arrival,
        other: Customer,
        customer_id: CustomerId | None = None,
    ) -> Onward:
        asks = asking(with_facts(arrival, other_id=str(other.id)), Step.MERGE)
        if customer_id is not None:
            asks = of_customer(asks, customer_id)
        return await self._ask(transaction, who, asks)

    async def _candidates(
        self, transaction: Transaction, organisation: Organisation, arrival: Arrival
    ) -> Sequence[Candidate]:
        """Give who has what was proven: all of it, if somebody has, or else the first of it."""
        proven = _contacts_of(arrival)
        shared = await ReachedStore(transaction, organisation.id).sharing(proven)
        ids = {id for _, id in shared}
        people = await self._customers.some(transaction, organisation.id, ids)
        customers = {each.id: each for each in people.values()}
        having = [each for each in customers.values() if _has(each, proven)]
        for contact_id in proven:
            having = having or [each for each in customers.values() if _has(each, [contact_id])]
        cards = await self._cards.of_customers(
            transaction, organisation.id, [each.id for each in having]
        )
        last_fours = last_fours_of(cards)
        return [
            candidate_of(
                each,
                proven,
                await self._recent(transaction, organisation.id, each, proven),
                last_fours,
            )
            for each in having
        ]

    async def _recent(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        customer: Customer,
        proven: Sequence[ContactId],
    ) -> Collection[ContactId]:
        """Give the contact points that were added to a customer too lately to open their wallet."""
        settings = await self._settings.of(organisation_id, transaction)
        wait, now = timedelta(hours=settings.verification.recent_hours), transaction.now()
        known = without_recent(customer, wait, now)
        if known.recent.keys().isdisjoint(proven):
            return ()
        store = ClosenessStore(transaction, organisation_id)
        has_lost = await store.has_lost(customer.id, now - wait)
        return {id for id in proven if is_recent(known, id, has_lost=has_lost)}


def _contacts_of(arrival: Arrival) -> Sequence[ContactId]:
    return [ContactId(Id(each)) for each in arrival.facts.proven]


def _has(customer: Customer, contacts: Sequence[ContactId]) -> bool:
    return all(customer.contact(each) is not None for each in contacts)
