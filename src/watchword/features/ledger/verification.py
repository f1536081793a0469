"""The checker: it reads an export line by line, once, and says what is wrong and where.

It believes nothing that the file says of itself: entries must give their hashes, hashes must give
the roots, and roots must be signed. What was cut off at the end is found by a checkpoint that was
kept elsewhere; and a checkpoint that was taken out, by its copy there. It remembers some twenty
hashes, and those from elsewhere, however long the file is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from watchword.features.ledger import faults
from watchword.features.ledger.checkpoints import (
    Note,
    PublicKey,
    read_key,
    read_note,
    to_base64,
    who_signed,
)
from watchword.features.ledger.faults import Fault
from watchword.features.ledger.lines import (
    ENTRY,
    Head,
    read_checkpoint,
    read_entry,
    read_head,
    split_entry,
)
from watchword.features.ledger.tree import CompactRange, leaf_hash

FAULTS_AT_MOST = 20
OUTSIDE = " outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of it. `newest_outside`: the size that the newest outside checkpoint told of."""

    origin: str | None
    entries: int
    checkpoints: int
    outside: int
    newest_outside: int | None
    keys: tuple[str, ...]
    """Those by which something good was signed."""
    are_keys_given: bool
    faults: tuple[Fault, ...]
    more_faults: int = 0

    @property
    def is_good(self) -> bool:
        return not self.faults


@dataclass(slots=True)
class Verification:
    """Hand it every line with `read`, and ask for the verdict with `end`.

    `trusted`: the keys that may have signed; without any, those that the file itself names.
    `outside`: what checkpoints from outside say, as they were found.
    """

    trusted: Sequence[PublicKey] = ()
    outside: Sequence[Note] = ()
    _head: Head | None = None
    _are_keys_given: bool = False
    _tree: CompactRange = field(default_factory=CompactRange)
    _lines: int = 0
    _expected: int = 0
    _previous: str = ""
    _covered: int = 0
    _checkpoints: int = 0
    _is_over: bool = False
    _is_rewritten: bool = False
    """Once a root is wrong, all that follow are: it is said once."""
    _roots: dict[int, set[bytes]] = field(default_factory=dict)
    _unseen: set[int] = field(default_factory=set)
    """The sizes of checkpoints outside that have not been found in the file yet."""
    _newest_outside: int | None = None
    _signed_by: dict[bytes, str] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)
    _more: int = 0

    def read(self, line: bytes) -> None:
        """Read the next line, with its end."""
        self._lines += 1
        if self._is_over:
            return
        content = line.removesuffix(b"\n")
        if len(content) == len(line):
            self._note(faults.cut(self._lines))
        if self._lines == 1:
            self._read_head(content)
        elif content.startswith(ENTRY):
            self._read_entry(content)
        else:
            self._read_checkpoint(content)

    def end(self) -> Verdict:
        head, size = self._head, self._tree.size
        if self._lines == 0:
            self._note(faults.not_a_ledger())
        if head is not None:
            if size != head.size:
                self._note(faults.truncated(size, head.size))
            if self._checkpoints != head.checkpoints:
                self._note(faults.lost_checkpoints(self._checkpoints, head.checkpoints))
            if self._covered < size or size == 0:
                self._note(faults.unsigned_end(self._covered, size))
            if self._newest_outside is not None and self._newest_outside > size:
                self._note(faults.rolled_back(size, self._newest_outside))
            for lost in sorted(each for each in self._unseen if each <= size):
                self._note(faults.lost_outside(lost))
            own = {key.public for text in head.keys if (key := read_key(text)) is not None}
            for public in self._signed_by.keys() - own:
                self._note(faults.unnamed_key(self._signed_by[public]))
        return Verdict(
            origin=None if head is None else head.origin,
            entries=size,
            checkpoints=self._checkpoints,
            outside=len(self.outside),
            newest_outside=self._newest_outside,
            keys=tuple(self._signed_by.values()),
            are_keys_given=self._are_keys_given,
            faults=tuple(self._faults),
            more_faults=self._more,
        )

    def _read_head(self, line: bytes) -> None:
        self._are_keys_given = bool(self.trusted)
        head = self._head = read_head(line)
        if head is None:
            self._is_over = True
            self._note(faults.not_a_ledger())
            return
        own = [(text, read_key(text)) for text in head.keys]
        for text, key in own:
            if key is None:
                self._note(faults.bad_key(text))
            elif key.origin != head.origin:
                self._note(faults.other_origin(1, str(key.origin), head.origin, "A key"))
        for key in self.trusted:
            if key.origin not in (None, head.origin):
                self._note(
                    faults.other_origin(1, str(key.origin), head.origin, "A key that you gave")
                )
        self.trusted = self.trusted or [key for _, key in own if key is not None]
        for note in self.outside:
            self._believe_outside(note, head)

    def _believe_outside(self, note: Note, head: Head) -> None:
        size = note.checkpoint.size
        if note.checkpoint.origin != head.origin:
            what = f"A checkpoint{OUTSIDE}"
            self._note(faults.other_origin(None, note.checkpoint.origin, head.origin, what))
        elif self._is_signed(note):
            self._roots.setdefault(size, set()).add(note.checkpoint.root)
            self._unseen.add(size)
            self._newest_outside = max(size, self._newest_outside or 0)
        else:
            self._note(faults.bad_signature(None, size, OUTSIDE))

    def _read_entry(self, line: bytes) -> None:
        parts = split_entry(line)
        entry = None if parts is None else read_entry(parts[0])
        if parts is None or entry is None:
            self._note(faults.unreadable(self._lines))
            return
        content, said = parts
        leaf = leaf_hash(content)
        if to_base64(leaf) != said:
            self._note(faults.changed(self._lines, entry.position))
        if entry.position > self._expected:
            self._note(faults.missing(self._lines, self._expected, entry.position))
        elif entry.position < self._expected:
            self._note(faults.inserted(self._lines, self._expected, entry.position))
        elif entry.previous != self._previous:
            self._note(faults.unlinked(self._lines, entry.position))
        self._expected, self._previous = entry.position + 1, said
        self._tree.append(leaf)
        known = self._roots.get(self._tree.size)
        if known is not None and known != {self._tree.root()} and not self._is_rewritten:
            self._is_rewritten = True
            self._note(faults.forked(self._tree.size))

    def _read_checkpoint(self, line: bytes) -> None:
        text = read_checkpoint(line)
        if text is None:
            self._note(faults.unreadable(self._lines))
            return
        note = read_note(text)
        if note is None:
            self._note(faults.bad_checkpoint(self._lines))
            return
        self._checkpoints += 1
        self._judge(note)

    def _judge(self, note: Note) -> None:
        found, size = note.checkpoint, self._tree.size
        origin = "" if self._head is None else self._head.origin
        if found.origin != origin:
            self._note(faults.other_origin(self._lines, found.origin, origin, "A checkpoint"))
        elif not self._is_signed(note):
            self._note(faults.bad_signature(self._lines, found.size))
        elif found.size != size or size == self._covered:
            self._note(faults.misplaced(self._lines, found.size, size))
        else:
            self._unseen.discard(size)
            if found.root != self._tree.root() and not self._is_rewritten:
                self._is_rewritten = True
                self._note(faults.rewritten(self._lines, self._covered, size))
        self._covered = size

    def _is_signed(self, note: Note) -> bool:
        found = who_signed(note, self.trusted)
        self._signed_by |= {key.public: key.raw for key in found}
        return bool(found)

    def _note(self, fault: Fault) -> None:
        if len(self._faults) < FAULTS_AT_MOST:
            self._faults.append(fault)
        else:
            self._more += 1
