"""A hash takes memory and a core: the house makes only so many at once, and says how many."""

import asyncio
import threading

import pytest

from tests.whole_house import dealt, services
from watchword.features.clients.rules import Operator
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.pins.kept.rules import Locking, of_customer
from watchword.foundation.ids import new_id
from watchword.foundation.secret import Secret
from watchword.wiring import Services
from watchword.wiring.telephone import HASHES_AT_ONCE

__all__ = ["dealt", "services"]

MANY = 6 * HASHES_AT_ONCE


class Traced(Secret):
    """A PIN that remembers in which threads it was looked at. One thread makes one hash at once."""

    __slots__ = ("threads",)

    def __init__(self, content: str, threads: set[int]) -> None:
        super().__init__(content)
        self.threads = threads

    def reveal(self) -> str:
        self.threads.add(threading.get_ident())
        return super().reveal()


@pytest.mark.parametrize("does", ["verify", "set"])
async def test_no_more_hashes_are_made_at_once_than_the_house_says(
    services: Services, does: str
) -> None:
    bank = await services.organisations.found(
        slug="bank", name="Bank", mode=Mode.TEST, country="US", locale="en", actor="test"
    )
    assert isinstance(bank, Organisation)
    operator, pins = Operator(name="test", organisation=bank), services.telephone.pins
    threads = set[int]()

    async def one() -> object:
        pin, subject = Traced("902746", threads), of_customer(CustomerId(new_id()))
        if does == "set":
            return await pins.set(operator, subject, pin)
        return await pins.verify(bank.id, subject, pin, Locking())

    await asyncio.gather(*(one() for _ in range(MANY)))

    assert threading.get_ident() not in threads, "nobody else would be answered meanwhile"
    assert len(threads) == HASHES_AT_ONCE
