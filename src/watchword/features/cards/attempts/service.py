"""What happens when a customer shows that a card is theirs: they choose a way, and go it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

import structlog

from watchword.features.cards.attempts.desk import open_attempt, replace_attempt
from watchword.features.cards.attempts.rules import Attempt, Ticket
from watchword.features.cards.desk import Backroom, Desk, Saying
from watchword.features.cards.evidence import may_begin, offered
from watchword.features.cards.means import CHANNELS, PERMISSIONS, Means
from watchword.features.cards.recent import without_recent
from watchword.features.cards.references import LIFE, draw_proof, draw_reference
from watchword.features.cards.rules import Card, CardId, Kind, target_of
from watchword.features.cards.verdicts import (
    AlreadyVerified,
    CameBack,
    Confirmed,
    Frozen,
    NotAtWork,
    NothingOpen,
    NotOffered,
    NotOnFile,
    RecentContact,
)
from watchword.features.challenges.codebook import Autofill, Telling
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import Status
from watchword.features.challenges.service import Answered, Challenges
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Over, Refusal, Verified
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.customers.rules import Customer, CustomerContact
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.sections import Verification as Settings
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

Unready: TypeAlias = AlreadyVerified | Frozen | NotAtWork
Begun: TypeAlias = Attempt | Unready | NotOffered | NotOnFile | RecentContact | Refusal | OtherBody
Ended: TypeAlias = Confirmed | Unready | NothingOpen | CameBack | Answered
Resent: TypeAlias = Shown | NothingOpen | Refusal | OtherBody

Instead: TypeAlias = Callable[[Transaction, Attempt], Awaitable[CardId]]
"""Gives the card that a code verifies in the place of the one that it was sent for."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Offer:
    """A way that a customer may choose, and the contact points that it leads to."""

    means: Means
    contacts: Sequence[ContactId]


class Attempts:
    def __init__(
        self,
        *,
        storage: Storage,
        backroom: Backroom,
        settings: OrganisationSettings,
        challenges: Challenges,
        draw: Callable[[int], int],
    ) -> None:
        self._storage = storage
        self._backroom = backroom
        self._settings = settings
        self._challenges = challenges
        self._draw = draw

    async def offered(self, organisation: Organisation, customer: Customer) -> Sequence[Offer]:
        """Give the ways that are on and lead somewhere, in the order of the organisation.

        None leads to a contact point that is too recent.
        """
        settings = (await self._settings.of(organisation.id)).verification
        now = self._storage.now()
        settled = without_recent(customer, timedelta(hours=settings.recent_hours), now).customer
        return self._offered(organisation, settings, settled)

    def _offered(
        self, organisation: Organisation, settings: Settings, customer: Customer
    ) -> Sequence[Offer]:
        channels = self._backroom.routes.served(organisation.mode)
        served = {means for means, channel in CHANNELS.items() if channel in channels}
        return [Offer(*way) for way in offered(settings, customer, served)]

    async def begin(
        self,
        caller: Caller,
        id: CardId,
        means: Means,
        contact_id: ContactId | None = None,
        requester: Secret | None = None,
        *,
        by_anybody: bool = False,
    ) -> Begun:
        """Go one way, and no other any more. `requester` stands for the customer's device.
        `by_anybody`: who asks may be anybody, and is not to see who wants to hear nothing."""
        settings = (await self._settings.of(caller.organisation.id)).verification
        async with self._storage.reading(caller.organisation.id) as transaction:
            desk = self._desk(transaction, caller)
            card = await desk.get(id)
            customer = await desk.customer(card)
            known = await desk.known(card, timedelta(hours=settings.recent_hours))
        if refusal := may_begin(card):
            return refusal
        offers = self._offered(desk.organisation, settings, customer)
        ways = {way.means: way.contacts for way in offers}
        if means not in ways or contact_id not in (None, *ways[means]):
            return NotOffered(means)
        if means in PERMISSIONS:
            return await self._wait(caller, id, means)
        proves = [each for each in ways[means] if known.customer.contact(each)]
        chosen = contact_id or next(iter(proves), ways[means][0])
        to = known.customer.contact(chosen)
        if to is None:
            moment = known.recent.get(chosen)
            return NotOnFile(means) if moment is None else RecentContact(moment)
        _, asked = opening(id, means, customer, to, requester)
        settings = (await self._settings.of(caller.organisation.id)).verification
        asked = replace(asked, autofill=Autofill(leads_in=True, apart=settings.whatsapp_link))
        opened = await self._challenges.open(caller, asked)
        if by_anybody and isinstance(opened, OptedOut):
            # Like all others, but nothing is sent, and no code answers it.
            opened = await self._challenges.open(caller, replace(asked, telling=Telling.KEPT))
        return await self._keep(caller, card, means, to.contact_id, opened)

    async def current(self, caller: Caller, id: CardId) -> Attempt | None:
        """Give what waits to verify a card, with what its customer shows; nothing, if nothing."""
        async with self._storage.reading(caller.organisation.id) as transaction:
            desk = self._desk(transaction, caller)
            return await open_attempt(desk, await desk.get(id))

    async def latest(self, caller: Caller, id: CardId) -> Attempt | None:
        """Give the way that was gone last, also if what was sent by it has ended since."""
        async with self._storage.reading(caller.organisation.id) as transaction:
            found = await self._desk(transaction, caller).attempts.of_card(id)
        return None if found is None else found[0]

    async def resend(self, caller: Caller, id: CardId) -> Resent:
        """Send the code that is under way once more."""
        async with self._storage.reading(caller.organisation.id) as transaction:
            found = await self._desk(transaction, caller).attempts.of_card(id)
        if found is None or found[0].challenge_id is None:
            return NothingOpen()
        return await self._challenges.resend(caller, found[0].challenge_id, None)

    async def answer(
        self, caller: Caller, id: CardId, typed: str, instead: Instead | None = None
    ) -> Ended:
        """Try a code, as the customer typed it. It verifies the card, or that which is given
        `instead`."""
        async with self._storage.reading(caller.organisation.id) as transaction:
            desk = self._desk(transaction, caller)
            card, found = await desk.get(id), await desk.attempts.of_card(id)
            customer = await desk.customer(card)
        if refusal := may_begin(card):
            return refusal
        attempt = None if found is None else found[0]
        verdict = await self._judged(caller, attempt, typed)
        if attempt is None or isinstance(verdict, NothingOpen):
            return NothingOpen()
        if isinstance(verdict, Verified):
            return await self._settle(caller, attempt, instead)
        if isinstance(verdict, Over) and _came_back(customer, attempt):
            return CameBack()
        return verdict

    async def answer_apart(self, caller: Caller, id: CardId, typed: str, instead: Instead) -> Ended:
        """Try a code that was sent for one card, and let it verify the one that is given instead.

        It is the code that it was, and its tries are counted on.
        """
        async with self._storage.reading(caller.organisation.id) as transaction:
            found = await self._desk(transaction, caller).attempts.of_card(id)
        attempt = None if found is None else found[0]
        verdict = await self._judged(caller, attempt, typed)
        if attempt is None or not isinstance(verdict, Verified):
            return verdict
        return await self._settle(caller, attempt, instead)

    async def _judged(
        self, caller: Caller, attempt: Attempt | None, typed: str
    ) -> Answered | NothingOpen:
        if attempt is None or attempt.challenge_id is None or attempt.means in PERMISSIONS:
            return NothingOpen()
        bound_to = str(attempt.card_id)
        verdict = await self._challenges.answer(caller, attempt.challenge_id, typed, bound_to)
        return Verified() if await self.was_right(caller, attempt, verdict) else verdict

    async def was_right(self, caller: Caller, attempt: Attempt, verdict: Answered) -> bool:
        """Say whether the right code came before, and its effect was lost on the way here."""
        if not isinstance(verdict, Over) or attempt.challenge_id is None:
            return False
        shown = await self._challenges.read(caller, attempt.challenge_id)
        return shown.status is Status.VERIFIED

    async def _keep(
        self,
        caller: Caller,
        seen: Card,
        means: Means,
        contact_id: ContactId,
        opened: Shown | Refusal | OtherBody,
    ) -> Begun:
        if not isinstance(opened, Shown):
            return opened
        async with self._storage.begin(caller.organisation.id) as transaction:
            desk = self._desk(transaction, caller)
            card = await desk.hold(seen.id)
            attempt = Attempt(
                card_id=card.id,
                means=means,
                challenge_id=opened.id,
                contact_id=contact_id,
                created_at=desk.now,
                expires_at=opened.expires_at,
            )
            # Somebody may have been faster, and nobody is to get a code that is good for nothing.
            is_theirs = card.customer_id == seen.customer_id
            refusal = may_begin(card) or (None if is_theirs else NotOnFile(means))
            if refusal:
                await desk.end_attempt(attempt)
            else:
                await replace_attempt(desk, card, attempt)
        self._backroom.announce(caller.organisation)
        return refusal or attempt

    async def _wait(self, caller: Caller, id: CardId, means: Means) -> Attempt | Unready:
        """Give a customer a reference to show or to say. Asking again gives the same one."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            desk = self._desk(transaction, caller)
            card = await desk.hold(id)
            if refusal := may_begin(card):
                return refusal
            waiting = await open_attempt(desk, card)
            if waiting is not None and waiting.means is means:
                return waiting
            attempt = Attempt(
                card_id=id,
                means=means,
                ticket=Ticket(draw_reference(self._draw), draw_proof(self._draw)),
                created_at=desk.now,
                expires_at=desk.now + LIFE,
            )
            await replace_attempt(desk, card, attempt)
        self._backroom.announce(caller.organisation)
        return attempt

    async def _settle(
        self, caller: Caller, attempt: Attempt, instead: Instead | None = None
    ) -> Confirmed | Unready:
        """Let a right code have its effect, once."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            desk = self._desk(transaction, caller)
            id = attempt.card_id if instead is None else await instead(transaction, attempt)
            card = await desk.hold(id)
            if refusal := may_begin(card):
                return refusal
            line = replace(
                desk.line(card, Kind.CONFIRMED),
                means=attempt.means,
                challenge_id=attempt.challenge_id,
                contact_id=attempt.contact_id,
            )
            after = await desk.confirm(card, await desk.customer(card), Saying(line=line))
        self._backroom.announce(caller.organisation)
        log.info("card.verified", card_id=str(after.id), method=attempt.means)
        return Confirmed(after)

    def _desk(self, transaction: Transaction, caller: Caller) -> Desk:
        return Desk(transaction, caller, self._backroom)


def opening(
    id: CardId,
    means: Means,
    customer: Customer,
    to: CustomerContact,
    requester: Secret | None = None,
) -> tuple[ContactId, Opening]:
    """Ask for a code that is good for one card, and for nothing else."""
    asked = Opening(
        purpose=Purpose.CARD_VERIFICATION,
        contact=to.contact,
        channel=CHANNELS.get(means),
        locale=customer.locale,
        reference=target_of(id),
        requester=requester,
        transaction=str(id),
        autofill=Autofill(leads_in=True),
    )
    return to.contact_id, asked


def _came_back(customer: Customer, attempt: Attempt) -> bool:
    """Say whether what was sent there could not be delivered."""
    found = None if attempt.contact_id is None else customer.contact(attempt.contact_id)
    return found is not None and found.bad_since is not None
