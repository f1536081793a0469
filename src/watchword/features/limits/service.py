"""Limits beyond those of challenges: knocking with unknown keys, and lifting what has shut."""

import hmac
from datetime import timedelta
from uuid import UUID

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.limits.rules import (
    Allowed,
    Cap,
    Leave,
    Limits,
    charge_send,
    may_send,
    network_of,
)
from watchword.features.limits.store import BudgetStore, BudgetSweep
from watchword.foundation.framing import framed
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage

HOUSE = OrganisationId(UUID(int=0))
"""Who keeps what belongs to no organisation."""

KNOCKS = Limits(sends=(Cap(20, timedelta(minutes=1)),))


class Gates:
    def __init__(self, *, storage: Storage, key: bytes) -> None:
        """`key`: what addresses are digested with, for they are not kept."""
        self._storage = storage
        self._key = key

    async def knock(
        self,
        address: str,
        *,
        at: str = "address",
        limits: Limits = KNOCKS,
        whose: OrganisationId = HOUSE,
    ) -> Leave:
        """Count an attempt with an unknown key, and say whether there may be another.

        `at`: another door that strangers knock at, with a count and limits of its own. `whose`:
        the organisation that the door belongs to; the clock of its sandbox moves the count, too.
        Addresses of one network of IPv6 are counted as one.
        """
        digest = hmac.digest(
            self._key, framed("watchword/address/1", network_of(address)), "sha256"
        )
        key = f"{at}:{digest.hex()}"
        async with self._storage.begin(whose) as transaction:
            store = BudgetStore(transaction, whose)
            budget, now = await store.hold(key), transaction.now()
            leave = may_send(budget, limits, now)
            if leave == Allowed():
                # Beyond the cap nothing is written, or a flood would keep the disk busy.
                budget = await store.make_or_hold(key)
                await store.save(key, charge_send(budget, limits, now))
        return leave

    async def forget(self, most: int) -> int:
        """Drop budgets of which nothing is used up any more."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await BudgetSweep(transaction).forget(most)


class Lifts:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def lift(
        self, organisation_id: OrganisationId, about: str, actor: str, reason: str = ""
    ) -> int:
        """Forget all that was used up about a contact point; count the budgets that there were.

        A `reason` goes into the audit.
        """
        async with self._storage.begin(organisation_id) as transaction:
            lifted = await BudgetStore(transaction, organisation_id).lift(f"{about}:")
            entry = Entry(
                action=Action.LIMITS_LIFTED,
                actor=actor,
                target=about,
                details={"budgets": lifted, **({"reason": reason} if reason else {})},
            )
            await AuditStore(transaction, organisation_id).add(entry)
        return lifted
