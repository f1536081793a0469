"""Where challenges are kept: every query on them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import Challenge, ChallengeId, ChallengeRef, Status
from watchword.features.challenges.unsaid import UNSAID
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId
from watchword.features.routing.rules import NOTHING_TRIED, Route, aged
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into challenges (
        organisation_id, id, purpose, contact_id, channel, locale, reference, requester, lane,
        status, code_tag, key_version, sealed, attempts_left, code_length, sendings,
        created_at, expires_at, resend_at, route, next_step_at, denial_tag, shown_at
    ) values (
        :organisation_id, :id, :purpose, :contact_id, :channel, :locale, :reference, :requester,
        :lane, :status, :code_tag, :key_version, :sealed, :attempts_left, :code_length, :sendings,
        :created_at, :expires_at, :resend_at, :route, :next_step_at, :denial_tag, :shown_at
    )
"""

READ = """
    select
        id, purpose, contact_id, channel, locale, reference, requester, lane, status, code_tag,
        key_version, attempts_left, code_length, sendings, created_at, expires_at, resend_at,
        route, next_step_at, ended_at, shown_at
    from challenges where organisation_id = :organisation_id
"""

FIND = f"{READ} and id = :id"

HOLD = f"{FIND} for update"

HOLD_LIVE = f"""
    {READ} and contact_id = :contact_id and purpose = :purpose and lane = :lane
      and status = 'pending' and length(code_tag) > 0
    for update
"""

BUDGETED_BY = """
    select contact_id, purpose, lane from challenges
    where organisation_id = :organisation_id and id = :id
"""

CODE = """
    select sealed, shown_at from challenges where organisation_id = :organisation_id and id = :id
"""

SAVE = """
    update challenges set
        channel = :channel, status = :status, code_tag = :code_tag, key_version = :key_version,
        attempts_left = :attempts_left, sendings = :sendings, route = :route, shown_at = :shown_at,
        expires_at = :expires_at, resend_at = :resend_at, next_step_at = :next_step_at
    where organisation_id = :organisation_id and id = :id
"""

RESEAL = """
    update challenges set sealed = :sealed
    where organisation_id = :organisation_id and id = :id
"""

END = """
    update challenges set
        status = :status, code_tag = :none, sealed = null, next_step_at = null,
        attempts_left = :attempts_left, ended_at = :now
    where organisation_id = :organisation_id and id = :id
"""

SUPERSEDE = """
    update challenges set
        status = 'superseded', code_tag = :none, sealed = null, next_step_at = null, ended_at = :now
    where organisation_id = :organisation_id and contact_id = :contact_id
      and purpose = :purpose and lane = :lane and status = 'pending'
      and not (purpose = 'redemption' and coalesce(reference, '') like :unsaid)
    returning *
"""

EXPIRE = """
    update challenges set
        status = 'expired', code_tag = :none, sealed = null, next_step_at = null, ended_at = :now
    where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from challenges
            where status = 'pending' and expires_at <= :now
            order by expires_at limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
    returning organisation_id, id
"""

DUE_STEPS = """
    select organisation_id, id from challenges
    where next_step_at <= :now order by next_step_at limit :most
"""

NEXT_STEP = "select min(next_step_at) as moment from challenges where next_step_at is not null"

PENDING = """
    select id, route from challenges
    where organisation_id = :organisation_id and status = 'pending'
    for update
"""

AGE = """
    update challenges set
        created_at = created_at - :by, expires_at = expires_at - :by, shown_at = shown_at - :by,
        resend_at = resend_at - :by, next_step_at = next_step_at - :by, route = :route
    where organisation_id = :organisation_id and id = :id
"""

SAVE_ROUTE = """
    update challenges set route = :route, next_step_at = :next_step_at
    where organisation_id = :organisation_id and id = :id
"""

NUDGE = """
    update challenges set next_step_at = :now
    where organisation_id = :organisation_id and id = :id and status = 'pending'
      and next_step_at > :now
"""

POSTPONE_STEP = """
    update challenges set next_step_at = :later
    where organisation_id = :organisation_id and id = :id and next_step_at <= :now
"""

BY_DENIAL_TAG = "select organisation_id, id from challenges where denial_tag = :tag"


class ChallengeStore:
    """The challenges of one organisation, seen from inside one transaction."""

    def __init__(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        hidden: frozenset[Purpose] = frozenset(),
    ) -> None:
        """`hidden`: the purposes of challenges that are not there for whoever asks."""
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._hidden = hidden

    async def add(self, challenge: Challenge, sealed: bytes, denial_tag: bytes) -> None:
        """Keep a challenge, and its code sealed for as long as it may be sent once more.

        `denial_tag` is what the address of its "not me" page is known by.
        """
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(challenge.id),
            purpose=challenge.purpose,
            contact_id=str(challenge.contact_id),
            channel=challenge.channel,
            locale=challenge.locale,
            reference=challenge.reference,
            requester=challenge.requester,
            lane=challenge.lane,
            status=challenge.status,
            code_tag=challenge.code_tag,
            key_version=challenge.key_version,
            sealed=sealed,
            attempts_left=challenge.attempts_left,
            code_length=challenge.code_length,
            sendings=challenge.sendings,
            created_at=to_microseconds(challenge.created_at),
            expires_at=to_microseconds(challenge.expires_at),
            resend_at=to_microseconds(challenge.resend_at),
            route=_written(challenge.route),
            next_step_at=microseconds_if_any(challenge.next_step_at),
            denial_tag=denial_tag,
            shown_at=microseconds_if_any(challenge.shown_at),
        )

    async def budgeted_by(self, id: ChallengeId) -> tuple[ContactId, Purpose, str]:
        """Give what names the budgets of a challenge, which are held before it is."""
        row = self._shown(await self._one(BUDGETED_BY, id))
        return ContactId(Id(row["contact_id"])), Purpose(row["purpose"]), row["lane"]

    async def find(self, id: ChallengeId) -> Challenge:
        return _from_row(self._shown(await self._one(FIND, id)))

    async def hold(self, id: ChallengeId) -> Challenge:
        """Read a challenge that nobody else can change until the transaction ends."""
        return _from_row(self._shown(await self._one(HOLD, id)))

    async def hold_live(
        self, contact_id: ContactId, purpose: Purpose, lane: str
    ) -> Challenge | None:
        """Read the one that is pending for all three, and was not emptied, likewise."""
        row = await self._transaction.one(
            HOLD_LIVE,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            purpose=purpose,
            lane=lane,
        )
        return None if row is None else _from_row(row)

    async def shown_at(self, id: ChallengeId) -> datetime | None:
        return moment_if_any((await self._one(CODE, id))["shown_at"])

    async def sealed(self, id: ChallengeId) -> bytes | None:
        """Give the sealed code of a challenge; once the challenge is over, there is none."""
        sealed: bytes | None = (await self._one(CODE, id))["sealed"]
        return sealed

    async def save(self, challenge: Challenge) -> None:
        """Write back a challenge that was held. Of one that is over, no code is left."""
        if challenge.status is not Status.PENDING:
            await self._transaction.run(
                END,
                organisation_id=self._ours,
                id=str(challenge.id),
                status=challenge.status,
                none=b"",
                attempts_left=challenge.attempts_left,
                now=to_microseconds(self._transaction.now()),
            )
            return
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(challenge.id),
            channel=challenge.channel,
            status=challenge.status,
            code_tag=challenge.code_tag,
            key_version=challenge.key_version,
            attempts_left=challenge.attempts_left,
            sendings=challenge.sendings,
            expires_at=to_microseconds(challenge.expires_at),
            resend_at=to_microseconds(challenge.resend_at),
            route=_written(challenge.route),
            next_step_at=microseconds_if_any(challenge.next_step_at),
            shown_at=microseconds_if_any(challenge.shown_at),
        )

    async def save_route(self, challenge: Challenge) -> None:
        """Write back how far the plan of a challenge is."""
        await self._transaction.run(
            SAVE_ROUTE,
            organisation_id=self._ours,
            id=str(challenge.id),
            route=_written(challenge.route),
            next_step_at=microseconds_if_any(challenge.next_step_at),
        )

    async def nudge(self, id: ChallengeId) -> bool:
        """Let the next step be due now, if there is one to come; say whether there is."""
        now = to_microseconds(self._transaction.now())
        nudged = await self._transaction.run(NUDGE, organisation_id=self._ours, id=str(id), now=now)
        return nudged == 1

    async def postpone_step(self, id: ChallengeId, later: datetime) -> None:
        """Let the step that is due be due later."""
        await self._transaction.run(
            POSTPONE_STEP,
            organisation_id=self._ours,
            id=str(id),
            now=to_microseconds(self._transaction.now()),
            later=to_microseconds(later),
        )

    async def reseal(self, id: ChallengeId, sealed: bytes) -> None:
        """Keep another sealed code for a challenge that was held."""
        await self._transaction.run(RESEAL, organisation_id=self._ours, id=str(id), sealed=sealed)

    async def supersede(
        self, contact_id: ContactId, purpose: Purpose, lane: str
    ) -> Sequence[Challenge]:
        """End what is still pending for the same contact point, purpose and lane."""
        rows = await self._transaction.all(
            SUPERSEDE,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            purpose=purpose,
            lane=lane,
            unsaid=UNSAID,
            none=b"",
            now=to_microseconds(self._transaction.now()),
        )
        return [_from_row(row) for row in rows]

    async def age(self, by: timedelta) -> Sequence[str]:
        """Make all that is pending older, as if so much time had passed; give the ids."""
        rows = await self._transaction.all(PENDING, organisation_id=self._ours)
        await self._transaction.many(
            AGE,
            [
                {
                    "organisation_id": self._ours,
                    "id": row["id"],
                    "by": by // timedelta(microseconds=1),
                    "route": _written(aged(_route(row["route"]), by)),
                }
                for row in rows
            ],
        )
        return [row["id"] for row in rows]

    async def _one(self, sql: str, id: ChallengeId) -> Row:
        row = await self._transaction.one(sql, organisation_id=self._ours, id=str(id))
        if row is None:
            raise NotFound("challenge")
        return row

    def _shown(self, row: Row) -> Row:
        if row["purpose"] in self._hidden:
            raise NotFound("challenge")
        return row


class ChallengeSweep:
    """What is due in all organisations: ends, and steps of plans."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._now = to_microseconds(transaction.now())

    async def expire(self, most: int) -> Sequence[ChallengeRef]:
        """End challenges whose time is over, and destroy what is left of their codes."""
        rows = await self._transaction.all(EXPIRE, now=self._now, none=b"", most=most)
        return [_place_from_row(row) for row in rows]

    async def due_steps(self, most: int) -> Sequence[ChallengeRef]:
        """Find challenges whose plan has a step that is due."""
        rows = await self._transaction.all(DUE_STEPS, now=self._now, most=most)
        return [_place_from_row(row) for row in rows]

    async def next_step(self) -> float | None:
        """Give the seconds until the next step of any plan is due, if one is to come."""
        row = await self._transaction.one(NEXT_STEP)
        if row is None or row["moment"] is None:
            return None
        return max(int(row["moment"]) - self._now, 0) / 1_000_000

    async def by_denial_tag(self, tag: bytes) -> ChallengeRef | None:
        row = await self._transaction.one(BY_DENIAL_TAG, tag=tag)
        return None if row is None else _place_from_row(row)


def _place_from_row(row: Row) -> ChallengeRef:
    return OrganisationId(Id(row["organisation_id"])), ChallengeId(Id(row["id"]))


def _written(route: Route) -> str:
    return msgspec.json.encode(route).decode()


def _route(written: str | None) -> Route:
    return NOTHING_TRIED if written is None else msgspec.json.decode(written, type=Route)


USUAL_LENGTH = 6
"""How long codes were by default before the length was kept with each challenge."""


def _from_row(row: Row) -> Challenge:
    return Challenge(
        id=ChallengeId(Id(row["id"])),
        purpose=Purpose(row["purpose"]),
        contact_id=ContactId(Id(row["contact_id"])),
        channel=Channel(row["channel"]),
        locale=row["locale"],
        reference=row["reference"],
        requester=row["requester"],
        lane=row["lane"],
        status=Status(row["status"]),
        code_tag=row["code_tag"],
        key_version=row["key_version"],
        attempts_left=row["attempts_left"],
        code_length=row["code_length"] or USUAL_LENGTH,
        sendings=row["sendings"],
        created_at=from_microseconds(row["created_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        resend_at=from_microseconds(row["resend_at"]),
        route=_route(row["route"]),
        next_step_at=moment_if_any(row["next_step_at"]),
        ended_at=moment_if_any(row["ended_at"]),
        shown_at=moment_if_any(row["shown_at"]),
    )
