"""Where tallies are kept, and the blocks that stand on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchword.features.abuse.rules import Block, BlockId, BlockState, RuleName
from watchword.features.abuse.tallies import Mark, Tally, packed, unpacked
from watchword.features.contacts.channels import Channel
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Row, Transaction

KEYS_AT_MOST = 32
"""More than any ruleset can ask for at once."""


def _hold(rows: int) -> str:
    """Write the statement that holds so many tallies, each of which may be new."""
    values = ", ".join(f"(:organisation_id, :key_{row}, :none, :now)" for row in range(rows))
    return f"""
        insert into tallies (organisation_id, key, parts, touched_at) values {values}
        on conflict (organisation_id, key) do update set key = excluded.key
        returning *
    """  # noqa: S608 - made of names that stand here


def _save(rows: int) -> str:
    values = ", ".join(f"(:organisation_id, :key_{row}, :parts_{row}, :now)" for row in range(rows))
    return f"""
        insert into tallies (organisation_id, key, parts, touched_at) values {values}
        on conflict (organisation_id, key) do update
        set parts = excluded.parts, touched_at = excluded.touched_at
    """  # noqa: S608 - likewise


def _read(rows: int) -> str:
    keys = ", ".join(f":key_{row}" for row in range(rows))
    return f"""
        select * from tallies where organisation_id = :organisation_id and key in ({keys})
    """  # noqa: S608 - likewise


HOLD = tuple(_hold(rows) for rows in range(KEYS_AT_MOST + 1))
SAVE = tuple(_save(rows) for rows in range(KEYS_AT_MOST + 1))
READ = tuple(_read(rows) for rows in range(KEYS_AT_MOST + 1))

MARK = """
    insert into tallies (
        organisation_id, key, parts, block_id, blocked_until, spares_known, touched_at
    ) values (:organisation_id, :key, :none, :block_id, :until, :spares_known, :now)
    on conflict (organisation_id, key) do update set
        block_id = excluded.block_id, blocked_until = excluded.blocked_until,
        spares_known = excluded.spares_known, touched_at = excluded.touched_at
    where tallies.blocked_until is null or tallies.blocked_until <= :now
       or tallies.spares_known > excluded.spares_known
"""

CLEAR = """
    update tallies set
        parts = :none, block_id = null, blocked_until = null, spares_known = null,
        cleared_at = :cleared_at, touched_at = :now
    where organisation_id = :organisation_id and key = :key
"""

FORGET_TALLIES = """
    delete from tallies where (organisation_id, key) in (
        with due as materialized (
            select organisation_id, key from tallies
            where touched_at < :before and (blocked_until is null or blocked_until < :before)
            limit :most for update skip locked
        )
        select organisation_id, key from due
    )
"""


class TallyStore:
    """What was counted for one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def hold(self, keys: Sequence[str]) -> Mapping[str, Tally]:
        """Read tallies that nobody else can use until the transaction ends.

        All hold them in the order of their keys, so that nobody waits for each other.
        """
        named = {f"key_{row}": key for row, key in enumerate(sorted(keys))}
        rows = await self._transaction.all(
            HOLD[len(keys)], organisation_id=self._ours, none=b"", now=self._now, **named
        )
        return {row["key"]: _tally(row) for row in rows}

    async def read(self, keys: Sequence[str]) -> Mapping[str, Tally]:
        """Read tallies as they are at the moment."""
        named = {f"key_{row}": key for row, key in enumerate(keys)}
        rows = await self._transaction.all(READ[len(keys)], organisation_id=self._ours, **named)
        return {row["key"]: _tally(row) for row in rows}

    async def save(self, tallies: Mapping[str, Tally]) -> None:
        """Write back tallies that were held."""
        values: dict[str, str | bytes] = {}
        for row, key in enumerate(sorted(tallies)):
            values |= {f"key_{row}": key, f"parts_{row}": packed(tallies[key])}
        await self._transaction.run(
            SAVE[len(tallies)], organisation_id=self._ours, now=self._now, **values
        )

    async def mark(self, key: str, mark: Mark) -> bool:
        """Let a block stand on what is counted, and say whether none stood there before."""
        marked = await self._transaction.run(
            MARK,
            organisation_id=self._ours,
            key=key,
            none=b"",
            block_id=str(mark.block_id),
            until=to_microseconds(mark.until),
            spares_known=int(mark.spares_known),
            now=self._now,
        )
        return marked == 1

    async def clear(self, key: str, at: datetime) -> None:
        """Forget what was counted until then, and the block that stood on it; it was held."""
        await self._transaction.run(
            CLEAR,
            organisation_id=self._ours,
            key=key,
            none=b"",
            cleared_at=to_microseconds(at),
            now=self._now,
        )


ADD_BLOCK = """
    insert into blocks (
        organisation_id, id, rule, subject, shown, reason, way_round, channels,
        created_at, expires_at
    ) values (
        :organisation_id, :id, :rule, :subject, :shown, :reason, :way_round, :channels,
        :created_at, :expires_at
    )
"""

FIND_BLOCK = "select * from blocks where organisation_id = :organisation_id and id = :id"

HOLD_BLOCK = f"{FIND_BLOCK} for update"

LIFT_BLOCK = """
    update blocks set lifted_at = :lifted_at, lifted_by = :lifted_by
    where organisation_id = :organisation_id and id = :id
"""

PAGE_OF_BLOCKS = """
    select * from blocks
    where organisation_id = :organisation_id
      and (created_at < :before or (created_at = :before and id < :below))
      and (
        :state = ''
        or (:state = 'lifted' and lifted_at is not null)
        or (:state = 'standing' and lifted_at is null and expires_at > :now)
        or (:state = 'run_out' and lifted_at is null and expires_at <= :now)
      )
    order by created_at desc, id desc limit :most
"""

FORGET_BLOCKS = """
    delete from blocks where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from blocks where expires_at < :before
            limit :most for update skip locked
        )
        select organisation_id, id from due
    )
"""


class BlockStore:
    """The blocks of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, block: Block) -> None:
        await self._transaction.run(
            ADD_BLOCK,
            organisation_id=self._ours,
            id=str(block.id),
            rule=block.rule,
            subject=block.subject,
            shown=block.shown,
            reason=block.reason,
            way_round=block.way_round,
            channels=" ".join(block.channels),
            created_at=to_microseconds(block.created_at),
            expires_at=to_microseconds(block.expires_at),
        )

    async def find(self, id: BlockId) -> Block | None:
        row = await self._transaction.one(FIND_BLOCK, organisation_id=self._ours, id=str(id))
        return None if row is None else _block(row)

    async def hold(self, id: BlockId) -> Block:
        """Read a block that nobody else can lift until the transaction ends."""
        row = await self._transaction.one(HOLD_BLOCK, organisation_id=self._ours, id=str(id))
        if row is None:
            raise NotFound("block")
        return _block(row)

    async def lift(self, block: Block) -> None:
        """Write down that a block, which was held, is lifted."""
        await self._transaction.run(
            LIFT_BLOCK,
            organisation_id=self._ours,
            id=str(block.id),
            lifted_at=microseconds_if_any(block.lifted_at),
            lifted_by=block.lifted_by,
        )

    async def page(
        self, after: Bookmark | None, most: int, *, state: BlockState | None, now: datetime
    ) -> Sequence[Block]:
        """Give blocks, the newest first: from the beginning, or from behind one on."""
        rows = await self._transaction.all(
            PAGE_OF_BLOCKS,
            organisation_id=self._ours,
            **older_than(after),
            state="" if state is None else state,
            now=to_microseconds(now),
            most=most,
        )
        return [_block(row) for row in rows]


class AbuseSweep:
    """What nothing is decided by any more, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget_tallies(self, before: datetime, most: int) -> int:
        before_then = to_microseconds(before)
        return await self._transaction.run(FORGET_TALLIES, before=before_then, most=most)

    async def forget_blocks(self, before: datetime, most: int) -> int:
        before_then = to_microseconds(before)
        return await self._transaction.run(FORGET_BLOCKS, before=before_then, most=most)


def _tally(row: Row) -> Tally:
    mark = None
    if row["block_id"] is not None:
        until = from_microseconds(row["blocked_until"])
        mark = Mark(BlockId(Id(row["block_id"])), until, bool(row["spares_known"]))
    return Tally(unpacked(row["parts"]), mark, moment_if_any(row["cleared_at"]))


def _block(row: Row) -> Block:
    return Block(
        id=BlockId(Id(row["id"])),
        rule=RuleName(row["rule"]),
        subject=row["subject"],
        shown=row["shown"],
        reason=row["reason"],
        way_round=row["way_round"],
        channels=tuple(map(Channel, row["channels"].split())),
        created_at=from_microseconds(row["created_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        lifted_at=moment_if_any(row["lifted_at"]),
        lifted_by=row["lifted_by"],
    )
