"""What happens at a gate: somebody looks, shows that the message was for them, and goes through.

Looking changes nothing. A page of a campaign is opened for whoever was let through and for nobody
else, and what lets a button act is what the page carries.
"""

from typing import TypeAlias

from watchword.features.campaigns.recipients.rules import Step
from watchword.features.campaigns.rules import GateKind
from watchword.features.challenges.desk import Machine
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.challenges.service import Challenges
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import (
    TooMany,
    TooSoon,
    Verified,
)
from watchword.features.challenges.verdicts import Wrong as WrongAnswer
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact
from watchword.features.gates.ages import Act, OldEnough, judge_age
from watchword.features.gates.ports import Links
from watchword.features.gates.proofs import LIFE, Good, Proof, reread, written
from watchword.features.gates.rules import (
    Answer,
    Answered,
    Asks,
    Closed,
    CodeOver,
    CodeSent,
    CodeTyped,
    Found,
    Front,
    Gone,
    NoCode,
    NothingTyped,
    Opened,
    WrongCode,
    front_of,
)
from watchword.features.gates.tries.service import AT_A_GATE, Proving
from watchword.features.gates.tries.store import TryStore
from watchword.features.pages.leaves import Passed
from watchword.features.pages.rules import NotNow, PageId
from watchword.features.pages.service import Pages
from watchword.foundation.errors import NotFound
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

Sent: TypeAlias = CodeSent | NoCode


class Gates:
    def __init__(
        self,
        *,
        storage: Storage,
        links: Links,
        pages: Pages,
        proving: Proving,
        challenges: Challenges,
        sealer: Sealer,
    ) -> None:
        self._storage = storage
        self._links = links
        self._pages = pages
        self._proving = proving
        self._challenges = challenges
        self._sealer = sealer

    async def look(self, link: str, locale: str | None = None) -> Front | None:
        """Give what stands before a gate, in the language of the message or the one that they
        have chosen; nothing, if the link leads nowhere."""
        found = await self._links.find(link)
        return None if found is None else front_of(found, locale)

    async def enter(self, link: str, locale: str | None = None) -> Opened | Gone | Closed:
        """Open a page that nothing stands before. Nothing is counted: programs open pages, too."""
        found = await self._links.find(link)
        if found is None or not front_of(found).is_open:
            return Gone()
        return await self._open(found, locale)

    async def answer(self, link: str, answer: Answer, locale: str | None = None) -> Answered:
        """Judge what somebody typed and ticked: their age first, and then who they are.

        `locale`: the language that they have chosen on the page, if it is not the message's.
        """
        found = await self._links.find(link)
        if found is None:
            return Gone()
        front = front_of(found)
        old_enough = judge_age(front.age, answer.said, self._storage.now().date())
        if not isinstance(old_enough, OldEnough):
            return old_enough
        if front.asks is Asks.NOTHING:
            return await self._let_in(found, front, locale)
        contact = await self._proving.prove(found, front.asks, answer)
        if not isinstance(contact, Contact):
            return contact
        if front.kind is GateKind.CODE:
            return await self._send_code(found, contact, answer.address)
        await self._pass(found)
        return await self._open(found, locale)

    async def resend(self, link: str, proof: str) -> Sent | CodeOver | Gone:
        """Send the code once more, for whoever has typed the end of the number before."""
        found = await self._links.find(link)
        if found is None:
            return Gone()
        id = await self._expected(found, proof)
        if id is None:
            return CodeOver()
        sent = await self._challenges.resend(_caller(found), id, None)
        match sent:
            case Shown():
                return self._waiting(found, sent)
            case TooSoon(moment) | TooMany(moment):
                return CodeSent(self._proof(found, Good.CODE), moment)
            case _:
                return NoCode()

    async def type_code(
        self, link: str, proof: str, answer: Answer, locale: str | None = None
    ) -> CodeTyped:
        """Judge the code, for whoever has typed the end of the number before."""
        found = await self._links.find(link)
        if found is None:
            return Gone()
        id = await self._expected(found, proof)
        if id is None:
            return CodeOver()
        if not answer.typed.strip():
            return NothingTyped()
        if busy := await self._proving.knock(found, answer.address):
            return busy
        judged = await self._challenges.answer(_caller(found), id, answer.typed, _binding(found))
        if isinstance(judged, Verified):
            await self._pass(found)
            return await self._open(found, locale)
        left = judged.attempts_left if isinstance(judged, WrongAnswer) else 0
        return WrongCode(left, self._proof(found, Good.CODE)) if left else CodeOver()

    async def follow(
        self, link: str, proof: str, button: int, locale: str | None = None
    ) -> str | None:
        """Give where a button of a page leads, and count that it was pressed; nothing, if whoever
        presses it was not let through, or there is no such button."""
        found = await self._links.find(link)
        if found is None or not self._is_good(found, proof, Good.CONTENT):
            return None
        opened = await self._open(found, locale)
        target = opened.content.target(button) if isinstance(opened, Opened) else None
        # Whoever was let through without typing anything may be a program, and is not counted.
        if target is not None and found.recipient.passed_at is not None:
            async with self._storage.begin(found.organisation.id) as transaction:
                await self._links.mark(transaction, found, Step.CLICKED)
        return target

    async def _let_in(self, found: Found, front: Front, locale: str | None) -> Opened | Closed:
        """Open it for whoever had to say their age alone. A year is typed, and a box is not."""
        if front.age is not None and front.age.act is Act.YEAR:
            async with self._storage.begin(found.organisation.id) as transaction:
                await self._links.mark(transaction, found, Step.OPENED)
                await self._links.mark(transaction, found, Step.PASSED)
        return await self._open(found, locale)

    async def _pass(self, found: Found) -> None:
        async with self._storage.begin(found.organisation.id) as transaction:
            await TryStore(transaction, found.organisation.id).forget(found.link)
            await self._links.mark(transaction, found, Step.PASSED)

    async def _open(self, found: Found, locale: str | None) -> Opened | Closed:
        whose, page_id = found.organisation.id, found.campaign.page_id
        if page_id is None:
            return Closed()
        leave = Passed(found.link.campaign, found.link.recipient)
        wanted = locale or found.recipient.locale
        content = await self._pages.open(
            whose, PageId(page_id), wanted, leave, version=found.campaign.settled_page
        )
        if isinstance(content, NotNow):
            return Closed()
        return Opened(content, self._proof(found, Good.CONTENT))

    async def _send_code(self, found: Found, contact: Contact, address: str) -> Sent:
        """Send a code to where the message went, unless one is on its way already."""
        if waiting := await self._waited_for(found):
            return waiting
        opening = Opening(
            purpose=Purpose.LANDING_PAGE,
            contact=contact,
            channel=found.campaign.channel,
            locale=found.recipient.locale,
            reference=f"campaign:{found.campaign.id}",
            requester=Secret(address) if address else None,
            transaction=_binding(found),
        )
        sent = await self._challenges.open(_caller(found), opening)
        match sent:
            case Shown():
                whose = found.organisation.id
                async with self._storage.begin(whose) as transaction:
                    await TryStore(transaction, whose).wait_for(found.link, sent.id)
                return self._waiting(found, sent)
            case TooSoon(moment) | TooMany(moment):
                return NoCode(moment)
            case _:
                return NoCode()

    async def _waited_for(self, found: Found) -> CodeSent | None:
        """Say whether a code is on its way: somebody has loaded the page anew."""
        whose = found.organisation.id
        async with self._storage.reading(whose) as transaction:
            id = await TryStore(transaction, whose).challenge(found.link)
        if id is None:
            return None
        try:
            shown = await self._challenges.read(_caller(found), id)
        except NotFound:
            return None
        return self._waiting(found, shown) if shown.status is Status.PENDING else None

    async def _expected(self, found: Found, proof: str) -> ChallengeId | None:
        """Give the challenge of a link, for whoever has typed the end of the number before."""
        if not self._is_good(found, proof, Good.CODE):
            return None
        async with self._storage.reading(found.organisation.id) as transaction:
            return await TryStore(transaction, found.organisation.id).challenge(found.link)

    def _waiting(self, found: Found, shown: Shown) -> CodeSent:
        return CodeSent(self._proof(found, Good.CODE), shown.resend_at)

    def _proof(self, found: Found, good: Good) -> Secret:
        until = self._storage.now() + LIFE
        proof = Proof(good=good, about=found.link, until=until)
        return written(proof, self._sealer, found.organisation.id)

    def _is_good(self, found: Found, text: str, good: Good) -> bool:
        proof = reread(text, self._sealer, found.organisation.id, self._storage.now())
        return proof is not None and proof.good is good and proof.about == found.link


def _caller(found: Found) -> Caller:
    return Machine(name=AT_A_GATE, organisation=found.organisation)


def _binding(found: Found) -> str:
    """Say what a code is good for: this link, and no other one."""
    return f"gate:{found.link.campaign}:{found.link.recipient}"
