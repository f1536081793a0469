"""What one transaction about a sale at a till has at hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.recent import settled
from watchword.features.cards.rules import Card, CardId
from watchword.features.cards.service import Cards
from watchword.features.challenges.codebook import Spending, Telling
from watchword.features.challenges.course.service import Course
from watchword.features.challenges.desk import Desk as ChallengeDesk
from watchword.features.challenges.desk import Mailroom
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId, Status, cancelled, ended
from watchword.features.challenges.unsaid import reference_of
from watchword.features.clients.rules import Caller
from watchword.features.contacts.met import Met
from watchword.features.contacts.rules import HIDDEN, Contact, ContactId, PhoneLine, stand_in
from watchword.features.contacts.service import Contacts
from watchword.features.customers.accounts.rules import Account, AccountId
from watchword.features.customers.closeness.store import ClosenessStore
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.customers.rules import Customer, CustomerId, Reachable
from watchword.features.customers.service import Customers
from watchword.features.delivery.routes import Routes
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.organisations.settings.sections import Redemption as Settings
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.points.service import Points
from watchword.features.rewards.rules import MayNotTake, Reward, WhyNot, is_for, is_offered
from watchword.features.rewards.service import Rewards
from watchword.features.tills.rules import (
    NAME_IN_MESSAGE,
    CardNumber,
    NewSession,
    NoAccount,
    NotChosen,
    TillSession,
    TillSessionId,
    account_of,
    besides,
    binding,
    where_to_copy,
    where_to_write,
)
from watchword.features.tills.store import TillStore
from watchword.features.tills.verdicts import Choice
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Backroom:
    """What all that happens at tills goes through."""

    contacts: Contacts
    customers: Customers
    cards: Cards
    course: Course
    mailroom: Mailroom
    settings: OrganisationSettings
    points: Points
    rewards: Rewards
    routes: Routes

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry what was said; call it when that is durable."""
        for provider in self.routes.first(organisation.mode):
            self.mailroom.outbox.announce(provider)
        self.mailroom.announce(organisation.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Where a code goes, and whom that reaches: mostly one, some share, and some are unknown."""

    contact: Contact = field(repr=False)
    contact_id: ContactId | None = None
    """Nothing, if nobody has been asked for there yet."""
    met: Met | None = field(default=None, repr=False)
    """What was found of the contact point, if it was looked for just now."""
    customers: Sequence[Reachable] = ()
    card: Card | None = None

    @property
    def is_by_card(self) -> bool:
        """Whether the card is all that whoever asked knows, be it anybody's or not."""
        return self.card is not None or self.contact.masked == HIDDEN


class Desk:
    def __init__(self, transaction: Transaction, caller: Caller, backroom: Backroom) -> None:
        self.transaction = transaction
        self.caller = caller
        self.organisation = caller.organisation
        self.id: OrganisationId = caller.organisation.id
        self.now = transaction.now()
        self.sessions = TillStore(transaction, self.id)
        self._room = backroom

    async def get(self, id: TillSessionId) -> TillSession:
        """Read a session of whoever asks. Those of others are not there."""
        return self._ours(await self.sessions.get(id))

    async def hold(self, id: TillSessionId) -> TillSession:
        return self._ours(await self.sessions.hold(id))

    def _ours(self, session: TillSession | None) -> TillSession:
        if session is None or session.client != self.caller.actor:
            raise NotFound("till session")
        return session

    async def settings(self, session: TillSession | NewSession) -> Settings:
        return await self.settings_at(session.location_id)

    async def settings_at(self, location_id: LocationId | None) -> Settings:
        settings = self._room.settings
        return await settings.redemption_now(self.transaction, self.id, location_id)

    async def whom(self, new: NewSession) -> Whom:
        """Find out whom a sale may be for. Whoever asked must not learn whether it is anybody."""
        if isinstance(new.who, CardNumber):
            return await self._by_card(new.who)
        contacts = self._room.contacts
        met = await contacts.meet(self.transaction, self.id, new.who)
        customers = () if met.id is None else await self.reached(met.id)
        customers = () if met.is_opted_out else customers
        return Whom(contact=new.who, contact_id=met.id, met=met, customers=customers)

    async def whom_of(self, session: TillSession) -> Whom:
        """Find out the same again for a sale that was begun: by then, others may be reached."""
        to = await self._room.contacts.open(self.transaction, self.id, session.contact_id)
        if to.masked == HIDDEN:
            to = replace(to, country=self.organisation.country, line=PhoneLine.MOBILE)
        customers: Sequence[Reachable] = ()
        if not await self._room.contacts.has_opted_out(self.transaction, self.id, to):
            customers = [await self._settled(each) for each in await self.customers_of(session)]
        card = None
        if session.card_id is not None:
            card = await self.card(session.card_id)
        return Whom(contact=to, contact_id=session.contact_id, customers=customers, card=card)

    async def contact_id(self, whom: Whom) -> ContactId:
        """Give the id of where a code goes, which is kept from now on if it was not known yet."""
        if whom.contact_id is not None:
            return whom.contact_id
        return await self._room.contacts.recognise(self.transaction, self.id, whom.contact)

    async def _by_card(self, who: CardNumber) -> Whom:
        number = who.number.reveal()
        card = await self._room.cards.by_number(self.transaction, self.id, number)
        whom = None if card is None else await self.holder_of(card)
        return whom or Whom(
            contact=stand_in(f"card {who.number.reveal()}", self.organisation.country)
        )

    async def card(self, id: CardId) -> Card:
        return await self._room.cards.get(self.transaction, self.id, id)

    async def holder_of(self, card: Card) -> Whom | None:
        """Give whose card it is, if they can be written to."""
        customer = await self.customer(card.customer_id)
        reachable = await self._settled(customer.reachable)
        to = where_to_write(customer, reachable)
        if to is None:
            return None
        met = await self._room.contacts.meet(self.transaction, self.id, to.contact)
        if met.is_opted_out:
            return None
        return Whom(
            contact=to.contact,
            contact_id=to.contact_id,
            met=met,
            customers=[reachable],
            card=card,
        )

    async def reached(self, id: ContactId) -> Sequence[Reachable]:
        """Give the customers who are reached at a contact point, the oldest first."""
        found = await ReachedStore(self.transaction, self.id).reachable(id)
        customers = [await self._settled(each) for each in found]
        return [each for each in customers if _is_reached(each, id)]

    async def _settled(self, customer: Reachable) -> Reachable:
        """Give a customer without what was added lately: whoever adds a telephone of theirs to a
        stranger must not spend what the stranger has a moment later."""
        settings = await self._room.settings.of(self.id, self.transaction)
        wait = timedelta(hours=settings.verification.recent_hours)
        return settled(customer, wait, self.now)

    async def customer(self, id: CustomerId) -> Customer:
        return await self._room.customers.get(self.transaction, self.id, id)

    async def opened(self, reached: Reachable) -> Customer:
        """Read somebody who is reached, with their name and what is written in what counts."""
        customer = await self.customer(reached.id)
        counting = [each for each in customer.contacts if reached.tie(each.contact_id)]
        return replace(customer, contacts=counting)

    async def reward(self, new: NewSession) -> Reward | MayNotTake | None:
        """Give the reward that is named, if it may be had there by anybody."""
        if new.location_id is not None:
            location = await LocationStore(self.transaction, self.id).get(new.location_id)
            if location is None:
                raise NotFound("location")
        if new.wanted.reward_id is None:
            return None
        reward = await self._room.rewards.get(self.transaction, self.id, new.wanted.reward_id)
        if not is_offered(reward, self.now):
            return MayNotTake(WhyNot.NOT_OFFERED)
        return reward if is_for(reward, new.location_id) else MayNotTake(WhyNot.NOT_HERE)

    def begun(self, new: NewSession, whom: Whom) -> TillSession:
        """Begin a sale. Where its customer is reached is to be said yet."""
        id = TillSessionId(new_id())
        return TillSession(
            id=id,
            kind=new.kind,
            client=self.caller.actor,
            location_id=new.location_id,
            terminal_id=new.terminal_id,
            staff=new.staff,
            contact_id=ContactId(id),
            card_id=None if whom.card is None else whom.card.id,
            wanted=new.wanted,
            currency=new.currency,
            locale=new.locale or self.organisation.locale,
            opened_at=self.now,
            expires_at=self.now,
        )

    async def opening(
        self,
        new: NewSession,
        session: TillSession,
        whom: Whom,
        *,
        settings: Settings,
        reward: Reward | None,
    ) -> Opening:
        """Ask for the code that proves that a customer is there, and say what it spends."""
        sole = whom.customers[0] if len(whom.customers) == 1 else None
        locale = new.locale or (sole.locale if sole else self.organisation.locale)
        telling = Telling.SENT if new.is_sent else Telling.SHOWN
        copy_to = where_to_copy(whom.customers, whom.contact) if settings.copy_to_email else None
        return Opening(
            purpose=Purpose.REDEMPTION,
            contact=whom.contact,
            channel=None,
            locale=locale,
            reference=reference_of(str(session.id), is_by_card=whom.is_by_card),
            transaction=binding(session),
            telling=telling if whom.customers else Telling.KEPT,
            spends=None
            if reward is None
            else Spending(reward.name_in(locale)[:NAME_IN_MESSAGE], reward.points),
            copy_to=await self._address(copy_to),
            besides=besides(whom.customers, whom.contact_id),
            ends_unseen=True,
            met=whom.met,
        )

    async def _address(self, id: ContactId | None) -> Contact | None:
        if id is None:
            return None
        return await self._room.contacts.open(self.transaction, self.id, id)

    async def choices(self, customers: Sequence[Reachable]) -> tuple[Choice, ...]:
        """Name those who share a contact point. Only here is it unsealed what they are called."""
        ids = [each.id for each in customers]
        found = await self._room.customers.some(self.transaction, self.id, ids)
        cards = await self._room.cards.of_customers(self.transaction, self.id, ids)
        last_fours = {card.customer_id: card.last_four for card in reversed(cards)}
        profiles = {id: found[id].profile for id in ids if id in found}
        return tuple(
            Choice(id, profile.given_name or profile.name, last_fours.get(id))
            for id, profile in profiles.items()
        )

    async def account(self, session: TillSession) -> AccountId | NotChosen | NoAccount:
        """Give the account that pays for a sale."""
        if session.customer_id is None:
            return NotChosen()
        found = await self._account_of(session, session.customer_id)
        if isinstance(found, NoAccount):
            # Perhaps they were merged since, and then another one has what was theirs.
            customer = await self.customer(session.customer_id)
            found = await self._account_of(session, customer.id)
        return found

    async def _account_of(self, session: TillSession, id: CustomerId) -> AccountId | NoAccount:
        cards = await self._room.cards.of_customers(self.transaction, self.id, [id])
        accounts = await self.accounts(id)
        return account_of(cards, accounts, session.card_id)

    async def accounts(self, id: CustomerId) -> Sequence[Account]:
        return await self._room.customers.accounts(self.transaction, self.id, id)

    async def is_close(self, contact_id: ContactId, customer: Reachable) -> bool:
        """Say whether staff would serve themselves, or somebody they share an account with."""
        if customer.tie(contact_id) is not None:
            return True
        store = ClosenessStore(self.transaction, self.id)
        accounts = await self.accounts(customer.id)
        return any([await store.is_close(contact_id, customer.id, each.id) for each in accounts])

    async def customers_of(self, session: TillSession) -> Sequence[Reachable]:
        """Give who a sale is for: whose card was used, or all who are reached there."""
        if session.card_id is None:
            return await self.reached(session.contact_id)
        card = await self.card(session.card_id)
        return [(await self.customer(card.customer_id)).reachable]

    async def card_of(self, new: NewSession) -> CardId | None:
        """Give the card that a sale is begun with, also of somebody who cannot be written to."""
        if not isinstance(new.who, CardNumber):
            return None
        number = new.who.number.reveal()
        card = await self._room.cards.by_number(self.transaction, self.id, number)
        return None if card is None else card.id

    async def hold_challenge(self, id: ChallengeId | None) -> None:
        """Hold what a customer was asked. Whoever changes a sale by that holds it before the sale,
        as whoever answers does."""
        if id is not None:
            desk = ChallengeDesk(self.transaction, self.caller, self._room.mailroom)
            await desk.challenges.hold(id)

    async def cancel(self, id: ChallengeId | None) -> None:
        """Let nothing more be typed or sent for a session."""
        if id is None:
            return
        desk = ChallengeDesk(self.transaction, self.caller, self._room.mailroom)
        challenge = cancelled(await desk.challenges.hold(id), desk.now)
        if challenge is not None:
            await desk.end(challenge)
            await desk.note(Action.CHALLENGE_CANCELLED, id)

    async def supersede(self, by: TillSession) -> None:
        """End the sales in whose place another one comes, and what they asked: those that know
        their customer by the same. Others wait in vain, as they would for a stranger."""
        desk = ChallengeDesk(self.transaction, self.caller, self._room.mailroom)
        for id in await self.sessions.asked_alike(by):
            # Whoever answers holds the challenge before the sale, and so does this.
            challenge = await desk.challenges.hold(id)
            if challenge.status is Status.PENDING:
                await desk.end(ended(challenge, Status.SUPERSEDED))
        await self.sessions.supersede(by)

    async def was_sent(self, session: TillSession) -> bool:
        outbox, id = self._room.mailroom.outbox, str(session.challenge_id)
        return bool(await outbox.trace(self.transaction, self.id, id))

    async def note(self, action: Action, session: TillSession, **details: str | int) -> None:
        entry = Entry(
            action=action, actor=self.caller.actor, target=target_of(session.id), details=details
        )
        await AuditStore(self.transaction, self.id).add(entry)


def target_of(id: TillSessionId) -> str:
    """Write a sale as the ledger does."""
    return f"till:{id}"


def _is_reached(customer: Reachable, id: ContactId) -> bool:
    tie = customer.tie(id)
    return tie is not None and tie.bad_since is None
