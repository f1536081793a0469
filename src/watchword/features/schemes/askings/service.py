"""What happens to askings: a code is asked for, checked, looked at and ended under a scheme.

Codes are opened, sent, judged and ended by challenges, as they are for everybody else.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

import msgspec
import structlog

from watchword.features.abuse.service import Guard
from watchword.features.challenges.codebook import Codebook
from watchword.features.challenges.course.desk import is_own
from watchword.features.challenges.course.service import Course
from watchword.features.challenges.desk import Desk, Mailroom
from watchword.features.challenges.following.service import Following
from watchword.features.challenges.lanes import lane_of_scheme
from watchword.features.challenges.rules import Challenge, ChallengeId, guesses_key
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    Over,
    TooMany,
    Verdict,
    Verified,
    Wrong,
)
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.rules import MessageId, ProviderName
from watchword.features.schemes.askings.rules import (
    NOTHING_SAID,
    PURPOSE,
    Asking,
    Checked,
    Ending,
    NotThere,
    PaymentMissing,
    Said,
    Seen,
    Sent,
    Standing,
    Started,
    Target,
    TriedOut,
    Wish,
    is_readable,
    named,
    opening_of,
    payment_of,
    sent_of,
    standing_of,
    unfit,
)
from watchword.features.schemes.askings.store import AskingStore
from watchword.features.schemes.meters.service import Meters
from watchword.features.schemes.rules import NoScheme, Scheme
from watchword.features.schemes.service import Schemes
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Place
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()


class Askings:
    def __init__(
        self,
        *,
        storage: Storage,
        schemes: Schemes,
        meters: Meters,
        contacts: Contacts,
        course: Course,
        following: Following,
        mailroom: Mailroom,
        guard: Guard,
        codebook: Codebook,
    ) -> None:
        self._storage = storage
        self._schemes = schemes
        self._meters = meters
        self._contacts = contacts
        self._course = course
        self._following = following
        self._mailroom = mailroom
        self._guard = guard
        self._codebook = codebook

    async def start(self, caller: Caller, wish: Wish) -> Started:
        """Send a code; where one is pending there already, send that one once more."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            scheme = await self._schemes.known(transaction, whose, wish.scheme_id)
            started = (
                NoScheme()
                if scheme is None
                else await self._start(transaction, caller, scheme, wish)
            )
        if isinstance(started, Seen):
            provider = started.sendings[-1].provider if started.sendings else None
            self._course.announce(whose, provider)
            log.debug("asking.started", challenge_id=str(started.asking.id))
        return started

    async def check(
        self, caller: Caller, target: Target, typed: str, said: Said = NOTHING_SAID
    ) -> Checked:
        """Try a code, as the customer typed it, for the payment that it is to approve."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            scheme = await self._schemes.known(transaction, whose, target.scheme_id)
            if scheme is None:
                return NoScheme()
            payment = payment_of(scheme, said)
            if scheme.manner.psd2_enabled and payment is None:
                return PaymentMissing()
            approves = None if payment is None else named(payment)
            asking = await self._find(transaction, whose, target)
            if asking is None or asking.vouched_at is not None:
                return NotThere()
            desk = Desk(transaction, caller, self._mailroom)
            budget = guesses_key(asking.contact_id, PURPOSE, lane_of_scheme(asking.scheme_id))
            verdict = await self._course.answer_at(desk, asking.id, typed, approves, budget)
            checked = await self._checked(desk, asking, target, verdict)
        self._course.announce(whose)
        log.debug("asking.checked", challenge_id=str(asking.id), outcome=verdict.word)
        return checked

    async def read(self, caller: Caller, target: Target) -> Seen | NoScheme | NotThere:
        """Give an asking, as long as there is something to see of it."""
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            scheme = await self._schemes.known(transaction, whose, target.scheme_id)
            if scheme is None:
                return NoScheme()
            asking = await self._find(transaction, whose, target)
            seen = None if asking is None else await self._seen(transaction, caller, asking)
        return seen if seen is not None and is_readable(seen.standing) else NotThere()

    async def cancel(self, caller: Caller, target: Target) -> Seen | NoScheme | NotThere:
        return await self._end(caller, target, Ending.CANCELLED)

    async def vouch(self, caller: Caller, target: Target) -> Seen | NoScheme | NotThere:
        """End an asking because the application knows by itself who is there. Nothing is proven to
        us by that, so the challenge is cancelled, and no evidence says otherwise. A code that it
        made itself has come back by that, for it alone can have had it typed."""
        return await self._end(caller, target, Ending.VOUCHED)

    async def concede(
        self, caller: Caller, target: Target
    ) -> Seen | NoScheme | NotThere | TriedOut:
        """Let somebody else's word stand for a right code, of which we know nothing. That is no
        proof either, and only as much is let through as would be. But the code has come back."""
        seen = await self.read(caller, target)
        if isinstance(seen, Seen) and seen.standing is Standing.EXHAUSTED:
            return TriedOut()
        if not isinstance(seen, Seen) or seen.standing is not Standing.PENDING:
            return seen if isinstance(seen, NoScheme) else NotThere()
        return await self._end(caller, target, Ending.CONCEDED)

    async def _start(
        self, transaction: Transaction, caller: Caller, scheme: Scheme, wish: Wish
    ) -> Started:
        if fault := unfit(scheme, wish):
            return fault
        opening, whose = opening_of(scheme, wish), caller.organisation.id
        if no_way := self._course.find_fault(caller, opening):
            return no_way
        if wish.metered and (
            stop := await self._meters.count(transaction, whose, scheme.id, wish.metered)
        ):
            return stop
        desk = Desk(transaction, caller, self._mailroom)
        shown = await self._course.open_at(desk, opening)
        if not isinstance(shown, Shown):
            return shown
        challenge, sendings = await self._sent(desk, shown.id)
        asking = Asking(
            id=shown.id,
            scheme_id=scheme.id,
            contact_id=challenge.contact_id,
            country=wish.contact.country,
            created_at=challenge.created_at,
            sealed_said=await self._sealed(
                transaction, whose, challenge.contact_id, shown.id, wish.said
            ),
        )
        store, said = AskingStore(transaction, whose), wish.said
        if not await store.add(asking):
            asking = await store.find(asking.id) or asking
            said = await self._said(transaction, whose, asking)
        return Seen(
            asking=asking,
            channel=challenge.channel,
            touched_at=None,
            contact=wish.contact,
            standing=Standing.PENDING,
            said=said,
            sendings=sendings,
        )

    async def _sent(self, desk: Desk, id: ChallengeId) -> tuple[Challenge, Sequence[Sent]]:
        """Give a challenge as it was just sent; of what stands beside another, nothing was."""
        if not desk.sent:
            return await self._following.find(desk.transaction, desk.client, id), ()
        challenge, message_id = desk.sent[-1]
        found = await self._sendings(desk.transaction, desk.client, challenge, message_id)
        return challenge, found

    async def _checked(
        self, desk: Desk, asking: Asking, target: Target, verdict: Verdict | TooMany | Locked
    ) -> Checked:
        match verdict:
            case TooMany() | Locked():
                return verdict
            case Expired() | Over():
                return NotThere()
            case Exhausted():
                return TriedOut() if desk.now < desk.judged[-1].expires_at else NotThere()
            case Verified() | Wrong():
                is_right = isinstance(verdict, Verified)
                return Seen(
                    asking=asking,
                    channel=desk.judged[-1].channel,
                    touched_at=desk.now,
                    contact=await self._whom(desk, asking, target),
                    standing=Standing.APPROVED if is_right else Standing.PENDING,
                    said=await self._said(desk.transaction, desk.id, asking),
                )
            case _:
                assert_never(verdict)

    async def _end(
        self, caller: Caller, target: Target, ending: Ending
    ) -> Seen | NoScheme | NotThere:
        whose, is_vouched = caller.organisation.id, ending is not Ending.CANCELLED
        async with self._storage.begin(whose) as transaction:
            scheme = await self._schemes.known(transaction, whose, target.scheme_id)
            if scheme is None:
                return NoScheme()
            asking = await self._find(transaction, whose, target)
            if asking is None:
                return NotThere()
            desk = Desk(transaction, caller, self._mailroom)
            is_back = await self._has_come_back(desk, asking, ending)
            has_ended = await self._following.cancel(transaction, caller, asking.id)
            if has_ended and is_vouched:
                await AskingStore(transaction, whose).vouch(asking.id)
                asking = replace(asking, vouched_at=desk.now)
            if has_ended and is_back:
                await self._guard.came_back(transaction, desk.organisation, asking.id, desk.now)
            seen = await self._seen(transaction, caller, asking)
        self._course.announce(whose)
        # What was proven, or ran out of time, is of no more use; what was cancelled is so still.
        is_there = has_ended or (is_readable(seen.standing) and not is_vouched)
        return seen if is_there else NotThere()

    async def _has_come_back(self, desk: Desk, asking: Asking, ending: Ending) -> bool:
        """Say whether a code was read, whoever had it typed. Of one that we have drawn only we
        would know: else a key alone could let pumped numbers look as if they were read."""
        match ending:
            case Ending.CANCELLED:
                return False
            case Ending.CONCEDED:
                return True
            case Ending.VOUCHED:
                return await is_own(desk, self._codebook, asking.id)
            case _:
                assert_never(ending)

    async def _find(
        self, transaction: Transaction, organisation_id: OrganisationId, target: Target
    ) -> Asking | None:
        store = AskingStore(transaction, organisation_id)
        if not isinstance(target.who, Contact):
            asking = await store.find(target.who)
            is_under = asking is not None and asking.scheme_id == target.scheme_id
            return asking if is_under else None
        blind_index = await self._contacts.blind(transaction, organisation_id, target.who)
        return await store.latest(target.scheme_id, target.who.kind, blind_index)

    async def _seen(self, transaction: Transaction, caller: Caller, asking: Asking) -> Seen:
        followed = await self._following.read(transaction, caller, asking.id)
        return Seen(
            asking=asking,
            channel=followed.challenge.channel,
            touched_at=followed.challenge.ended_at,
            contact=followed.contact,
            standing=standing_of(asking, followed.challenge, transaction.now()),
            said=await self._said(transaction, caller.organisation.id, asking),
            sendings=sent_of(followed.sendings),
        )

    async def _whom(self, desk: Desk, asking: Asking, target: Target) -> Contact:
        if isinstance(target.who, Contact):
            return target.who
        return await self._contacts.seen(desk.transaction, desk.id, asking.contact_id)

    async def _sendings(
        self, transaction: Transaction, caller: Caller, challenge: Challenge, last: MessageId
    ) -> Sequence[Sent]:
        """Give the messages that carried the code; the first one is known by now."""
        if challenge.sendings > 1:
            found = await self._following.sendings(transaction, caller, challenge.id)
            return sent_of(found)
        taken = ProviderName(challenge.route.trace[-1].provider or "")
        return [Sent(last, challenge.channel, taken, challenge.created_at)]

    async def _said(
        self, transaction: Transaction, organisation_id: OrganisationId, asking: Asking
    ) -> Said:
        if asking.sealed_said is None:
            return NOTHING_SAID
        place = _place(organisation_id, asking.id)
        written = await self._contacts.unseal(
            transaction, asking.contact_id, asking.sealed_said, place
        )
        return msgspec.json.decode(written, type=Said)

    async def _sealed(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        contact_id: ContactId,
        id: ChallengeId,
        said: Said,
    ) -> bytes | None:
        if said.is_empty:
            return None
        written = msgspec.json.encode(said).decode()
        place = _place(organisation_id, id)
        return await self._contacts.seal(transaction, contact_id, written, place)


def _place(organisation_id: OrganisationId, id: ChallengeId) -> Place:
    return Place(organisation_id, "askings", "said", str(id))
