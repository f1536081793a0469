"""What happens when somebody looks for a customer, or asks who may be the same person."""

from collections.abc import Sequence
from typing import assert_never

from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.customers.desk import Desk
from watchword.features.customers.matching import Match, compare
from watchword.features.customers.names import Term, TermKind, digest_of, terms_of
from watchword.features.customers.rules import START, CustomerId, CustomerState, Profile
from watchword.features.customers.search.rules import (
    Bookmark,
    ByContact,
    ById,
    ByName,
    ByNothing,
    Found,
    TooShort,
    read_question,
)
from watchword.features.customers.store import SealedCustomer
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction

SCANNED_AT_MOST = 400
"""Customers that one search opens. Who types so little that most of them are not meant goes on."""
AT_ONCE = 100
CANDIDATES_AT_MOST = 50
"""Namesakes that are looked at. Who shares a contact point, or a date of birth, is among them
whatever their number."""


class Search:
    def __init__(
        self, *, storage: Storage, organisations: Organisations, contacts: Contacts
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts

    async def search(
        self, organisation_id: OrganisationId, typed: str, after: Bookmark | None, most: int
    ) -> Found | TooShort:
        async with self._storage.reading(organisation_id) as transaction:
            organisation = await self._organisations.read(transaction, organisation_id)
            desk = Desk(transaction, organisation_id, self._organisations, self._contacts)
            match read_question(typed, organisation.country):
                case TooShort() as refused:
                    return refused
                case ByNothing():
                    return Found(())
                case ById(id):
                    return await self._by_id(desk, id)
                case ByContact(contact):
                    known = await self._contacts.known(transaction, organisation_id, contact)
                    return await self._by_contact(desk, known, after, most)
                case ByName() as question:
                    return await self._by_name(desk, question, after or Bookmark(), most)
                case never:
                    assert_never(never)

    async def matching(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        profile: Profile,
        contacts: Sequence[Contact],
    ) -> Sequence[Match]:
        """Give who may be the same person, those first of whom most agrees."""
        desk = Desk(transaction, organisation_id, self._organisations, self._contacts)
        keys, found = await desk.keys(), dict[CustomerId, SealedCustomer]()
        for contact in contacts:
            id = await self._contacts.known(transaction, organisation_id, contact)
            if id is not None:
                _put(found, await desk.customers.who_has(id, most=CANDIDATES_AT_MOST))
        terms = terms_of(profile)
        for kind in (TermKind.BORN, TermKind.PAIR):
            for term in sorted((each for each in terms if each.kind is kind), key=_word):
                digest = digest_of(keys, term)
                _put(found, await desk.customers.under(digest, most=CANDIDATES_AT_MOST))
        matches = [
            compare(profile, contacts, customer) for customer in await desk.open([*found.values()])
        ]
        likely = [match for match in matches if match.is_likely]
        return sorted(likely, key=lambda match: (not match.is_strong, -len(match.traits)))

    async def _by_id(self, desk: Desk, id: CustomerId) -> Found:
        sealed = await desk.customers.get(id)
        if sealed is None or sealed.customer.state is CustomerState.ERASED:
            return Found(())
        return Found([await desk.get(id)])

    async def _by_contact(
        self, desk: Desk, id: ContactId | None, after: Bookmark | None, most: int
    ) -> Found:
        if id is None:
            return Found(())
        behind = START if after is None else after.after
        found = await desk.customers.who_has(id, after=behind, most=most + 1)
        last = Bookmark(0, found[most - 1].customer.id) if len(found) > most else None
        return Found(await desk.open(found[:most]), last)

    async def _by_name(self, desk: Desk, question: ByName, after: Bookmark, most: int) -> Found:
        """Go through the steps until the page is full, or so many were opened."""
        meant, scanned = list[SealedCustomer](), 0
        keys, step, behind = await desk.keys(), after.step, after.after
        while step < len(question.terms):
            digest = digest_of(keys, question.terms[step])
            some = await desk.customers.under(digest, after=behind, most=AT_ONCE)
            keys = await desk.keys(some)
            for each in some:
                behind = each.customer.id
                if question.has(step, desk.profile(keys, each)):
                    meant.append(each)
                if len(meant) == most:
                    return Found(await desk.open(meant), Bookmark(step, behind))
            scanned += len(some)
            if len(some) < AT_ONCE:
                step, behind = step + 1, START
            elif scanned >= SCANNED_AT_MOST:
                return Found(await desk.open(meant), Bookmark(step, behind))
        return Found(await desk.open(meant))


def _put(found: dict[CustomerId, SealedCustomer], more: Sequence[SealedCustomer]) -> None:
    found.update((each.customer.id, each) for each in more)


def _word(term: Term) -> str:
    return term.word
