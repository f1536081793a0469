"""Where starts are kept for a while, and how many answers were right: digests and numbers alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from watchword.features.abuse.judging import Shares
from watchword.features.abuse.rules import ADMITTED, Answer, Past, Trace
from watchword.features.abuse.spray import Answers
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId, ContactKind, PhoneLine
from watchword.features.delivery.rules import ProviderName
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into starts (
        organisation_id, id, at, contact_id, country, line, dial_code, prefix, channel, provider,
        client, requester, is_known, is_again, price, returned, outcome, times
    ) values (
        :organisation_id, :id, :at, :contact_id, :country, :line, :dial_code, :prefix, :channel,
        :provider, :client, :requester, :is_known, :is_again, :price, 0, :outcome, 1
    )
    on conflict (organisation_id, id) do update set times = starts.times + 1
"""

VERIFIED = """
    update starts set verified_at = :now
    where organisation_id = :organisation_id and id = :id and verified_at is null
"""

GIVE_BACK = """
    update starts set returned = returned + :micros
    where organisation_id = :organisation_id and id = :id
"""

SHARES = f"""
    select
        count(case when at <= :settled or verified_at is not null then 1 end) as starts,
        count(verified_at) as verified
    from starts
    where organisation_id = :organisation_id and prefix = :prefix and at >= :since
      and outcome = '{ADMITTED}' and is_known = 0 and is_again = 0
"""  # noqa: S608 - a word of ours

RETURNED = """
    select coalesce(sum(returned), 0) as micros from starts
    where organisation_id = :organisation_id and at >= :since and returned > 0
"""

RETURNED_OF_PREFIX = f"{RETURNED} and prefix = :prefix"

NEWEST = "select max(at) as at from starts where organisation_id = :organisation_id"

PAGE = """
    select * from starts
    where organisation_id = :organisation_id and at < :until
      and (at > :after or (at = :after and id > :above))
    order by at, id limit :most
"""

COUNT = """
    select count(*) as found from starts
    where organisation_id = :organisation_id and at >= :since and at < :until
"""

FORGET = """
    delete from starts where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from starts where at < :before
            limit :most for update skip locked
        )
        select organisation_id, id from due
    )
"""


class StartStore:
    """What is left of the starts of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, trace: Trace, outcome: str) -> None:
        """Keep a start; where it is kept already, count one more of the same."""
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(trace.id),
            at=to_microseconds(trace.at),
            contact_id=str(trace.contact_id),
            country=trace.country,
            line=trace.line,
            dial_code=trace.dial_code,
            prefix=trace.prefix,
            channel=trace.channel,
            provider=trace.provider,
            client=trace.client,
            requester=trace.requester,
            is_known=int(trace.is_known),
            is_again=int(trace.is_again),
            price=trace.micros,
            outcome=outcome,
        )

    async def verified(self, id: UUID, now: datetime) -> None:
        """Note that the code was typed back."""
        await self._transaction.run(
            VERIFIED, organisation_id=self._ours, id=str(id), now=to_microseconds(now)
        )

    async def give_back(self, id: UUID, micros: int) -> None:
        """Note that money was not spent after all.

        It counts for the moment of the start: no later than what it was reserved for, so that it
        never goes out of a span after that.
        """
        await self._transaction.run(
            GIVE_BACK, organisation_id=self._ours, id=str(id), micros=micros
        )

    async def shares(self, prefix: str, since: datetime, settled: datetime) -> Shares:
        """Count what strangers started over a block of numbers, and what came back.

        Of what is younger than `settled`, only what came back.
        """
        row = await self._transaction.one(
            SHARES,
            organisation_id=self._ours,
            prefix=prefix,
            since=to_microseconds(since),
            settled=to_microseconds(settled),
        )
        return Shares(0, 0) if row is None else Shares(row["starts"], row["verified"])

    async def returned(self, prefix: str | None, since: datetime) -> int:
        """Sum up what was reserved since then and given back, for one block of numbers or all."""
        then = to_microseconds(since)
        if prefix is None:
            row = await self._transaction.one(RETURNED, organisation_id=self._ours, since=then)
        else:
            row = await self._transaction.one(
                RETURNED_OF_PREFIX, organisation_id=self._ours, since=then, prefix=prefix
            )
        return 0 if row is None else int(row["micros"])

    async def newest(self) -> datetime | None:
        """Give the moment of the latest start, by whatever clock."""
        row = await self._transaction.one(NEWEST, organisation_id=self._ours)
        return None if row is None else moment_if_any(row["at"])

    async def page(self, after: datetime, above: str, until: datetime, most: int) -> Sequence[Past]:
        """Give starts from there on, the oldest first."""
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            after=to_microseconds(after),
            above=above,
            until=to_microseconds(until),
            most=most,
        )
        return [_past(row) for row in rows]

    async def count(self, since: datetime, until: datetime) -> int:
        row = await self._transaction.one(
            COUNT,
            organisation_id=self._ours,
            since=to_microseconds(since),
            until=to_microseconds(until),
        )
        return 0 if row is None else row["found"]


RIGHT = """
    insert into answered (organisation_id, contact_id, right_at, touched_at)
    values (:organisation_id, :contact_id, :now, :now)
    on conflict (organisation_id, contact_id) do update set
        right_at = excluded.right_at, touched_at = excluded.touched_at
    where answered.right_at is null or answered.right_at < :since
    returning (
        select created_at from contact_points
        where organisation_id = :organisation_id and id = :contact_id
    ) as known_since
"""

WRONG = """
    insert into answered (organisation_id, contact_id, wrong_at, touched_at)
    values (:organisation_id, :contact_id, :now, :now)
    on conflict (organisation_id, contact_id) do update set
        wrong_at = excluded.wrong_at, touched_at = excluded.touched_at
    where (answered.wrong_at is null or answered.wrong_at < :since)
      and (answered.right_at is null or answered.right_at < :since)
"""

ANSWERED = """
    insert into answer_tallies (
        organisation_id, kind, seconds, at, shard, right_ones, fresh_ones, wrong_ones
    ) values (
        :organisation_id, :kind, :seconds, :at, :shard, :right_ones, :fresh_ones, :wrong_ones
    )
    on conflict (organisation_id, kind, seconds, at, shard) do update set
        right_ones = answer_tallies.right_ones + excluded.right_ones,
        fresh_ones = answer_tallies.fresh_ones + excluded.fresh_ones,
        wrong_ones = answer_tallies.wrong_ones + excluded.wrong_ones
"""

ANSWERS = """
    select
        coalesce(sum(right_ones), 0) as right_ones,
        coalesce(sum(fresh_ones), 0) as fresh_ones,
        coalesce(sum(wrong_ones), 0) as wrong_ones
    from answer_tallies
    where organisation_id = :organisation_id and kind = :kind and seconds = :seconds
      and at >= :since
"""

# In the order in which those who answer hold them.
CLEAR_ANSWERED = "delete from answered where organisation_id = :organisation_id"
CLEAR_ANSWERS = "delete from answer_tallies where organisation_id = :organisation_id"

FORGET_ANSWERED = """
    delete from answered where (organisation_id, contact_id) in (
        with due as materialized (
            select organisation_id, contact_id from answered where touched_at < :before
            limit :most for update skip locked
        )
        select organisation_id, contact_id from due
    )
"""

FORGET_ANSWERS = """
    delete from answer_tallies where (organisation_id, seconds, at, shard) in (
        with due as materialized (
            select organisation_id, seconds, at, shard from answer_tallies where at < :before
            limit :most for update skip locked
        )
        select organisation_id, seconds, at, shard from due
    )
"""


class AnswerStore:
    """How many answers of one organisation were right, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def weigh(self, answer: Answer, now: datetime, since: datetime) -> Answers | None:
        """Say as what an answer counts; nothing, if its contact point had its say since then."""
        values: dict[str, str | int] = {
            "organisation_id": self._ours,
            "contact_id": str(answer.contact_id),
            "now": to_microseconds(now),
            "since": to_microseconds(since),
        }
        if not answer.is_right:
            return Answers(wrong=1) if await self._transaction.run(WRONG, **values) else None
        row = await self._transaction.one(RIGHT, **values)
        if row is None:
            return None
        known_since = moment_if_any(row["known_since"])
        is_fresh = known_since is None or known_since >= since
        return Answers(fresh=1) if is_fresh else Answers(right=1)

    async def add(
        self, kind: ContactKind, seconds: int, at: datetime, shard: int, more: Answers
    ) -> None:
        """Count answers in the part of time that began then."""
        await self._transaction.run(
            ANSWERED,
            organisation_id=self._ours,
            kind=kind,
            seconds=seconds,
            at=to_microseconds(at),
            shard=shard,
            right_ones=more.right,
            fresh_ones=more.fresh,
            wrong_ones=more.wrong,
        )

    async def count(self, kind: ContactKind, seconds: int, since: datetime) -> Answers:
        """Give how many there were since then."""
        row = await self._transaction.one(
            ANSWERS,
            organisation_id=self._ours,
            kind=kind,
            seconds=seconds,
            since=to_microseconds(since),
        )
        if row is None:
            return Answers()
        return Answers(
            right=int(row["right_ones"]),
            fresh=int(row["fresh_ones"]),
            wrong=int(row["wrong_ones"]),
        )

    async def clear(self) -> None:
        """Forget what was counted."""
        await self._transaction.run(CLEAR_ANSWERED, organisation_id=self._ours)
        await self._transaction.run(CLEAR_ANSWERS, organisation_id=self._ours)


class StartSweep:
    """What was kept for long enough, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, before: datetime, most: int) -> int:
        then = to_microseconds(before)
        return await self._transaction.run(FORGET, before=then, most=most)

    async def forget_answers(self, before: datetime, most: int) -> int:
        then = to_microseconds(before)
        return max(
            await self._transaction.run(FORGET_ANSWERS, before=then, most=most),
            await self._transaction.run(FORGET_ANSWERED, before=then, most=most),
        )


def _past(row: Row) -> Past:
    provider = row["provider"]
    trace = Trace(
        id=Id(row["id"]),
        at=from_microseconds(row["at"]),
        contact_id=ContactId(Id(row["contact_id"])),
        country=row["country"],
        line=None if row["line"] is None else PhoneLine(row["line"]),
        dial_code=row["dial_code"],
        prefix=row["prefix"],
        channel=Channel(row["channel"]),
        provider=None if provider is None else ProviderName(provider),
        client=row["client"],
        requester=row["requester"],
        is_known=bool(row["is_known"]),
        # What was given back was not spent, and hindsight knows it.
        micros=None if row["price"] is None else max(row["price"] - row["returned"], 0),
        is_again=bool(row["is_again"]),
    )
    return Past(
        trace=trace,
        outcome=row["outcome"],
        times=row["times"],
        verified_at=moment_if_any(row["verified_at"]),
    )
