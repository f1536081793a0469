"""Exports that were made without a server: some entries, their checkpoints, and what signs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from tests.stores import BANK, NOON
from watchword.features.ledger.checkpoints import (
    Checkpoint,
    Note,
    PublicKey,
    Signer,
    origin_of,
    read_note,
    signed,
    write_key,
)
from watchword.features.ledger.lines import checkpoint_line, entry_line, head_line
from watchword.features.ledger.rules import (
    NOTHING_YET,
    EntryId,
    Growth,
    LedgerEntry,
    grown,
    written,
)
from watchword.features.ledger.tree import folded
from watchword.features.ledger.verification import Verdict, Verification
from watchword.foundation.ids import OrganisationId

SIGNER, FORGER = Signer(1, b"s" * 32), Signer(1, b"f" * 32)
KEY = PublicKey(SIGNER.public)


def entries(count: int, start: int = 0) -> list[LedgerEntry]:
    return [
        LedgerEntry(
            id=EntryId(UUID(int=number + 1)),
            at=NOON + timedelta(seconds=number),
            action="challenge.opened",
            actor="api_key:7",
            target=str(UUID(int=1000 + number)),
            details={"channel": "sms", "step": number},
        )
        for number in range(start, start + count)
    ]


@dataclass
class Book:
    """A ledger that grows by batches, each of which is signed."""

    signers: Sequence[Signer] = (SIGNER,)
    whose: OrganisationId = BANK
    lines: list[bytes] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    growth: Growth = NOTHING_YET

    def write(self, batch: Iterable[LedgerEntry]) -> "Book":
        previous = self.growth.last_leaf
        self.growth, sealed, _ = grown(self.growth, [*batch], NOON)
        for entry in sealed:
            assert entry.position is not None
            assert entry.leaf is not None
            content = written(entry, entry.position, previous)
            self.lines.append(entry_line(content, entry.leaf))
            previous = entry.leaf
        root = folded(self.growth.peaks)
        checkpoint = Checkpoint(origin_of(self.whose), self.growth.size, root)
        self.notes.append(signed(checkpoint, self.signers).text)
        self.lines.append(checkpoint_line(self.notes[-1]))
        return self

    def export(self, size: int | None = None) -> list[bytes]:
        """Write it as it is, or with another number of entries in its head."""
        origin = origin_of(self.whose)
        keys = [write_key(origin, signer.public) for signer in self.signers]
        there = self.growth.size if size is None else size
        return [head_line(origin, there, len(self.notes), keys), *self.lines]

    @property
    def outside(self) -> list[Note]:
        return [note for text in self.notes if (note := read_note(text))]


def book(*batches: int) -> Book:
    made, start = Book(), 0
    for count in batches:
        made.write(entries(count, start))
        start += count
    return made


def verdict_on(
    lines: Iterable[bytes],
    *,
    trusted: Sequence[PublicKey] = (KEY,),
    outside: Sequence[Note] = (),
) -> Verdict:
    checking = Verification(trusted=trusted, outside=outside)
    for line in lines:
        checking.read(line)
    return checking.end()
