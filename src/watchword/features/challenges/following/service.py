"""What somebody sees and ends of a challenge inside a transaction of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from watchword.features.audit.rules import Action
from watchword.features.challenges.desk import Desk, Mailroom
from watchword.features.challenges.rules import Challenge, ChallengeId, cancelled
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.rules import Sending
from watchword.foundation.storage import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A challenge, what it was sent to, and each message that carried its code."""

    challenge: Challenge
    contact: Contact = field(repr=False)
    sendings: Sequence[Sending]


class Following:
    def __init__(self, *, contacts: Contacts, mailroom: Mailroom) -> None:
        self._contacts = contacts
        self._mailroom = mailroom

    async def find(self, transaction: Transaction, client: Caller, id: ChallengeId) -> Challenge:
        """Give a challenge alone."""
        return await Desk(transaction, client, self._mailroom).challenges.find(id)

    async def sendings(
        self, transaction: Transaction, client: Caller, id: ChallengeId
    ) -> Sequence[Sending]:
        """Give the messages that carried its code, the first first."""
        return await self._mailroom.outbox.trace(transaction, client.organisation.id, str(id))

    async def read(self, transaction: Transaction, client: Caller, id: ChallengeId) -> Followed:
        """Give a challenge with its contact point, which may be forgotten by now."""
        challenge = await self.find(transaction, client, id)
        whose = client.organisation.id
        return Followed(
            challenge=challenge,
            contact=await self._contacts.seen(transaction, whose, challenge.contact_id),
            sendings=await self.sendings(transaction, client, id),
        )

    async def cancel(self, transaction: Transaction, client: Caller, id: ChallengeId) -> bool:
        """End a challenge; say whether it had not ended before."""
        desk = Desk(transaction, client, self._mailroom)
        challenge = cancelled(await desk.challenges.hold(id), desk.now)
        if challenge is None:
            return False
        await desk.end(challenge)
        await desk.note(Action.CHALLENGE_CANCELLED, id)
        return True
