"""What is made of a file before anybody is asked about its rows, here or in another process."""

import pickle
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from tests.features.imports.files import ANNA, BERND, HEADINGS, table
from watchword.features.imports.agreements import Way
from watchword.features.imports.ahead.service import (
    AHEAD,
    ALONE,
    LONG,
    PACK,
    UNPACK,
    Recipe,
    made,
    made_ahead,
    packed,
)
from watchword.features.imports.batches import Batches, Unread
from watchword.features.imports.files import look
from watchword.features.imports.rows import House
from watchword.features.imports.rules import Sight
from watchword.features.organisations.keys import OrganisationKeys
from watchword.foundation.aside import another_process
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.sealing import Sealer

Thing = TypeVar("Thing")


def recipe(content: bytes, *, is_trial: bool = False) -> Recipe:
    sight = look(content)
    assert isinstance(sight, Sight)
    keys = OrganisationKeys(
        organisation_id=OrganisationId(new_id()),
        data={1: secrets.token_bytes(32)},
        index=secrets.token_bytes(32),
    )
    now = datetime(2026, 1, 1, tzinfo=UTC)
    house = House(country="DE", locales=("de", "en"), day=now.date(), moment=now)
    return Recipe(plan=sight.plan, house=house, keys=keys, locale="de", is_trial=is_trial)


def one_by_one(content: bytes) -> Iterator[Unread]:
    return in_batches(content, 1)


def in_batches(content: bytes, most: int) -> Iterator[Unread]:
    reading = Batches(most=most)
    yield from reading.feed(content)
    yield from reading.end()


def long_file(rows: int) -> bytes:
    return table(*(f"{number};Anna;Müller;;;;;;;" for number in range(rows)))


def handed_over(thing: Thing) -> Thing:
    """Give what arrives in another process."""
    arrived: Thing = pickle.loads(pickle.dumps(thing))  # noqa: S301 - it is our own
    return arrived


class Watched(ThreadPoolExecutor):
    """Works aside, and remembers what was asked of it."""

    def __init__(self) -> None:
        super().__init__(1)
        self.asked = 0
        self.is_over = False

    def submit(self, fn: Callable[..., Any], /, *args: object, **named: object) -> Future[Any]:
        self.asked += 1
        return super().submit(fn, *args, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as the library has it
        self.is_over = True
        super().shutdown(wait, cancel_futures=cancel_futures)


async def test_a_long_file_is_made_ready_in_another_process_in_its_order() -> None:
    content = long_file(ALONE + 5)
    recipe_ = recipe(content)

    batches = [batch async for batch in made_ahead(recipe_, one_by_one(content), another_process)]

    assert [batch.first_line for batch in batches] == [*range(2, ALONE + 7)]
    for number, batch in enumerate(batches):
        [row], here = batch.rows, made(recipe_, [*one_by_one(content)][number]).rows[0]
        assert row.key == here.key
        assert row.customer is not None
        assert here.customer is not None
        assert {*row.customer.sealed.terms} == {*here.customer.sealed.terms}
        sealed = row.customer.sealed
        Sealer({1: recipe_.keys.unwrap_person(sealed.data_version, sealed.wrapped)})


def test_who_agreed_crosses_and_rows_of_other_files_carry_nothing_of_it() -> None:
    headings = "Kundennummer;Nachname;Mobil;Einwilligung SMS;Einwilligung am;Wortlaut"
    content = table("1;Müller;0170 1234567;ja;01.02.2024;Ja gern", headings=headings)
    [unread] = in_batches(content, 10)
    [plain] = in_batches(table("1;Müller;0170 1234567", headings=headings[:25]), 10)

    [row] = UNPACK.decode(packed(recipe(content), unread)).rows
    without = packed(recipe(table(headings=headings[:25])), plain)

    [agreed] = row.agreed
    assert (agreed.way, agreed.wording) == (Way.TEXT, "Ja gern")
    assert agreed.at == datetime(2024, 2, 1, tzinfo=UTC)
    assert row.customer is not None
    assert agreed.index == row.customer.contacts[0].blind_index
    assert b"agreed" not in without
    assert b"reached" not in without


async def test_a_short_file_needs_nobody_else() -> None:
    def nobody() -> Executor:
        pytest.fail("A process was begun for a few rows.")

    content = long_file(LONG)

    batches = [batch async for batch in made_ahead(recipe(content), one_by_one(content), nobody)]

    assert len(batches) == LONG


async def test_no_more_is_made_ahead_than_memory_is_meant_for() -> None:
    aside, content = Watched(), long_file(ALONE + 20)
    given = 0

    async for _ in made_ahead(recipe(content), one_by_one(content), lambda: aside):
        given += 1
        assert aside.asked - 1 <= max(0, given - ALONE) + AHEAD + 1

    assert given == ALONE + 20
    assert aside.is_over


async def test_the_other_process_ends_when_the_import_is_broken_off() -> None:
    aside, content = Watched(), long_file(ALONE + 20)
    batches = made_ahead(recipe(content), one_by_one(content), lambda: aside)
    for _ in range(ALONE + 1):
        await anext(batches)

    await batches.aclose()

    assert aside.is_over


def test_what_goes_to_another_process_stays_what_it_was() -> None:
    content = table(ANNA, BERND)
    recipe_ = recipe(content)
    [unread, *_] = one_by_one(content)

    again = handed_over(recipe_)

    assert handed_over(unread) == unread
    assert again == recipe_
    assert again.keys.blind("imports", "1001") == recipe_.keys.blind("imports", "1001")


@pytest.mark.parametrize("is_trial", [False, True])
def test_what_comes_back_is_what_was_made(*, is_trial: bool) -> None:
    shown, refused = f"{ANNA};ja;Brief;01.02.2024", "1003;Eva;Groß;31.02.1980;;;;;;;;;"
    headings = f"{HEADINGS};Verifiziert;Verifiziert durch;Verifiziert am"
    content = table(shown, refused, headings=headings)
    [unread] = in_batches(content, 2)
    batch = made(recipe(content, is_trial=is_trial), unread)

    assert (len(batch.rows), len(batch.refusals)) == (1, 1)
    assert UNPACK.decode(PACK.encode(batch)) == batch


def test_nothing_of_a_person_is_seen_where_a_row_is_printed() -> None:
    content = table(ANNA)
    [unread] = one_by_one(content)
    batch = made(recipe(content), unread)

    for shown in (repr(unread), repr(batch), repr(batch.rows), repr(batch.rows[0].customer)):
        for said in ("Anna", "Müller", "anna@", "4711001", "1001", "Gartenweg"):
            assert said not in shown
    assert "b'" not in repr(batch.rows[0].card)


def test_of_a_row_that_is_only_tried_nothing_is_sealed() -> None:
    content = table(ANNA)
    [unread] = one_by_one(content)

    [row] = made(recipe(content, is_trial=True), unread).rows

    assert (row.customer, row.card, row.number) == (None, None, None)
