"""Whatever is done to an export is found, and said in words that tell what and where."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.ledger.books import FORGER, KEY, SIGNER, Book, book, entries, verdict_on
from tests.stores import SHOP
from watchword.features.ledger.checkpoints import PublicKey, origin_of, read_key, write_key
from watchword.features.ledger.faults import FaultKind
from watchword.features.ledger.lines import (
    ENTRY,
    checkpoint_line,
    entry_line,
    head_line,
    read_entry,
    split_entry,
)
from watchword.features.ledger.rules import LedgerEntry, canonical
from watchword.features.ledger.tree import leaf_hash
from watchword.features.ledger.verification import FAULTS_AT_MOST

TAMPERINGS = 1000


def kinds(lines: Sequence[bytes], **more: object) -> list[FaultKind]:
    return [fault.kind for fault in verdict_on(lines, **more).faults]  # type: ignore[arg-type]


class TestWhatIsWhole:
    @given(some.lists(some.integers(1, 12), min_size=1, max_size=5))
    def test_is_good_with_all_that_was_kept_outside(self, batches: list[int]) -> None:
        made = book(*batches)

        verdict = verdict_on(made.export(), outside=made.outside)

        assert verdict.is_good
        assert verdict.entries == verdict.newest_outside == sum(batches)
        assert verdict.checkpoints == verdict.outside == len(batches)
        assert verdict.keys == (KEY.raw,)

    def test_is_good_by_the_keys_that_it_names_itself_and_says_so(self) -> None:
        verdict = verdict_on(book(5).export(), trusted=())

        assert verdict.is_good
        assert not verdict.are_keys_given
        assert verdict_on(book(5).export()).are_keys_given

    def test_is_good_by_an_old_key_and_by_the_new_one_after_a_rotation(self) -> None:
        old, new = SIGNER, FORGER
        made = Book(signers=[old]).write(entries(3))
        made.signers = [new, old]
        made.write(entries(3, 3))

        assert verdict_on(made.export(), trusted=[PublicKey(old.public)]).is_good
        assert verdict_on(
            made.export(), trusted=[PublicKey(new.public), PublicKey(old.public)]
        ).is_good
        assert kinds(made.export(), trusted=[PublicKey(new.public)]) == [FaultKind.BAD_SIGNATURE]

    def test_is_good_by_a_key_in_the_form_of_signed_notes(self) -> None:
        made = book(3)
        key = read_key(write_key(origin_of(made.whose), SIGNER.public))
        assert key is not None

        assert verdict_on(made.export(), trusted=[key]).is_good


class TestWhatIsWrong:
    def test_a_changed_entry_is_named(self) -> None:
        lines = book(5, 5).export()
        lines[3] = lines[3].replace(b'"sms"', b'"fax"')

        found = verdict_on(lines).faults

        assert [fault.kind for fault in found] == [FaultKind.CHANGED, FaultKind.REWRITTEN]
        assert (found[0].line, found[0].position) == (4, 2)
        assert "Entry 2 was changed" in found[0].words

    def test_a_changed_entry_with_a_hash_of_its_own_is_missed_by_the_next(self) -> None:
        lines = book(5).export()
        lines[3] = rehashed(lines[3].replace(b'"sms"', b'"fax"'))

        assert kinds(lines) == [FaultKind.UNLINKED, FaultKind.REWRITTEN]

    def test_a_whole_chain_that_was_written_anew_does_not_give_what_was_signed(self) -> None:
        lines = book(5, 5).export()
        lines[3] = lines[3].replace(b'"sms"', b'"fax"')

        found = verdict_on(relinked(lines)).faults

        assert [fault.kind for fault in found] == [FaultKind.REWRITTEN]
        assert "Entries 0 to 4" in found[0].words

    def test_entries_that_were_taken_out_are_counted(self) -> None:
        lines = book(9).export()
        del lines[4:6]

        found = verdict_on(lines).faults

        assert "Entries 3 to 4 are missing" in found[0].words
        assert found[0].kind is FaultKind.MISSING

    def test_an_entry_that_was_put_in_is_named(self) -> None:
        lines = book(5).export()
        lines.insert(3, lines[1])

        assert kinds(lines)[0] is FaultKind.INSERTED

    def test_two_that_changed_places_are_found(self) -> None:
        lines = book(5).export()
        lines[2], lines[3] = lines[3], lines[2]

        assert {FaultKind.MISSING, FaultKind.INSERTED} < {*kinds(lines)}

    def test_an_end_that_was_cut_off_is_missed_by_the_head(self) -> None:
        assert kinds(book(5, 5).export()[:7]) == [FaultKind.TRUNCATED] * 2

    def test_an_end_that_nobody_signed_is_found(self) -> None:
        lines = book(5, 5).export(size=8)[:-3]

        assert FaultKind.UNSIGNED_END in kinds(lines)

    def test_a_checkpoint_that_was_taken_out_is_missed_by_the_head(self) -> None:
        lines = book(5, 5).export()
        del lines[6]

        assert kinds(lines) == [FaultKind.TRUNCATED]

    def test_a_checkpoint_that_stands_twice_is_found(self) -> None:
        lines = book(5, 5).export()
        lines.insert(7, lines[6])

        assert kinds(lines)[0] is FaultKind.MISPLACED

    def test_what_was_cut_off_with_its_checkpoints_is_missed_outside(self) -> None:
        made = book(5, 5)
        older = book(5).export()

        found = verdict_on(older, outside=made.outside).faults

        assert verdict_on(older).is_good
        assert [fault.kind for fault in found] == [FaultKind.ROLLED_BACK]
        assert "5 entries here" in found[0].words
        assert "there were 10" in found[0].words

    def test_a_ledger_that_was_begun_anew_with_the_same_key_differs_from_outside(self) -> None:
        forged = Book().write(replace(each, actor="nobody") for each in entries(5))

        assert verdict_on(forged.export()).is_good
        assert kinds(forged.export(), outside=book(5).outside) == [FaultKind.FORKED]

    def test_a_ledger_of_somebody_else_is_refused(self) -> None:
        made = book(3)
        other = Book(whose=SHOP).write(entries(3))

        assert FaultKind.OTHER_ORIGIN in kinds([made.export()[0], *other.lines])
        assert kinds(made.export(), outside=other.outside) == [FaultKind.OTHER_ORIGIN]
        key = read_key(write_key(origin_of(SHOP), SIGNER.public))
        assert kinds(made.export(), trusted=[key]) == [
            FaultKind.OTHER_ORIGIN,
            *[FaultKind.BAD_SIGNATURE] * 0,
        ]

    def test_what_another_key_has_signed_is_not_believed(self) -> None:
        forged = Book(signers=[FORGER]).write(entries(3))

        assert verdict_on(forged.export(), trusted=()).is_good
        assert kinds(forged.export()) == [FaultKind.BAD_SIGNATURE]
        assert FaultKind.BAD_SIGNATURE in kinds(book(3).export(), outside=forged.outside)

    def test_a_checkpoint_in_another_place_is_found(self) -> None:
        lines = book(4, 4).export()
        lines[5], lines[6] = lines[6], lines[5]

        assert FaultKind.MISPLACED in kinds(lines)

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            [b"\n"],
            [b"{}\n"],
            [b"id;at;action\n", b"1;2;3\n"],
            [b"\xff\xfe\n"],
            [b"[" * 5000 + b"\n"],
            [head_line("o", 1, 1, ()).replace(b"ledger-1", b"ledger-2")],
        ],
    )
    def test_what_is_no_export_is_called_that_and_nothing_else(self, lines: list[bytes]) -> None:
        assert kinds(lines) == [FaultKind.NO_LEDGER]

    def test_a_ledger_of_nothing_proves_nothing(self) -> None:
        assert kinds(Book().export()) == [FaultKind.UNSIGNED_END]

    @pytest.mark.parametrize(
        "line",
        [
            b"\n",
            b"null\n",
            b'{"entry":{},"leaf":""}\n',
            b'{"entry":' + b"[" * 3000 + b',"leaf":"' + b"A" * 44 + b'"}\n',
            b'{"entry":{"position":1.5},"leaf":"' + b"A" * 44 + b'"}\n',
            b'{"entry":{"position":0},"leaf":"' + "é".encode() * 22 + b'"}\n',
            b'{"checkpoint":"x"}\n',
            b'{"checkpoint":7}\n',
        ],
    )
    def test_a_line_that_is_nothing_is_named(self, line: bytes) -> None:
        lines = book(3).export()
        lines.insert(2, line)

        found = verdict_on(lines).faults

        assert found[0].line == 3

    def test_many_faults_are_counted_and_not_all_told(self) -> None:
        lines = [line.replace(b'"sms"', b'"fax"') for line in book(40).export()]

        verdict = verdict_on(lines)

        assert len(verdict.faults) == FAULTS_AT_MOST
        assert verdict.more_faults == 40 + 1 - FAULTS_AT_MOST


def rehashed(line: bytes) -> bytes:
    """Give a line the hash of what it says now."""
    parts = split_entry(line.removesuffix(b"\n"))
    assert parts is not None
    return entry_line(parts[0], leaf_hash(parts[0]))


def relinked(lines: Sequence[bytes]) -> list[bytes]:
    """Do what a careful forger does: give every entry its hash and its link again."""
    previous, made = "", []
    for line in lines:
        if not line.startswith(ENTRY):
            made.append(line)
            continue
        parts = split_entry(line.removesuffix(b"\n"))
        assert parts is not None
        entry = read_entry(parts[0])
        assert entry is not None
        fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
        content = canonical(fields | {"previous": previous})
        made.append(entry_line(content, leaf_hash(content)))
        parts = split_entry(made[-1].removesuffix(b"\n"))
        assert parts is not None
        previous = parts[1]
    return made


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


def test_lines_and_entries_agree_on_what_is_sealed() -> None:
    sealed: list[LedgerEntry] = entries(3)

    positions = [
        read_entry(parts[0])
        for line in book(len(sealed)).lines
        if (parts := split_entry(line.removesuffix(b"\n")))
    ]

    assert [each.position for each in positions if each] == [0, 1, 2]
    assert all(a.position + 1 == b.position for a, b in pairwise(filter(None, positions)))
    assert checkpoint_line("x") == b'{"checkpoint":"x"}\n'
