"""What happens when webhooks are sent: they are claimed by endpoint, opened and settled."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.webhooks import places
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.features.webhooks.posting.store import HandStore, WebhookLanes, WebhookSweep
from watchword.features.webhooks.rules import (
    Claimed,
    Ended,
    Endpoint,
    EndpointId,
    Hand,
    SignedRequest,
    is_enabled,
)
from watchword.features.webhooks.schedule import after_all, in_flight, is_success, settle
from watchword.features.webhooks.service import Webhooks
from watchword.features.webhooks.signing import signed, unpacked
from watchword.features.webhooks.store import EndpointStore
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.sealing import HEAD_BYTES, Sealer
from watchword.foundation.storage import Storage, Transaction

ACTOR = Noun.MACHINE.of("webhooks")  # who disables an endpoint that fails: nobody asked us to


@dataclass(slots=True)
class Turn:
    """Which endpoint had its turn last, of those that are well and of those that fail."""

    well: EndpointId | None = None
    failing: EndpointId | None = None


Size: TypeAlias = Callable[[EndpointId], int]


class Posting:
    """Hands deliveries to the worker, and writes down how attempts ended.

    Between the two nothing is held: a worker that dies leaves no more than leases that run out.
    """

    def __init__(self, *, storage: Storage, sealer: Sealer, webhooks: Webhooks) -> None:
        self._storage = storage
        self._sealer = sealer
        self._webhooks = webhooks

    async def claim(
        self,
        *,
        busy: Collection[EndpointId],
        turn: Turn,
        most: int,
        most_failing: int,
        size: Size,
    ) -> Sequence[Hand]:
        """Take a hand for each of so many endpoints that something is due for, in turn.

        `busy`: those that have one already. `most_failing`: how many may be for endpoints that
        fail, so that those cannot take all places. `size`: how many deliveries make a hand.
        """
        async with self._storage.begin(EVERYWHERE) as transaction:
            lanes = WebhookLanes(transaction)
            few = max(min(most, most_failing), 0)
            failing = await _hands(lanes, busy, turn.failing, few, size, that_fail=True)
            rest = most - len(failing)
            well = await _hands(lanes, busy, turn.well, rest, size, that_fail=False)
        return [*failing, *well]

    def open(self, hand: Hand, claimed: Claimed) -> SignedRequest:
        """Make the request of one attempt, signed for this moment."""
        whose, endpoint = hand.organisation_id, hand.endpoint
        opened = self._sealer.open(hand.sealed, places.of_secrets(whose, endpoint.id))
        body = self._sealer.open(claimed.sealed, places.of_body(whose, claimed.id))
        headers = signed(unpacked(opened), claimed.event_id, body, self._storage.now())
        return SignedRequest(url=endpoint.url, headers=headers, body=body)

    async def settle(
        self,
        hand: Hand,
        ended: Sequence[Ended],
        put_back: Sequence[Claimed],
        chance: Callable[[], float],
    ) -> Endpoint | None:
        """Write down how a hand ended; give its endpoint, if that is disabled for it."""
        whose, disabled = hand.organisation_id, None
        async with self._storage.begin(whose) as transaction:
            now = transaction.now()
            after = [(one, settle(one.claimed.tries, one.answer, chance(), now)) for one in ended]
            store = HandStore(transaction, whose)
            await store.settle(after)
            await store.put_back(put_back)
            if hand.endpoint.is_failing or not all(is_success(one.answer) for one in ended):
                disabled = await self._note_health(transaction, hand, ended)
        if disabled is not None:
            self._webhooks.forget_interests()
            self._webhooks.announce(whose)
        return disabled

    async def recover(self, most: int) -> int:
        """Let wait again what was claimed by a worker that is no more, and count it."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await WebhookLanes(transaction).recover(most)

    async def give_up(self, most: int) -> int:
        """Give up what waits where nobody comes for it, and count it."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await WebhookSweep(transaction).give_up(most)

    async def forget(self, most: int) -> int:
        """Drop deliveries that have been over for 30 days, and count them."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await WebhookSweep(transaction).forget(most)

    async def reseal(self, most: int) -> int:
        """Seal secrets of endpoints with our newest key, and count those that were not."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            head = self._sealer.seal(b"", places.NOWHERE)[:HEAD_BYTES]
            old = await WebhookSweep(transaction).old_secrets(head, most)
            for whose, id, sealed in old:
                place = places.of_secrets(whose, id)
                anew = self._sealer.seal(self._sealer.open(sealed, place), place)
                await EndpointStore(transaction, whose).save_secrets(id, anew)
        return len(old)

    async def _note_health(
        self, transaction: Transaction, hand: Hand, ended: Sequence[Ended]
    ) -> Endpoint | None:
        store = EndpointStore(transaction, hand.organisation_id)
        before = await store.hold_if_any(hand.endpoint.id)
        if before is None:
            return None
        answers = [one.answer for one in ended]
        after = after_all(before, answers, transaction.now())
        if after == before:
            return None
        await store.save(after)
        if is_enabled(after):
            return None
        await self._tell_disabled(transaction, hand.organisation_id, after)
        return after

    async def _tell_disabled(
        self, transaction: Transaction, whose: OrganisationId, endpoint: Endpoint
    ) -> None:
        reason = endpoint.reason or ""
        entry = Entry(
            action=Action.WEBHOOK_ENDPOINT_DISABLED,
            actor=ACTOR,
            target=str(endpoint.id),
            details={"reason": reason},
        )
        await AuditStore(transaction, whose).add(entry)
        self._webhooks.forget_interests()
        event = Event(
            kind=EventKind.ENDPOINT_DISABLED,
            id=EventId(new_id()),
            at=transaction.now(),
            about=str(endpoint.id),
            data={"endpoint_id": str(endpoint.id), "reason": reason},
        )
        await self._webhooks.note(transaction, whose, event)


async def _hands(
    lanes: WebhookLanes,
    busy: Collection[EndpointId],
    behind: EndpointId | None,
    most: int,
    size: Size,
    *,
    that_fail: bool,
) -> Sequence[Hand]:
    hands: list[Hand] = []
    if most <= 0:
        return hands
    due = await lanes.due(that_fail=that_fail, behind=behind, most=most + len(busy))
    free = [one for one in due if one[1].id not in busy][:most]
    for organisation_id, endpoint, sealed in free:
        many = in_flight(endpoint) if that_fail else size(endpoint.id)
        hand = await lanes.claim(organisation_id, endpoint, sealed, many)
        if hand.claimed:
            hands.append(hand)
    return hands
