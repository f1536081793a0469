"""An organisation that keeps PINs itself, on each database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.stores import KEYRING, MovableTime, found
from watchword.features.clients.rules import Operator
from watchword.features.customers.rules import CustomerId
from watchword.features.pins.kept.rules import Locking, PinRecord, Subject, mark_of, of_customer
from watchword.features.pins.kept.service import KeptPins
from watchword.foundation.capped import Capped
from watchword.foundation.ids import new_id
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.sealed_hashes import Cost
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

QUICK = Cost(memory=64, passes=1)
LOCKING = Locking(after=10)
PIN, WRONG = Secret("902746"), Secret("902747")


@dataclass
class Vault:
    """One organisation, one customer, and the service that keeps their PINs."""

    storage: Storage
    caller: Operator
    capped: Capped
    time: MovableTime
    customer: CustomerId

    @property
    def subject(self) -> Subject:
        return of_customer(self.customer)

    def pins(self, keyring: Keyring = KEYRING, cost: Cost = QUICK) -> KeptPins:
        sealer = Sealer(keyring.versions(KeyKind.PINS))
        return KeptPins(storage=self.storage, sealer=sealer, capped=self.capped, cost=cost)

    async def verify(self, pin: Secret, locking: Locking = LOCKING) -> object:
        return await self.pins().verify(self.caller.organisation.id, self.subject, pin, locking)

    async def set(self, pin: Secret, *, previous: int = 0) -> object:
        return await self.pins().set(
            self.caller,
            self.subject,
            pin,
            customer_id=self.customer,
            expected=mark_of(await self.record()),
            previous=previous,
        )

    async def record(self) -> PinRecord | None:
        return await self.pins().get(self.caller.organisation.id, self.subject)


@pytest.fixture
async def capped() -> AsyncIterator[Capped]:
    capped = Capped(at_once=2, waiting=100, patience=30, name="test")
    yield capped
    capped.close()


@pytest.fixture
async def vault(house: Storage, time: MovableTime, capped: Capped) -> Vault:
    caller = Operator(name="ada", organisation=await found(house))
    return Vault(house, caller, capped, time, CustomerId(new_id()))
