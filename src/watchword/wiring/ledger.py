"""The parts that keep evidence: what seals entries, and what shows and proves them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watchword.features.approvals.service import Approvals
from watchword.features.ledger.checkpoints import Checkpoint, Signer
from watchword.features.ledger.exports.service import Exports
from watchword.features.ledger.ports import Copies, Tell
from watchword.features.ledger.sealing.service import Sealing
from watchword.features.ledger.service import Ledger
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.storage import Storage, Transaction
from watchword.providers.ledger.folder import FolderCopies
from watchword.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerServices:
    """All that doors and workers may ask of the ledger. `copies`: the second place, if any."""

    entries: Ledger
    sealing: Sealing
    exports: Exports
    copies: Copies | None

    async def close(self) -> None:
        if self.copies is not None:
            await self.copies.close()


def ledger_services(
    settings: Settings,
    keyring: Keyring,
    storage: Storage,
    webhooks: Webhooks,
    approvals: Approvals,
) -> LedgerServices:
    keys = keyring.of_kind(KeyKind.LEDGER)
    signers = [Signer(version, keys[version]) for version in sorted(keys, reverse=True)]
    chosen = settings.ledger.copies
    copies = None if chosen is None else FolderCopies(Path(chosen))
    entries = Ledger(storage=storage, signers=signers)
    sealing = Sealing(storage=storage, signers=signers, tell=_telling(webhooks), copies=copies)
    exports = Exports(storage=storage, ledger=entries, sealing=sealing, approvals=approvals)
    return LedgerServices(entries=entries, sealing=sealing, exports=exports, copies=copies)


def _telling(webhooks: Webhooks) -> Tell:
    """Let webhooks tell of checkpoints: so their receivers are a second place, too."""

    async def tell(
        transaction: Transaction,
        whose: OrganisationId,
        checkpoint: Checkpoint,
        note: str,
        at: datetime,
    ) -> None:
        event = Event(
            kind=EventKind.LEDGER_SIGNED,
            id=EventId(new_id()),
            at=at,
            about=str(whose),
            data={"size": checkpoint.size, "checkpoint": note},
        )
        await webhooks.note(transaction, whose, event)

    return tell
