"""What one transaction about challenges has at hand, and how a code leaves from it."""

from dataclasses import dataclass, replace
from typing import TypeVar

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.codebook import Codebook, Content
from watchword.features.challenges.events import ENDS, astray, event_of
from watchword.features.challenges.messages import (
    LINKLESS,
    about_link,
    draft,
    draft_of_link,
    leads_apart,
)
from watchword.features.challenges.openings import Opening, in_order
from watchword.features.challenges.policies import FOR_STAFF
from watchword.features.challenges.ports import NO_TALLY, About, Tally
from watchword.features.challenges.requesters.store import RequesterStore
from watchword.features.challenges.rules import (
    EVERYBODY,
    LETTERS,
    Challenge,
    ChallengeId,
    hidden_from,
    is_known,
    sends_key,
)
from watchword.features.challenges.store import ChallengeStore
from watchword.features.challenges.unsaid import where
from watchword.features.challenges.verdicts import Refusal
from watchword.features.clients.rules import Caller
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.delivery.rules import Address, MessageId, ProviderName
from watchword.features.delivery.service import Outbox
from watchword.features.limits.rules import Budget
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.routing.rules import Attempt
from watchword.features.routing.service import Ask, Router
from watchword.features.webhooks.events import EventKind, Said
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction

DENIALS, ENTRIES = "/n/", "/k/"
"""Where people say that they asked for no code, and where they type one that they asked us for.
They are short, for they stand in text messages."""

Refused = TypeVar("Refused", bound=Refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    """Where what is said goes out: messages to people, events to applications.

    `denials` is the address, as the world knows it, below which people say "not me"; below
    `entries` they type a code that they asked for on a page of ours.
    """

    outbox: Outbox
    webhooks: Webhooks
    denials: str
    entries: str = ""
    tally: Tally = NO_TALLY

    def refuse(self, refusal: Refused, about: About) -> Refused:
        """Count a refusal, and give it."""
        self.tally.refused(refusal.word, about.purpose, about.channel)
        return refusal

    def announce(self, organisation_id: OrganisationId, provider: str | None = None) -> None:
        """Wake those who carry it; call it when what was written is durable."""
        if provider is not None:
            self.outbox.announce(ProviderName(provider))
        self.webhooks.announce(organisation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Who acts for an organisation without anybody having asked just now, such as a plan."""

    name: str
    organisation: Organisation

    @property
    def actor(self) -> str:
        return Noun.MACHINE.of(self.name)


class Desk:
    """What one transaction of one caller has at hand."""

    def __init__(self, transaction: Transaction, client: Caller, mailroom: Mailroom) -> None:
        self.transaction = transaction
        self.client = client
        self.organisation = client.organisation
        self.id = client.organisation.id
        self.mode = client.organisation.mode
        self.now = transaction.now()
        self.challenges = ChallengeStore(transaction, self.id, hidden_from(client))
        self.requesters = RequesterStore(transaction, self.id)
        self.budgets = BudgetStore(transaction, self.id)
        self._mailroom = mailroom
        self.sent: list[tuple[Challenge, MessageId]] = []
        """Codes that left from here, each with its message."""
        self.is_free = False
        """Whether it was seen here that nothing is pending where a challenge is to begin."""
        self.judged: list[Challenge] = []
        """Challenges that were answered here, as they stood afterwards."""

    async def note(self, action: Action, id: ChallengeId, **details: str | int) -> None:
        entry = Entry(action=action, actor=self.client.actor, target=str(id), details=details)
        await AuditStore(self.transaction, self.id).add(entry)

    def refuse(self, refusal: Refused, about: About) -> Refused:
        """Count a refusal, and give it."""
        return self._mailroom.refuse(refusal, about)

    async def tell(self, kind: EventKind, challenge: Challenge, **more: Said) -> None:
        self._mailroom.tally.became(kind, challenge.purpose, challenge.channel)
        if challenge.purpose in FOR_STAFF:
            return
        if not await self._mailroom.webhooks.is_heard(self.id, self.transaction):
            return
        event = event_of(kind, challenge, self.now, **more)
        await self._mailroom.webhooks.note(self.transaction, self.id, event)

    async def content(self, codebook: Codebook, id: ChallengeId) -> Content:
        """Open what goes out for a challenge that is live."""
        return codebook.unseal(self.id, id, await self.challenges.sealed(id) or b"")

    async def content_if_any(self, codebook: Codebook, id: ChallengeId) -> Content | None:
        """Open what went out for a challenge; once it is over, there is nothing left of it."""
        sealed = await self.challenges.sealed(id)
        return codebook.unseal(self.id, id, sealed) if sealed else None

    async def send(
        self, challenge: Challenge, content: Content, attempt: Attempt, router: Router, ask: Ask
    ) -> None:
        """Let a code go, and beside it the link to where it is typed, if that goes apart."""
        room = self._mailroom
        if not content.is_own:  # Whether it comes back says nothing of who carries it.
            await router.went_out(self.transaction, self.organisation, challenge.route)
        message = draft(
            challenge, content, self.organisation, attempt, room.denials, entries=room.entries
        )
        id = await room.outbox.put(self.transaction, self.id, message)
        self.sent.append((challenge, id))
        if leads_apart(challenge, content) and room.entries:
            await self._send_link(challenge, content, attempt, router, ask)

    async def _send_link(
        self, challenge: Challenge, content: Content, attempt: Attempt, router: Router, ask: Ask
    ) -> None:
        """Lead to the page on which a code is typed, once for a challenge.

        It counts and costs like any message. What stands in its way does not stop the code.
        """
        room = self._mailroom
        if await room.outbox.trace(self.transaction, self.id, about_link(challenge.id)):
            return
        beside = await router.accompany(self.transaction, self.organisation, ask, attempt)
        if beside.skipped is None:
            message = draft_of_link(
                challenge,
                content,
                self.organisation,
                attempt,
                room.entries,
                price=beside.price,
            )
            await room.outbox.put(self.transaction, self.id, message)

    async def copy(self, challenge: Challenge, content: Content, provider: ProviderName) -> None:
        """Send the same code to an e-mail address of the same person as well."""
        attempt = Attempt(0, Channel.EMAIL, provider, 0)
        message = draft(challenge, content, self.organisation, attempt, self._mailroom.denials)
        to = Address(content.copy_to)
        copied = replace(message, channel=Channel.EMAIL, address=to, reserved_micros=None)
        await self._mailroom.outbox.put(self.transaction, self.id, copied)

    async def alarm(self, target: str, purpose: str) -> None:
        """Tell everybody who listens that a master PIN was typed where it is good for nothing."""
        entry = Entry(
            action=Action.MASTER_PIN_ASTRAY,
            actor=self.client.actor,
            target=target,
            details={"purpose": purpose},
        )
        await AuditStore(self.transaction, self.id).add(entry)
        webhooks = self._mailroom.webhooks
        if await webhooks.is_heard(self.id, self.transaction):
            await webhooks.note(self.transaction, self.id, astray(target, purpose, self.now))

    async def begin(self, challenge: Challenge, contact: Contact) -> None:
        """Write down that a challenge was opened, and tell others."""
        purpose, channel = challenge.purpose, challenge.channel
        await self.note(Action.CHALLENGE_OPENED, challenge.id, purpose=purpose, channel=channel)
        await self.tell(EventKind.CHALLENGE_OPENED, challenge, to=where(challenge, contact))

    async def end(self, challenge: Challenge) -> None:
        """Write down that a challenge is over, and let nothing more be sent about it."""
        await self.end_quietly(challenge)
        await self.tell(ENDS[challenge.status], challenge)

    async def end_quietly(self, challenge: Challenge) -> None:
        """Do the same, and leave it to somebody else to tell others."""
        await self.challenges.save(challenge)
        await self.hush(challenge)

    async def supersede(self, by: Challenge) -> None:
        """End what was pending where another challenge begins. Its code must not arrive later."""
        for over in await self.challenges.supersede(by.contact_id, by.purpose, by.lane):
            await self.hush(over)
            await self.tell(EventKind.CHALLENGE_SUPERSEDED, over)

    async def hush(self, over: Challenge) -> None:
        """Let nothing more be sent about a challenge."""
        await self._mailroom.outbox.cancel(self.transaction, self.id, str(over.id))
        if over.channel in LINKLESS:
            await self._mailroom.outbox.cancel(self.transaction, self.id, about_link(over.id))

    async def hold_sends(self, id: ContactId, opening: Opening, lane: str) -> Budget:
        """Hold the budget of a contact point, and those of all others of its person: of two who
        know them by different ones, and ask in one moment, one comes first."""
        held = {
            each: await self.budgets.make_or_hold(sends_key(each, opening.purpose, lane))
            for each in in_order(id, opening.besides)
        }
        return held[id]

    def ask(self, challenge: Challenge, contact: Contact) -> Ask:
        """Say who is to be reached once more."""
        return Ask(
            id=challenge.id,
            purpose=challenge.purpose,
            contact_id=challenge.contact_id,
            contact=contact,
            client=self.client.actor,
            requester=challenge.requester,
            is_known=is_known(challenge.lane),
        )


async def lane_of(
    desk: Desk,
    organisations: Organisations,
    contact_id: ContactId,
    kind: ContactKind,
    requester: Secret | None,
) -> tuple[str | None, str]:
    """Give the digest of who asks, and the lane whose budget they use."""
    is_by_post = kind is ContactKind.POST
    if requester is None:
        return None, LETTERS if is_by_post else EVERYBODY
    keys = await organisations.keys(desk.transaction, desk.id)
    name = keys.blind("requester", requester.reveal()).hex()
    if is_by_post:
        return name, LETTERS
    is_known = await desk.requesters.is_known(contact_id, name)
    return name, name if is_known else EVERYBODY
