"""Where challenges are kept: every query on them, and on who has answered one rightly."""

from collections.abc import Mapping, Sequence

from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import Challenge, ChallengeId, Status
from watchword.features.contacts.rules import ContactId
from watchword.features.delivery.rules import Channel
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import HEAD_BYTES, count_versions
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into challenges (
        organisation_id, id, purpose, contact_id, channel, locale, reference, requester, lane,
        status, code_tag, key_version, sealed, attempts_left, sendings,
        created_at, expires_at, resend_at
    ) values (
        :organisation_id, :id, :purpose, :contact_id, :channel, :locale, :reference, :requester,
        :lane, :status, :code_tag, :key_version, :sealed, :attempts_left, :sendings,
        :created_at, :expires_at, :resend_at
    )
"""

FIND = """
    select
        id, purpose, contact_id, channel, locale, reference, requester, lane, status, code_tag,
        key_version, attempts_left, sendings, created_at, expires_at, resend_at
    from challenges where organisation_id = :organisation_id and id = :id
"""

HOLD = f"{FIND} for update"

BUDGETED_BY = """
    select contact_id, purpose, lane from challenges
    where organisation_id = :organisation_id and id = :id
"""

SEALED = "select sealed from challenges where organisation_id = :organisation_id and id = :id"

SAVE = """
    update challenges set
        channel = :channel, status = :status, code_tag = :code_tag, key_version = :key_version,
        attempts_left = :attempts_left, sendings = :sendings,
        expires_at = :expires_at, resend_at = :resend_at
    where organisation_id = :organisation_id and id = :id
"""

RESEAL = """
    update challenges set sealed = :sealed
    where organisation_id = :organisation_id and id = :id
"""

END = """
    update challenges set
        status = :status, code_tag = :none, sealed = null,
        attempts_left = :attempts_left, ended_at = :now
    where organisation_id = :organisation_id and id = :id
"""

SUPERSEDE = """
    update challenges set
        status = 'superseded', code_tag = :none, sealed = null, ended_at = :now
    where organisation_id = :organisation_id and contact_id = :contact_id
      and purpose = :purpose and lane = :lane and status = 'pending'
    returning id
"""

EXPIRE = """
    update challenges set status = 'expired', code_tag = :none, sealed = null, ended_at = :now
    where (organisation_id, id) in (
        select organisation_id, id from challenges
        where status = 'pending' and expires_at <= :now
        order by expires_at limit :most
        for update skip locked
    )
"""

KNOWN = """
    select 1 as known from known_requesters
    where organisation_id = :organisation_id and contact_id = :contact_id
      and requester = :requester
"""

REMEMBER = """
    insert into known_requesters (organisation_id, contact_id, requester, verified_at)
    values (:organisation_id, :contact_id, :requester, :now)
    on conflict (organisation_id, contact_id, requester)
    do update set verified_at = excluded.verified_at
"""


BY_CODES_KEY = """
    select key_version as version, count(*) as found from challenges
    where status = 'pending' group by key_version
"""

BY_OUTBOX_KEY = """
    select substr(sealed, 1, :head_bytes) as head, count(*) as found from challenges
    where sealed is not null group by head
"""


class ChallengeStore:
    """The challenges of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, challenge: Challenge, sealed: bytes) -> None:
        """Keep a challenge, and its code sealed for as long as it may be sent once more."""
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
            sendings=challenge.sendings,
            created_at=to_microseconds(challenge.created_at),
            expires_at=to_microseconds(challenge.expires_at),
            resend_at=to_microseconds(challenge.resend_at),
        )

    async def budgeted_by(self, id: ChallengeId) -> tuple[ContactId, Purpose, str]:
        """Give what names the budgets of a challenge, which are held before it is."""
        row = await self._one(BUDGETED_BY, id)
        return ContactId(Id(row["contact_id"])), Purpose(row["purpose"]), row["lane"]

    async def find(self, id: ChallengeId) -> Challenge:
        return _from_row(await self._one(FIND, id))

    async def hold(self, id: ChallengeId) -> Challenge:
        """Read a challenge that nobody else can change until the transaction ends."""
        return _from_row(await self._one(HOLD, id))

    async def sealed(self, id: ChallengeId) -> bytes | None:
        """Give the sealed code of a challenge; once the challenge is over, there is none."""
        sealed: bytes | None = (await self._one(SEALED, id))["sealed"]
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
        )

    async def reseal(self, id: ChallengeId, sealed: bytes) -> None:
        """Keep another sealed code for a challenge that was held."""
        await self._transaction.run(RESEAL, organisation_id=self._ours, id=str(id), sealed=sealed)

    async def supersede(
        self, contact_id: ContactId, purpose: Purpose, lane: str
    ) -> Sequence[ChallengeId]:
        """End what is still pending for the same contact point, purpose and lane."""
        rows = await self._transaction.all(
            SUPERSEDE,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            purpose=purpose,
            lane=lane,
            none=b"",
            now=to_microseconds(self._transaction.now()),
        )
        return [ChallengeId(Id(row["id"])) for row in rows]

    async def is_known(self, contact_id: ContactId, requester: str) -> bool:
        """Say whether somebody has answered rightly for a contact point before."""
        row = await self._transaction.one(
            KNOWN,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            requester=requester,
        )
        return row is not None

    async def remember(self, contact_id: ContactId, requester: str) -> None:
        await self._transaction.run(
            REMEMBER,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            requester=requester,
            now=to_microseconds(self._transaction.now()),
        )

    async def _one(self, sql: str, id: ChallengeId) -> Row:
        row = await self._transaction.one(sql, organisation_id=self._ours, id=str(id))
        if row is None:
            raise NotFound("challenge")
        return row


class ChallengeSweep:
    """What has run out of time, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def expire(self, most: int) -> int:
        """End challenges whose time is over, and destroy what is left of their codes."""
        now = to_microseconds(self._transaction.now())
        return await self._transaction.run(EXPIRE, now=now, none=b"", most=most)


class ChallengeCensus:
    """What rests under each version of a key, counted over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_codes_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_CODES_KEY)
        return {row["version"]: row["found"] for row in rows}

    async def by_outbox_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_OUTBOX_KEY, head_bytes=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)


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
        sendings=row["sendings"],
        created_at=from_microseconds(row["created_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        resend_at=from_microseconds(row["resend_at"]),
    )
