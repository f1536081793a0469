"""What happens when many customers come at once: one statement for each table, however many.

Nothing is asked for each of them: who may be known already is found afterwards, for all together.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.service import made as made_contact
from watchword.features.customers.accounts.rules import AccountId, opened
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.bulk.rules import ReadyCustomer
from watchword.features.customers.desk import Desk, sealed_new
from watchword.features.customers.duplicates.rules import pair_of
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.matching import Likeness, Trait, likeness
from watchword.features.customers.reached.store import NewLink
from watchword.features.customers.rules import CustomerId, NewCustomer, Profile
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import Id, OrganisationId, new_ids
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Transaction

SHARED_AT_MOST = 20
"""A contact point of more people is that of an office or a till, and says nothing about any two."""


class Kept(NamedTuple):
    """A customer who has come with many others."""

    id: CustomerId
    account_id: AccountId | None
    contact_ids: Sequence[ContactId]


def made_ready(
    keys: OrganisationKeys, new: NewCustomer, locale: str, draw: Callable[[], Id]
) -> tuple[ReadyCustomer, Sealer]:
    """Seal a new customer, whoever is here already; give what seals more with their own key.

    It asks nobody, so it is done before a transaction is open, or in another process.
    """
    made = sealed_new(keys, new, locale, draw)
    contacts = [made_contact(keys, contact, draw=draw) for contact in new.contacts]
    ready = ReadyCustomer(made.sealed, contacts, AccountId(draw()), new.account, made.born)
    return ready, made.sealer


class Bulk:
    def __init__(self, *, organisations: Organisations, contacts: Contacts) -> None:
        self._organisations = organisations
        self._contacts = contacts

    async def add_many(
        self, transaction: Transaction, caller: Caller, news: Sequence[NewCustomer]
    ) -> Sequence[Kept]:
        """Keep new customers, in their order. Whoever brings them writes one line in the audit."""
        keys = await self._organisations.keys(transaction, caller.organisation.id)
        locale, draw = caller.organisation.locale, new_ids()
        ready = [made_ready(keys, new, locale, draw)[0] for new in news]
        return await self.keep(transaction, caller.organisation.id, ready)

    async def keep(
        self, transaction: Transaction, whose: OrganisationId, ready: Sequence[ReadyCustomer]
    ) -> Sequence[Kept]:
        """Do the same for those who are sealed by now."""
        desk = Desk(transaction, whose, self._organisations, self._contacts)
        met = await self._contacts.recognise_many(
            transaction, whose, [contact for each in ready for contact in each.contacts]
        )
        ids = iter(each.id for each in met)
        kept = [
            Kept(
                each.sealed.id,
                None if each.account is None else each.account_id,
                [next(ids) for _ in each.contacts],
            )
            for each in ready
        ]
        await desk.customers.add(*(each.sealed for each in ready))
        await desk.reached.add(_links(ready, kept))
        now = transaction.now()
        await AccountStore(transaction, whose).add(
            (opened(each.account_id, each.account, now), each.sealed.id)
            for each in ready
            if each.account is not None
        )
        old = {each.id for each in met if not each.is_new}
        pairs = await _Doubles(desk, ready, kept, old).found()
        store = DuplicateStore(transaction, whose)
        await store.add((*pair, traits) for pair, traits in pairs.items())
        return kept


class _Doubles:
    """Who of many new customers may be one with another, or with somebody who was here before."""

    def __init__(
        self,
        desk: Desk,
        ready: Sequence[ReadyCustomer],
        kept: Sequence[Kept],
        old: Collection[ContactId],
    ) -> None:
        """`old`: contact points that were here before them, and may be somebody's."""
        self._desk = desk
        self._kept = kept
        self._old = old
        self._born = {each.born for each in ready if each.born is not None}
        self._new = {each.id for each in kept}

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
        together = defaultdict[bytes, list[CustomerId]](list)
        for term, id in await self._desk.customers.of_terms([*self._born]):
            together[term].append(id)
        return {pair for ids in together.values() for pair in self._pairs(ids)}

    async def _reached_alike(self) -> Mapping["_Pair", Trait]:
        """Give those whom one contact point reaches, and who are called alike."""
        together = defaultdict[ContactId, list[CustomerId]](list)
        for contact_id, id in await self._desk.reached.sharing(self._old):
            together[contact_id].append(id)
        for each in self._kept:
            for contact_id in {*each.contact_ids}.difference(self._old):
                together[contact_id].append(each.id)
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
            if one in self._new or other in self._new:
                yield pair_of(one, other)

    async def _read(self, ids: Collection[CustomerId]) -> Mapping[CustomerId, Profile]:
        sealed = await self._desk.customers.some_as_it_grows(ids)
        keys = await self._desk.keys(sealed)
        return {each.customer.id: self._desk.profile(keys, each) for each in sealed}


_Pair = tuple[CustomerId, CustomerId]


def _links(ready: Sequence[ReadyCustomer], kept: Sequence[Kept]) -> Iterator[NewLink]:
    for each, customer in zip(ready, kept, strict=True):
        for contact, id in zip(each.contacts, customer.contact_ids, strict=True):
            yield NewLink(customer.id, id, contact.kind)
