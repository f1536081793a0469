"""Watchword for programs in Python: acts that are values, and a client that does them.

    from watchword.client import Client, challenges

    with Client("https://codes.example.org", key) as watchword:
        challenge = watchword.do(challenges.create("wallet_signin", phone="+491701234567"))
        judged = watchword.do(challenges.answer(challenge.id, typed))

An act has its idempotency key from the moment it is made, so the same act done again, now or after
a fault, happens once. `AsyncClient` does the same acts, with `await`.

Nothing here imports the server: this folder stands beside the house, and needs httpx and msgspec.
"""

from watchword.client import (
    cards,
    challenges,
    customers,
    points,
    redemptions,
    rewards,
    sandbox,
    shapes,
    tills,
    vouchers,
)
from watchword.client.acts import Act
from watchword.client.asynchronous import AsyncClient
from watchword.client.faults import ClientFault, NoAnswer, NotUnderstood, Problem
from watchword.client.patience import Patience
from watchword.client.synchronous import Client

__all__ = [
    "Act",
    "AsyncClient",
    "Client",
    "ClientFault",
    "NoAnswer",
    "NotUnderstood",
    "Patience",
    "Problem",
    "cards",
    "challenges",
    "customers",
    "points",
    "redemptions",
    "rewards",
    "sandbox",
    "shapes",
    "tills",
    "vouchers",
]
