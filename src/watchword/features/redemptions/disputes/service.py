"""What happens when a customer says not to have been there: the sale stops, and somebody looks."""

from dataclasses import dataclass
from enum import StrEnum

import structlog

from watchword.features.audit.rules import Action
from watchword.features.cards.desk import Backroom
from watchword.features.challenges.codes import denial_tag
from watchword.features.challenges.desk import Machine
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import Organisation
from watchword.features.redemptions.overrides.rules import Use, UseId, disputed, facts_of
from watchword.features.redemptions.overrides.service import note, tell
from watchword.features.redemptions.overrides.store import DisputeDirectory, UseStore
from watchword.features.redemptions.service import Redemptions
from watchword.features.rewards.rules import Reward
from watchword.features.rewards.store import RewardStore
from watchword.features.webhooks.events import EventKind
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage, Transaction

DISPUTE = "override_dispute"

log = structlog.get_logger()


class Contested(StrEnum):
    """What became of the exception that somebody was told of."""

    STANDS = "stands"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class ToldOf:
    """`use` says when it was and what it was worth; `place` and `reward` are unknown where staff
    only looked, or nothing was chosen yet."""

    organisation: Organisation
    state: Contested
    use: Use
    place: Location | None = None
    reward: Reward | None = None


class Disputes:
    def __init__(self, *, storage: Storage, backroom: Backroom, redemptions: Redemptions) -> None:
        self._storage = storage
        self._room = backroom
        self._redemptions = redemptions

    async def look(self, token: str) -> ToldOf | None:
        """Say whose exception an address is about. Nothing is changed."""
        place = await self._find(token)
        if place is None:
            return None
        organisation_id, id = place
        async with self._storage.reading(organisation_id) as transaction:
            organisation = await self._room.organisations.read(transaction, organisation_id)
            return await _told(transaction, organisation, id)

    async def dispute(self, token: str) -> ToldOf | None:
        """Stop what is not handed out yet, and have it looked into. It is said once."""
        place = await self._find(token)
        if place is None:
            return None
        organisation_id, id = place
        async with self._storage.begin(organisation_id) as transaction:
            organisation = await self._room.organisations.read(transaction, organisation_id)
            await self._dispute(transaction, organisation, id)
            told = await _told(transaction, organisation, id)
        self._room.announce(organisation)
        log.warning("override.disputed", override_id=str(id))
        return told

    async def _dispute(
        self, transaction: Transaction, organisation: Organisation, id: UseId
    ) -> None:
        nobody, store = (
            Machine(name=DISPUTE, organisation=organisation),
            UseStore(transaction, organisation.id),
        )
        use = _found(await store.get(id))
        if use.session_id is not None:
            # The sale is held first, as whoever redeems in it does.
            await self._redemptions.stop(transaction, nobody, use.session_id)
        after = disputed(_found(await store.hold(id)), transaction.now())
        if after is None:
            return
        await store.save(after)
        await note(transaction, nobody, Action.OVERRIDE_DISPUTED, after)
        said = {"use_id": str(id), **dict(facts_of(after))}
        await tell(transaction, self._room, nobody, EventKind.OVERRIDE_DISPUTED, said)

    async def _find(self, token: str) -> tuple[OrganisationId, UseId] | None:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await DisputeDirectory(transaction).find(denial_tag(token))


async def _told(transaction: Transaction, organisation: Organisation, id: UseId) -> ToldOf:
    """Say what somebody was told of, for them to remember it by."""
    whose = organisation.id
    use = _found(await UseStore(transaction, whose).get(id))
    place = reward = None
    if use.location_id is not None:
        place = await LocationStore(transaction, whose).get(use.location_id)
    if use.reward_id is not None:
        reward = await RewardStore(transaction, whose).get(use.reward_id)
    return ToldOf(organisation, _state(use), use, place, reward)


def _found(use: Use | None) -> Use:
    if use is None:
        raise NotFound("exception")
    return use


def _state(use: Use) -> Contested:
    return Contested.STANDS if use.disputed_at is None else Contested.DISPUTED
