"""What happens when somebody wants no more messages, or says that one was not meant for them.

Both are done for whoever knows where the message went: programs follow links and press buttons, and
a stranger to whom a link was passed on must not speak for its owner. Nothing is sent to anybody.
"""

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.campaigns.recipients.rules import Step
from watchword.features.challenges.desk import Machine
from watchword.features.consents.rules import SCOPE_OF, Source
from watchword.features.consents.service import Consents
from watchword.features.contacts.rules import Contact
from watchword.features.gates.ports import Links
from watchword.features.gates.rules import Answer, Found, Gone, Leaving, Left, asks_of
from watchword.features.gates.tries.service import AT_A_GATE, Proving
from watchword.features.gates.tries.store import TryStore
from watchword.foundation.storage import Storage, Transaction


class Leavings:
    def __init__(
        self, *, storage: Storage, links: Links, proving: Proving, consents: Consents
    ) -> None:
        self._storage = storage
        self._links = links
        self._proving = proving
        self._consents = consents

    async def stop(self, link: str, answer: Answer) -> Leaving:
        """Send somebody nothing of the kind any more, because they say so."""
        return await self._leave(link, answer, is_disowned=False)

    async def disown(self, link: str, answer: Answer) -> Leaving:
        """Do the same for whoever has the number, and is not who was meant; staff can see it.

        What was shown about that number stays: the end of a number is far too little to take a
        card from anybody.
        """
        return await self._leave(link, answer, is_disowned=True)

    async def _leave(self, link: str, answer: Answer, *, is_disowned: bool) -> Leaving:
        found = await self._links.find(link)
        if found is None:
            return Gone()
        contact = await self._proving.prove(
            found, asks_of(found.campaign.channel), answer, leaves=True
        )
        if not isinstance(contact, Contact):
            return contact
        whose, scope = found.organisation.id, SCOPE_OF[found.campaign.channel]
        async with self._storage.begin(whose) as transaction:
            stopped = await self._consents.stop(
                transaction, found.organisation, contact, Source.LINK, scope
            )
            await TryStore(transaction, whose).forget(found.link)
            is_first = await self._links.mark(transaction, found, Step.OPTED_OUT)
            # What was sent lately is marked by the stop already.
            if is_disowned and (is_first or stopped.is_new):
                await _note(transaction, found)
        self._consents.announce(whose)
        return Left(stopped.is_new)


async def _note(transaction: Transaction, found: Found) -> None:
    entry = Entry(
        action=Action.LINK_DISOWNED,
        actor=Machine(name=AT_A_GATE, organisation=found.organisation).actor,
        target=f"customer:{found.recipient.customer_id}",
        details={"campaign": str(found.campaign.id)},
    )
    await AuditStore(transaction, found.organisation.id).add(entry)
