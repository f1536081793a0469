"""What happens when somebody wants no more codes: all that is pending for them ends at once."""

from collections.abc import Iterable, Sequence

from watchword.features.audit.rules import Action
from watchword.features.challenges.desk import Desk, Mailroom
from watchword.features.challenges.events import ENDS
from watchword.features.challenges.rules import Challenge, cancelled
from watchword.features.challenges.withdrawals.store import PendingStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


class Withdrawals:
    def __init__(self, *, mailroom: Mailroom) -> None:
        self._mailroom = mailroom

    async def end_all(
        self, transaction: Transaction, caller: Caller, contact_id: ContactId, *, reason: str
    ) -> Sequence[Challenge]:
        """Cancel what is pending for a contact point, with all that waits to be sent; give it.

        Nobody else hears of it before `tell`.
        """
        desk, ended = Desk(transaction, caller, self._mailroom), []
        for id in await PendingStore(transaction, caller.organisation.id).of(contact_id):
            challenge = cancelled(await desk.challenges.hold(id), desk.now)
            if challenge is not None:
                await desk.end_quietly(challenge)
                await desk.note(Action.CHALLENGE_CANCELLED, id, reason=reason)
                ended.append(challenge)
        return ended

    async def tell(
        self, transaction: Transaction, caller: Caller, ended: Iterable[Challenge]
    ) -> None:
        """Tell applications what was cancelled. Call `announce` once the transaction is durable."""
        desk = Desk(transaction, caller, self._mailroom)
        for challenge in ended:
            await desk.tell(ENDS[challenge.status], challenge)

    def announce(self, organisation_id: OrganisationId) -> None:
        self._mailroom.announce(organisation_id)
