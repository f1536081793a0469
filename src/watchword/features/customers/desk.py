"""What one transaction about customers has at hand: they are opened with it, and sealed."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.customers.names import TermKind, digest_of, terms_of
from watchword.features.customers.profiles import place_of, read_back, written
from watchword.features.customers.reached.store import Reached, ReachedStore
from watchword.features.customers.rules import (
    Customer,
    CustomerContact,
    CustomerId,
    CustomerState,
    NewCustomer,
    NewlySealed,
    Profile,
)
from watchword.features.customers.store import CustomerStore, SealedCustomer
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.service import Organisations
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId, new_id
from watchword.foundation.sealing import KEY_BYTES, Sealer
from watchword.foundation.storage import Transaction


class WithSealer(NamedTuple):
    """A new customer, sealed, with what is at hand only as long as they are new."""

    sealed: NewlySealed
    sealer: Sealer
    """Of their own key: more is sealed with it in the same breath."""
    born: bytes | None
    """What their whole name and date of birth are known by."""


class Desk:
    def __init__(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        organisations: Organisations,
        contacts: Contacts,
    ) -> None:
        self.customers = CustomerStore(transaction, organisation_id)
        self.reached = ReachedStore(transaction, organisation_id)
        self._transaction = transaction
        self._whose = organisation_id
        self._organisations = organisations
        self._contacts = contacts

    async def get(self, id: CustomerId) -> Customer:
        """Read a customer, or the one that they were merged into."""
        sealed = await self.customers.get(id)
        if sealed is not None and sealed.customer.merged_into is not None:
            sealed = await self.customers.get(sealed.customer.merged_into)
        return await self._living(sealed)

    async def some(self, ids: Collection[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Read some customers at once, each by the id that was asked for, if somebody is there."""
        sealed = await self._living_of(ids)
        read = {each.id: each for each in await self.open(_each(sealed))}
        return {id: read[each.customer.id] for id, each in sealed.items()}

    async def named(self, ids: Collection[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Do the same, and leave sealed how they are reached."""
        sealed = await self._living_of(ids)
        keys = await self.keys(_each(sealed))
        return {
            id: replace(each.customer, profile=self.profile(keys, each))
            for id, each in sealed.items()
        }

    async def left(
        self, ids: Collection[CustomerId], since: datetime
    ) -> Mapping[CustomerId, Sequence[Contact]]:
        """Give how some customers were reached until lately."""
        left = defaultdict(list)
        for id, sealed in await self.reached.left([*ids], since):
            seen = await self._contacts.seen_beside(self._transaction, self._whose, sealed)
            left[id].append(seen)
        return left

    async def _living_of(self, ids: Collection[CustomerId]) -> Mapping[CustomerId, SealedCustomer]:
        found = {each.customer.id: each for each in await self.customers.some(ids)}
        merged = {each.customer.merged_into for each in found.values()} - {None, *found}
        more = await self.customers.some([id for id in merged if id is not None])
        found |= {each.customer.id: each for each in more}
        leads = {id: found[id].customer.merged_into or id for id in ids if id in found}
        return {
            id: found[lead]
            for id, lead in leads.items()
            if lead in found and found[lead].customer.state is CustomerState.ACTIVE
        }

    async def hold(self, id: CustomerId) -> tuple[Customer, SealedCustomer]:
        """Do the same, and let nobody else change them until the end."""
        sealed = await self.customers.hold(id)
        if sealed is not None and sealed.customer.merged_into is not None:
            sealed = await self.customers.hold(sealed.customer.merged_into)
        customer = await self._living(sealed)
        assert sealed is not None  # noqa: S101 - it lives
        return customer, sealed

    async def _living(self, sealed: SealedCustomer | None) -> Customer:
        if sealed is None or sealed.customer.state is not CustomerState.ACTIVE:
            raise NotFound("customer")
        return (await self.open([sealed]))[0]

    async def open(self, sealed: Sequence[SealedCustomer]) -> Sequence[Customer]:
        """Read customers with all that leads to them."""
        keys, reached = await self.keys(sealed), defaultdict(list)
        if sealed:
            for each in await self.reached.of([each.customer.id for each in sealed]):
                reached[each.customer_id].append(await self._opened(each))
        return [
            replace(
                each.customer,
                profile=self.profile(keys, each),
                contacts=tuple(reached[each.customer.id]),
            )
            for each in sealed
        ]

    def profile(self, keys: OrganisationKeys, sealed: SealedCustomer) -> Profile:
        if sealed.key is None:
            raise NotFound("customer")
        sealer = Sealer({1: keys.unwrap_person(sealed.key.data_version, sealed.key.wrapped)})
        place = place_of(self._whose, sealed.customer.id)
        return read_back(sealer.open(sealed.sealed_profile, place))

    async def keys(self, sealed: Sequence[SealedCustomer] = ()) -> OrganisationKeys:
        """Give the keys of the organisation, with all versions that some customers need."""
        keys = await self._organisations.keys(self._transaction, self._whose)
        if any(each.key and each.key.data_version not in keys.data for each in sealed):
            return await self._organisations.reload_keys(self._transaction, self._whose)
        return keys

    async def reseal(self, before: SealedCustomer, after: Customer) -> SealedCustomer:
        """Lock a customer who has changed with the key that they have."""
        keys = await self.keys([before])
        if before.key is None:
            raise NotFound("customer")
        key = keys.unwrap_person(before.key.data_version, before.key.wrapped)
        content, terms = _locked(keys, after.id, after.profile, Sealer({1: key}))
        return replace(before, customer=after, sealed_profile=content, terms=[*terms])

    async def _opened(self, reached: Reached) -> CustomerContact:
        sealed = reached.sealed
        return CustomerContact(
            contact_id=sealed.id,
            kind=sealed.kind,
            contact=await self._contacts.seen_beside(self._transaction, self._whose, sealed),
            added_at=reached.added_at,
            verified_at=reached.verified_at,
            bad_since=reached.bad_since,
        )


def _each(sealed: Mapping[CustomerId, SealedCustomer]) -> Sequence[SealedCustomer]:
    """Give each once, however many ids lead to them."""
    return [*{each.customer.id: each for each in sealed.values()}.values()]


def sealed_new(
    keys: OrganisationKeys, new: NewCustomer, locale: str, draw: Callable[[], Id] = new_id
) -> WithSealer:
    """Lock a new customer with a key of their own. `locale` is that of the organisation."""
    id, key = CustomerId(draw()), secrets.token_bytes(KEY_BYTES)
    sealer, (version, wrapped) = Sealer({1: key}), keys.wrap_person(key)
    content, terms = _locked(keys, id, new.profile, sealer)
    sealed = NewlySealed(
        id=id,
        person_id=str(draw()),
        sealed_profile=content,
        locale=new.locale or locale,
        origin=new.origin,
        data_version=version,
        wrapped=wrapped,
        terms=[*terms],
    )
    born = next((term for term, kind in terms.items() if kind is TermKind.BORN), None)
    return WithSealer(sealed, sealer, born)


def _locked(
    keys: OrganisationKeys, id: CustomerId, profile: Profile, sealer: Sealer
) -> tuple[bytes, Mapping[bytes, TermKind]]:
    """Give a profile as it rests, and what it is found by."""
    terms = {digest_of(keys, term): term.kind for term in terms_of(profile)}
    return sealer.seal(written(profile), place_of(keys.organisation_id, id)), terms
