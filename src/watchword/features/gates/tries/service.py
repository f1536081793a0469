"""What happens when somebody types what only a recipient knows: a try is counted, then judged."""

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.campaigns.links.rules import Named
from watchword.features.campaigns.recipients.rules import Step
from watchword.features.challenges.desk import Machine
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.gates.ports import Links
from watchword.features.gates.rules import (
    DOOR,
    OFTEN,
    Answer,
    Asks,
    Busy,
    Found,
    Gone,
    NothingTyped,
    NotProven,
    Wrong,
    is_theirs,
    read_typed,
)
from watchword.features.gates.tries.rules import Charged, Paused, charge, of_all_links, to_leave
from watchword.features.gates.tries.store import TryStore
from watchword.features.limits.rules import (
    Allowed,
    Budget,
    Disabled,
    NotBefore,
    charge_send,
    may_send,
)
from watchword.features.limits.service import Gates as Knocks
from watchword.features.limits.store import BudgetStore
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import Storage

AT_A_GATE = "gate"
"""Who acts when somebody does whom we do not know."""

log = structlog.get_logger()


class Proving:
    def __init__(
        self, *, storage: Storage, contacts: Contacts, links: Links, knocks: Knocks
    ) -> None:
        self._storage = storage
        self._contacts = contacts
        self._links = links
        self._knocks = knocks

    async def prove(
        self, found: Found, asks: Asks, answer: Answer, *, leaves: bool = False
    ) -> Contact | NotProven:
        """Say whether somebody knows where the message went; give it, if they do.

        What was typed is counted in a transaction of its own before anybody looks at it; apart, if
        somebody `leaves`. Where all links of a campaign are guessed at, nobody opens it for a
        while, and everybody can leave.
        """
        typed = read_typed(asks, answer.typed)
        if typed is None:
            return NothingTyped()
        if busy := await self.knock(found, answer.address):
            return busy
        counted = to_leave(found.link) if leaves else found.link
        rest = None if leaves else await self._rest(found)
        charged = rest or await self._charge(found, counted, is_to_open=not leaves)
        if isinstance(charged, Paused):
            return charged
        contact = await self._contact(found)
        if contact is None:
            return Gone()
        if is_theirs(contact, typed):
            return contact
        await self._note_wrong(found)
        until = charged.tries.paused_until
        return Paused(until) if until is not None else Wrong(charged.left)

    async def knock(self, found: Found, address: str) -> Busy | None:
        """Count an answer from a network address."""
        leave = await self._knocks.knock(
            address, at=DOOR, limits=OFTEN, whose=found.organisation.id
        )
        match leave:
            case NotBefore(moment):
                return Busy(moment)
            case Disabled():
                return Busy(self._storage.now())
            case _:
                return None

    async def _rest(self, found: Found) -> Paused | None:
        """Say until when nobody opens a campaign, for all its links are being guessed at."""
        whose, key = found.organisation.id, _at_all_links(found)
        async with self._storage.reading(whose) as transaction:
            kept = await BudgetStore(transaction, whose).about(key, 1)
            now = transaction.now()
        leave = may_send(kept.get("", Budget()), of_all_links(found.campaign.recipients), now)
        return Paused(leave.moment) if isinstance(leave, NotBefore) else None

    async def _note_wrong(self, found: Found) -> None:
        """Count a wrong answer for the whole campaign; the last that may be is told to staff."""
        whose, key = found.organisation.id, _at_all_links(found)
        limits = of_all_links(found.campaign.recipients)
        async with self._storage.begin(whose) as transaction:
            store, now = BudgetStore(transaction, whose), transaction.now()
            budget = await store.make_or_hold(key)
            if may_send(budget, limits, now) != Allowed():
                return
            budget = charge_send(budget, limits, now)
            await store.save(key, budget)
            rests = may_send(budget, limits, now) != Allowed()
            if rests:
                entry = Entry(
                    action=Action.GATE_PAUSED,
                    actor=Machine(name=AT_A_GATE, organisation=found.organisation).actor,
                    target=f"campaign:{found.campaign.id}",
                    details={"wrong": limits.sends[0].most},
                )
                await AuditStore(transaction, whose).add(entry)
        if rests:
            log.warning("gate.paused", campaign_id=str(found.campaign.id))

    async def _charge(self, found: Found, counted: Named, *, is_to_open: bool) -> Charged | Paused:
        whose = found.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = TryStore(transaction, whose)
            charged = charge(await store.hold(counted), transaction.now())
            if isinstance(charged, Paused):
                return charged
            await store.save(counted, charged.tries)
            if is_to_open:  # Whoever leaves has not tried to come in.
                await self._links.mark(transaction, found, Step.OPENED)
            if charged.begins_pause:
                entry = Entry(
                    action=Action.LINK_PAUSED,
                    actor=Machine(name=AT_A_GATE, organisation=found.organisation).actor,
                    target=f"campaign:{found.campaign.id}",
                    details={"pauses": charged.tries.pauses},
                )
                await AuditStore(transaction, whose).add(entry)
        if charged.begins_pause:
            log.info("link.paused", campaign_id=str(found.campaign.id))
        return charged

    async def _contact(self, found: Found) -> Contact | None:
        if found.recipient.contact_id is None:
            return None
        whose = found.organisation.id
        async with self._storage.reading(whose) as transaction:
            try:
                return await self._contacts.open(transaction, whose, found.recipient.contact_id)
            except NotFound:
                return None


def _at_all_links(found: Found) -> str:
    """Name what counts the wrong answers at all links of a campaign."""
    return f"{DOOR}:campaign:{found.campaign.id}"
