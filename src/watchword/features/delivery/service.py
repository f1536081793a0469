"""What happens to messages: they are queued, claimed, and settled. Sending is for workers."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import TypeAlias

import msgspec

from watchword.features.delivery.breaker import FIRST_REST
from watchword.features.delivery.calls.store import CalledWords
from watchword.features.delivery.departures.service import Held
from watchword.features.delivery.desk import Content, Writers, news_of
from watchword.features.delivery.paces.service import Paces
from watchword.features.delivery.ports import Author, Claimed, Hearer
from watchword.features.delivery.receipts import Carried, Report
from watchword.features.delivery.reports.desk import take_in
from watchword.features.delivery.reports.store import ReportLanes
from watchword.features.delivery.returns.store import ReturnStore
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import (
    ASKED_LATELY,
    Address,
    Draft,
    Message,
    MessageId,
    News,
    Next,
    Priority,
    ProviderName,
    Queued,
    Sending,
    SendOutcome,
    State,
    Unavailable,
    Withdrawn,
    cancelled,
    lapsed,
    postponed,
)
from watchword.features.delivery.settling.service import Ended, Settling
from watchword.features.delivery.store import MessageStore, OutboxLanes
from watchword.features.templates.own.service import OwnTexts
from watchword.features.templates.rules import TemplateName, is_for_staff, whole_minutes
from watchword.foundation.bells import Bells
from watchword.foundation.gathering import Gathering
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id, new_ids
from watchword.foundation.sealing import KeyAway, Place, SealBroken, Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import (
    Storage,
    StorageConflict,
    StorageUnavailable,
    Transaction,
)


def bell_of(provider: ProviderName) -> str:
    return f"outbox/{provider}"


class Outbox:
    """Takes messages in, as part of somebody else's transaction."""

    def __init__(self, *, sealer: Sealer, bells: Bells) -> None:
        self._sealer = sealer
        self._bells = bells

    async def put(
        self, transaction: Transaction, organisation_id: OrganisationId, draft: Draft
    ) -> MessageId:
        """Keep a message for the workers. Ring with `announce` once the transaction is durable."""
        id = MessageId(new_id())
        content = msgspec.msgpack.encode(Content(draft.address, draft.facts, draft.purpose))
        sealed = self._sealer.seal(content, _place(organisation_id, id))
        await MessageStore(transaction, organisation_id).add(id, draft, sealed)
        return id

    async def put_many(
        self, transaction: Transaction, organisation_id: OrganisationId, drafts: Sequence[Draft]
    ) -> None:
        """Do the same for many, as those who write to many need it."""
        sealed, draw = [], new_ids()
        for draft in drafts:
            id = MessageId(draw())
            content = msgspec.msgpack.encode(Content(draft.address, draft.facts, draft.purpose))
            sealed.append((id, draft, self._sealer.seal(content, _place(organisation_id, id))))
        await MessageStore(transaction, organisation_id).add_many(sealed)

    def announce(self, provider: ProviderName) -> None:
        self._bells.ring(bell_of(provider))

    async def cancel(
        self, transaction: Transaction, organisation_id: OrganisationId, about: str
    ) -> None:
        await MessageStore(transaction, organisation_id).cancel(about)

    async def cancel_waiting(
        self, transaction: Transaction, organisation_id: OrganisationId, about: str
    ) -> None:
        await MessageStore(transaction, organisation_id).cancel_waiting(about)

    async def trace(
        self, transaction: Transaction, organisation_id: OrganisationId, about: str
    ) -> Sequence[Sending]:
        return await MessageStore(transaction, organisation_id).about(about)


Tell: TypeAlias = Callable[[News], Awaitable[None]]
"""Hears what has become of a message, after it was written down. Whoever tells may die before, so
what hangs on it must also be found by looking."""


class Deliveries:
    """Hands messages to the worker of a lane, and writes down what becomes of them."""

    def __init__(
        self,
        *,
        storage: Storage,
        sealer: Sealer,
        bells: Bells,
        routes: Routes,
        texts: OwnTexts,
        tell: Tell,
        authors: Mapping[str, Author] | None = None,
        hearers: Mapping[str, Hearer] | None = None,
        paces: Paces | None = None,
    ) -> None:
        """`authors`, and `hearers`, who are only told: by what the `about` of their messages begins
        with, before the first colon."""
        self._writers = Writers(authors or {}, hearers or {})
        self._looking = Gathering(self._look_at)
        self._settling = Settling(storage=storage, routes=routes, writers=self._writers)
        self._storage = storage
        self._texts = texts
        self._sealer = sealer
        self._bells = bells
        self._routes = routes
        self._tell = tell
        self.paces = paces or Paces()

    async def claim(
        self,
        provider: ProviderName,
        most: int,
        *,
        freshest: bool = False,
        bulk: int | None = None,
    ) -> list[Queued]:
        """Take messages that are due; with `freshest`, those that were tried least go first.

        `bulk`: how many of them at most may be such as nobody waits for. What its author stops in
        this last moment is cancelled, and nobody gets it.
        """
        asked_at = monotonic()
        async with self._storage.begin(EVERYWHERE) as transaction:
            lanes, pace = OutboxLanes(transaction), await self.paces.hold(transaction, provider)
            few = pace.at_most(most if bulk is None else min(bulk, most))
            found = await lanes.claim(provider, few, freshest=freshest) if few else []
            if len(found) == few < most:
                # The rest is for codes: there may be more of them than there was room for both.
                found += await lanes.claim(provider, most - few, only_urgent=True)
            await pace.took(sum(each.priority is Priority.BULK for each in found))
            claimed = [self._looked_into(each, asked_at) for each in found]
            stopped = await self._stopped(transaction, claimed)
            return [each for each in claimed if each.id not in stopped]

    def _looked_into(self, queued: Queued, asked_at: float) -> Queued:
        """Open what has an author, who is asked about it now; what does not open, stays shut."""
        if self._writers.author_of(queued.about) is None:
            return queued
        try:
            return replace(queued, opened=self._said(queued), asked_at=asked_at)
        except (SealBroken, KeyAway):  # Whoever sends it finds that out, too.
            return queued

    async def _stopped(
        self, transaction: Transaction, claimed: Sequence[Queued]
    ) -> Collection[MessageId]:
        """Ask those who wrote them whether messages may still leave, and cancel what may not."""
        found = await self._writers.stopped(transaction, claimed)
        for queued in claimed:
            if (reason := found.get(queued.id)) is not None:
                after = cancelled(queued, reason, transaction.now())
                store = MessageStore(transaction, queued.organisation_id)
                await store.settle(queued, after)
                await self._writers.note(transaction, [news_of(queued, after)])
        return found

    async def look_again(self, queued: Queued) -> Held | None:
        """Say why a message must not leave, right before it would; see `departures`.

        What was claimed a moment ago was looked at then. What cannot be asked about stays here.
        """
        if self._writers.author_of(queued.about) is None:
            return None
        if monotonic() - queued.asked_at < ASKED_LATELY:
            return None
        try:
            opened = replace(queued, opened=self._said(queued))
            reason = await self._looking.ask(queued.organisation_id, opened)
        except (StorageUnavailable, StorageConflict):
            return Unavailable("storage", recipient=True)
        return None if reason is None else Withdrawn(reason)

    async def _look_at(
        self, whose: OrganisationId, queued: Sequence[Queued]
    ) -> Sequence[str | None]:
        """Look at all that are about to leave in one moment."""
        async with self._storage.reading(whose) as transaction:
            found = await self._writers.stopped(transaction, queued)
        return [found.get(each.id) for each in queued]

    def _said(self, queued: Queued) -> Content:
        if isinstance(queued.opened, Content):
            return queued.opened
        content = self._sealer.open(queued.sealed, _place(queued.organisation_id, queued.id))
        return msgspec.msgpack.decode(content, type=Content)

    async def expire(self, most: int) -> int:
        """Give up what was not sent in time, and count it. Authors look for that themselves."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            expired = await OutboxLanes(transaction).expire(most)
            told = [each for each in expired if self._writers.is_only_told(each.about)]
            await self._writers.note(transaction, sorted(told, key=lambda each: each.about))
            return len(expired)

    async def divert(self, provider: ProviderName) -> int:
        """Hand what waits for a provider to the next one of its channel, and count it.

        What comes back from there, because that one rests too, stays for as long as a rest before
        it is handed on again; otherwise two that rest would throw it to and fro.
        """
        diverted = 0
        for channel, other in self._routes.others(provider):
            async with self._storage.begin(EVERYWHERE) as transaction:
                later = transaction.now() + FIRST_REST
                lanes = OutboxLanes(transaction)
                count = await lanes.divert(provider, channel, other, later)
            if count:
                self._bells.ring(bell_of(other))
            diverted += count
        return diverted

    async def next_due(self, provider: ProviderName) -> float | None:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await OutboxLanes(transaction).next_due(provider)

    async def open(self, queued: Queued) -> Message:
        """Put the words together. From here on, until it is sent, they can be read."""
        said = self._said(queued)
        minutes = whole_minutes(queued.not_after - self._storage.now())
        author = self._writers.author_of(queued.about)
        if author is not None:
            rendered = await author.words(Claimed(queued, said.facts))
        else:
            rendered = await self._texts.render(
                queued.organisation_id,
                queued.template,
                purpose=said.purpose,
                locale=queued.locale,
                channel=queued.channel,
                facts=said.facts,
                minutes=minutes,
            )
        code = said.facts.get("code")
        return Message(
            id=queued.id,
            organisation_id=queued.organisation_id,
            channel=queued.channel,
            address=Address(said.address),
            subject=rendered.subject,
            text=rendered.text,
            locale=queued.locale,
            not_after=queued.not_after,
            code=None if code is None else Secret(code),
            minutes=minutes,
            greeting=rendered.greeting,
            unsubscribe=rendered.unsubscribe,
            is_for_staff=is_for_staff(queued.template, said.purpose),
            is_answer=queued.template is TemplateName.ANSWER,
            about=queued.about,
            entry=said.facts.get("entry", ""),
        )

    async def settle(
        self,
        queued: Queued,
        outcome: SendOutcome | Withdrawn,
        *,
        knows_repeats: bool,
        chance: float,
    ) -> Next | None:
        """Write down how an attempt ended; nothing, if its lease ran out and others took over."""
        settled = await self._settling.settle(Ended(queued, outcome, knows_repeats, chance))
        if settled is None:
            return None
        after = settled.after
        if after.provider != queued.provider:
            self._bells.ring(bell_of(after.provider))
        if after.state is not State.QUEUED or queued.is_pinned:
            await self._tell(settled.news)
        return after

    async def receive(self, provider: ProviderName, reports: Sequence[Report]) -> int:
        """Take in what a provider says of messages that it took; count what is new of it.

        What it says of messages that it never had from us is passed over.
        """
        news = []
        async with self._storage.begin(EVERYWHERE) as transaction:
            store = ReportLanes(transaction)
            meant = [(await store.meant(provider, report), report) for report in reports]
            # All hold messages in one order, so that no two wait for each other.
            for id, report in sorted(meant, key=_place_in_order):
                carried = None if id is None else await store.hold(provider, id)
                if carried and (heard := await take_in(store, carried, report)):
                    news.append(heard)
                    await self._writers.note(transaction, [heard])
        for each in news:
            await self._tell(each)
        return len(news)

    async def words(
        self, provider: ProviderName, id: MessageId, reference: str | None
    ) -> Message | None:
        """Give a message whose provider comes for the words, unless it is over.

        `reference`: the provider's name for the call. In another one, nothing is said.
        """
        async with self._storage.reading(EVERYWHERE) as transaction:
            queued = await CalledWords(transaction).wanted(provider, id, reference)
        return None if queued is None else await self.open(queued)

    async def tell(
        self, provider: ProviderName, id: MessageId, reference: str | None
    ) -> Message | None:
        """Give a message that is read out now, unless it is over, or was read out too often."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            queued = await CalledWords(transaction).tell(provider, id, reference)
        return None if queued is None else await self.open(queued)

    async def carried(self, provider: ProviderName, id: MessageId) -> Carried | None:
        """Give what a message is about, if that provider carried it."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await ReportLanes(transaction).find(provider, id)

    async def forget_words(self, most: int) -> int:
        """Destroy words that nobody came for in time, and count them."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await ReportLanes(transaction).forget_words(most)

    async def postpone(self, queued: Queued, reason: str, chance: float) -> None:
        """Let a message wait in its lane for something that is ours to mend."""
        async with self._storage.begin(queued.organisation_id) as transaction:
            after = postponed(queued, reason, chance, transaction.now())
            await MessageStore(transaction, queued.organisation_id).settle(queued, after)

    async def give_back(self, queued: Sequence[Queued]) -> None:
        """Let others have what was claimed, and of which no provider was told."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            for whose in sorted({each.organisation_id for each in queued}):
                theirs = [each for each in queued if each.organisation_id == whose]
                await ReturnStore(transaction, whose).give_back(theirs)

    async def recover(self, provider: ProviderName, *, knows_repeats: bool) -> int:
        """Settle what was claimed by a worker that is no more, and say how many there were."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            left = await OutboxLanes(transaction).lapsed(provider)
            for queued in left:
                after = lapsed(queued, knows_repeats=knows_repeats, now=transaction.now())
                store = MessageStore(transaction, queued.organisation_id)
                if await store.settle(queued, after):
                    await self._writers.note(transaction, [news_of(queued, after)])
        return len(left)


def _place_in_order(meant: tuple[MessageId | None, Report]) -> str:
    return str(meant[0] or "")


def _place(organisation_id: OrganisationId, id: MessageId) -> Place:
    return Place(organisation_id, "messages", "sealed", str(id))
