"""Watchword itself as a core: customers of ours, found by telephone or card, and PINs that we keep.

For organisations without a banking core. It hashes PINs, so nobody can read them; by itself it says
who has to activate, and who has to choose another PIN.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias
from uuid import UUID

from watchword.features.cards.rules import Card
from watchword.features.cards.service import Cards
from watchword.features.challenges.desk import Machine
from watchword.features.contacts.rules import Contact, ContactKind, read_phone
from watchword.features.cores.rules import (
    FORMER,
    Capability,
    ContactOnFile,
    CoreEvent,
    CoreTraits,
    Facts,
    FindBy,
    Holder,
    Member,
    MemberPage,
    MemberRef,
    PinConflict,
    PinEnd,
    PinMode,
    PinRefused,
    PinSet,
    PinState,
    PinVerdict,
    PinWrong,
    Unavailable,
)
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.customers.search.rules import Found
from watchword.features.customers.service import Customers
from watchword.features.organisations.rules import Organisation
from watchword.features.pins.kept.rules import (
    TELEPHONE,
    Changed,
    Crowd,
    Locking,
    PinRecord,
    Subject,
    UsedBefore,
    mark_of,
    of_customer,
)
from watchword.features.pins.kept.service import NOBODY, KeptPins
from watchword.features.pins.rules import LONGEST_EVER, SHORTEST_EVER
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage
from watchword.providers.cores.objections import objection

TRAITS: Final = CoreTraits(
    pin_mode=PinMode.HASHED,
    capabilities=frozenset(
        {
            Capability.VERIFY_PIN,
            Capability.VERIFY_COUNTS_FAILURES,
            Capability.SET_PIN,
            Capability.CONDITIONAL_WRITE,
            Capability.ACTIVATION_FLAG,
            Capability.CORE_INFO,
            Capability.PIN_CHANGE_DATE,
            Capability.CONTACT_DATES,
            Capability.LOCK_STATE,
            Capability.UNLOCK,
            Capability.LIST_MEMBERS,
        }
    ),
    finds_by=frozenset({FindBy.PHONE, FindBy.CARD_NUMBER}),
    pins_are_per_person=True,
    is_near=True,
    pin_lengths=(SHORTEST_EVER, LONGEST_EVER),
)
UNLOCKED_BECAUSE: Final = "Unlocked by telephone, after a new proof"
HOUSEHOLD_AT_MOST: Final = 25

Chosen: TypeAlias = Callable[[OrganisationId], Awaitable[tuple[Locking, int]]]
"""Gives after how many wrong PINs somebody is locked, and how many of the last are refused."""


class OwnCore:
    """Fills the `BankingCore` port for one organisation."""

    def __init__(
        self,
        organisation: Organisation,
        *,
        storage: Storage,
        customers: Customers,
        cards: Cards,
        pins: KeptPins,
        chosen: Chosen,
    ) -> None:
        """`chosen`: tells what the organisation has set about locks, and about earlier PINs."""
        self._caller = Machine(name=TELEPHONE, organisation=organisation)
        self._storage = storage
        self._customers = customers
        self._cards = cards
        self._pins = pins
        self._chosen = chosen

    @property
    def traits(self) -> CoreTraits:
        return TRAITS

    async def find(self, by: FindBy, value: Secret) -> Sequence[Member] | Unavailable:
        if by is FindBy.CARD_NUMBER:
            ids = await self._by_card(value)
        else:
            ids = await self._by_phone(value) if by is FindBy.PHONE else []
        return await self._members(ids, with_former=True) if ids else []

    async def members(self, after: Secret | None, accounts: int) -> MemberPage | Unavailable:
        page = await self._customers.page(self._id, _place(after), accounts)
        found = await self._members([each.id for each in page.items])
        return MemberPage(found, _marked(page.after))

    async def pin_state(self, ref: MemberRef) -> PinState | Unavailable:
        subject = _subject(ref)
        if subject is None:
            return _state(None, is_locked=False)
        locking, _ = await self._chosen(self._id)
        record, is_locked = await self._pins.look(self._id, subject, locking)
        return _state(record, is_locked=is_locked)

    async def verify_pin(self, ref: MemberRef, pin: Secret) -> PinVerdict:
        locking, _ = await self._chosen(self._id)
        ended = await self._pins.verify(self._id, _subject(ref) or NOBODY, pin, locking)
        return PinWrong() if _subject(ref) is None and isinstance(ended, PinWrong) else ended

    async def set_pin(self, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
        if reason := objection(pin, TRAITS):
            return PinRefused(reason)
        id, subject = _customer_id(ref), _subject(ref)
        if subject is None or id is None or not await self._members([id]):
            return PinConflict()
        _, previous = await self._chosen(self._id)
        ended = await self._pins.set(
            self._caller,
            subject,
            pin,
            customer_id=id,
            expected="" if expected.version is None else expected.version.reveal(),
            previous=previous,
        )
        match ended:
            case PinRecord():
                return PinSet()
            case Changed():
                return PinConflict()
            case UsedBefore():
                return PinRefused("It is one of the last ones.")
            case Crowd():
                return Unavailable()

    async def has_pin(self, ref: MemberRef, pin: Secret) -> bool | None:
        subject = _subject(ref)
        if subject is None:
            return False
        found = await self._pins.has(self._id, subject, pin)
        return None if isinstance(found, Crowd) else found

    async def unlock(self, ref: MemberRef) -> bool | Unavailable:
        subject = _subject(ref)
        if subject is None or await self._pins.get(self._id, subject) is None:
            return False
        await self._pins.unlock(self._caller, subject, UNLOCKED_BECAUSE)
        return True

    async def note(self, ref: MemberRef, event: CoreEvent) -> None:
        """Do nothing: whatever happens here is in the audit by itself."""

    async def is_well(self) -> bool:
        return True

    async def close(self) -> None:
        pass

    @property
    def _id(self) -> OrganisationId:
        return self._caller.organisation.id

    async def _by_card(self, value: Secret) -> Sequence[CustomerId]:
        card = await self._cards.find(self._id, value.reveal())
        return [] if card is None or card.deleted_at is not None else [card.customer_id]

    async def _by_phone(self, value: Secret) -> Sequence[CustomerId]:
        contact = read_phone(value.reveal(), self._caller.organisation.country)
        if not isinstance(contact, Contact):
            return []
        found = await self._customers.search(
            self._id, contact.canonical.reveal(), most=HOUSEHOLD_AT_MOST
        )
        return [each.id for each in found.customers] if isinstance(found, Found) else []

    async def _members(
        self, ids: Sequence[CustomerId], *, with_former: bool = False
    ) -> Sequence[Member]:
        left: Mapping[CustomerId, Sequence[Contact]] = {}
        async with self._storage.reading(self._id) as transaction:
            found = await self._customers.some(transaction, self._id, ids)
            cards = await self._cards.of_customers(transaction, self._id, [*found])
            customers = _once(found)
            if with_former:
                those, since = [each.id for each in customers], transaction.now() - FORMER
                left = await self._customers.left(transaction, self._id, those, since)
        return [_member(each, cards, left.get(each.id, ())) for each in customers]


def _place(after: Secret | None) -> Bookmark | None:
    if after is None:
        return None
    at, _, id = after.reveal().partition(":")
    return Bookmark(from_microseconds(int(at)), UUID(id))


def _marked(place: Bookmark | None) -> Secret | None:
    return None if place is None else Secret(f"{to_microseconds(place.created_at)}:{place.id}")


def _once(found: Mapping[CustomerId, Customer]) -> Sequence[Customer]:
    """Give each customer once, also who was merged and is found by two ids."""
    return [*{each.id: each for each in found.values()}.values()]


def _member(customer: Customer, cards: Sequence[Card], left: Sequence[Contact]) -> Member:
    id = Secret(str(customer.id))
    theirs = [card for card in cards if card.customer_id == customer.id and not card.deleted_at]
    facts = Facts(
        given_name=Secret(customer.profile.given_name),
        family_name=Secret(customer.profile.family_name),
        birth_date=customer.profile.birth_date,
        phones=_reaches(customer, ContactKind.PHONE),
        emails=_reaches(customer, ContactKind.EMAIL),
        former_phones=[each.address for each in left if each.kind is ContactKind.PHONE],
        former_emails=[each.address for each in left if each.kind is ContactKind.EMAIL],
        card_numbers=[Secret(card.last_four) for card in theirs],
    )
    return Member(MemberRef(id, id), Holder.PRIMARY, facts, customer.locale)


def _reaches(customer: Customer, kind: ContactKind) -> Sequence[ContactOnFile]:
    """Give where somebody is reached, but for what came back from there."""
    return [
        ContactOnFile(each.contact.address, each.added_at)
        for each in customer.contacts
        if each.kind is kind and each.bad_since is None
    ]


def _state(record: PinRecord | None, *, is_locked: bool) -> PinState:
    is_established = record is not None and record.established_at is not None
    return PinState(
        PinMode.HASHED,
        is_set=record is not None and record.sealed_hash is not None,
        changed_at=None if record is None else record.changed_at,
        is_established=is_established,
        wants_activation=not is_established,
        wants_change=record is not None and record.must_change,
        is_locked=is_locked,
        version=Secret(mark_of(record)),
    )


def _subject(ref: MemberRef) -> Subject | None:
    id = _customer_id(ref)
    return None if id is None else of_customer(id)


def _customer_id(ref: MemberRef) -> CustomerId | None:
    try:
        return CustomerId(Id(int=UUID(ref.person.reveal()).int))
    except ValueError:
        return None
