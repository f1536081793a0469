"""What may be wrong with a ledger, where, and what that means, in plain words."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    NO_LEDGER = "not_a_ledger"
    UNREADABLE = "unreadable_line"
    CUT_LINE = "cut_line"
    CHANGED = "entry_changed"
    UNLINKED = "entry_not_linked"
    MISSING = "entries_missing"
    INSERTED = "entry_inserted_or_moved"
    TRUNCATED = "truncated"
    UNSIGNED_END = "end_not_signed"
    BAD_CHECKPOINT = "checkpoint_unreadable"
    BAD_SIGNATURE = "signature_not_good"
    OTHER_ORIGIN = "other_origin"
    MISPLACED = "checkpoint_misplaced"
    REWRITTEN = "rewritten"
    ROLLED_BACK = "rolled_back"
    FORKED = "differs_from_outside"
    BAD_KEY = "key_unreadable"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be so. `line` counts from 1; `position` from 0."""

    kind: FaultKind
    words: str
    line: int | None = None
    position: int | None = None


def not_a_ledger() -> Fault:
    words = (
        "This is no export of a ledger that can be verified. Take the one in JSONL: "
        "watchword audit export"
    )
    return Fault(FaultKind.NO_LEDGER, words, 1)


def bad_key(key: str) -> Fault:
    return Fault(FaultKind.BAD_KEY, f"This is no public key: {key[:60]}", 1)


def unnamed_key(key: str) -> Fault:
    words = f"The head does not name the key that has signed, {key}: it was changed."
    return Fault(FaultKind.BAD_KEY, words, 1)


def unreadable(line: int) -> Fault:
    return Fault(FaultKind.UNREADABLE, "This line is neither an entry nor a checkpoint.", line)


def cut(line: int) -> Fault:
    return Fault(FaultKind.CUT_LINE, "The last line is not whole: the file was cut off.", line)


def changed(line: int, position: int) -> Fault:
    words = f"Entry {position} was changed: its content does not give its hash."
    return Fault(FaultKind.CHANGED, words, line, position)


def unlinked(line: int, position: int) -> Fault:
    words = (
        f"Entry {position} does not name the entry before it: one of the two was changed, or "
        "another one has been put in its place."
    )
    return Fault(FaultKind.UNLINKED, words, line, position)


def missing(line: int, expected: int, position: int) -> Fault:
    first, last = expected, position - 1
    which = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
    return Fault(FaultKind.MISSING, f"{which} missing, or stand elsewhere.", line, expected)


def inserted(line: int, expected: int, position: int) -> Fault:
    words = (
        f"Entry {position} stands where entry {expected} should be: it was put in, or moved here."
    )
    return Fault(FaultKind.INSERTED, words, line, position)


def truncated(there: int, said: int) -> Fault:
    if there < said:
        words = f"The head says that there are {said} entries, and {there} are there: cut off."
    else:
        words = f"The head says that there are {said} entries, and {there} are there: added to."
    return Fault(FaultKind.TRUNCATED, words, None, there)


def lost_checkpoints(there: int, said: int) -> Fault:
    words = f"The head says that there are {said} checkpoints, and {there} are there."
    return Fault(FaultKind.TRUNCATED, words)


def lost_outside(size: int) -> Fault:
    words = (
        f"The checkpoint at {size} entries, which was kept outside, does not stand in the file: "
        "it was taken out."
    )
    return Fault(FaultKind.TRUNCATED, words, None, size)


def unsigned_end(covered: int, size: int) -> Fault:
    words = (
        f"No checkpoint covers the end: entries {covered} to {size - 1} are signed by nobody."
        if size
        else "There is no entry, and nothing that is signed."
    )
    return Fault(FaultKind.UNSIGNED_END, words, None, covered)


def bad_checkpoint(line: int | None, where: str = "") -> Fault:
    words = f"A checkpoint{where} is not written as it must be: it was changed."
    return Fault(FaultKind.BAD_CHECKPOINT, words, line)


def bad_signature(line: int | None, size: int, where: str = "") -> Fault:
    words = (
        f"The checkpoint at {size} entries{where} is not signed by any key that is trusted here: "
        "it was changed, or made by somebody else."
    )
    return Fault(FaultKind.BAD_SIGNATURE, words, line, size)


def other_origin(line: int | None, found: str, expected: str, what: str) -> Fault:
    words = f"{what} is of another ledger: {found}, and not {expected}."
    return Fault(FaultKind.OTHER_ORIGIN, words, line)


def misplaced(line: int, size: int, there: int) -> Fault:
    words = (
        f"A checkpoint over {size} entries stands behind {there}: entries were taken out or put in."
    )
    return Fault(FaultKind.MISPLACED, words, line, there)


def rewritten(line: int, covered: int, size: int) -> Fault:
    words = (
        f"Entries {covered} to {size - 1} are not those that were signed: at least one of them "
        "was changed, taken out, put in or moved."
    )
    return Fault(FaultKind.REWRITTEN, words, line, covered)


def rolled_back(size: int, outside: int) -> Fault:
    words = (
        f"There are {size} entries here, and a checkpoint outside says that there were {outside}: "
        "the end was cut off, or an old copy was put back."
    )
    return Fault(FaultKind.ROLLED_BACK, words, None, size)


def forked(size: int) -> Fault:
    words = (
        f"The first {size} entries are not those that a checkpoint outside was signed for: "
        "the ledger was written anew."
    )
    return Fault(FaultKind.FORKED, words, None, size)
