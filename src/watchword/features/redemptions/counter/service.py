"""What happens at a counter without a till of its own: staff look at sales, and set them right."""

from datetime import datetime
from typing import TypeAlias

from watchword.features.challenges.store import ChallengeStore
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.redemption import Way, in_store
from watchword.features.redemptions.counter.rules import Awaited, Line, Sight, as_typed
from watchword.features.redemptions.master_pins.rules import may_enter
from watchword.features.redemptions.rules import Redemption, RedemptionId
from watchword.features.redemptions.service import Redemptions, Reversed
from watchword.features.redemptions.store import RedemptionStore
from watchword.features.redemptions.viewings.rules import may_pull_up
from watchword.features.rewards.rules import Reward
from watchword.features.rewards.store import RewardStore
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import Colleague, Reasonless, find_fault_of_reason, may
from watchword.features.tills.desk import Desk
from watchword.features.tills.rules import TillSession, TillSessionId, closed
from watchword.features.tills.service import Tills
from watchword.features.tills.verdicts import Choice
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

GivenBack: TypeAlias = Reversed | Reasonless


class Counter:
    def __init__(
        self, *, storage: Storage, contacts: Contacts, tills: Tills, redemptions: Redemptions
    ) -> None:
        self._storage = storage
        self._contacts = contacts
        self._tills = tills
        self._redemptions = redemptions

    async def look(self, colleague: Colleague, id: TillSessionId) -> Sight:
        """Read a sale with all that its page shows. Those of others are not there."""
        whose = colleague.organisation.id
        async with self._storage.reading(whose) as transaction:
            desk = self._tills.desk(transaction, colleague)
            session = await desk.get(id)
            redemption = await RedemptionStore(transaction, whose).of_session(id)
            over = closed(session, desk.now)
            is_asking = over is None and session.way is None
            settings = await desk.settings(session)
            contact = await self._contacts.seen(transaction, whose, session.contact_id)
            return Sight(
                session=session,
                ways=in_store(settings),
                may_pull_up=may_pull_up(colleague.member.grants, session.location_id, settings),
                over=over,
                to=as_typed(session, contact),
                awaited=await _awaited(desk, session) if is_asking else None,
                choices=await _choices(desk, session) if over is None else (),
                redemption=redemption,
                reward=await _reward(transaction, whose, session, redemption),
            )

    async def ways(self, colleague: Colleague, location_id: LocationId) -> frozenset[Way]:
        """Say by what customers can show at a location that they are there."""
        async with self._storage.reading(colleague.organisation.id) as transaction:
            desk = self._tills.desk(transaction, colleague)
            return in_store(await desk.settings_at(location_id))

    async def may_enter(self, colleague: Colleague, location_id: LocationId) -> bool:
        """Say whether somebody may enter the master PIN of a location, as the settings are now."""
        async with self._storage.reading(colleague.organisation.id) as transaction:
            desk = self._tills.desk(transaction, colleague)
            settings = await desk.settings_at(location_id)
        return may_enter(colleague.member.grants, location_id, settings)

    async def today(
        self,
        organisation_id: OrganisationId,
        location_id: LocationId,
        since: datetime,
        after: Bookmark | None,
        most: int,
    ) -> Page[Line]:
        """Give what was had at a location since the day began, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = RedemptionStore(transaction, organisation_id)
            found = await store.at_location(location_id, since, after, most + 1)
            page = page_of(found, most, _bookmark)
            lines = [await _line(transaction, organisation_id, each) for each in page.items]
        return Page(lines, page.after)

    async def find(self, colleague: Colleague, id: RedemptionId) -> Line:
        """Read a redemption of a location where somebody works."""
        whose = colleague.organisation.id
        async with self._storage.reading(whose) as transaction:
            redemption = await RedemptionStore(transaction, whose).get(id)
            if redemption is None or not _may(colleague, Permission.REDEEM, redemption):
                raise NotFound("redemption")
            return await _line(transaction, whose, redemption)

    async def reverse(
        self,
        colleague: Colleague,
        id: RedemptionId,
        points: int | None,
        *,
        reference: str,
        reason: str,
    ) -> GivenBack:
        """Give points back, or all that are still spent. Who did it and why stands in the
        ledger."""
        redemption = (await self.find(colleague, id)).redemption
        if not _may(colleague, Permission.REDEMPTIONS_REVERSE, redemption):
            raise NotFound("redemption")
        if fault := find_fault_of_reason(reason):
            return fault
        return await self._redemptions.reverse(
            colleague, id, points, reference, reason=reason.strip()
        )


def _may(colleague: Colleague, permission: Permission, redemption: Redemption) -> bool:
    return may(colleague.member.grants, permission, redemption.location_id)


async def _awaited(desk: Desk, session: TillSession) -> Awaited | None:
    if session.challenge_id is None:
        return None
    challenge = await ChallengeStore(desk.transaction, desk.id).find(session.challenge_id)
    return Awaited(
        resend_at=challenge.resend_at,
        attempts_left=challenge.attempts_left,
        code_length=challenge.code_length,
    )


async def _choices(desk: Desk, session: TillSession) -> tuple[Choice, ...]:
    if session.way is None or session.customer_id is not None:
        return ()
    return await desk.choices(await desk.customers_of(session))


async def _reward(
    transaction: Transaction,
    whose: OrganisationId,
    session: TillSession,
    redemption: Redemption | None,
) -> Reward | None:
    id = session.wanted.reward_id if redemption is None else redemption.reward_id
    return None if id is None else await RewardStore(transaction, whose).get(id)


async def _line(transaction: Transaction, whose: OrganisationId, redemption: Redemption) -> Line:
    reward = await RewardStore(transaction, whose).get(redemption.reward_id)
    if reward is None:
        raise NotFound("reward")
    return Line(redemption, reward)


def _bookmark(redemption: Redemption) -> Bookmark:
    return Bookmark(redemption.reserved_at, redemption.id)
