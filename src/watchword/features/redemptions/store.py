"""Where it is kept what was had for points."""

from collections.abc import Sequence
from datetime import datetime

from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.rules import Redemption, RedemptionId, Reversal, State
from watchword.features.rewards.rules import RewardId
from watchword.features.tills.rules import Proof, TillSessionId
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into redemptions (
        organisation_id, id, session_id, account_id, customer_id, reward_id, state, points, value,
        currency, reversed, way, client, location_id, terminal_id, staff, order_id, reserved_at,
        expires_at, committed_at, ended_at, version
    ) values (
        :organisation_id, :id, :session_id, :account_id, :customer_id, :reward_id, :state, :points,
        :value, :currency, :reversed, :way, :client, :location_id, :terminal_id, :staff, :order_id,
        :reserved_at, :expires_at, :committed_at, :ended_at, :version
    )
"""

GET = "select * from redemptions where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET} for update"

OF_SESSION = """
    select * from redemptions
    where organisation_id = :organisation_id and session_id = :session_id
"""

HOLD_OF_SESSION = f"{OF_SESSION} for update"

SAVE = """
    update redemptions set
        state = :state, reversed = :reversed, order_id = :order_id, committed_at = :committed_at,
        ended_at = :ended_at, version = :version
    where organisation_id = :organisation_id and id = :id
"""

PAGE = """
    select * from redemptions
    where organisation_id = :organisation_id
      and (reserved_at < :before or (reserved_at = :before and id < :below))
    order by reserved_at desc, id desc limit :most
"""

OF_CUSTOMER = """
    select * from redemptions
    where organisation_id = :organisation_id and customer_id = :customer_id
      and (reserved_at < :before or (reserved_at = :before and id < :below))
    order by reserved_at desc, id desc limit :most
"""

FOR_ORDER = """
    select * from redemptions
    where organisation_id = :organisation_id and customer_id = :customer_id
      and reserved_at > :since and order_id = :order_id
    order by reserved_at, id
"""

AT_LOCATION = """
    select * from redemptions
    where organisation_id = :organisation_id and location_id = :location_id
      and reserved_at >= :since
      and (reserved_at < :before or (reserved_at = :before and id < :below))
    order by reserved_at desc, id desc limit :most
"""

REVERSAL = """
    select reference, points from reversals
    where organisation_id = :organisation_id and redemption_id = :redemption_id
      and reference = :reference
"""

ADD_REVERSAL = """
    insert into reversals (organisation_id, redemption_id, reference, points, actor, at)
    values (:organisation_id, :redemption_id, :reference, :points, :actor, :at)
"""

DUE = """
    select organisation_id, id from redemptions
    where state = 'reserved' and expires_at <= :now order by expires_at limit :most
"""

NEVER = 2**62
"""Later than any moment."""


class RedemptionStore:
    """What was had for points in one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, redemption: Redemption) -> None:
        location = redemption.location_id
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(redemption.id),
            session_id=str(redemption.session_id),
            account_id=str(redemption.account_id),
            customer_id=str(redemption.customer_id),
            reward_id=str(redemption.reward_id),
            state=redemption.state,
            points=redemption.points,
            value=redemption.value,
            currency=redemption.currency,
            reversed=redemption.reversed,
            way=redemption.way,
            client=redemption.client,
            location_id=None if location is None else str(location),
            terminal_id=redemption.terminal_id,
            staff=redemption.staff,
            order_id=redemption.order_id,
            reserved_at=to_microseconds(redemption.reserved_at),
            expires_at=to_microseconds(redemption.expires_at),
            committed_at=microseconds_if_any(redemption.committed_at),
            ended_at=microseconds_if_any(redemption.ended_at),
            version=redemption.version,
        )

    async def get(self, id: RedemptionId) -> Redemption | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: RedemptionId) -> Redemption | None:
        """Read a redemption that nobody else can change until the transaction ends."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold_of_session(self, id: TillSessionId) -> Redemption | None:
        """Do the same with that of a sale; hold the sale before."""
        row = await self._transaction.one(
            HOLD_OF_SESSION, organisation_id=self._ours, session_id=str(id)
        )
        return None if row is None else _from_row(row)

    async def of_session(self, id: TillSessionId) -> Redemption | None:
        row = await self._transaction.one(
            OF_SESSION, organisation_id=self._ours, session_id=str(id)
        )
        return None if row is None else _from_row(row)

    async def save(self, redemption: Redemption) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(redemption.id),
            state=redemption.state,
            reversed=redemption.reversed,
            order_id=redemption.order_id,
            committed_at=microseconds_if_any(redemption.committed_at),
            ended_at=microseconds_if_any(redemption.ended_at),
            version=redemption.version,
        )

    async def page(self, after: Bookmark | None, most: int) -> Sequence[Redemption]:
        """Give redemptions, the newest first."""
        before, below = _below(after)
        rows = await self._transaction.all(
            PAGE, organisation_id=self._ours, before=before, below=below, most=most
        )
        return [_from_row(row) for row in rows]

    async def of_customer(
        self, id: CustomerId, after: Bookmark | None, most: int
    ) -> Sequence[Redemption]:
        before, below = _below(after)
        rows = await self._transaction.all(
            OF_CUSTOMER,
            organisation_id=self._ours,
            customer_id=str(id),
            before=before,
            below=below,
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def for_order(
        self, id: CustomerId, order_id: str, since: datetime
    ) -> Sequence[Redemption]:
        """Give what a customer has had for an order since a moment, the oldest first."""
        rows = await self._transaction.all(
            FOR_ORDER,
            organisation_id=self._ours,
            customer_id=str(id),
            order_id=order_id,
            since=to_microseconds(since),
        )
        return [_from_row(row) for row in rows]

    async def at_location(
        self, id: LocationId, since: datetime, after: Bookmark | None, most: int
    ) -> Sequence[Redemption]:
        """Give what was reserved at a location since a moment, the newest first."""
        before, below = _below(after)
        rows = await self._transaction.all(
            AT_LOCATION,
            organisation_id=self._ours,
            location_id=str(id),
            since=to_microseconds(since),
            before=before,
            below=below,
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def reversal(self, id: RedemptionId, reference: str) -> Reversal | None:
        row = await self._transaction.one(
            REVERSAL, organisation_id=self._ours, redemption_id=str(id), reference=reference
        )
        return None if row is None else Reversal(row["reference"], row["points"])

    async def add_reversal(self, id: RedemptionId, reversal: Reversal, actor: str) -> None:
        await self._transaction.run(
            ADD_REVERSAL,
            organisation_id=self._ours,
            redemption_id=str(id),
            reference=reversal.reference,
            points=reversal.points,
            actor=actor,
            at=to_microseconds(self._transaction.now()),
        )


class RedemptionSweep:
    """Reservations of all organisations whose time is over."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def due(self, most: int) -> Sequence[tuple[OrganisationId, RedemptionId]]:
        now = to_microseconds(self._transaction.now())
        rows = await self._transaction.all(DUE, now=now, most=most)
        return [
            (OrganisationId(Id(row["organisation_id"])), RedemptionId(Id(row["id"])))
            for row in rows
        ]


def _below(after: Bookmark | None) -> tuple[int, str]:
    if after is None:
        return NEVER, ""
    return to_microseconds(after.created_at), str(after.id)


def _from_row(row: Row) -> Redemption:
    return Redemption(
        id=RedemptionId(Id(row["id"])),
        session_id=TillSessionId(Id(row["session_id"])),
        account_id=AccountId(Id(row["account_id"])),
        customer_id=CustomerId(Id(row["customer_id"])),
        reward_id=RewardId(Id(row["reward_id"])),
        state=State(row["state"]),
        points=row["points"],
        value=row["value"],
        currency=row["currency"],
        reversed=row["reversed"],
        way=Proof(row["way"]),
        client=row["client"],
        location_id=None if row["location_id"] is None else LocationId(Id(row["location_id"])),
        terminal_id=row["terminal_id"],
        staff=row["staff"],
        order_id=row["order_id"],
        reserved_at=from_microseconds(row["reserved_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        committed_at=moment_if_any(row["committed_at"]),
        ended_at=moment_if_any(row["ended_at"]),
        version=row["version"],
    )
