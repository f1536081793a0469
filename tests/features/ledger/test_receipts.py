"""A receipt proves one entry to whoever holds it, and nothing else can be made of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.ledger import naive
from tests.features.ledger.books import FORGER, KEY, SIGNER, book, entries
from tests.stores import SHOP
from watchword.features.ledger.checkpoints import origin_of, write_key
from watchword.features.ledger.lines import split_entry
from watchword.features.ledger.receipts import (
    BYTES_AT_MOST,
    Because,
    NotProven,
    Proven,
    check_receipt,
    write_receipt,
)

SIZE = 11
MADE = book(SIZE)
CONTENTS = [
    parts[0] for line in MADE.lines if (parts := split_entry(line.removesuffix(b"\n"))) is not None
]


DEEP = [
    opened * depth + b"1" + closed * depth
    for depth in (40, 300, 900, 5000)
    for opened, closed in ((b"[", b"]"), (b'{"a":', b"}"))
]


def receipt(position: int = 4) -> bytes:
    proof = naive.path(position, CONTENTS)
    return write_receipt(CONTENTS[position], proof, MADE.notes[0], SIGNER.public)


def changed(how: Callable[[dict[str, Any]], object]) -> bytes:
    said = json.loads(receipt())
    how(said)
    return json.dumps(said).encode()


@given(some.integers(0, SIZE - 1))
def test_every_entry_can_be_proven(position: int) -> None:
    found = check_receipt(receipt(position), {KEY.public})

    assert isinstance(found, Proven)
    assert found.is_known
    assert found.entry.position == position
    assert found.entry.id == str(entries(SIZE)[position].id)
    assert found.checkpoint.size == SIZE


def test_one_that_is_signed_by_a_key_that_nobody_knows_says_so() -> None:
    found = check_receipt(receipt(), {FORGER.public})

    assert isinstance(found, Proven)
    assert not found.is_known


@pytest.mark.parametrize(
    ("how", "because"),
    [
        (lambda said: said["entry"].update(actor="somebody else"), Because.NOT_INCLUDED),
        (lambda said: said["entry"].update(position=5), Because.NOT_INCLUDED),
        (lambda said: said["entry"].update(previous=""), Because.NOT_INCLUDED),
        (lambda said: said["entry"]["details"].update(more=1), Because.NOT_INCLUDED),
        (lambda said: said["proof"].pop(), Because.NOT_INCLUDED),
        (lambda said: said["proof"].append(said["proof"][0]), Because.NOT_INCLUDED),
        (lambda said: said["proof"].reverse(), Because.NOT_INCLUDED),
        (lambda said: said.update(checkpoint=book(5).notes[0]), Because.NOT_INCLUDED),
        (
            lambda said: said.update(checkpoint=said["checkpoint"].replace("\n11\n", "\n12\n")),
            Because.NOT_SIGNED,
        ),
        (
            lambda said: said.update(key=write_key(origin_of(MADE.whose), FORGER.public)),
            Because.NOT_SIGNED,
        ),
        (
            lambda said: said.update(key=write_key(origin_of(SHOP), SIGNER.public)),
            Because.OTHER_ORIGIN,
        ),
        (lambda said: said.update(format="watchword-proof-2"), Because.UNREADABLE),
        (lambda said: said.update(more=1), Because.UNREADABLE),
        (lambda said: said.pop("key"), Because.UNREADABLE),
        (lambda said: said.update(key="AAAA"), Because.UNREADABLE),
        (lambda said: said.update(checkpoint="x"), Because.UNREADABLE),
        (lambda said: said.update(proof=["x"]), Because.UNREADABLE),
        (lambda said: said.update(proof=[said["proof"][0]] * 65), Because.UNREADABLE),
        (lambda said: said.update(entry={}), Because.UNREADABLE),
        (lambda said: said["entry"].update(position=4.0), Because.UNREADABLE),
        (lambda said: said["entry"].update(position=True), Because.UNREADABLE),
    ],
)
def test_one_that_was_changed_proves_nothing(
    how: Callable[[dict[str, Any]], object], because: Because
) -> None:
    assert check_receipt(changed(how), {KEY.public}) == NotProven(because)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"null",
        b"[" * 50_000,
        receipt()[:-10],
        receipt().replace(b'"position": 4', b'"position": 9, "position": 4'),
        receipt() + b" " * BYTES_AT_MOST,
        receipt().replace(b'"step": 4', b'"step": 4e0'),
        receipt().replace(b'"step": 4', b'"step": ' + b"9" * 5000),
        receipt().replace(b'"sms"', b'"\\ud800"'),
        *(receipt().replace(b'"sms"', deep) for deep in DEEP),
    ],
)
def test_what_is_no_receipt_is_called_that(content: bytes) -> None:
    assert check_receipt(content) == NotProven(Because.UNREADABLE)


@given(some.data())
def test_no_byte_of_meaning_can_be_changed(data: some.DataObject) -> None:
    whole = receipt()
    place = data.draw(some.integers(0, len(whole) - 1))
    other = data.draw(some.integers(0, 255))
    content = whole[:place] + bytes([other]) + whole[place + 1 :]

    found = check_receipt(content, {KEY.public})

    assert isinstance(found, NotProven) or json.loads(content) == json.loads(whole)


def test_one_outlives_the_server_and_is_written_for_people_too() -> None:
    said = json.loads(receipt())

    assert list(said) == ["format", "entry", "proof", "checkpoint", "key"]
    assert receipt().count(b"\n") > 10


def test_one_needs_a_checkpoint() -> None:
    with pytest.raises(ValueError, match="checkpoint"):
        write_receipt(CONTENTS[0], [], "x", SIGNER.public)
