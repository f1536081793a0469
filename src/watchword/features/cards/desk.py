"""What one transaction about cards has at hand: histories grow here, and seals are opened."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.attempts.store import AttemptStore
from watchword.features.cards.events import news_of
from watchword.features.cards.history.store import HistoryStore
from watchword.features.cards.notices.rules import way_of_notice
from watchword.features.cards.notices.words import put_together
from watchword.features.cards.on_file import is_linked, known_before
from watchword.features.cards.recent import Known, without_recent
from watchword.features.cards.rules import (
    Because,
    Card,
    CardId,
    Kind,
    Verification,
    VerificationId,
    are_new,
    derived,
    standing,
    target_of,
    united,
)
from watchword.features.cards.store import CardStore
from watchword.features.challenges.codes import denial_tag
from watchword.features.challenges.desk import Desk as ChallengeDesk
from watchword.features.challenges.desk import Mailroom
from watchword.features.challenges.rules import cancelled
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.closeness.store import ClosenessStore
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.rules import Customer, CustomerId, Origin
from watchword.features.customers.service import Customers
from watchword.features.customers.store import CustomerStore
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import Address, Draft
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.staff.rules import StaffMember
from watchword.features.templates.rules import TemplateName, closest
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction

ABOUT = "notice:"
GOOD_FOR = timedelta(days=2)
"""How long we try to bring a notice to somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backroom:
    """What all that happens to cards goes through. `new_token` gives a word nobody can guess."""

    organisations: Organisations
    customers: Customers
    mailroom: Mailroom
    routes: Routes
    new_token: Callable[[], str]

    def announce(self, organisation: Organisation) -> None:
        """Wake those who carry what was said; call it when that is durable."""
        for provider in self.routes.first(organisation.mode):
            self.mailroom.outbox.announce(provider)
        self.mailroom.announce(organisation.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A line for a history, as whoever adds it says it; its place there is the desk's business."""

    line: Verification
    reason: str | None = None
    notice: str | None = field(default=None, repr=False)
    """The token of a "not me" page, if somebody was told of it."""


class Desk:
    def __init__(self, transaction: Transaction, caller: Caller, backroom: Backroom) -> None:
        self.transaction = transaction
        self.caller = caller
        self.organisation = caller.organisation
        self.id: OrganisationId = caller.organisation.id
        self.now = transaction.now()
        self.cards = CardStore(transaction, self.id)
        self.history = HistoryStore(transaction, self.id)
        self.attempts = AttemptStore(transaction, self.id)
        self._backroom = backroom

    async def hold(self, id: CardId) -> Card:
        card = await self.cards.hold(id)
        if card is None:
            raise NotFound("card")
        return card

    async def get(self, id: CardId) -> Card:
        card = await self.cards.get(id)
        if card is None:
            raise NotFound("card")
        return card

    async def customer(self, card: Card) -> Customer:
        return await self._backroom.customers.get(self.transaction, self.id, card.customer_id)

    async def is_own(self, card: Card, member: StaffMember) -> bool:
        """Say whether a card may well be somebody's own, or that of those they live with."""
        closeness = ClosenessStore(self.transaction, self.id)
        return await closeness.is_close(member.contact_id, card.customer_id, card.account_id)

    async def known(self, card: Card, wait: timedelta) -> Known:
        """Give the customer of a card with what of theirs proves it: all that is not too recent;
        of an old card, what is on file of whose it was before."""
        customer = await self.customer(card)
        if not is_linked(card) or card.linked_from is None:
            return without_recent(customer, wait, self.now)
        customers = self._backroom.customers
        try:
            before = await customers.get(self.transaction, self.id, card.linked_from)
        except NotFound:
            before = None
        return known_before(customer, before, wait, self.now)

    async def confirm(self, card: Card, customer: Customer, saying: Saying) -> Card:
        """Let a card count as verified; tell its customer elsewhere, and end what was under way.

        A code counts once: whoever says the same again changes nothing.
        """
        line = saying.line
        if line.challenge_id and await self.history.by_challenge(line.challenge_id):
            return card
        notice = await self.give_notice(card, customer, line.contact_id)
        after = await self.record(card, replace(saying, notice=notice))
        await self.end_what_waits(card.id)
        if is_linked(card):
            await self._unite(after)
        if line.contact_id is not None:
            customers = self._backroom.customers
            await customers.mark_verified(self.transaction, self.id, customer.id, line.contact_id)
        await self._note_twins(customer)
        return after

    async def _note_twins(self, customer: Customer) -> None:
        """Let staff see who registered with the same data, now that somebody has proven theirs.

        Before that it is no work for staff: anybody may fill in a form as often as they like.
        """
        if customer.origin is not Origin.REGISTRATION:
            return
        contacts = [each.contact for each in customer.contacts]
        matches = await self._backroom.customers.matching(
            self.transaction, self.id, customer.profile, contacts
        )
        await DuplicateStore(self.transaction, self.id).add(
            (customer.id, each.customer.id, each.traits)
            for each in matches
            if each.is_strong
            and each.customer.id != customer.id
            and each.customer.origin is Origin.REGISTRATION
        )

    async def _unite(self, card: Card) -> None:
        """Bring to an old card, now that it is proven, what its customer collected meanwhile.

        It is on accounts that they alone hold, with cards that were never anybody else's.
        """
        accounts = AccountStore(self.transaction, self.id)
        for account_id in await accounts.held_alone(card.customer_id):
            cards = await self.cards.hold_of_account(account_id)
            if not are_new(cards, card.customer_id):
                continue
            if await self._backroom.customers.unite_accounts(
                self.transaction, self.caller, card.account_id, account_id
            ):
                for each in cards:
                    await self.keep(each, united(each, card.account_id, self.now), "united")

    async def record(self, card: Card, saying: Saying) -> Card:
        """Add a line to the history of a card that is held; give the card as it stands then."""
        before = await self.history.of_card(card.id)
        line = replace(saying.line, position=len(before) + 1)
        sealed = None
        if saying.reason is not None:
            place = reason_place(self.id, line.id)
            sealed = await self.seal(card.customer_id, saying.reason, place)
        tag = None if saying.notice is None else denial_tag(saying.notice)
        await self.history.add(line, sealed_reason=sealed, denial_tag=tag)
        after = derived(card, [*before, line], self.now)
        await self.cards.save(after)
        await self._tell(card, after, line)
        return after

    async def withdraw(
        self,
        card: Card,
        because: Because,
        contact_id: ContactId | None = None,
        reason: str | None = None,
    ) -> Card:
        """Take back what was confirmed, or as much of it as rests on a contact point."""
        live = standing(await self.history.of_card(card.id))
        if not any(contact_id in (None, line.contact_id) for line in live):
            return card
        line = replace(self.line(card, Kind.WITHDRAWN), because=because, contact_id=contact_id)
        return await self.record(card, Saying(line=line, reason=reason))

    def line(self, card: Card, kind: Kind) -> Verification:
        """Begin a line; whoever has more to say adds it."""
        return Verification(
            id=VerificationId(new_id()),
            card_id=card.id,
            position=0,
            customer_id=card.customer_id,
            kind=kind,
            actor=self.caller.actor,
            at=self.now,
        )

    async def keep(self, before: Card, after: Card, what: str) -> Card:
        """Keep what has changed of a card that is held, if anything has; say what in the ledger."""
        if after != before:
            await self.cards.save(after)
            await self.note(Action.CARD_CHANGED, after, what=what)
        return after

    async def end_what_waits(self, id: CardId) -> None:
        """Let nothing more be typed, shown or sent to verify a card."""
        attempt = await self.attempts.hold(id)
        if attempt is not None:
            await self.end_attempt(attempt)

    async def end_attempt(self, attempt: Attempt) -> None:
        await self.attempts.drop(attempt.card_id)
        if attempt.challenge_id is None:
            return
        desk = ChallengeDesk(self.transaction, self.caller, self._backroom.mailroom)
        over = cancelled(await desk.challenges.hold(attempt.challenge_id), self.now)
        if over is not None:
            await desk.end(over)
            await desk.note(Action.CHALLENGE_CANCELLED, attempt.challenge_id)

    async def give_notice(
        self, card: Card, customer: Customer, used: ContactId | None
    ) -> str | None:
        """Tell a customer elsewhere; give the token by which they object, if they could be told."""
        room, organisation = self._backroom, self.organisation
        way = way_of_notice(customer, used, room.routes.served(organisation.mode))
        if way is None:
            return None
        token = room.new_token()
        facts = {
            "organisation": organisation.name,
            "four": card.last_four,
            "link": f"{room.mailroom.denials}{token}",
        }
        words = put_together(way.channel, customer.locale, facts)
        draft = Draft(
            channel=way.channel,
            provider=room.routes.ways(organisation.mode, way.channel)[0],
            address=Address(way.contact.address.reveal()),
            template=TemplateName.CUSTOMER_NOTICE,
            locale=closest(customer.locale, organisation.locale),
            facts={"subject": words.subject, "text": words.text},
            about=f"{ABOUT}{new_id()}",
            not_after=self.now + GOOD_FOR,
        )
        await room.mailroom.outbox.put(self.transaction, self.id, draft)
        return token

    async def note(self, action: Action, card: Card, **details: str | int) -> None:
        entry = Entry(
            action=action, actor=self.caller.actor, target=target_of(card.id), details=details
        )
        await AuditStore(self.transaction, self.id).add(entry)

    async def _tell(self, before: Card, after: Card, line: Verification) -> None:
        is_confirmed = line.kind is Kind.CONFIRMED
        action = Action.CARD_VERIFIED if is_confirmed else Action.CARD_UNVERIFIED
        said: dict[str, str | int] = {"state": after.state}
        if line.means is not None:
            said |= {"method": line.means, "evidence": " ".join(line.evidence)}
        if line.because is not None:
            said["because"] = line.because
        if line.location is not None:
            said["location"] = str(line.location)
        await self.note(action, after, **said)
        event = news_of(before, after, line, self.now)
        if event is not None:
            await self._backroom.mailroom.webhooks.note(self.transaction, self.id, event)

    async def keys(self) -> OrganisationKeys:
        return await self._backroom.organisations.keys(self.transaction, self.id)

    async def seal(self, customer_id: CustomerId, said: str, place: Place) -> bytes:
        """Lock something under the key of a customer; it is lost with that key."""
        return (await self._sealer(customer_id)).seal(said.encode(), place)

    async def unseal(self, customer_id: CustomerId, sealed: bytes, place: Place) -> Secret:
        return Secret((await self._sealer(customer_id)).open(sealed, place).decode())

    async def _sealer(self, customer_id: CustomerId) -> Sealer:
        store = CustomerStore(self.transaction, self.id)
        found = await store.get(customer_id)
        if found is not None and found.customer.merged_into is not None:
            found = await store.get(found.customer.merged_into)
        if found is None or found.key is None:
            raise NotFound("customer")
        keys = await self.keys()
        if found.key.data_version not in keys.data:
            keys = await self._backroom.organisations.reload_keys(self.transaction, self.id)
        return Sealer({1: keys.unwrap_person(found.key.data_version, found.key.wrapped)})


def reason_place(organisation_id: OrganisationId, id: VerificationId) -> Place:
    return Place(organisation_id, "verifications", "reason", str(id))


def number_place(organisation_id: OrganisationId, id: CardId) -> Place:
    return Place(organisation_id, "cards", "number", str(id))
