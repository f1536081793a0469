"""A shop to be measured: a reward of 60 points, and customers who have 100 each."""

from collections.abc import Iterator
from dataclasses import dataclass

from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.rewards.rules import Offer, Reward
from watchword.wiring import Services

POINTS, PRICE = 100, 60


@dataclass(frozen=True)
class Shop:
    reward: Reward
    phones: Iterator[Contact]
    """Of customers who have bought nothing yet, one after the other."""


async def new_shop(services: Services, caller: Caller, customers: int) -> Shop:
    offer = Offer(names={"de": "Becher"}, points=PRICE, value=500, currency="EUR")
    reward = await services.rewards.create(caller, offer)
    if not isinstance(reward, Reward):
        raise TypeError(reward)
    phones = [await _customer(services, caller, number) for number in range(customers)]
    return Shop(reward, iter(phones))


async def _customer(services: Services, caller: Caller, number: int) -> Contact:
    # Spread over many blocks of numbers, or the rules against abuse would stop it.
    phone = read_phone(f"+4917{number * 9973 % 10**9:09d}", "DE")
    if not isinstance(phone, Contact):
        raise TypeError(phone)
    new = NewCustomer(
        profile=Profile("Ann", f"Example {number}"),
        contacts=(phone,),
        origin=Origin.IMPORT,
        account=NewAccount(points=POINTS),
    )
    made = await services.customers.create(caller, new)
    if not isinstance(made, Customer):
        raise TypeError(made)
    return phone
