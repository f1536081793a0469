"""Where passes are kept: by their id, which is their address; their codes as digests."""

from collections.abc import Sequence

from watchword.features.campaigns.rules import CampaignId
from watchword.features.gates.passes.rules import Kind, Pass, PassId
from watchword.features.gates.tries.rules import Tries
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into gate_passes (
        organisation_id, id, kind, campaign_id, name, tag, created_at, created_by, expires_at,
        revoked_at, used_at, uses, tries, pauses, paused_until
    ) values (
        :organisation_id, :id, :kind, :campaign_id, :name, :tag, :created_at, :created_by,
        :expires_at, null, null, 0, 0, 0, null
    )
"""

FIND = "select * from gate_passes where organisation_id = :organisation_id and id = :id"
HOLD = f"{FIND} for update"

SAVE = """
    update gate_passes set
        revoked_at = :revoked_at, used_at = :used_at, uses = :uses, tries = :tries,
        pauses = :pauses, paused_until = :paused_until
    where organisation_id = :organisation_id and id = :id
"""

_OF = """
    select * from gate_passes
    where organisation_id = :organisation_id and campaign_id = :campaign_id and {which}
    order by created_at desc, id desc
"""
GOOD = _OF.format(which="revoked_at is null and expires_at > :now")
OVER = _OF.format(which="(revoked_at is not null or expires_at <= :now)") + " limit :most"

WHOSE = "select organisation_id from gate_passes where id = :id"


class PassStore:
    """The passes of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, one: Pass) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(one.id),
            kind=one.kind,
            campaign_id=str(one.campaign_id),
            name=one.name,
            tag=one.tag,
            created_at=to_microseconds(one.created_at),
            created_by=one.created_by,
            expires_at=to_microseconds(one.expires_at),
        )

    async def find(self, id: PassId) -> Pass | None:
        return await self._one(FIND, id)

    async def hold(self, id: PassId) -> Pass | None:
        """Read a pass that nobody else can use until the transaction ends."""
        return await self._one(HOLD, id)

    async def save(self, one: Pass) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(one.id),
            revoked_at=microseconds_if_any(one.revoked_at),
            used_at=microseconds_if_any(one.used_at),
            uses=one.uses,
            tries=one.tries.used,
            pauses=one.tries.pauses,
            paused_until=microseconds_if_any(one.tries.paused_until),
        )

    async def of(self, campaign_id: CampaignId, most: int) -> Sequence[Pass]:
        """Give the passes of a campaign, the newest first: all that are good, for each can be taken
        away; and behind them so many that are over."""
        place = {"organisation_id": self._ours, "campaign_id": str(campaign_id)}
        now = to_microseconds(self._transaction.now())
        good = await self._transaction.all(GOOD, **place, now=now)
        over = await self._transaction.all(OVER, **place, now=now, most=most)
        return [_from_row(row) for row in (*good, *over)]

    async def _one(self, sql: str, id: PassId) -> Pass | None:
        row = await self._transaction.one(sql, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)


class PassDirectory:
    """Whose pass an address is of, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def whose(self, id: PassId) -> OrganisationId | None:
        row = await self._transaction.one(WHOSE, id=str(id))
        return None if row is None else OrganisationId(Id(row["organisation_id"]))


def _from_row(row: Row) -> Pass:
    return Pass(
        id=PassId(Id(row["id"])),
        kind=Kind(row["kind"]),
        campaign_id=CampaignId(Id(row["campaign_id"])),
        name=row["name"],
        tag=row["tag"],
        created_at=from_microseconds(row["created_at"]),
        created_by=row["created_by"],
        expires_at=from_microseconds(row["expires_at"]),
        revoked_at=moment_if_any(row["revoked_at"]),
        used_at=moment_if_any(row["used_at"]),
        uses=row["uses"],
        tries=Tries(
            used=row["tries"],
            pauses=row["pauses"],
            paused_until=moment_if_any(row["paused_until"]),
        ),
    )
