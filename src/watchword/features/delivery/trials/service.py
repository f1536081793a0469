"""What happens when somebody tries a way out: it is counted, noted, and sent past the outbox."""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import MessageId, ProviderName, SendOutcome, Uncertain
from watchword.features.delivery.trials.rules import (
    BUDGET,
    TRIALS,
    NoSuchWay,
    TooManyTrials,
    Tried,
    trial,
)
from watchword.features.limits.rules import NotBefore, charge_send, may_send
from watchword.features.limits.store import BudgetStore
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Storage

SEND_WITHIN = 20.0  # seconds; somebody sits before the screen

log = structlog.get_logger()


class Trials:
    def __init__(
        self,
        *,
        storage: Storage,
        contacts: Contacts,
        routes: Routes,
        providers: Callable[[], Mapping[ProviderName, Provider]],
    ) -> None:
        self._storage = storage
        self._contacts = contacts
        self._routes = routes
        self._providers = providers

    async def make(
        self,
        caller: Caller,
        provider: ProviderName,
        channel: Channel,
        contact: Contact,
        *,
        locale: str,
    ) -> Tried | TooManyTrials | OptedOut | NoSuchWay:
        """Send one message that says nothing, and give what the provider made of it.

        It carries nobody's code, and is no message of a challenge. What a provider reports of it
        later is passed over.
        """
        organisation = caller.organisation
        carrier = self._providers().get(provider)
        if carrier is None or provider not in self._routes.ways(organisation.mode, channel):
            return NoSuchWay()
        refusal = await self._charge(caller, provider, channel, contact)
        if refusal is not None:
            return refusal
        id, now = MessageId(new_id()), self._storage.now()
        message = trial(id, organisation.id, contact, channel, locale=locale, now=now)
        try:
            async with asyncio.timeout(SEND_WITHIN):
                outcome: SendOutcome = await carrier.send(message)
        except TimeoutError:
            outcome = Uncertain("timeout")
        except Exception as fault:  # noqa: BLE001 - its words may quote the address
            log.error("provider.failed", provider=provider, fault=type(fault).__name__)  # noqa: TRY400
            outcome = Uncertain("fault")
        return Tried(outcome)

    async def _charge(
        self, caller: Caller, provider: ProviderName, channel: Channel, contact: Contact
    ) -> TooManyTrials | OptedOut | None:
        """Count a trial and write it down, before it can cost anything."""
        organisation_id = caller.organisation.id
        async with self._storage.begin(organisation_id) as transaction:
            budgets, now = BudgetStore(transaction, organisation_id), transaction.now()
            if await self._contacts.has_opted_out(transaction, organisation_id, contact):
                return OptedOut()
            budget = await budgets.make_or_hold(BUDGET)
            leave = may_send(budget, TRIALS, now)
            if isinstance(leave, NotBefore):
                return TooManyTrials(leave.moment)
            await budgets.save(BUDGET, charge_send(budget, TRIALS, now))
            entry = Entry(
                action=Action.CHANNEL_TRIED,
                actor=caller.actor,
                target=provider,
                details={"channel": channel},
            )
            await AuditStore(transaction, organisation_id).add(entry)
        return None
