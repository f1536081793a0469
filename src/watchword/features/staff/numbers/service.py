"""What happens to test numbers: one is named, confirmed by a code, and forgotten."""

from typing import TypeAlias

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.service import Challenges
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import (
    Locked,
    Over,
    Refusal,
    TooMany,
    Verdict,
    Verified,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.contacts.service import Contacts
from watchword.features.idempotency.rules import OtherBody
from watchword.features.staff.numbers.rules import NothingWaits, ShownNumber, binding_of
from watchword.features.staff.numbers.store import OwnNumberStore
from watchword.features.staff.rules import Colleague, StaffId, StaffState
from watchword.features.staff.store import StaffStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction

Confirming: TypeAlias = Verdict | TooMany | Locked | NothingWaits


class OwnNumbers:
    def __init__(self, *, storage: Storage, contacts: Contacts, challenges: Challenges) -> None:
        self._storage = storage
        self._contacts = contacts
        self._challenges = challenges

    async def of(self, colleague: Colleague) -> ShownNumber | None:
        """Give the number of somebody, for themselves."""
        whose = colleague.organisation.id
        async with self._storage.reading(whose) as transaction:
            kept = await OwnNumberStore(transaction, whose).of(colleague.member.id)
            if kept is None:
                return None
            contact = await self._contacts.seen(transaction, whose, kept.contact_id)
        return ShownNumber(contact.masked, kept.confirmed_at)

    async def begin(self, colleague: Colleague, contact: Contact) -> Shown | Refusal:
        """Send a code to a number that is to be somebody's; the one before it counts no more."""
        whose, id = colleague.organisation.id, colleague.member.id
        opening = Opening(
            purpose=Purpose.CONTACT_VERIFICATION,
            contact=contact,
            channel=Channel.SMS,
            locale=colleague.member.locale,
            transaction=binding_of(id),
        )
        sent = await self._challenges.open(colleague, opening)
        if isinstance(sent, OtherBody):
            return Over()
        if isinstance(sent, Shown):
            async with self._storage.begin(whose) as transaction:
                contact_id = await self._contacts.recognise(transaction, whose, contact)
                await OwnNumberStore(transaction, whose).keep(id, contact_id, sent.id)
        return sent

    async def confirm(self, colleague: Colleague, typed: str) -> Confirming:
        """Judge the code, and let the number count from now on if it is right."""
        whose, id = colleague.organisation.id, colleague.member.id
        async with self._storage.reading(whose) as transaction:
            kept = await OwnNumberStore(transaction, whose).of(id)
        if kept is None or kept.confirmed_at is not None:
            return NothingWaits()
        verdict = await self._challenges.answer(colleague, kept.challenge_id, typed, binding_of(id))
        if isinstance(verdict, OtherBody):
            return Over()
        if isinstance(verdict, Verified):
            async with self._storage.begin(whose) as transaction:
                if not await OwnNumberStore(transaction, whose).confirm(id, kept.challenge_id):
                    return NothingWaits()
                await _note(transaction, colleague, Action.STAFF_NUMBER_CONFIRMED)
        return verdict

    async def remove(self, colleague: Colleague) -> None:
        """Forget the number of somebody, at their own wish."""
        whose = colleague.organisation.id
        async with self._storage.begin(whose) as transaction:
            if await OwnNumberStore(transaction, whose).forget(colleague.member.id):
                await _note(transaction, colleague, Action.STAFF_NUMBER_REMOVED)

    async def are_ours(
        self, transaction: Transaction, organisation_id: OrganisationId, contact: Contact
    ) -> bool:
        """Say whether a contact point is of somebody who works here now: the e-mail address by
        which they sign in, or the number that they have confirmed."""
        known = await self._contacts.known(transaction, organisation_id, contact)
        if known is None:
            return False
        staff = StaffStore(transaction, organisation_id)
        members = [
            await staff.get(id) for id in await self._owners(transaction, organisation_id, known)
        ]
        if contact.kind is ContactKind.EMAIL:
            members.append(await staff.by_contact(known))
        return any(each is not None and each.state is StaffState.ACTIVE for each in members)

    async def _owners(
        self, transaction: Transaction, organisation_id: OrganisationId, known: ContactId
    ) -> list[StaffId]:
        found = await OwnNumberStore(transaction, organisation_id).confirmed_by(known)
        return [each.staff_id for each in found]


async def forget_number(
    transaction: Transaction, organisation_id: OrganisationId, staff_id: StaffId
) -> None:
    """Forget the number of somebody who is set back: whoever was in their place may have set it."""
    await OwnNumberStore(transaction, organisation_id).forget(staff_id)


async def _note(transaction: Transaction, colleague: Colleague, action: Action) -> None:
    entry = Entry(action=action, actor=colleague.actor, target=colleague.actor)
    await AuditStore(transaction, colleague.organisation.id).add(entry)
