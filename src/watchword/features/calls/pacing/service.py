"""What happens when much goes wrong at once: whoever calls then is handed to a person.

A lock stands with one member. Whoever tries one guess each at a thousand meets these: a count for
the telephone they call from, which they can forge, and one for the whole line. Both are looked at
when a call begins, and before each guess of it is judged.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.calls.locks.rules import Sought, names_of
from watchword.features.calls.pacing.rules import (
    CODES,
    FROM_ONE,
    LATELY,
    ON_THE_LINE,
    REHEARSED,
    Well,
    is_tripped,
    taken_back,
)
from watchword.features.calls.pacing.words import sprayed
from watchword.features.calls.ports import News
from watchword.features.clients.rules import Caller as Client
from watchword.features.limits.rules import Allowed, Budget, charge_send, may_send
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.service import Organisations
from watchword.features.webhooks.events import EventId
from watchword.foundation.ids import new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction

COLUMN: Final = "calls.caller"
LINE: Final = "calls"
ONES: Final = "calls:right"
TENS: Final = "calls:right:tens"

log = structlog.get_logger()


class Pacing:
    """Fills `Paces`. The line is held before a telephone, by everybody."""

    def __init__(self, *, organisations: Organisations, news: News) -> None:
        self._organisations = organisations
        self._news = news

    async def is_open(
        self, transaction: Transaction, client: Client, number: Secret | None
    ) -> bool:
        """Say whether calls are taken from a telephone now; `number` is nothing if it hides."""
        store = BudgetStore(transaction, client.organisation.id)
        if await self._is_tried_out(transaction, client, await store.hold(LINE)):
            return False
        one = await self._key(transaction, client, number)
        return one is None or _is_taken(await store.hold(one), transaction)

    async def charge(self, transaction: Transaction, client: Client, number: Secret | None) -> bool:
        """Count a guess that is about to be judged, and say whether it is to be."""
        store, now = BudgetStore(transaction, client.organisation.id), transaction.now()
        line = await store.make_or_hold(LINE)
        if await self._is_tried_out(transaction, client, line):
            return False
        one = await self._key(transaction, client, number)
        if one is not None:
            budget = await store.make_or_hold(one)
            if not _is_taken(budget, transaction):
                return False
            await store.save(one, charge_send(budget, FROM_ONE, now))
        await store.save(LINE, charge_send(line, ON_THE_LINE.wrong, now))
        return True

    async def charge_code(self, transaction: Transaction, client: Client, sought: Sought) -> bool:
        """Count a code by what was typed, and say whether one is sent for that."""
        whose = client.organisation
        [name] = names_of(replace(sought, found=()), whose.country)
        keys = await self._organisations.keys(transaction, whose.id)
        store, key = BudgetStore(transaction, whose.id), f"codes:{keys.blind(COLUMN, name).hex()}"
        budget, now = await store.make_or_hold(key), transaction.now()
        if may_send(budget, CODES, now) != Allowed():
            return False
        await store.save(key, charge_send(budget, CODES, now))
        return True

    async def take_back(
        self, transaction: Transaction, client: Client, number: Secret | None, *, was_right: bool
    ) -> None:
        """Count one less that went wrong, and one more that went well if it did: what nobody could
        judge makes no room for what is wrong."""
        store, now = BudgetStore(transaction, client.organisation.id), transaction.now()
        await store.save(LINE, taken_back(await store.make_or_hold(LINE)))
        one = await self._key(transaction, client, number)
        if one is not None:
            await store.save(one, taken_back(await store.make_or_hold(one)))
        if was_right:
            await _count_well(store, now)

    def announce(self, client: Client) -> None:
        self._news.announce(client.organisation.id)

    async def may_rehearse(self, transaction: Transaction, client: Client) -> bool:
        store = BudgetStore(transaction, client.organisation.id)
        budget = await store.hold(_rehearsing(client))
        return may_send(budget, REHEARSED, transaction.now()) == Allowed()

    async def charge_rehearsal(self, transaction: Transaction, client: Client) -> bool:
        """Count a guess of whoever rehearses, and say whether it is to be judged."""
        store, key = BudgetStore(transaction, client.organisation.id), _rehearsing(client)
        budget, now = await store.make_or_hold(key), transaction.now()
        if may_send(budget, REHEARSED, now) != Allowed():
            return False
        await store.save(key, charge_send(budget, REHEARSED, now))
        return True

    async def take_back_rehearsal(self, transaction: Transaction, client: Client) -> None:
        store, key = BudgetStore(transaction, client.organisation.id), _rehearsing(client)
        await store.save(key, taken_back(await store.make_or_hold(key)))

    async def _is_tried_out(self, transaction: Transaction, client: Client, line: Budget) -> bool:
        """Look at the line, and tell of it once in a while if it is being tried out."""
        if len(line.sends) < ON_THE_LINE.least:
            return False  # Of so few nobody asks which share of all they are.
        store, now = BudgetStore(transaction, client.organisation.id), transaction.now()
        well = Well(await store.hold(ONES), await store.hold(TENS))
        if not is_tripped(ON_THE_LINE, line, well, now):
            return False
        if line.blocked_until is None or line.blocked_until <= now:
            await store.save(LINE, replace(line, blocked_until=now + LATELY))
            await self._tell(transaction, client, now)
        return True

    async def _tell(self, transaction: Transaction, client: Client, now: datetime) -> None:
        whose = client.organisation.id
        entry = Entry(action=Action.TELEPHONE_LINE_SPRAYED, actor=client.actor, target=LINE)
        await AuditStore(transaction, whose).add(entry)
        await self._news.note(transaction, whose, sprayed(EventId(new_id()), now))
        log.warning("calls.paced", count=LINE)

    async def _key(
        self, transaction: Transaction, client: Client, number: Secret | None
    ) -> str | None:
        if number is None:
            return None
        keys = await self._organisations.keys(transaction, client.organisation.id)
        return f"caller:{keys.blind(COLUMN, number.reveal()).hex()}"


def _rehearsing(client: Client) -> str:
    return f"rehearsal:{client.actor}"


def _is_taken(one: Budget, transaction: Transaction) -> bool:
    is_so = may_send(one, FROM_ONE, transaction.now()) == Allowed()
    if not is_so:
        log.warning("calls.paced", count="caller")
    return is_so


async def _count_well(store: BudgetStore, now: datetime) -> None:
    before = Well(await store.make_or_hold(ONES), await store.make_or_hold(TENS))
    after = before.one_more(now)
    await store.save(ONES, after.ones)
    if after.tens != before.tens:
        await store.save(TENS, after.tens)
