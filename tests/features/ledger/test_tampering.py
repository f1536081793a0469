"""Forgers, from clumsy to careful: whatever they do to an export is found."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from tests.features.ledger.books import FORGER, KEY, SIGNER, Book, book, entries, verdict_on
from tests.features.ledger.forgery import rehashed, relinked
from tests.stores import SHOP
from watchword.features.ledger.checkpoints import origin_of, write_key
from watchword.features.ledger.lines import ENTRY, head_line

TAMPERINGS = 1000

MADE = book(7, 1, 20, 13, 9)
EXPORT = tuple(MADE.export())
Chance = random.Random
Tampering = Callable[[list[bytes], Chance], list[bytes]]


def edit_a_byte(lines: list[bytes], chance: Chance) -> list[bytes]:
    number = chance.randrange(len(lines))
    place = chance.randrange(len(lines[number]))
    other = chance.choice([byte for byte in range(256) if byte != lines[number][place]])
    line = bytearray(lines[number])
    line[place] = other
    return split(b"".join([*lines[:number], bytes(line), *lines[number + 1 :]]))


def edit_a_field(lines: list[bytes], chance: Chance) -> list[bytes]:
    number = chance.choice(of_entries(lines))
    old, new = chance.choice(
        [
            (b'"sms"', b'"fax"'),
            (b"api_key:7", b"api_key:8"),
            (b"opened", b"denied"),
            (b"T12", b"T11"),
        ]
    )
    lines[number] = lines[number].replace(old, new)
    return lines


def edit_and_hash(lines: list[bytes], chance: Chance) -> list[bytes]:
    number = chance.choice(of_entries(lines))
    lines[number] = rehashed(lines[number].replace(b'"sms"', b'"fax"'))
    return lines


def edit_and_link(lines: list[bytes], chance: Chance) -> list[bytes]:
    number = chance.choice(of_entries(lines))
    lines[number] = lines[number].replace(b'"sms"', b'"fax"')
    return relinked(lines)


def delete(lines: list[bytes], chance: Chance) -> list[bytes]:
    number = chance.randrange(len(lines))
    del lines[number : number + chance.randint(1, 5)]
    return lines


def delete_and_link(lines: list[bytes], chance: Chance) -> list[bytes]:
    del lines[chance.choice(of_entries(lines))]
    return relinked(lines)


def insert(lines: list[bytes], chance: Chance) -> list[bytes]:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return lines


def swap(lines: list[bytes], chance: Chance) -> list[bytes]:
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def cut(lines: list[bytes], chance: Chance) -> list[bytes]:
    whole = b"".join(lines)
    return split(whole[: chance.randrange(len(whole))])


def roll_back(lines: list[bytes], chance: Chance) -> list[bytes]:
    """Put an export in its place that was good some time ago."""
    return book(*[7, 1, 20, 13, 9][: chance.randint(1, 4)]).export()


def sign_anew(lines: list[bytes], chance: Chance) -> list[bytes]:
    """Change something, and sign all of it with a key of one's own."""
    victim = chance.randrange(50)
    forged = Book(signers=[FORGER])
    batch = [
        replace(each, actor="x") if i == victim else each for i, each in enumerate(entries(50))
    ]
    return forged.write(batch).export()


def change_the_head(lines: list[bytes], chance: Chance) -> list[bytes]:
    origin = origin_of(chance.choice([MADE.whose, SHOP]))
    key = chance.choice([SIGNER, FORGER]).public
    size = chance.choice([50, chance.randrange(50)])
    head = head_line(origin, size, chance.randint(4, 6), [write_key(origin, key)])
    return [head, *lines[1:]]


def of_entries(lines: Sequence[bytes]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.startswith(ENTRY)]


def split(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True) if b"\r" not in content else _by_newline(content)


def _by_newline(content: bytes) -> list[bytes]:
    parts = content.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


WAYS: list[Tampering] = [
    *(edit_a_byte, edit_a_byte, edit_a_field, edit_and_hash, edit_and_link, delete),
    *(delete_and_link, insert, swap, cut, roll_back, sign_anew, change_the_head),
]


def test_a_thousand_random_tamperings_are_all_found() -> None:
    seed = random.SystemRandom().randrange(10**9)
    chance, unseen = random.Random(seed), []  # noqa: S311 - it guards nothing
    for number in range(TAMPERINGS):
        way = WAYS[number % len(WAYS)]
        tampered = way([*EXPORT], chance)
        if tampered == [*EXPORT]:
            continue
        if verdict_on(tampered, trusted=[KEY], outside=MADE.outside[-1:]).is_good:
            unseen.append((way.__name__, number))

    assert verdict_on(EXPORT, outside=MADE.outside).is_good
    assert unseen == [], f"seed {seed}"


@given(some.data())
def test_every_byte_of_an_export_counts(data: some.DataObject) -> None:
    whole = b"".join(EXPORT)
    place = data.draw(some.integers(0, len(whole) - 1))
    other = data.draw(some.integers(0, 255).filter(lambda byte: byte != whole[place]))
    changed = whole[:place] + bytes([other]) + whole[place + 1 :]

    assert not verdict_on(_by_newline(changed)).is_good


def test_an_export_that_has_only_older_checkpoints_outside_is_good() -> None:
    assert verdict_on(EXPORT, outside=MADE.outside[:2]).newest_outside == 8
