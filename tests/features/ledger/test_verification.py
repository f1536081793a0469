"""Whatever is done to an export is found, and said in words that tell what and where."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.features.ledger.books import FORGER, KEY, SIGNER, Book, book, entries, verdict_on
from tests.features.ledger.forgery import rehashed, relinked
from tests.stores import SHOP
from watchword.features.ledger.checkpoints import PublicKey, origin_of, read_key, write_key
from watchword.features.ledger.faults import FaultKind
from watchword.features.ledger.lines import (
    checkpoint_line,
    head_line,
    read_entry,
    split_entry,
)
from watchword.features.ledger.rules import LedgerEntry
from watchword.features.ledger.verification import FAULTS_AT_MOST


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

    def test_a_checkpoint_that_was_taken_out_of_the_middle_is_missed_outside(self) -> None:
        made = book(3, 3, 3)
        forged = made.export()
        del forged[8]
        forged[0] = forged[0].replace(b'"checkpoints":3', b'"checkpoints":2')

        found = verdict_on(forged, outside=made.outside).faults

        assert verdict_on(forged).is_good
        assert verdict_on(forged, outside=made.outside[::2]).is_good
        assert [(fault.kind, fault.position) for fault in found] == [(FaultKind.TRUNCATED, 6)]
        assert "which was kept outside" in found[0].words

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
