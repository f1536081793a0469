"""What happens to requests for a second person: proposed, decided, taken back, left too long."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from watchword.features.approvals.ports import CannotBeDone, CountDeciders, Done, MayAct, Perform
from watchword.features.approvals.rules import (
    OPEN_AT_MOST,
    PAYLOAD_AT_MOST,
    SUBJECT_AT_MOST,
    AlreadyOver,
    ApprovalId,
    Approved,
    Decision,
    Declined,
    Kind,
    NobodyToDecide,
    NotYours,
    Overtaken,
    Proposal,
    Proposed,
    Request,
    State,
    TooManyOpen,
    Withdrawn,
    decided,
    find_fault,
    is_permit,
    may_decide,
    may_use,
    may_withdraw,
    needs_second_person,
    proposed,
)
from watchword.features.approvals.store import ApprovalStore, ApprovalSweep
from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

NO_LONGER_ALLOWED = "author_no_longer_allowed"
MACHINE = Noun.MACHINE.of("approvals")
"""Who ends what nobody has decided on."""

log = structlog.get_logger()


class Approvals:
    def __init__(
        self,
        *,
        storage: Storage,
        settings: OrganisationSettings,
        performers: Mapping[Kind, Perform],
        count_deciders: CountDeciders,
        may_act: MayAct,
    ) -> None:
        """`performers` do what is done once it is approved. A permit is used with `take`."""
        self._storage = storage
        self._settings = settings
        self._performers = performers
        self._count_deciders = count_deciders
        self._may_act = may_act

    async def needs_second_person(self, organisation_id: OrganisationId, kind: Kind) -> bool:
        """Say whether an organisation wants a second person for something. Ask it outside of any
        transaction, before an act that `propose` and `take` can then be used for."""
        effective = await self._settings.of(organisation_id)
        return needs_second_person(effective.approvals, kind)

    async def propose(
        self, organisation_id: OrganisationId, proposal: Proposal, *, actor: str
    ) -> Proposed:
        """Ask for a second person."""
        if len(proposal.payload) > PAYLOAD_AT_MOST or len(proposal.subject) > SUBJECT_AT_MOST:
            raise ValueError("A proposal has 8 KiB of payload and a subject of 200 characters.")
        if fault := find_fault(proposal.reason):
            return fault
        effective = await self._settings.of(organisation_id)
        life = timedelta(hours=effective.approvals.life_hours)
        async with self._storage.begin(organisation_id) as transaction:
            store = ApprovalStore(transaction, organisation_id)
            if await store.count_open() >= OPEN_AT_MOST:
                return TooManyOpen()
            if not await self._count_deciders(transaction, organisation_id, actor):
                return NobodyToDecide()
            id = ApprovalId(new_id())
            request = proposed(id, proposal, actor, life, transaction.now())
            await store.add(request)
            await _note(
                transaction,
                organisation_id,
                Action.APPROVAL_PROPOSED,
                actor,
                request,
                reason=request.reason,
            )
        log.info("approval.proposed", approval_id=str(request.id), kind=request.kind)
        return request

    async def approve(
        self, organisation_id: OrganisationId, id: ApprovalId, *, actor: str, reason: str = ""
    ) -> Decision:
        """Agree to what somebody else asks for; it is done in the same transaction."""
        if reason and (fault := find_fault(reason)):
            return fault
        async with self._storage.begin(organisation_id) as transaction:
            store = ApprovalStore(transaction, organisation_id)
            request = await _held(store, id)
            if refusal := may_decide(request, actor, transaction.now()):
                return refusal
            done = await self._perform(transaction, organisation_id, request, actor)
            now = transaction.now()
            outcome: Decision
            if isinstance(done, CannotBeDone):
                action = Action.APPROVAL_OVERTAKEN
                over = decided(request, State.OVERTAKEN, actor, now, done.because)
                outcome = Overtaken(over, done.because)
            else:
                action = Action.APPROVAL_APPROVED
                over = decided(request, State.APPROVED, actor, now, reason)
                outcome = Approved(over)
            await store.save(over)
            await _note(
                transaction, organisation_id, action, actor, over, reason=over.because or ""
            )
        if isinstance(done, Done) and done.afterwards is not None:
            await done.afterwards()
        log.info("approval.decided", approval_id=str(id), kind=over.kind, state=over.state)
        return outcome

    async def decline(
        self, organisation_id: OrganisationId, id: ApprovalId, *, actor: str, reason: str
    ) -> Decision:
        if fault := find_fault(reason):
            return fault
        async with self._storage.begin(organisation_id) as transaction:
            store = ApprovalStore(transaction, organisation_id)
            request = await _held(store, id)
            if refusal := may_decide(request, actor, transaction.now()):
                return refusal
            over = decided(request, State.DECLINED, actor, transaction.now(), reason)
            await store.save(over)
            await _note(
                transaction,
                organisation_id,
                Action.APPROVAL_DECLINED,
                actor,
                over,
                reason=reason,
            )
        log.info("approval.decided", approval_id=str(id), kind=over.kind, state=over.state)
        return Declined(over)

    async def withdraw(
        self, organisation_id: OrganisationId, id: ApprovalId, *, actor: str
    ) -> Withdrawn | NotYours | AlreadyOver:
        """Take back what one asked for oneself."""
        async with self._storage.begin(organisation_id) as transaction:
            store = ApprovalStore(transaction, organisation_id)
            request = await _held(store, id)
            if refusal := may_withdraw(request, actor, transaction.now()):
                return refusal
            over = decided(request, State.WITHDRAWN, actor, transaction.now())
            await store.save(over)
            await _note(transaction, organisation_id, Action.APPROVAL_WITHDRAWN, actor, over)
        return Withdrawn(over)

    async def take(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        kind: Kind,
        subject: str,
        *,
        actor: str,
    ) -> Request | None:
        """Use a permit, if there is one that is good for this; it is then used up.

        Call it in the transaction of the act itself, so that both happen or neither.
        """
        store = ApprovalStore(transaction, organisation_id)
        request = await store.hold_permit(kind, subject, actor)
        if request is None or not may_use(request, actor, transaction.now()):
            return None
        if not await self._may_act(transaction, organisation_id, request):
            return None
        used = replace(request, used_at=transaction.now())
        await store.save(used)
        await _note(transaction, organisation_id, Action.APPROVAL_USED, actor, used)
        return used

    async def find(self, organisation_id: OrganisationId, id: ApprovalId) -> Request:
        async with self._storage.reading(organisation_id) as transaction:
            found = await ApprovalStore(transaction, organisation_id).get(id)
        if found is None:
            raise NotFound("request")
        return found

    async def pending(self, organisation_id: OrganisationId, actor: str) -> Sequence[Request]:
        """Give what somebody asked for that is not over: it waits, or is agreed to and not done."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await ApprovalStore(transaction, organisation_id).pending(actor)
        return [each for each in found if each.state is State.OPEN or is_permit(each.kind)]

    async def page(
        self,
        organisation_id: OrganisationId,
        *,
        most: int,
        after: Bookmark | None = None,
        are_open: bool,
    ) -> Page[Request]:
        """Give a page of requests that wait, or of those that are over; the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = ApprovalStore(transaction, organisation_id)
            found = await store.page(after, most + 1, are_open=are_open)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))

    async def expire(self, most: int) -> int:
        """End requests of all organisations that nobody has decided on; count them."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            late = await ApprovalSweep(transaction).late(most)
            for organisation_id, id in late:
                store = ApprovalStore(transaction, organisation_id)
                over = decided(await _held(store, id), State.EXPIRED, MACHINE, transaction.now())
                await store.save(over)
                await _note(transaction, organisation_id, Action.APPROVAL_EXPIRED, MACHINE, over)
        return len(late)

    async def _perform(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        request: Request,
        actor: str,
    ) -> Done | CannotBeDone:
        # What an account that is shut out has left behind must not happen after it.
        if not await self._may_act(transaction, organisation_id, request):
            return CannotBeDone(NO_LONGER_ALLOWED)
        if is_permit(request.kind):
            return Done()
        return await self._performers[request.kind](transaction, organisation_id, request, actor)


async def _held(store: ApprovalStore, id: ApprovalId) -> Request:
    request = await store.hold(id)
    if request is None:
        raise NotFound("request")
    return request


async def _note(
    transaction: Transaction,
    organisation_id: OrganisationId,
    action: Action,
    actor: str,
    request: Request,
    **more: str,
) -> None:
    entry = Entry(
        action=action,
        actor=actor,
        target=Noun.APPROVAL.of(request.id),
        details={"kind": request.kind, "subject": request.subject, **more},
    )
    await AuditStore(transaction, organisation_id).add(entry)
