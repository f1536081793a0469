"""What happens to claims: they are put into the queue, and staff decide on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.cards.claims.rules import (
    Because,
    Claim,
    ClaimId,
    ClaimState,
    NoCandidate,
    Outcome,
    Settled,
    SettledBefore,
    froze,
    may_be_linked,
    still_contested,
)
from watchword.features.cards.claims.store import ClaimStore
from watchword.features.cards.handing.service import Handing
from watchword.features.cards.registration.store import RegistrationStore
from watchword.features.cards.rules import Card, CardId, target_of
from watchword.features.cards.service import Cards
from watchword.features.cards.verdicts import NeedsReason, YourOwnCard
from watchword.features.clients.rules import Caller
from watchword.features.customers.closeness.store import ClosenessStore
from watchword.features.customers.matching import Match, compare
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.customers.service import Customers
from watchword.features.staff.rules import Colleague, find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A card that a claim is about, beside its customer; nobody, if they are forgotten."""

    card: Card
    match: Match | None
    others: int
    """So many others claim the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A claim as staff see it. `claimant`: nobody, if they are forgotten."""

    claim: Claim
    claimant: Customer | None
    card: Card | None
    candidates: Sequence[Candidate]


class Claims:
    def __init__(
        self, *, storage: Storage, customers: Customers, cards: Cards, handing: Handing
    ) -> None:
        self._storage = storage
        self._customers = customers
        self._cards = cards
        self._handing = handing

    async def add(
        self,
        transaction: Transaction,
        caller: Caller,
        *,
        customer_id: CustomerId,
        card_id: CardId,
        candidates: Sequence[CardId],
        because: Because,
    ) -> None:
        """Put a claim where staff see it; one that was exact is only written down."""
        now, is_exact = transaction.now(), because is Because.EXACT
        claim = Claim(
            id=ClaimId(new_id()),
            customer_id=customer_id,
            card_id=card_id,
            candidates=tuple(candidates),
            because=because,
            state=ClaimState.LINKED if is_exact else ClaimState.OPEN,
            created_at=now,
            decided_by=caller.actor if is_exact else None,
            decided_at=now if is_exact else None,
        )
        await ClaimStore(transaction, caller.organisation.id).add(claim)
        await _note(transaction, caller, Action.CLAIM_ADDED, claim, because=because)

    async def move(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        of: CustomerId,
        before: CardId,
        card_id: CardId,
    ) -> None:
        """Note that whoever claims a card has another one meanwhile."""
        store = ClaimStore(transaction, organisation_id)
        for claim in await store.open_on(before):
            if claim.customer_id == of:
                await store.save(replace(claim, card_id=card_id))

    async def waiting_for(
        self, organisation_id: OrganisationId, card_id: CardId
    ) -> Sequence[Claim]:
        """Give the claims on a card that staff have to decide."""
        async with self._storage.reading(organisation_id) as transaction:
            return await ClaimStore(transaction, organisation_id).open_on(card_id)

    async def proven(
        self, transaction: Transaction, caller: Caller, by: CustomerId, card_id: CardId
    ) -> None:
        """Let what somebody claims be theirs without anybody's word: they have proven it."""
        for claim in await ClaimStore(transaction, caller.organisation.id).open_on(card_id):
            if claim.customer_id == by:
                linked = replace(claim, card_id=card_id)
                await self._settle(transaction, caller, linked, ClaimState.LINKED, "proven")

    async def page(
        self,
        organisation_id: OrganisationId,
        after: Bookmark | None = None,
        most: int = 25,
        *,
        is_open: bool = True,
    ) -> Page[Seen]:
        """Give claims as staff see them, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = ClaimStore(transaction, organisation_id)
            found = await store.page(after, most + 1, is_open=is_open)
            seen = [await self._seen(transaction, organisation_id, claim) for claim in found]
        return page_of(seen, most, lambda each: Bookmark(each.claim.created_at, each.claim.id))

    async def read(self, organisation_id: OrganisationId, id: ClaimId) -> Seen:
        async with self._storage.reading(organisation_id) as transaction:
            claim = await ClaimStore(transaction, organisation_id).get(id)
            if claim is None:
                raise NotFound("claim")
            return await self._seen(transaction, organisation_id, claim)

    async def link(self, caller: Colleague, id: ClaimId, card_id: CardId, reason: str) -> Outcome:
        """Give a card to whoever claims it. They still have to show that it is theirs."""
        if find_fault_of_reason(reason):
            return NeedsReason()
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            claim = await _held(transaction, whose, id)
            if refusal := await self._refusal(transaction, caller, claim):
                return refusal
            card = await self._cards.get(transaction, whose, card_id)
            if not may_be_linked(claim, card):
                return NoCandidate()
            await self._give_back(transaction, caller, claim, card)
            card = await self._cards.get(transaction, whose, card_id)
            if not may_be_linked(claim, card):
                return NoCandidate()  # Whose it was is forgotten, and so it ended.
            await self._handing.hand_over(transaction, caller, card, claim.customer_id)
            registrations = RegistrationStore(transaction, whose)
            for each in await registrations.waiting(claim.card_id):
                if each.customer_id == claim.customer_id:
                    await registrations.move(each.id, card_id)
            for other in await ClaimStore(transaction, whose).open_on(card_id, but=id):
                # It has become somebody's: nobody else waits for it any more.
                await self._settle(transaction, caller, other, ClaimState.APART, reason)
            await self._cards.thaw(transaction, caller, card_id)
            settled = await self._settle(
                transaction, caller, replace(claim, card_id=card_id), ClaimState.LINKED, reason
            )
        return Settled(settled)

    async def keep_apart(self, caller: Colleague, id: ClaimId, reason: str) -> Outcome:
        """Decide that none of the cards is theirs: what they have stays, and so does all else."""
        if find_fault_of_reason(reason):
            return NeedsReason()
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            claim = await _held(transaction, whose, id)
            if refusal := await self._refusal(transaction, caller, claim):
                return refusal
            for card_id in claim.candidates:
                await self._let_go(transaction, caller, claim, card_id)
            settled = await self._settle(transaction, caller, claim, ClaimState.APART, reason)
        return Settled(settled)

    async def freeze(self, caller: Colleague, card_id: CardId, reason: str) -> Card | NeedsReason:
        """Let nobody use what a card holds, until it is thawed."""
        return await self._shut(caller, card_id, reason, Action.CARD_FROZEN)

    async def thaw(self, caller: Colleague, card_id: CardId, reason: str) -> Card | NeedsReason:
        return await self._shut(caller, card_id, reason, Action.CARD_THAWED)

    async def _shut(
        self, caller: Colleague, card_id: CardId, reason: str, action: Action
    ) -> Card | NeedsReason:
        if find_fault_of_reason(reason):
            return NeedsReason()
        act = self._cards.freeze if action is Action.CARD_FROZEN else self._cards.thaw
        async with self._storage.begin(caller.organisation.id) as transaction:
            before = await self._cards.get(transaction, caller.organisation.id, card_id)
            after = await act(transaction, caller, card_id)
            if after != before:
                entry = Entry(
                    action=action,
                    actor=caller.actor,
                    target=target_of(card_id),
                    details={"reason": reason.strip()},
                )
                await AuditStore(transaction, caller.organisation.id).add(entry)
        return after

    async def _give_back(
        self, transaction: Transaction, caller: Caller, claim: Claim, card: Card
    ) -> None:
        """Take a card from whoever else registered with it. They go on with one of their own."""
        registrations = RegistrationStore(transaction, caller.organisation.id)
        if card.linked_from is None or card.customer_id == claim.customer_id:
            return
        fresh = await self._handing.give_back(transaction, caller, card)
        for each in await registrations.waiting(card.id):
            if each.customer_id == card.customer_id:
                await registrations.move(each.id, fresh.id)
        await self.move(transaction, caller.organisation.id, card.customer_id, card.id, fresh.id)

    async def _let_go(
        self, transaction: Transaction, caller: Caller, claim: Claim, card_id: CardId
    ) -> None:
        """Let a card be used again, if nobody else claims it."""
        whose = caller.organisation.id
        card = await self._cards.get(transaction, whose, card_id)
        if card.customer_id == claim.customer_id and card.linked_from is not None:
            fresh = await self._handing.give_back(transaction, caller, card)
            for each in await RegistrationStore(transaction, whose).waiting(card_id):
                await RegistrationStore(transaction, whose).move(each.id, fresh.id)
        store = ClaimStore(transaction, whose)
        others = await store.open_on(card_id, but=claim.id)
        if not still_contested(card_id, others) and froze(card, await store.on(card_id)):
            await self._cards.thaw(transaction, caller, card_id)

    async def _refusal(
        self, transaction: Transaction, caller: Colleague, claim: Claim
    ) -> SettledBefore | YourOwnCard | None:
        if claim.state is not ClaimState.OPEN:
            return SettledBefore(claim)
        whose = caller.organisation.id
        card = await self._cards.get(transaction, whose, claim.card_id)
        is_theirs = await ClosenessStore(transaction, whose).is_close(
            caller.member.contact_id, claim.customer_id, card.account_id
        )
        return YourOwnCard() if is_theirs else None

    async def _settle(
        self,
        transaction: Transaction,
        caller: Caller,
        claim: Claim,
        state: ClaimState,
        reason: str,
    ) -> Claim:
        settled = replace(claim, state=state, decided_by=caller.actor, decided_at=transaction.now())
        await ClaimStore(transaction, caller.organisation.id).save(settled)
        await _note(
            transaction, caller, Action.CLAIM_SETTLED, settled, outcome=state, reason=reason.strip()
        )
        return settled

    async def _seen(
        self, transaction: Transaction, organisation_id: OrganisationId, claim: Claim
    ) -> Seen:
        claimant = await self._customer(transaction, organisation_id, claim.customer_id)
        candidates = [
            await self._candidate(transaction, organisation_id, claim, claimant, card_id)
            for card_id in claim.candidates
        ]
        return Seen(
            claim=claim,
            claimant=claimant,
            card=await self._card(transaction, organisation_id, claim.card_id),
            candidates=[each for each in candidates if each is not None],
        )

    async def _candidate(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        claim: Claim,
        claimant: Customer | None,
        card_id: CardId,
    ) -> Candidate | None:
        card = await self._card(transaction, organisation_id, card_id)
        if card is None:
            return None
        others = await ClaimStore(transaction, organisation_id).open_on(card_id, but=claim.id)
        owner = await self._customer(
            transaction, organisation_id, card.linked_from or card.customer_id
        )
        match = None
        if claimant is not None and owner is not None:
            typed = [each.contact for each in claimant.contacts]
            match = compare(claimant.profile, typed, owner)
        return Candidate(card=card, match=match, others=len(others))

    async def _customer(
        self, transaction: Transaction, organisation_id: OrganisationId, id: CustomerId
    ) -> Customer | None:
        try:
            return await self._customers.get(transaction, organisation_id, id)
        except NotFound:
            return None

    async def _card(
        self, transaction: Transaction, organisation_id: OrganisationId, id: CardId
    ) -> Card | None:
        try:
            return await self._cards.get(transaction, organisation_id, id)
        except NotFound:
            return None


async def _held(transaction: Transaction, whose: OrganisationId, id: ClaimId) -> Claim:
    claim = await ClaimStore(transaction, whose).hold(id)
    if claim is None:
        raise NotFound("claim")
    return claim


async def _note(
    transaction: Transaction, caller: Caller, action: Action, claim: Claim, **details: str
) -> None:
    said = {**details, "customer": str(claim.customer_id)}
    entry = Entry(action=action, actor=caller.actor, target=Noun.CLAIM.of(claim.id), details=said)
    await AuditStore(transaction, caller.organisation.id).add(entry)
