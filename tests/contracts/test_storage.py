"""What every database must do for us."""

import asyncio
import traceback
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.contracts.conftest import ADD, IDS, add, elsewhere, kept
from watchword.foundation.storage import (
    ConstraintViolated,
    HeldTooLong,
    NestedTransaction,
    StatementRefused,
    Storage,
    StorageUnavailable,
    Value,
    open_storage,
)

ADDRESS = "+447700900123"
HOLD = "select * from notes where id = :id for update"
COUNT = "update notes set count = :count where id = :id"
ADD_ALL = """
    insert into notes (id, words, count, is_read, raw)
    values (:id, :words, :count, false, :raw)
"""
ADD_RAW = "insert into notes values (:id, 'some (words)', 0, false, :raw)"
COUNT_IF_UNREAD = """
    update notes set
        words = case when :count = 1 then coalesce(words, '') || :words else words end,
        count = count + :count, is_read = :count > 2
    where id = :id and not is_read and count < :below
"""
COUNT_UP = ADD + " on conflict (id) do update set count = notes.count + 1"
BY_ID = "select id from notes where count = :count and id = :each"
NAMES = ("id", "words", "count", "is_read")
BY_RAW = "select id from notes where raw = :each"
CLAIM = """
    update notes set is_read = true
    where id in (
        select id from notes where not is_read order by id limit :most for update skip locked
    )
    returning id
"""


@given(
    words=some.none() | some.text(some.characters(codec="utf-8", exclude_characters="\0")),
    count=some.integers(-(2**63), 2**63 - 1),
    is_read=some.booleans(),
    raw=some.none() | some.binary(),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_values_come_back_as_they_were(
    notes: Storage, words: str | None, count: int, *, is_read: bool, raw: bytes | None
) -> None:
    values = {"words": words, "count": count, "is_read": is_read, "raw": raw}
    async with notes.begin() as transaction:
        await transaction.run("delete from notes")
        row = await transaction.one(
            "insert into notes values ('a', :words, :count, :is_read, :raw) returning *",
            **values,
        )
        same = await transaction.one("select * from notes")

    assert row is not None
    assert same is not None
    for name, value in values.items():
        assert row[name] == same[name] == value
        assert type(row[name]) is type(same[name]) is type(value)


class TestValues:
    async def test_that_are_not_there_are_none(self, notes: Storage) -> None:
        async with notes.reading() as transaction:
            assert await transaction.one("select * from notes where id = :id", id="a") is None

    async def test_may_come_in_many_rows_and_changed_rows_are_counted(self, notes: Storage) -> None:
        async with notes.begin() as transaction:
            await transaction.many(ADD, [{"id": id} for id in "abc"])

            assert await transaction.run("delete from notes where id > :id", id="a") == 2
            assert await transaction.run("delete from notes where id > :id", id="a") == 0

        assert await kept(notes) == ["a"]

    @pytest.mark.parametrize("rest", ["", " on conflict (id) do nothing"])
    async def test_of_many_rows_are_those_that_were_given(self, notes: Storage, rest: str) -> None:
        rows: list[dict[str, Value]] = [
            {"id": "a", "words": None, "count": 2**62, "raw": b"\0"},
            {"id": "b", "words": '{1,"NULL"}', "count": -1, "raw": None},
            {"id": "c", "words": "", "count": 0, "raw": b""},
        ]
        async with notes.begin() as transaction:
            await transaction.many(ADD_ALL + rest, [])
            await transaction.many(ADD_ALL + rest, rows)
            found = await transaction.all("select * from notes order by id")

        names = ("id", "words", "count", "raw")
        assert [{name: row[name] for name in names} for row in found] == rows
        assert {row["is_read"] for row in found} == {False}

    async def test_of_many_rows_leave_out_what_is_there(self, notes: Storage) -> None:
        add_if_new, ids = ADD + " on conflict (id) do nothing", [{"id": id} for id in "abbac"]
        async with notes.begin() as transaction:
            await transaction.many(ADD, [{"id": "b"}])
            await transaction.many(add_if_new, ids)

        assert await kept(notes) == [*"abc"]

    async def test_of_many_rows_change_one_row_again_and_again(self, notes: Storage) -> None:
        async with notes.begin() as transaction:
            await transaction.many(COUNT_UP, [{"id": id} for id in "abaa"])
            found = await transaction.all("select id, count from notes order by id")

        assert [(row["id"], row["count"]) for row in found] == [("a", 2), ("b", 0)]

    @pytest.mark.parametrize("ids", ["", "b", "abcd", "dcbz", "abca", "aaaa"])
    async def test_change_many_rows_as_they_would_one_by_one(
        self, notes: Storage, ids: str
    ) -> None:
        rows: list[dict[str, Value]] = [
            {"id": id, "count": number + 1, "words": f"{{{number},", "below": 2**40 * number + 3}
            for number, id in enumerate(ids)
        ]
        found = list[list[dict[str, object]]]()
        for at_once in (True, False):
            async with notes.begin() as transaction:
                await transaction.run("delete from notes")
                await transaction.many(ADD, [{"id": id} for id in "abcd"])
                if at_once:
                    await transaction.many(COUNT_IF_UNREAD, rows)
                else:
                    for row in rows:
                        await transaction.run(COUNT_IF_UNREAD, **row)
                every = await transaction.all("select id, words, count, is_read from notes")
                found.append([{name: row[name] for name in NAMES} for row in every])

        assert sorted(found[0], key=str) == sorted(found[1], key=str)
        assert {row["id"] for row in found[0] if row["count"]} == {*ids} & {*"abcd"}

    async def test_of_many_rows_are_all_refused_with_one(self, notes: Storage) -> None:
        with pytest.raises(ConstraintViolated):
            async with notes.begin() as transaction:
                await transaction.many(ADD, [{"id": id} for id in "aba"])

        assert await kept(notes) == []

    @pytest.mark.parametrize("many", [0, 1, 2, 250])
    async def test_are_asked_for_by_many_words_at_once(self, notes: Storage, many: int) -> None:
        ids = [f"{number:03}" for number in range(many)]
        async with notes.begin() as transaction:
            await transaction.many(ADD_RAW, [{"id": id, "raw": id.encode()} for id in ids])
            await transaction.many(ADD_RAW, [{"id": "other", "raw": b"other"}])
        wanted = [*ids, *ids[:1], "nobody"]
        async with notes.reading() as transaction:
            by_id = await transaction.each(BY_ID, wanted, count=0)
            by_raw = await transaction.each(BY_RAW, [id.encode() for id in wanted])
            of_none = await transaction.each(BY_ID, wanted, count=1)

        assert {row["id"] for row in by_id} == {row["id"] for row in by_raw} == {*ids}
        assert [*of_none] == []

    async def test_are_not_asked_for_in_a_block_that_has_failed(self, notes: Storage) -> None:
        """The first fault is the one that everybody is told."""
        with pytest.raises(ConstraintViolated):
            async with notes.begin() as transaction:
                with pytest.raises(ConstraintViolated):
                    await transaction.many(ADD, [{"id": id} for id in "aa"])
                with pytest.raises(ConstraintViolated):
                    await transaction.each(BY_ID, ["a"], count=0)


class TestABlock:
    async def test_that_fails_leaves_nothing(self, notes: Storage) -> None:
        with pytest.raises(ZeroDivisionError):
            async with notes.begin() as transaction:
                await add(transaction, "a")
                raise ZeroDivisionError

        assert await kept(notes) == []

    async def test_that_fails_takes_no_other_with_it(self, notes: Storage) -> None:
        async def work(number: int) -> None:
            async with notes.begin() as transaction:
                await add(transaction, f"{number:02}")
                if number % 3 == 0:
                    raise ZeroDivisionError

        outcomes = await asyncio.gather(*map(work, range(20)), return_exceptions=True)

        assert Counter(map(type, outcomes)) == {type(None): 13, ZeroDivisionError: 7}
        assert await kept(notes) == [f"{number:02}" for number in range(20) if number % 3]

    async def test_is_seen_by_nobody_before_its_end(self, notes: Storage) -> None:
        async with notes.begin() as transaction:
            await add(transaction, "a")
            assert await elsewhere(kept(notes)) == []

        assert await kept(notes) == ["a"]

    async def test_that_holds_a_row_has_it_for_itself(self, notes: Storage) -> None:
        async def count_up() -> None:
            async with notes.begin() as transaction:
                row = await transaction.one(HOLD, id="a")
                await asyncio.sleep(0)
                assert row is not None
                await transaction.run(COUNT, id="a", count=row["count"] + 1)

        async with notes.begin() as transaction:
            await add(transaction, "a")
        await asyncio.gather(*(count_up() for _ in range(20)))

        async with notes.reading() as transaction:
            row = await transaction.one("select count from notes")
        assert row is not None
        assert row["count"] == 20

    async def test_that_claims_rows_skips_what_another_has_claimed(self, notes: Storage) -> None:
        async def claim() -> list[str]:
            async with notes.begin() as transaction:
                rows = await transaction.all(CLAIM, most=2)
                await asyncio.sleep(0)
                return [row["id"] for row in rows]

        async with notes.begin() as transaction:
            await transaction.many(ADD, [{"id": id} for id in "abcdef"])
        claims = await asyncio.gather(*(claim() for _ in range(4)))

        assert sorted(id for claimed in claims for id in claimed) == [*"abcdef"]

    async def test_that_swallows_a_fault_keeps_nothing_all_the_same(self, notes: Storage) -> None:
        with pytest.raises(ConstraintViolated):
            async with notes.begin() as transaction:
                await add(transaction, "a")
                with pytest.raises(ConstraintViolated):
                    await add(transaction, "a")

        assert await kept(notes) == []

    async def test_is_of_no_use_after_its_end(self, notes: Storage) -> None:
        async with notes.begin() as transaction:
            await add(transaction, "a")

        with pytest.raises(RuntimeError):
            await add(transaction, "b")

    async def test_inside_another_is_refused_and_not_waited_for(self, notes: Storage) -> None:
        async def inner() -> None:
            async with notes.begin():
                pass

        async with notes.begin() as transaction:
            with pytest.raises(NestedTransaction):
                await inner()
            with pytest.raises(NestedTransaction):
                await asyncio.create_task(inner())
            await add(transaction, "a")

        assert await kept(notes) == ["a"]
        await inner()

    async def test_that_waits_for_something_else_is_interrupted(
        self, notes: Storage, database: str
    ) -> None:
        async with open_storage(database, patience=0.05) as impatient:
            with pytest.raises(HeldTooLong):
                async with impatient.begin() as transaction:
                    await add(transaction, "a")
                    await asyncio.sleep(60)

            async with impatient.begin() as transaction:
                await add(transaction, "b")

        assert await kept(notes) == ["b"]

    async def test_has_its_own_time_outs_to_itself(self, notes: Storage) -> None:
        with pytest.raises(TimeoutError):
            async with notes.begin():
                raise TimeoutError


class TestReading:
    async def test_sees_one_moment_while_others_write(self, notes: Storage) -> None:
        async def write() -> None:
            async with notes.begin() as transaction:
                await add(transaction, "a")

        async with notes.reading() as transaction:
            before = await transaction.all(IDS)
            await elsewhere(write())
            after = await transaction.all(IDS)

        assert before == after == []
        assert await kept(notes) == ["a"]

    async def test_cannot_write(self, notes: Storage) -> None:
        with pytest.raises(StatementRefused):
            async with notes.reading() as transaction:
                await add(transaction, "a")

        assert await kept(notes) == []

    async def test_may_be_done_by_many_at_once(self, notes: Storage) -> None:
        assert await asyncio.gather(*(kept(notes) for _ in range(50))) == [[]] * 50


class TestAFault:
    @pytest.mark.parametrize(
        ("sql", "values"),
        [
            ("update nothing set at all", {}),
            ("update notes set count = :count", {"count": 2**63}),
            ("update notes set words = :words", {"words": "\ud800"}),
            ("update notes set words = :words", {}),
            ("update notes set words = :words", {"words": "a", "count": 1}),
        ],
    )
    async def test_of_ours_in_a_statement_is_refused(
        self, notes: Storage, sql: str, values: dict[str, Value]
    ) -> None:
        with pytest.raises(StatementRefused):
            async with notes.begin() as transaction:
                await transaction.run(sql, **values)

    async def test_does_not_quote_what_it_is_about(self, notes: Storage) -> None:
        with pytest.raises(ConstraintViolated) as caught:
            async with notes.begin() as transaction:
                await add(transaction, ADDRESS)
                await add(transaction, ADDRESS)

        assert ADDRESS not in "".join(traceback.format_exception(caught.value))


class TestTheEnd:
    async def test_waits_for_what_is_open(self, notes: Storage, database: str) -> None:
        async def write(storage: Storage, begun: asyncio.Event) -> None:
            async with storage.begin() as transaction:
                begun.set()
                await asyncio.sleep(0.01)
                await add(transaction, "a")

        async with open_storage(database) as storage:
            begun = asyncio.Event()
            writing = asyncio.create_task(write(storage, begun))
            await begun.wait()
        await writing

        assert await kept(notes) == ["a"]

    async def test_lets_nothing_begin(self, notes: Storage) -> None:
        await notes.close()

        with pytest.raises(StorageUnavailable):
            async with notes.begin():
                pass
        with pytest.raises(StorageUnavailable):
            await kept(notes)


async def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with"):
        async with open_storage("mysql://localhost/watchword"):
            pass
