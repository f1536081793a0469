"""What happens to challenges. Each method is one transaction: load, decide, save, announce."""

from functools import partial
from typing import TypeAlias

import structlog

from watchword.features.audit.rules import Action
from watchword.features.challenges.course.service import Course
from watchword.features.challenges.desk import Desk, Mailroom
from watchword.features.challenges.events import ENDS, event_of
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import FOR_STAFF
from watchword.features.challenges.rules import (
    ChallengeId,
    cancelled,
)
from watchword.features.challenges.shown import Shown, show
from watchword.features.challenges.store import ChallengeStore, ChallengeSweep
from watchword.features.challenges.verdicts import (
    VERDICTS,
    Locked,
    Refusal,
    TooMany,
    Verdict,
)
from watchword.features.clients.rules import Caller
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.service import Contacts
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.routing.service import Router
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage, Transaction

Opened: TypeAlias = Shown | Refusal | OtherBody
Answered: TypeAlias = Verdict | TooMany | Locked | OtherBody

log = structlog.get_logger()


class Challenges:
    def __init__(
        self,
        *,
        storage: Storage,
        contacts: Contacts,
        mailroom: Mailroom,
        requests: Requests,
        router: Router,
        course: Course,
    ) -> None:
        self._storage = storage
        self._contacts = contacts
        self._mailroom = mailroom
        self._requests = requests
        self._router = router
        self._course = course

    async def open(self, client: Caller, opening: Opening, once: Once | None = None) -> Opened:
        """Send a code to a contact point, and wait for it to come back."""
        if fault := self._course.find_fault(client, opening):
            return fault
        async with self._storage.begin(client.organisation.id) as transaction:
            work = partial(self._course.open, transaction, client, opening)
            whose = client.organisation.id
            outcome = await self._requests.once(transaction, whose, once, (Shown,), work)
        self._announce(client, outcome)
        return outcome

    async def answer(
        self,
        client: Caller,
        id: ChallengeId,
        typed: str,
        transaction: str | None = None,
        once: Once | None = None,
    ) -> Answered:
        """Try a code, as the customer typed it; `transaction` is what it is to approve."""
        async with self._storage.begin(client.organisation.id) as opened:
            work = partial(self._course.answer, opened, client, id, typed, transaction)
            whose = client.organisation.id
            outcome = await self._requests.once(opened, whose, once, VERDICTS, work)
        self._mailroom.announce(client.organisation.id)
        log.debug("challenge.answered", challenge_id=str(id), outcome=outcome.word)
        return outcome

    async def resend(
        self,
        client: Caller,
        id: ChallengeId,
        wanted: Channel | None,
        once: Once | None = None,
    ) -> Opened:
        """Send the code once more, by the same channel or by another one."""
        async with self._storage.begin(client.organisation.id) as transaction:
            work = partial(self._course.resend, transaction, client, id, wanted)
            whose = client.organisation.id
            outcome = await self._requests.once(transaction, whose, once, (Shown,), work)
        self._announce(client, outcome)
        return outcome

    async def cancel(self, client: Caller, id: ChallengeId) -> None:
        """End a challenge, if it has not ended yet."""
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = Desk(transaction, client, self._mailroom)
            challenge = cancelled(await desk.challenges.hold(id), desk.now)
            if challenge is None:
                return
            await desk.end(challenge)
            await desk.note(Action.CHALLENGE_CANCELLED, id)
        self._mailroom.announce(client.organisation.id)
        log.debug("challenge.cancelled", challenge_id=str(id))

    async def read(self, client: Caller, id: ChallengeId) -> Shown:
        """Give a challenge with the trace of its messages."""
        organisation_id = client.organisation.id
        async with self._storage.reading(organisation_id) as transaction:
            challenge = await Desk(transaction, client, self._mailroom).challenges.find(id)
            contact = await self._contacts.seen(transaction, organisation_id, challenge.contact_id)
            sendings = await self._mailroom.outbox.trace(transaction, organisation_id, str(id))
            served = await self._router.open_to(transaction, client.organisation, challenge.purpose)
            return show(challenge, contact, served, transaction.now(), sendings)

    async def alarm(
        self, transaction: Transaction, client: Caller, target: str, purpose: str
    ) -> None:
        """Tell that a master PIN was typed in a field for codes of another kind."""
        await Desk(transaction, client, self._mailroom).alarm(target, purpose)

    async def expire(self, most: int) -> int:
        """End challenges of all organisations whose time is over; give how many there were."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            over = await ChallengeSweep(transaction).expire(most)
            for organisation_id, id in over:
                if await self._mailroom.webhooks.is_heard(organisation_id, transaction):
                    challenge = await ChallengeStore(transaction, organisation_id).find(id)
                    if challenge.purpose in FOR_STAFF:
                        continue
                    event = event_of(ENDS[challenge.status], challenge, transaction.now())
                    await self._mailroom.webhooks.note(transaction, organisation_id, event)
        for organisation_id in {organisation_id for organisation_id, _ in over}:
            self._mailroom.announce(organisation_id)
        return len(over)

    def _announce(self, client: Caller, outcome: Opened) -> None:
        provider = outcome.route.trace[-1].provider if isinstance(outcome, Shown) else None
        if isinstance(outcome, Shown):
            log.debug("challenge.sent", challenge_id=str(outcome.id), channel=outcome.channel)
        self._mailroom.announce(client.organisation.id, provider)
