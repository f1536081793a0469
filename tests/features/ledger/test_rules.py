"""How an entry is written so that its hash is the same for all, and one entry is one line."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.ledger.books import entries
from tests.stores import NOON
from watchword.features.ledger.lines import entry_line, read_entry, split_entry
from watchword.features.ledger.rules import (
    NOTHING_YET,
    SIGN_EACH,
    SIGN_WITHIN,
    LedgerEntry,
    SealState,
    Unwritable,
    canonical,
    grown,
    is_due,
    seal_state,
    written,
)
from watchword.features.ledger.tree import leaf_hash

(ONE,) = entries(1)
WORDS = some.text(some.characters(exclude_categories=["Cs"]), max_size=30)
DETAILS = some.dictionaries(WORDS, WORDS | some.integers() | some.booleans() | some.none())


def test_an_entry_is_written_with_sorted_names_and_no_spaces() -> None:
    assert written(ONE, 7, b"") == (
        b'{"action":"challenge.opened","actor":"api_key:7","at":"2030-01-01T12:00:00.000000Z",'
        b'"details":{"channel":"sms","step":0},"id":"00000000-0000-0000-0000-000000000001",'
        b'"position":7,"previous":"","target":"00000000-0000-0000-0000-0000000003e8"}'
    )


@given(WORDS, WORDS, DETAILS)
def test_one_entry_is_one_line_whatever_its_words_hold(
    actor: str, target: str, details: dict[str, Any]
) -> None:
    content = written(replace(ONE, actor=actor, target=target, details=details), 0, b"")
    line = entry_line(content, leaf_hash(content))

    assert all(0x20 <= byte < 0x7F for byte in content)
    assert len(line.decode().splitlines()) == 1
    parts = split_entry(line.removesuffix(b"\n"))
    assert parts is not None
    assert parts[0] == content
    found = read_entry(content)
    assert found is not None
    assert (found.actor, found.target, found.details) == (actor, target, details)


@pytest.mark.parametrize("word", ["a\r\nb", "\x7f", "\x85", "\u2028", "\x1b[2J", "\0", "Ä", "🌱"])
def test_what_would_break_a_line_or_a_terminal_is_escaped(word: str) -> None:
    content = canonical({"x": word})

    assert b"\\u" in content or b"\\r\\n" in content
    assert content.decode().isprintable()
    assert json.loads(content) == {"x": word}


@given(DETAILS)
def test_the_order_of_details_does_not_matter(details: dict[str, Any]) -> None:
    backwards = dict(reversed([*details.items()]))

    assert canonical(details) == canonical(backwards)


@pytest.mark.parametrize("value", [1.5, {"a": [1.0]}, float("nan"), [0.1]])
def test_no_fraction_is_sealed(value: object) -> None:
    with pytest.raises(Unwritable):
        canonical({"x": value})


def test_each_entry_names_the_hash_of_the_one_before_it() -> None:
    growth, sealed, _ = grown(NOTHING_YET, entries(3), NOON)

    first, second, third = sealed
    assert [each.position for each in sealed] == [0, 1, 2]
    assert second.leaf == leaf_hash(written(second, 1, first.leaf or b""))
    assert third.leaf == leaf_hash(written(third, 2, second.leaf or b"")) == growth.last_leaf


@given(some.integers(0, 40), some.integers(0, 40))
def test_batches_make_no_difference(first: int, second: int) -> None:
    whole, _, _ = grown(NOTHING_YET, entries(first + second), NOON)
    half, _, _ = grown(NOTHING_YET, entries(first), NOON)

    assert grown(half, entries(second, first), NOON)[0] == whole


def test_it_is_time_to_sign_after_a_thousand_entries_or_a_minute() -> None:
    few, _, _ = grown(NOTHING_YET, entries(1), NOON)
    many = replace(few, size=SIGN_EACH)

    assert not is_due(NOTHING_YET, NOON)
    assert not is_due(few, NOON + SIGN_WITHIN - timedelta(microseconds=1))
    assert is_due(few, NOON + SIGN_WITHIN)
    assert is_due(many, NOON)
    assert not is_due(replace(many, size=SIGN_EACH - 1), NOON)


@pytest.mark.parametrize(
    ("position", "signed_size", "state"),
    [
        (None, 9, SealState.WAITING),
        (8, 9, SealState.SEALED),
        (9, 9, SealState.WAITING),
    ],
)
def test_what_a_checkpoint_covers_is_sealed(
    position: int | None, signed_size: int, state: SealState
) -> None:
    entry: LedgerEntry = replace(ONE, position=position)

    assert seal_state(entry, signed_size) is state
