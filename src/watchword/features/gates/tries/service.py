"""What happens when somebody types what only a recipient knows: a try is counted, then judged."""

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
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
from watchword.features.gates.tries.rules import Charged, Paused, charge
from watchword.features.gates.tries.store import TryStore
from watchword.features.limits.rules import Disabled, NotBefore
from watchword.features.limits.service import Gates as Knocks
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

    async def prove(self, found: Found, asks: Asks, answer: Answer) -> Contact | NotProven:
        """Say whether somebody knows where the message went; give it, if they do.

        What was typed is counted in a transaction of its own before anybody looks at it.
        """
        typed = read_typed(asks, answer.typed)
        if typed is None:
            return NothingTyped()
        if busy := await self.knock(found, answer.address):
            return busy
        charged = await self._charge(found)
        if isinstance(charged, Paused):
            return charged
        contact = await self._contact(found)
        if contact is None:
            return Gone()
        if is_theirs(contact, typed):
            return contact
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

    async def _charge(self, found: Found) -> Charged | Paused:
        whose = found.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = TryStore(transaction, whose)
            charged = charge(await store.hold(found.link), transaction.now())
            if isinstance(charged, Paused):
                return charged
            await store.save(found.link, charged.tries)
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
