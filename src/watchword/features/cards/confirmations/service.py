"""What happens when staff confirm a card: it is found by its reference, compared, and confirmed."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeAlias

import structlog

from watchword.features.approvals.rules import Kind as Approval
from watchword.features.approvals.service import Approvals
from watchword.features.cards.attempts.desk import find_by, open_attempt, replace_attempt
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.attempts.service import Attempts, Begun, opening
from watchword.features.cards.desk import Backroom, Desk, Saying
from watchword.features.cards.evidence import (
    Evidence,
    Unfit,
    find_fault,
    heeded,
    may_be_confirmed,
    may_call,
    may_confirm,
    noted,
    spoken_by,
)
from watchword.features.cards.means import Means
from watchword.features.cards.recent import Known
from watchword.features.cards.references import read_reference
from watchword.features.cards.rules import Card, CardId, Kind, target_of
from watchword.features.cards.verdicts import (
    Confirmed,
    NotAllowed,
    NothingOpen,
    NotOffered,
    NotRead,
    OtherReference,
    RecentContact,
    YourOwnCard,
)
from watchword.features.challenges.codebook import Autofill
from watchword.features.challenges.service import Challenges
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Locked, TooMany, Verified, Wrong
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import Customer
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import Verification as Settings
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.rules import Colleague
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import Storage, Transaction

Outcome: TypeAlias = (
    Confirmed
    | Unfit
    | OtherReference
    | NothingOpen
    | NotRead
    | TooMany
    | Locked
    | NeedsSecondPerson
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A card whose customer stands at the counter or is on the telephone.

    `known` is the customer with those contact points alone that prove the card by now.
    """

    card: Card
    customer: Customer = field(repr=False)
    known: Known = field(repr=False)
    attempt: Attempt
    is_own: bool
    """It may well be that of the colleague who looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming:
    """What a colleague is about to confirm: by what means, on what evidence, where, and why."""

    card_id: CardId
    means: Means
    evidence: Evidence
    reason: str = field(default="", repr=False)
    location: LocationId | None = None


class Confirmations:
    def __init__(
        self,
        *,
        storage: Storage,
        backroom: Backroom,
        settings: OrganisationSettings,
        challenges: Challenges,
        attempts: Attempts,
        approvals: Approvals,
    ) -> None:
        self._storage = storage
        self._backroom = backroom
        self._settings = settings
        self._challenges = challenges
        self._attempts = attempts
        self._approvals = approvals

    async def find(self, colleague: Colleague, typed: str) -> Waiting | OtherReference:
        """Give the card that a reference stands for, as somebody typed or scanned it."""
        reference = read_reference(typed)
        if reference is None:
            return OtherReference()
        settings = await self.rules_at(colleague, None)
        async with self._storage.reading(colleague.organisation.id) as transaction:
            desk = self._desk(transaction, colleague)
            found = await find_by(desk, reference)
            if found is None:
                return OtherReference()
            card = await desk.get(found.card_id)
            attempt = await open_attempt(desk, card)
            return Waiting(
                card=card,
                customer=await desk.customer(card),
                known=await desk.known(card, wait_of(settings)),
                attempt=attempt or found,
                is_own=await desk.is_own(card, colleague.member),
            )

    async def is_own(self, colleague: Colleague, card: Card) -> bool:
        """Say whether a card may well be that of a colleague."""
        async with self._storage.reading(colleague.organisation.id) as transaction:
            return await self._desk(transaction, colleague).is_own(card, colleague.member)

    async def known(self, colleague: Colleague, id: CardId) -> Known:
        """Give the customer of a card with what proves it, and from when on the rest does."""
        settings = await self.rules_at(colleague, None)
        async with self._storage.reading(colleague.organisation.id) as transaction:
            desk = self._desk(transaction, colleague)
            return await desk.known(await desk.get(id), wait_of(settings))

    async def send_code(
        self, colleague: Colleague, id: CardId, contact_id: ContactId, location: LocationId | None
    ) -> Begun | RecentContact | YourOwnCard | NotAllowed:
        """Send a code to the number on file of somebody who calls, for them to read it back.

        It goes nowhere else, and nobody here sees it. The message says to whom it is to be read.
        """
        settings = await self.rules_at(colleague, location)
        async with self._storage.reading(colleague.organisation.id) as transaction:
            desk = self._desk(transaction, colleague)
            card = await desk.get(id)
            customer, known = await desk.customer(card), await desk.known(card, wait_of(settings))
            is_own = await desk.is_own(card, colleague.member)
        refusal = (
            may_confirm(colleague.member, Means.PHONE, location, settings, is_own=is_own)
            or may_be_confirmed(card, Means.PHONE)
            or may_call(card, known, contact_id)
        )
        to = known.customer.contact(contact_id)
        if refusal is not None or to is None:
            return refusal or NotOffered(Means.PHONE)
        served = self._backroom.routes.served(colleague.organisation.mode)
        channel = spoken_by(to.contact, settings, served)
        _, asked = opening(id, Means.PHONE, customer, to)
        spoken = replace(asked, channel=channel, autofill=Autofill(read_aloud=True))
        opened = await self._challenges.open(colleague, spoken)
        if not isinstance(opened, Shown):
            return opened
        return await self._await_reading(colleague, id, contact_id, opened)

    async def confirm(self, colleague: Colleague, wanted: Confirming) -> Outcome:
        """Confirm what was compared. It holds at once, and the customer is told elsewhere."""
        settings = await self.rules_at(colleague, wanted.location)
        wanted = replace(wanted, evidence=heeded(wanted.evidence, wanted.means))
        whose = colleague.organisation.id
        async with self._storage.reading(whose) as transaction:
            desk = self._desk(transaction, colleague)
            refusal = await self._refusal(desk, colleague, wanted, settings)
            attempt = await desk.attempts.of_card(wanted.card_id)
        if refusal is not None:
            return refusal
        heard = None if attempt is None else attempt[0]
        if wanted.evidence.read_back is not None:
            unread = await self._hear(colleague, wanted, heard)
            if unread is not None:
                return unread
        needs_approval = wanted.means is Means.OTHER and (
            await self._approvals.needs_second_person(whose, Approval.CARD_OVERRIDE)
        )
        async with self._storage.begin(whose) as transaction:
            desk = self._desk(transaction, colleague)
            card = await desk.hold(wanted.card_id)
            refusal = await self._refusal(desk, colleague, wanted, settings)
            if refusal is not None:
                return refusal
            if needs_approval and not await self._approvals.take(
                transaction,
                whose,
                Approval.CARD_OVERRIDE,
                target_of(card.id),
                actor=colleague.actor,
            ):
                return NeedsSecondPerson(target_of(card.id))
            saying = _saying(desk, card, wanted, heard, is_approved=needs_approval)
            after = await desk.confirm(card, await desk.customer(card), saying)
        self._backroom.announce(colleague.organisation)
        log.info("card.verified", card_id=str(after.id), method=wanted.means)
        return Confirmed(after)

    async def _refusal(
        self, desk: Desk, colleague: Colleague, wanted: Confirming, settings: Settings
    ) -> Unfit | OtherReference | None:
        """Say why it cannot be confirmed; nothing, if it can."""
        card = await desk.get(wanted.card_id)
        is_own = await desk.is_own(card, colleague.member)
        known = await desk.known(card, wait_of(settings))
        refusal: Unfit | None = (
            may_confirm(colleague.member, wanted.means, wanted.location, settings, is_own=is_own)
            or may_be_confirmed(card, wanted.means)
            or find_fault(wanted.evidence, wanted.means, known, wanted.reason)
        )
        if refusal is not None or wanted.evidence.reference is None:
            return refusal
        found = await find_by(desk, wanted.evidence.reference)
        return None if found is not None and found.card_id == card.id else OtherReference()

    async def _hear(
        self, colleague: Colleague, wanted: Confirming, attempt: Attempt | None
    ) -> NothingOpen | NotRead | TooMany | Locked | None:
        """Try the code that the customer has read on the telephone; nothing, if it is right."""
        if attempt is None or attempt.challenge_id is None or attempt.means is not Means.PHONE:
            return NothingOpen()
        read = wanted.evidence.read_back
        verdict = await self._challenges.answer(
            colleague,
            attempt.challenge_id,
            "" if read is None else read.reveal(),
            str(wanted.card_id),
        )
        if isinstance(verdict, Verified):
            return None
        if await self._attempts.was_right(colleague, attempt, verdict):
            return None
        if isinstance(verdict, TooMany | Locked):
            return verdict
        return NotRead(verdict.attempts_left if isinstance(verdict, Wrong) else 0)

    async def _await_reading(
        self, colleague: Colleague, id: CardId, contact_id: ContactId, opened: Shown
    ) -> Attempt:
        """Note which code is to be read, and keep the reference of whoever calls."""
        async with self._storage.begin(colleague.organisation.id) as transaction:
            desk = self._desk(transaction, colleague)
            card = await desk.hold(id)
            before = await open_attempt(desk, card)
            attempt = Attempt(
                card_id=id,
                means=Means.PHONE,
                challenge_id=opened.id,
                contact_id=contact_id,
                ticket=None if before is None else before.ticket,
                created_at=desk.now,
                expires_at=opened.expires_at if before is None else before.expires_at,
            )
            await replace_attempt(desk, card, attempt)
        self._backroom.announce(colleague.organisation)
        return attempt

    async def rules_at(self, colleague: Colleague, location: LocationId | None) -> Settings:
        """Give the settings that hold where somebody verifies."""
        whose = colleague.organisation.id
        if location is None:
            return (await self._settings.of(whose)).verification
        async with self._storage.reading(whose) as transaction:
            if await LocationStore(transaction, whose).get(location) is None:
                raise NotFound("location")
        return (await self._settings.at(whose, location)).verification

    def _desk(self, transaction: Transaction, colleague: Colleague) -> Desk:
        return Desk(transaction, colleague, self._backroom)


def wait_of(settings: Settings) -> timedelta:
    return timedelta(hours=settings.recent_hours)


def _saying(
    desk: Desk, card: Card, wanted: Confirming, heard: Attempt | None, *, is_approved: bool
) -> Saying:
    evidence, is_read = wanted.evidence, wanted.evidence.read_back is not None
    line = replace(
        desk.line(card, Kind.CONFIRMED),
        means=wanted.means,
        location=wanted.location,
        challenge_id=heard.challenge_id if is_read and heard else None,
        contact_id=heard.contact_id if is_read and heard else evidence.called_back,
        evidence=noted(evidence, is_approved=is_approved),
    )
    return Saying(line=line, reason=wanted.reason.strip() or None)
