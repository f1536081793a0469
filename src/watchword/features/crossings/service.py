"""What happens while an organisation crosses over: calls go on, and what both sides say is kept."""

from collections.abc import Mapping
from time import monotonic
from uuid import UUID

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.rules import ChallengeId
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.crossings.ports import Answered, Asked, FarSide, Silent
from watchword.features.crossings.rules import (
    Basis,
    ChangedMeanwhile,
    Crossed,
    Crossing,
    Faulty,
    Move,
    Side,
    Who,
    find_fault,
    is_live,
    place_of,
    side_of,
)
from watchword.features.crossings.store import CrossingStore
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.schemes.askings.rules import Seen, Standing, Target
from watchword.features.schemes.askings.service import Askings
from watchword.features.schemes.rules import SchemeId
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.remembered import Remembered
from watchword.foundation.storage import Storage

FRESH_FOR = 3.0  # seconds; what is moved elsewhere moves here after that
FAILS = 500
"""From this status on it is the original itself that failed."""

log = structlog.get_logger()


class NoFarSide(Exception):
    """The settings name no original for an organisation."""


class Crossings:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        askings: Askings,
        far_sides: Mapping[str, FarSide],
    ) -> None:
        """`far_sides`: the original of each organisation that has one, by its short name."""
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._askings = askings
        self._far_sides = far_sides
        self._known = Remembered[OrganisationId, Crossing | None](
            fresh_for=FRESH_FOR, seconds=monotonic
        )

    async def of(self, organisation: Organisation) -> Crossing | None:
        """Say how far an organisation is across; nothing, if it is not on its way."""
        if organisation.slug not in self._far_sides:
            return None

        async def read() -> Crossing | None:
            return await self.find(organisation)

        return await self._known.find(organisation.id, read)

    async def find(self, organisation: Organisation) -> Crossing | None:
        async with self._storage.reading(organisation.id) as transaction:
            return await CrossingStore(transaction, organisation.id).find()

    def has_far_side(self, organisation: Organisation) -> bool:
        return organisation.slug in self._far_sides

    async def move(
        self,
        caller: Caller,
        move: Move,
        *,
        basis: Basis | None = None,
    ) -> Crossing | Faulty | ChangedMeanwhile:
        """Say what is ours from now on. What is under way stays where it was begun.

        `basis`: only if it still is as it was when they decided.
        """
        if fault := find_fault(move):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = CrossingStore(transaction, whose)
            held = await store.hold()
            if basis not in (None, Basis(held)):
                return ChangedMeanwhile(held)
            crossing = Crossing(
                share=move.share,
                countries=move.countries,
                without_them=move.without_them,
                changed_at=transaction.now(),
                changed_by=caller.actor,
            )
            if basis is None or held is not None:
                await store.save(crossing)
            elif not await store.add(crossing):
                return ChangedMeanwhile(await store.find())
            await AuditStore(transaction, whose).add(_moved(caller, move))
        self._known.forget(whose)
        return crossing

    async def end(self, caller: Caller, *, basis: Basis | None = None) -> bool | ChangedMeanwhile:
        """Be across: everything is ours from now on."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = CrossingStore(transaction, whose)
            held = await store.hold()
            if basis not in (None, Basis(held)):
                return ChangedMeanwhile(held)
            has_ended = await store.remove()
            if has_ended:
                entry = Entry(action=Action.CROSSING_ENDED, actor=caller.actor, target=str(whose))
                await AuditStore(transaction, whose).add(entry)
        self._known.forget(whose)
        return has_ended

    async def side(
        self, caller: Caller, crossing: Crossing, scheme_id: SchemeId, who: Who | None
    ) -> tuple[Side, Crossed | None]:
        """Say where a call goes: to where its verification was begun, or is to be begun."""
        crossed = None if who is None else await self._crossed(caller, scheme_id, who)
        now = self._storage.now()
        if crossed is not None and (not isinstance(who, Contact) or is_live(crossed, now)):
            return Side.THEIRS, crossed
        if who is None:
            return Side.THEIRS, None
        if await self._is_begun_here(caller, scheme_id, who):
            return Side.OURS, None
        if not isinstance(who, Contact):
            return Side.THEIRS, None
        return side_of(crossing, who.country, await self._place(caller, who)), None

    async def ask(self, organisation: Organisation, asked: Asked) -> Answered | Silent:
        """Let a call go on to the original."""
        answered = await self._far_sides[organisation.slug].ask(asked)
        if isinstance(answered, Answered) and answered.status >= FAILS:
            answered = Silent(f"HTTP {answered.status}")
        if isinstance(answered, Silent):
            log.warning("crossing.silent", organisation=organisation.slug, reason=answered.reason)
        return answered

    async def begun(
        self, caller: Caller, scheme_id: SchemeId, contact: Contact, original_id: UUID
    ) -> None:
        """Note what the original has begun, before anything of ours stands beside it."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            contact_id = await self._contacts.recognise(transaction, whose, contact)
            await CrossingStore(transaction, whose).begin(original_id, scheme_id, contact_id)

    async def stands_beside(self, caller: Caller, original_id: UUID, beside: ChallengeId) -> None:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await CrossingStore(transaction, whose).pair_with(original_id, beside)

    async def is_over(self, caller: Caller, original_id: UUID) -> None:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await CrossingStore(transaction, whose).end(original_id)

    async def _crossed(self, caller: Caller, scheme_id: SchemeId, who: Who) -> Crossed | None:
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            store = CrossingStore(transaction, whose)
            if not isinstance(who, Contact):
                return await store.by_id(who)
            contact_id = await self._contacts.known(transaction, whose, who)
            return None if contact_id is None else await store.latest(scheme_id, contact_id)

    async def _is_begun_here(self, caller: Caller, scheme_id: SchemeId, who: Who) -> bool:
        whom = who if isinstance(who, Contact) else ChallengeId(Id(int=who.int))
        seen = await self._askings.read(caller, Target(scheme_id, whom))
        if not isinstance(seen, Seen):
            return False
        return seen.standing is Standing.PENDING or not isinstance(who, Contact)

    async def _place(self, caller: Caller, contact: Contact) -> int:
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            keys = await self._organisations.keys(transaction, whose)
            return place_of(keys.blind("crossing", contact.canonical.reveal()))


def _moved(caller: Caller, move: Move) -> Entry:
    return Entry(
        action=Action.CROSSING_MOVED,
        actor=caller.actor,
        target=str(caller.organisation.id),
        details={
            "share": move.share,
            "countries": " ".join(sorted(move.countries)),
            "without_them": move.without_them,
        },
    )
