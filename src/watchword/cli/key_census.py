"""What rests under one version of a key. Before that is nothing, the version is not given up."""

from collections.abc import Mapping

from watchword.features.challenges.store import ChallengeCensus
from watchword.features.delivery.store import MessageCensus
from watchword.features.idempotency.store import RequestCensus
from watchword.features.organisations.store import OrganisationCensus
from watchword.features.sandbox.store import SandboxCensus
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.keyring import KeyKind
from watchword.foundation.storage import Storage, Transaction


async def resting_under(storage: Storage, kind: KeyKind, version: int) -> Mapping[str, int]:
    """Count, by what it is; what there is none of is not named."""
    async with storage.reading(EVERYWHERE) as transaction:
        counts = await _counts(transaction, kind)
    found = {name: versions.get(version, 0) for name, versions in counts.items()}
    return {name: count for name, count in found.items() if count}


async def _counts(transaction: Transaction, kind: KeyKind) -> Mapping[str, Mapping[int, int]]:
    match kind:
        case KeyKind.ROOT:
            return {
                "keys of organisations": await OrganisationCensus(transaction).by_root_key(),
            }
        case KeyKind.CODES:
            return {"pending challenges": await ChallengeCensus(transaction).by_codes_key()}
        case KeyKind.OUTBOX:
            return {
                "pending challenges": await ChallengeCensus(transaction).by_outbox_key(),
                "waiting messages": await MessageCensus(transaction).by_outbox_key(),
                "sandbox messages": await SandboxCensus(transaction).by_outbox_key(),
                "kept answers": await RequestCensus(transaction).by_outbox_key(),
            }
