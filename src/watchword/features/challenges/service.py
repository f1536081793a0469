"""What happens to challenges. Each method is one transaction: load, decide, save, announce."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.codebook import Codebook, Content
from watchword.features.challenges.messages import draft
from watchword.features.challenges.policies import Policy, Purpose
from watchword.features.challenges.rules import (
    EVERYBODY,
    Challenge,
    ChallengeId,
    Exhausted,
    Expired,
    Leading,
    Locked,
    NoWay,
    Over,
    Refusal,
    Shown,
    Status,
    TooMany,
    Verdict,
    Verified,
    Wrong,
    begun,
    cancelled,
    charged,
    choose_channel,
    guesses_key,
    judge,
    may_answer,
    may_open,
    may_resend,
    resent,
    retagged,
    sends_key,
    show,
)
from watchword.features.challenges.store import ChallengeStore, ChallengeSweep
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import Channel
from watchword.features.delivery.service import Outbox
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.limits.rules import Limits, charge_send
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Mode
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import EVERYWHERE, new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

VERDICTS = (Verified, Wrong, Expired, Exhausted, Over)

Opened: TypeAlias = Shown | Refusal | OtherBody
Answered: TypeAlias = Verdict | TooMany | Locked | OtherBody

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is asked for. `transaction` names what the code approves, if it approves something.

    `requester` stands for who asks: a device, a session or a network address, in any spelling.
    Whoever has answered rightly before has a budget that strangers cannot use up.
    """

    purpose: Purpose
    contact: Contact
    channel: Channel | None
    locale: str
    reference: str | None = None
    requester: Secret | None = None
    transaction: str | None = None


class _Desk:
    """What one transaction of one client has at hand."""

    def __init__(self, transaction: Transaction, client: Caller) -> None:
        self.transaction = transaction
        self.client = client
        self.organisation = client.organisation
        self.id = client.organisation.id
        self.mode = client.organisation.mode
        self.now = transaction.now()
        self.challenges = ChallengeStore(transaction, self.id)
        self.budgets = BudgetStore(transaction, self.id)

    async def note(self, action: Action, id: ChallengeId, **details: str | int) -> None:
        entry = Entry(action=action, actor=self.client.actor, target=str(id), details=details)
        await AuditStore(self.transaction, self.id).add(entry)


class Challenges:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        outbox: Outbox,
        requests: Requests,
        routes: Routes,
        policies: Mapping[Purpose, Policy],
        limits: Mapping[Mode, Limits],
        codebook: Codebook,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._outbox = outbox
        self._requests = requests
        self._routes = routes
        self._policies = policies
        self._limits = limits
        self._codebook = codebook

    async def open(self, client: Caller, opening: Opening, once: Once | None = None) -> Opened:
        """Send a code to a contact point, and wait for it to come back."""
        channel = self._channel(client, opening.contact.kind, opening.channel)
        if isinstance(channel, NoWay):
            return channel
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = _Desk(transaction, client)
            work = partial(self._open, desk, opening, channel)
            outcome = await self._requests.once(transaction, desk.id, once, (Shown,), work)
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
            desk = _Desk(opened, client)
            work = partial(self._answer, desk, id, typed, transaction)
            outcome = await self._requests.once(opened, desk.id, once, VERDICTS, work)
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
            desk = _Desk(transaction, client)
            work = partial(self._resend, desk, id, wanted)
            outcome = await self._requests.once(transaction, desk.id, once, (Shown,), work)
        self._announce(client, outcome)
        return outcome

    async def cancel(self, client: Caller, id: ChallengeId) -> None:
        """End a challenge, if it has not ended yet."""
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = _Desk(transaction, client)
            challenge = cancelled(await desk.challenges.hold(id), desk.now)
            if challenge is None:
                return
            await desk.challenges.save(challenge)
            await self._outbox.cancel(transaction, desk.id, str(id))
            await desk.note(Action.CHALLENGE_CANCELLED, id)
        log.debug("challenge.cancelled", challenge_id=str(id))

    async def read(self, client: Caller, id: ChallengeId) -> Shown:
        """Give a challenge with the trace of its messages."""
        organisation_id = client.organisation.id
        async with self._storage.reading(organisation_id) as transaction:
            challenge = await ChallengeStore(transaction, organisation_id).find(id)
            contact = await self._contacts.open(transaction, organisation_id, challenge.contact_id)
            sendings = await self._outbox.trace(transaction, organisation_id, str(id))
            return show(challenge, contact.masked, transaction.now(), sendings)

    async def expire(self, most: int) -> int:
        """End challenges of all organisations whose time is over; give how many there were."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await ChallengeSweep(transaction).expire(most)

    async def _open(self, desk: _Desk, opening: Opening, channel: Channel) -> Shown | Refusal:
        contact_id = await self._contacts.recognise(desk.transaction, desk.id, opening.contact)
        requester, lane = await self._lane(desk, contact_id, opening.requester)
        key = sends_key(contact_id, lane)
        sends = await desk.budgets.make_or_hold(key)
        guesses = await desk.budgets.hold(guesses_key(contact_id, opening.purpose, lane))
        limits, policy = self._limits[desk.mode], self._policies[opening.purpose]
        leave = may_open(sends, guesses, limits, policy, desk.now)
        if not isinstance(leave, Leading):
            return leave
        contact = await self._reached(desk, contact_id, opening.contact)
        content = self._codebook.first(policy, contact.address, opening.transaction)
        id = ChallengeId(new_id())
        challenge = begun(
            id,
            policy,
            contact_id=contact_id,
            channel=channel,
            locale=opening.locale,
            reference=opening.reference,
            requester=requester,
            lane=lane,
            tag=self._codebook.tag(desk.id, id, policy.purpose, contact_id, content),
            attempts=leave.attempts,
            now=desk.now,
        )
        for superseded in await desk.challenges.supersede(contact_id, opening.purpose, lane):
            await self._outbox.cancel(desk.transaction, desk.id, str(superseded))
        await desk.challenges.add(challenge, self._codebook.seal(desk.id, id, content))
        await desk.budgets.save(key, charge_send(sends, limits, desk.now))
        await self._send(desk, challenge, content)
        await desk.note(Action.CHALLENGE_OPENED, id, purpose=challenge.purpose, channel=channel)
        return show(challenge, contact.masked, desk.now)

    async def _answer(
        self, desk: _Desk, id: ChallengeId, typed: str, transaction: str | None
    ) -> Verdict | TooMany | Locked:
        # Whoever opens a challenge holds its budget first, so that nobody waits for each other.
        key = guesses_key(*await desk.challenges.budgeted_by(id))
        guesses = await desk.budgets.make_or_hold(key)
        challenge = await desk.challenges.hold(id)
        limits, policy = self._limits[desk.mode], self._policies[challenge.purpose]
        refusal = may_answer(challenge, guesses, limits, desk.now)
        if refusal is not None:
            return refusal
        guess = None
        if challenge.status is Status.PENDING:
            guess = self._codebook.guess(desk.id, challenge, policy, typed, transaction)
        judged, verdict = judge(challenge, guess, policy, desk.now)
        after = charged(guesses, challenge, judged, limits, desk.now)
        if after != guesses:
            await desk.budgets.save(key, after)
        if judged != challenge:
            await self._save_judged(desk, judged)
        await desk.note(Action.CHALLENGE_ANSWERED, id, verdict=verdict.word)
        return verdict

    async def _save_judged(self, desk: _Desk, judged: Challenge) -> None:
        await desk.challenges.save(judged)
        if judged.status is not Status.PENDING:
            await self._outbox.cancel(desk.transaction, desk.id, str(judged.id))
        if judged.status is Status.VERIFIED and judged.requester is not None:
            await desk.challenges.remember(judged.contact_id, judged.requester)

    async def _resend(
        self, desk: _Desk, id: ChallengeId, wanted: Channel | None
    ) -> Shown | Refusal:
        contact_id, _, lane = await desk.challenges.budgeted_by(id)
        key = sends_key(contact_id, lane)
        sends = await desk.budgets.make_or_hold(key)
        challenge = await desk.challenges.hold(id)
        limits, policy = self._limits[desk.mode], self._policies[challenge.purpose]
        contact = await self._contacts.open(desk.transaction, desk.id, challenge.contact_id)
        channel = self._channel(desk.client, contact.kind, wanted or challenge.channel)
        if refusal := may_resend(challenge, sends, limits, desk.now):
            return refusal
        if isinstance(channel, NoWay):
            return channel
        challenge = resent(challenge, channel, policy, desk.now)
        sealed = await desk.challenges.sealed(id)
        content = self._codebook.unseal(desk.id, id, sealed or b"")
        if policy.new_code_on_resend:
            content = self._codebook.another(policy, content)
            tag = self._codebook.tag(desk.id, id, challenge.purpose, challenge.contact_id, content)
            challenge = retagged(challenge, tag)
            await desk.challenges.reseal(id, self._codebook.seal(desk.id, id, content))
            # The old code is dead, and must not arrive after the new one.
            await self._outbox.cancel(desk.transaction, desk.id, str(id))
        await desk.challenges.save(challenge)
        await desk.budgets.save(key, charge_send(sends, limits, desk.now))
        await self._send(desk, challenge, content)
        await desk.note(Action.CHALLENGE_RESENT, id, channel=channel)
        return show(challenge, contact.masked, desk.now)

    async def _lane(
        self, desk: _Desk, contact_id: ContactId, requester: Secret | None
    ) -> tuple[str | None, str]:
        """Give the digest of who asks, and the lane whose budget they use."""
        if requester is None:
            return None, EVERYBODY
        keys = await self._organisations.keys(desk.transaction, desk.id)
        name = keys.blind("requester", requester.reveal()).hex()
        is_known = await desk.challenges.is_known(contact_id, name)
        return name, name if is_known else EVERYBODY

    async def _reached(self, desk: _Desk, id: ContactId, typed: Contact) -> Contact:
        """Give the contact point as it was first known.

        `Ann@…` is known as `ann@…`, but a mail server may keep a mailbox for each. Whoever types
        another spelling must not be sent the code that proves the first one.
        """
        if typed.kind is ContactKind.PHONE:
            return typed
        return await self._contacts.open(desk.transaction, desk.id, id)

    async def _send(self, desk: _Desk, challenge: Challenge, content: Content) -> None:
        provider = self._routes.ways(desk.mode, challenge.channel)[0]
        message = draft(challenge, content, desk.organisation, provider)
        await self._outbox.put(desk.transaction, desk.id, message)

    def _channel(
        self, client: Caller, kind: ContactKind, wanted: Channel | None
    ) -> Channel | NoWay:
        return choose_channel(kind, wanted, self._routes.served(client.organisation.mode))

    def _announce(self, client: Caller, outcome: Opened) -> None:
        if isinstance(outcome, Shown):
            log.debug("challenge.sent", challenge_id=str(outcome.id), channel=outcome.channel)
            self._outbox.announce(self._routes.ways(client.organisation.mode, outcome.channel)[0])
