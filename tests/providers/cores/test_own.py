"""Watchword itself as a core: what every core must do, on our own customers, and PINs we keep."""

from collections.abc import AsyncIterator, Iterable
from typing import ClassVar

import pytest

from tests.contracts.cores import CoreContract, Known, Stage
from tests.features.customers.people import phone
from tests.stores import KEYRING
from tests.whole_house import dealt, new_client, services
from watchword.features.cards.rules import Card
from watchword.features.clients.rules import Client
from watchword.features.cores.rules import FindBy, MemberRef
from watchword.features.customers.rules import CustomerId, NewCustomer, Origin, Profile
from watchword.features.organisations.rules import Mode
from watchword.features.pins.kept.rules import Locking, mark_of, of_customer
from watchword.features.pins.kept.service import KeptPins
from watchword.foundation.capped import Capped
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.keyring import KeyKind
from watchword.foundation.sealed_hashes import Cost
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage
from watchword.providers.cores.own import OwnCore
from watchword.wiring import Services

__all__ = ["dealt", "services"]

QUICK = Cost(memory=64, passes=1)
SOLE, BEGINNER, SHARED = "0170 1234567", "0170 1234568", "0170 1234569"
PIN = "902746"
COUNT = "select count(*) as found from earlier_pins where organisation_id = :organisation_id"


class OwnStage(Stage):
    new_pins = ("041783", "593826")
    household = SHARED

    def __init__(self, services: Services, client: Client, capped: Capped) -> None:
        sealer = Sealer(KEYRING.versions(KeyKind.PINS))
        self.storage: Storage = services.storage
        self.pins = KeptPins(storage=self.storage, sealer=sealer, capped=capped, cost=QUICK)
        self.client, self.services = client, services
        self.core = OwnCore(
            client.organisation,
            storage=self.storage,
            customers=services.customers,
            cards=services.cards.cards,
            pins=self.pins,
            chosen=self._chosen,
        )

    async def fill(self) -> "OwnStage":
        card = await self._add("Anna", SOLE)
        assert card.number is not None
        self.sole = Known({FindBy.PHONE: SOLE, FindBy.CARD_NUMBER: card.number.reveal()}, PIN)
        await self._set(card.customer_id, PIN)
        await self._add("Berta", BEGINNER)
        self.beginner = Known({FindBy.PHONE: BEGINNER}, None)
        for name in ("Carl", "Dora"):
            await self._add(name, SHARED)
        self.begun = await self._count()
        return self

    async def _chosen(self, _whose: OrganisationId) -> tuple[Locking, int]:
        return Locking(after=10), 0

    async def has(self, ref: MemberRef, pin: str) -> bool:
        subject = of_customer(CustomerId(Id(ref.person.reveal())))
        return await self.pins.has(self.client.organisation.id, subject, Secret(pin)) is True

    async def change(self, ref: MemberRef, pin: str) -> None:
        await self._set(CustomerId(Id(ref.person.reveal())), pin)

    async def writes(self) -> int:
        return await self._count() - self.begun

    def shown(self) -> Iterable[object]:
        return [self.core]

    async def _add(self, name: str, number: str) -> Card:
        new = NewCustomer(
            profile=Profile(name, "Müller"), contacts=[phone(number)], origin=Origin.STAFF
        )
        card = await self.services.cards.cards.create_for(self.client, new, reason="seen")
        assert isinstance(card, Card)
        return card

    async def _set(self, id: CustomerId, pin: str) -> None:
        subject, whose = of_customer(id), self.client.organisation.id
        expected = mark_of(await self.pins.get(whose, subject))
        await self.pins.set(self.client, subject, Secret(pin), customer_id=id, expected=expected)

    async def _count(self) -> int:
        whose = self.client.organisation.id
        async with self.storage.reading(whose) as transaction:
            row = await transaction.one(COUNT, organisation_id=str(whose))
        return 0 if row is None else int(row["found"])


class TestOwnCore(CoreContract):
    troubles: ClassVar = frozenset()  # Nothing comes between the house and its own table.

    @pytest.fixture
    async def stage(self, services: Services) -> AsyncIterator[Stage]:
        capped = Capped(at_once=2, waiting=100, patience=30, name="test")
        client = await new_client(services, "shop", Mode.LIVE)
        yield await OwnStage(services, client, capped).fill()
        capped.close()


async def test_each_of_a_household_has_a_pin_of_their_own(services: Services) -> None:
    capped = Capped(at_once=2, waiting=100, patience=30, name="test")
    client = await new_client(services, "shop", Mode.LIVE)
    stage = await OwnStage(services, client, capped).fill()

    members = await stage.core.find(FindBy.PHONE, Secret(SHARED))

    assert isinstance(members, list)
    assert stage.core.traits.pins_are_per_person
    assert len({member.ref for member in members}) == 2
    assert {reach.since for member in members for reach in member.facts.phones} != {None}
    capped.close()
