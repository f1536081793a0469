"""Where exceptions from proof are kept; they stay, for they are evidence."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.overrides.rules import DAY, Exceptional, Kind, Tally, Use, UseId
from watchword.features.redemptions.rules import RedemptionId
from watchword.features.rewards.rules import RewardId
from watchword.features.tills.rules import TillSessionId
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
    insert into override_uses (
        organisation_id, id, kind, session_id, redemption_id, reward_id, customer_id, location_id,
        terminal_id, staff, value, currency, sealed_reason, dispute_tag, at
    ) values (
        :organisation_id, :id, :kind, :session_id, :redemption_id, :reward_id, :customer_id,
        :location_id, :terminal_id, :staff, :value, :currency, :sealed_reason, :dispute_tag, :at
    )
"""

TALLY = """
    select
        (select count(*) from override_uses u
         where u.organisation_id = :organisation_id and u.staff = :staff
           and u.at > :since and u.kind = :kind) as by_staff,
        (select count(*) from override_uses u
         where u.organisation_id = :organisation_id and u.terminal_id = :terminal_id
           and u.at > :since and u.kind = :kind) as by_terminal,
        (select count(*) from override_uses u
         where u.organisation_id = :organisation_id and u.customer_id = :customer_id
           and u.at > :since and u.kind = :kind) as by_customer,
        (select coalesce(sum(u.value), 0) from override_uses u
         where u.organisation_id = :organisation_id and u.location_id = :location_id
           and u.at > :since and u.kind = :kind
           and coalesce(u.session_id, '') <> coalesce(:session_id, '')) as worth
"""

GET = "select * from override_uses where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET} for update"

OF_SESSION = """
    select * from override_uses
    where organisation_id = :organisation_id and session_id = :session_id
    order by at desc, id desc limit 1 for update
"""

SAVE = """
    update override_uses set
        redemption_id = :redemption_id, reward_id = :reward_id, customer_id = :customer_id,
        value = :value, currency = :currency, disputed_at = :disputed_at
    where organisation_id = :organisation_id and id = :id
"""

PAGE = """
    select * from override_uses
    where organisation_id = :organisation_id
      and (at < :before or (at = :before and id < :below))
    order by at desc, id desc limit :most
"""

SPAN = """
    select * from override_uses
    where organisation_id = :organisation_id and at >= :since and at < :until
      and kind <> 'direct'
    order by at desc, id desc limit :most
"""

KINDS = """
    select kind, count(*) as found from override_uses
    where organisation_id = :organisation_id and at >= :since and at < :until
    group by kind
"""

DISPUTED = """
    select * from override_uses
    where organisation_id = :organisation_id and disputed_at >= :since and disputed_at is not null
    order by disputed_at desc, id desc limit :most
"""

BY_DISPUTE_TAG = """
    select organisation_id, id from override_uses
    where dispute_tag = :dispute_tag and dispute_tag is not null
"""

NEVER = 2**62
"""Later than any moment."""


class UseStore:
    """The exceptions of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, use: Use, sealed_reason: bytes | None, dispute_tag: bytes | None) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(use.id),
            kind=use.kind,
            session_id=_written(use.session_id),
            redemption_id=_written(use.redemption_id),
            reward_id=_written(use.reward_id),
            customer_id=_written(use.customer_id),
            location_id=_written(use.location_id),
            terminal_id=use.terminal_id,
            staff=use.staff,
            value=use.value,
            currency=use.currency,
            sealed_reason=sealed_reason,
            dispute_tag=dispute_tag,
            at=to_microseconds(use.at),
        )

    async def tally(self, wanted: Exceptional) -> Tally:
        """Count what there was of a kind within a day, by all that it is counted by. What is worth
        something in the same sale is left out, for it is about to be set anew."""
        row = await self._transaction.one(
            TALLY,
            organisation_id=self._ours,
            kind=wanted.kind,
            staff=wanted.staff,
            terminal_id=wanted.terminal_id,
            customer_id=_written(wanted.customer_id),
            location_id=_written(wanted.location_id),
            session_id=_written(wanted.session_id),
            since=to_microseconds(self._transaction.now() - DAY),
        )
        if row is None:
            return Tally()
        return Tally(
            by_staff=int(row["by_staff"]),
            by_terminal=int(row["by_terminal"]),
            by_customer=int(row["by_customer"]),
            value=int(row["worth"]),
        )

    async def get(self, id: UseId) -> Use | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: UseId) -> Use | None:
        """Read a use that nobody else can change until the end."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold_of_session(self, id: TillSessionId) -> Use | None:
        """Do the same with that of a sale; hold the sale before."""
        row = await self._transaction.one(
            OF_SESSION, organisation_id=self._ours, session_id=str(id)
        )
        return None if row is None else _from_row(row)

    async def sealed_reason(self, id: UseId) -> bytes | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else row["sealed_reason"]

    async def save(self, use: Use) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(use.id),
            redemption_id=_written(use.redemption_id),
            reward_id=_written(use.reward_id),
            customer_id=_written(use.customer_id),
            value=use.value,
            currency=use.currency,
            disputed_at=microseconds_if_any(use.disputed_at),
        )

    async def page(self, after: Bookmark | None, most: int) -> Sequence[Use]:
        """Give uses, the newest first."""
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            before=NEVER if after is None else to_microseconds(after.created_at),
            below="" if after is None else str(after.id),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def between(self, since: datetime, until: datetime, most: int) -> Sequence[Use]:
        """Give what people did in a span, the newest first. What integrations do that need no code
        is not among it: that is all day long."""
        rows = await self._transaction.all(
            SPAN,
            organisation_id=self._ours,
            since=to_microseconds(since),
            until=to_microseconds(until),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def kinds(self, since: datetime, until: datetime) -> Mapping[Kind, int]:
        """Count the uses of a span by their kinds."""
        rows = await self._transaction.all(
            KINDS,
            organisation_id=self._ours,
            since=to_microseconds(since),
            until=to_microseconds(until),
        )
        return {Kind(row["kind"]): int(row["found"]) for row in rows}

    async def disputed(self, since: datetime, most: int) -> Sequence[Use]:
        """Give those of which customers said, since a moment, not to have been there."""
        rows = await self._transaction.all(
            DISPUTED, organisation_id=self._ours, since=to_microseconds(since), most=most
        )
        return [_from_row(row) for row in rows]


class DisputeDirectory:
    """Tells which exception the address of a "not me" page is about."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, dispute_tag: bytes) -> tuple[OrganisationId, UseId] | None:
        row = await self._transaction.one(BY_DISPUTE_TAG, dispute_tag=dispute_tag)
        if row is None:
            return None
        return OrganisationId(Id(row["organisation_id"])), UseId(Id(row["id"]))


def _written(id: object | None) -> str | None:
    return None if id is None else str(id)


def _from_row(row: Row) -> Use:
    session, redemption, reward = row["session_id"], row["redemption_id"], row["reward_id"]
    customer, location = row["customer_id"], row["location_id"]
    return Use(
        id=UseId(Id(row["id"])),
        kind=Kind(row["kind"]),
        session_id=None if session is None else TillSessionId(Id(session)),
        redemption_id=None if redemption is None else RedemptionId(Id(redemption)),
        reward_id=None if reward is None else RewardId(Id(reward)),
        customer_id=None if customer is None else CustomerId(Id(customer)),
        location_id=None if location is None else LocationId(Id(location)),
        terminal_id=row["terminal_id"],
        staff=row["staff"],
        value=row["value"],
        currency=row["currency"],
        at=from_microseconds(row["at"]),
        told=row["dispute_tag"] is not None,
        disputed_at=moment_if_any(row["disputed_at"]),
    )
