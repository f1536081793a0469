"""What happens when many customers come at once: one statement for each table, however many.

Nothing is asked for each of them: who may be known already is found afterwards, for all together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.customers.accounts.rules import Account, AccountId, opened
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.desk import Desk
from watchword.features.customers.duplicates.rules import pair_of
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.matching import Likeness, Trait, likeness
from watchword.features.customers.reached.store import NewLink
from watchword.features.customers.rules import (
    Customer,
    CustomerId,
    NewCustomer,
    Profile,
    made,
)
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import new_ids
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Transaction

SHARED_AT_MOST = 20
"""A contact point of more people is that of an office or a till, and says nothing about any two."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A customer who has come with many others. `customer` has no contact points at hand."""

    customer: Customer
    contact_ids: Sequence[ContactId]
    account: Account | None
    sealer: Sealer = field(repr=False)
    """Of their own key."""
    born: bytes | None = field(repr=False)


class Bulk:
    def __init__(self, *, organisations: Organisations, contacts: Contacts) -> None:
        self._organisations = organisations
        self._contacts = contacts

    async def add_many(
        self, transaction: Transaction, caller: Caller, news: Sequence[NewCustomer]
    ) -> Sequence[Kept]:
        """Keep new customers, in their order. Whoever brings them writes one line in the audit."""
        whose, now = caller.organisation.id, transaction.now()
        desk = Desk(transaction, whose, self._organisations, self._contacts)
        draw = new_ids()
        customers = [
            made(new, CustomerId(draw()), str(draw()), caller.organisation.locale, now)
            for new in news
        ]
        accounts = [
            None if new.account is None else opened(AccountId(draw()), new.account, now)
            for new in news
        ]
        every = [contact for new in news for contact in new.contacts]
        met = await self._contacts.recognise_many(transaction, whose, every)
        ids = iter(each.id for each in met)
        reached = [[next(ids) for _ in new.contacts] for new in news]
        sealed = await desk.seal_new(customers)
        await desk.customers.add(*(each.sealed for each in sealed))
        await desk.reached.add(_links(news, customers, reached))
        await AccountStore(transaction, whose).add(
            (account, customer.id)
            for account, customer in zip(accounts, customers, strict=True)
            if account is not None
        )
        kept = [
            Kept(each.sealed.customer, ids, account, each.sealer, each.born)
            for each, ids, account in zip(sealed, reached, accounts, strict=True)
        ]
        pairs = await _Doubles(desk, kept, {each.id for each in met if not each.is_new}).found()
        store = DuplicateStore(transaction, whose)
        await store.add((*pair, traits) for pair, traits in pairs.items())
        return kept


class _Doubles:
    """Who of many new customers may be one with another, or with somebody who was here before."""

    def __init__(self, desk: Desk, kept: Sequence[Kept], old: Collection[ContactId]) -> None:
        """`old`: contact points that were here before them, and may be somebody's."""
        self._desk = desk
        self._kept = kept
        self._old = old
        self._profiles = {each.customer.id: each.customer.profile for each in kept}

    async def found(self) -> Mapping["_Pair", Collection[Trait]]:
        pairs = defaultdict[_Pair, list[Trait]](list)
        for pair in await self._born_alike():
            pairs[pair] += [Trait.NAME, Trait.BIRTH_DATE]
        for pair, name in (await self._reached_alike()).items():
            said = pairs[pair]
            pairs[pair] = [*(said or [name]), Trait.CONTACT]
        return pairs

    async def _born_alike(self) -> Collection["_Pair"]:
        """Give those of one name and date of birth; for that nobody is read."""
        terms = {each.born for each in self._kept if each.born is not None}
        together = defaultdict[bytes, list[CustomerId]](list)
        for term, id in await self._desk.customers.of_terms([*terms]):
            together[term].append(id)
        return {pair for ids in together.values() for pair in self._pairs(ids)}

    async def _reached_alike(self) -> Mapping["_Pair", Trait]:
        """Give those whom one contact point reaches, and who are called alike."""
        together = defaultdict[ContactId, list[CustomerId]](list)
        for contact_id, id in await self._desk.reached.sharing(self._old):
            together[contact_id].append(id)
        for each in self._kept:
            for contact_id in {*each.contact_ids}.difference(self._old):
                together[contact_id].append(each.customer.id)
        pairs = {pair for ids in together.values() for pair in self._pairs(ids)}
        profiles = await self._read({id for pair in pairs for id in pair})
        found = dict[_Pair, Trait]()
        for one, other in pairs:
            match likeness(profiles[one], profiles[other]):
                case Likeness.SAME:
                    found[one, other] = Trait.NAME
                case Likeness.NEAR:
                    found[one, other] = Trait.NAME_NEARLY
                case Likeness.DIFFERENT:
                    continue
        return found

    def _pairs(self, ids: Collection[CustomerId]) -> Iterator["_Pair"]:
        """Give pairs of which one is new; about the others somebody was asked before."""
        if len(ids) > SHARED_AT_MOST:
            return
        for one, other in combinations(ids, 2):
            if one in self._profiles or other in self._profiles:
                yield pair_of(one, other)

    async def _read(self, ids: Collection[CustomerId]) -> Mapping[CustomerId, Profile]:
        before = [id for id in ids if id not in self._profiles]
        sealed = await self._desk.customers.some_as_it_grows(before)
        keys = await self._desk.keys(sealed)
        read = {each.customer.id: self._desk.profile(keys, each) for each in sealed}
        return {**self._profiles, **read}


_Pair = tuple[CustomerId, CustomerId]


def _links(
    news: Sequence[NewCustomer],
    customers: Sequence[Customer],
    reached: Sequence[Sequence[ContactId]],
) -> Iterator[NewLink]:
    for new, customer, ids in zip(news, customers, reached, strict=True):
        for contact, id in zip(new.contacts, ids, strict=True):
            yield NewLink(customer.id, id, contact.kind)
