"""What seals in tests: by real rules, on real storage, with what was told and copied at hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.features.ledger.books import SIGNER
from tests.stores import BANK
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.ledger.checkpoints import Checkpoint, Note, Signer, read_note
from watchword.features.ledger.ports import NotCopied
from watchword.features.ledger.rules import LedgerEntry
from watchword.features.ledger.sealing.service import Sealing
from watchword.features.ledger.store import LedgerStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction


@dataclass
class SecondPlace:
    """Fills the `Copies` port, as long as it is told to."""

    notes: list[str] = field(default_factory=list)
    is_full: bool = False

    async def append(self, organisation_id: OrganisationId, note: str) -> None:
        if self.is_full:
            raise NotCopied("It is full.")
        self.notes.append(note)

    async def close(self) -> None:
        """It holds nothing open."""


@dataclass
class Ear:
    heard: list[Checkpoint] = field(default_factory=list)

    async def __call__(
        self,
        transaction: Transaction,
        whose: OrganisationId,
        checkpoint: Checkpoint,
        note: str,
        at: datetime,
    ) -> None:
        self.heard.append(checkpoint)


def new_sealing(
    storage: Storage,
    *,
    signers: Sequence[Signer] = (SIGNER,),
    copies: SecondPlace | None = None,
    ear: Ear | None = None,
) -> Sealing:
    return Sealing(storage=storage, signers=signers, tell=ear or Ear(), copies=copies)


async def write(storage: Storage, count: int, whose: OrganisationId = BANK) -> None:
    """Write entries as a business transaction does."""
    async with storage.begin(whose) as transaction:
        store = AuditStore(transaction, whose)
        for number in range(count):
            await store.add(
                Entry(
                    action=Action.CHALLENGE_OPENED,
                    actor="api_key:7",
                    target=f"challenge-{number}",
                    details={"channel": "sms"},
                )
            )


async def sealed(storage: Storage, whose: OrganisationId = BANK) -> list[LedgerEntry]:
    async with storage.reading(whose) as transaction:
        return [*await LedgerStore(transaction, whose).sealed(0, 10**9)]


async def notes(storage: Storage, whose: OrganisationId = BANK) -> list[Note]:
    async with storage.reading(whose) as transaction:
        kept = await LedgerStore(transaction, whose).checkpoints(0, 10**6)
    return [note for each in kept if (note := read_note(each.note))]
