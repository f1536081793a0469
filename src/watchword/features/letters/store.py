"""Where letters are kept: their content sealed, and only while somebody still has to print it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.delivery.rules import MessageId
from watchword.features.letters.rules import BatchId, Letter, LetterId, LetterState
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import HEAD_BYTES, count_versions
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into letters (
        organisation_id, id, message_id, challenge_id, contact_id, state, sealed_content,
        return_tag, created_at, not_after, handed_over_at
    ) values (
        :organisation_id, :id, :message_id, :challenge_id, :contact_id, :state, :sealed,
        :return_tag, :created_at, :not_after, :handed_over_at
    )
    on conflict (organisation_id, message_id) do nothing
"""

BY_MESSAGE = """
    select * from letters where organisation_id = :organisation_id and message_id = :message_id
"""

HOLD_RETURNED = """
    select * from letters where organisation_id = :organisation_id and return_tag = :return_tag
    for update
"""

OF_CHALLENGE = """
    select * from letters
    where organisation_id = :organisation_id and challenge_id = :challenge_id
    order by created_at, id for update
"""

RETURN = """
    update letters set state = 'returned', returned_at = :now, sealed_content = null
    where organisation_id = :organisation_id and id = :id
"""

COUNT_WAITING = """
    select count(*) as found, min(created_at) as oldest from letters
    where organisation_id = :organisation_id and state = 'waiting'
"""

COUNT_RETURNED = """
    select count(*) as found from letters
    where organisation_id = :organisation_id and state = 'returned'
"""

DROP_DEAD = """
    update letters set state = 'dropped', sealed_content = null
    where organisation_id = :organisation_id and state = :state
      and (:batch_id = '' or batch_id = :batch_id)
      and not exists (
          select 1 from challenges
          where challenges.organisation_id = letters.organisation_id
            and challenges.id = letters.challenge_id
            and challenges.status = 'pending' and challenges.expires_at > :now
      )
"""

WAITING = """
    select id from letters
    where organisation_id = :organisation_id and state = 'waiting'
    order by created_at, id limit :most for update
"""

COLLECT = """
    update letters set state = 'batched', batch_id = :batch_id, number = :number
    where organisation_id = :organisation_id and id = :id and state = 'waiting'
"""

OF_BATCH = """
    select * from letters
    where organisation_id = :organisation_id and batch_id = :batch_id and number > :after
    order by number limit :most
"""

GIVE_BACK = """
    update letters set state = 'waiting', batch_id = null, number = null
    where organisation_id = :organisation_id and batch_id = :batch_id and state = 'batched'
"""

HAND_OVER = """
    update letters set state = 'handed_over', handed_over_at = :now, sealed_content = null
    where organisation_id = :organisation_id and batch_id = :batch_id and state = 'batched'
"""

RETURNED = """
    select * from letters
    where organisation_id = :organisation_id and state = 'returned'
    order by returned_at desc, id desc limit :most
"""

OUT_OF_TIME = """
    update letters set state = 'dropped', sealed_content = null
    where (organisation_id, id) in (
        select organisation_id, id from letters
        where sealed_content is not null and not_after <= :now limit :most
    )
"""

PURGE_PAGES = """
    delete from letter_pages
    where (organisation_id, batch_id, number) in (
        select letters.organisation_id, letters.batch_id, letters.number from letters
        join letter_pages on letter_pages.organisation_id = letters.organisation_id
            and letter_pages.batch_id = letters.batch_id
            and letter_pages.number = letters.number
        where letters.sealed_content is null limit :most
    )
"""

BY_OUTBOX_KEY = """
    select substr(sealed_content, 1, :head_bytes) as head, count(*) as found from letters
    where sealed_content is not null group by head
    union all
    select substr(sealed_pdf, 1, :head_bytes) as head, count(*) as found from letter_pages
    group by head
"""


class LetterStore:
    """The letters of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, letter: Letter) -> bool:
        """Keep a letter, unless there is one of the same message."""
        handed = letter.handed_over_at
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(letter.id),
            message_id=str(letter.message_id),
            challenge_id=str(letter.challenge_id),
            contact_id=str(letter.contact_id),
            state=letter.state,
            sealed=letter.sealed,
            return_tag=letter.return_tag,
            created_at=to_microseconds(letter.created_at),
            not_after=to_microseconds(letter.not_after),
            handed_over_at=None if handed is None else to_microseconds(handed),
        )
        return added == 1

    async def of_message(self, id: MessageId) -> Letter | None:
        row = await self._transaction.one(
            BY_MESSAGE, organisation_id=self._ours, message_id=str(id)
        )
        return None if row is None else _from_row(row)

    async def hold_returned(self, return_tag: bytes) -> Letter | None:
        """Read the letter with this tag; nobody else can take it back until the end."""
        row = await self._transaction.one(
            HOLD_RETURNED, organisation_id=self._ours, return_tag=return_tag
        )
        return None if row is None else _from_row(row)

    async def of_challenge(self, id: ChallengeId) -> Sequence[Letter]:
        rows = await self._transaction.all(
            OF_CHALLENGE, organisation_id=self._ours, challenge_id=str(id)
        )
        return [_from_row(row) for row in rows]

    async def take_back(self, id: LetterId) -> None:
        await self._transaction.run(
            RETURN,
            organisation_id=self._ours,
            id=str(id),
            now=to_microseconds(self._transaction.now()),
        )

    async def count_waiting(self) -> tuple[int, datetime | None]:
        """Count what waits, and say since when the oldest does."""
        row = await self._transaction.one(COUNT_WAITING, organisation_id=self._ours)
        return (0, None) if row is None else (row["found"], moment_if_any(row["oldest"]))

    async def drop_dead(self, batch_id: BatchId | None = None) -> int:
        """Drop letters that wait, or those of a batch, whose codes are worth nothing any more."""
        return await self._transaction.run(
            DROP_DEAD,
            organisation_id=self._ours,
            state=LetterState.WAITING if batch_id is None else LetterState.BATCHED,
            batch_id="" if batch_id is None else str(batch_id),
            now=to_microseconds(self._transaction.now()),
        )

    async def collect(self, batch_id: BatchId, most: int) -> int:
        """Put letters that wait into a batch, the oldest first, numbered from one on."""
        rows = await self._transaction.all(WAITING, organisation_id=self._ours, most=most)
        await self._transaction.many(
            COLLECT,
            [
                {
                    "organisation_id": self._ours,
                    "id": row["id"],
                    "batch_id": str(batch_id),
                    "number": number,
                }
                for number, row in enumerate(rows, start=1)
            ],
        )
        return len(rows)

    async def of_batch(self, batch_id: BatchId, after: int, most: int) -> Sequence[Letter]:
        """Give letters of a batch in their order, from behind a number on."""
        rows = await self._transaction.all(
            OF_BATCH, organisation_id=self._ours, batch_id=str(batch_id), after=after, most=most
        )
        return [_from_row(row) for row in rows]

    async def give_back(self, batch_id: BatchId) -> None:
        await self._transaction.run(GIVE_BACK, organisation_id=self._ours, batch_id=str(batch_id))

    async def hand_over(self, batch_id: BatchId) -> int:
        """Let letters be out of our hands; what stood on them is gone from here."""
        return await self._transaction.run(
            HAND_OVER,
            organisation_id=self._ours,
            batch_id=str(batch_id),
            now=to_microseconds(self._transaction.now()),
        )

    async def returned(self, most: int) -> Sequence[Letter]:
        rows = await self._transaction.all(RETURNED, organisation_id=self._ours, most=most)
        return [_from_row(row) for row in rows]

    async def count_returned(self) -> int:
        row = await self._transaction.one(COUNT_RETURNED, organisation_id=self._ours)
        return 0 if row is None else int(row["found"])


class LetterSweep:
    """Letters of all organisations whose codes have run out of time."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def drop(self, most: int) -> int:
        """Destroy what was to be printed, and what was drawn of letters that have no content.

        Of whoever was forgotten meanwhile, no letter is left either.
        """
        now = to_microseconds(self._transaction.now())
        dropped = await self._transaction.run(OUT_OF_TIME, now=now, most=most)
        return dropped + await self._transaction.run(PURGE_PAGES, most=most)


class LetterCensus:
    """What rests under each version of a key, counted over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_outbox_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_OUTBOX_KEY, head_bytes=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)


def _from_row(row: Row) -> Letter:
    batch = row["batch_id"]
    return Letter(
        id=LetterId(Id(row["id"])),
        message_id=MessageId(Id(row["message_id"])),
        challenge_id=ChallengeId(Id(row["challenge_id"])),
        contact_id=ContactId(Id(row["contact_id"])),
        state=LetterState(row["state"]),
        sealed=row["sealed_content"],
        return_tag=row["return_tag"],
        batch_id=None if batch is None else BatchId(Id(batch)),
        number=row["number"],
        created_at=from_microseconds(row["created_at"]),
        not_after=from_microseconds(row["not_after"]),
        handed_over_at=moment_if_any(row["handed_over_at"]),
        returned_at=moment_if_any(row["returned_at"]),
    )
