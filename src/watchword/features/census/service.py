"""What happens when the operator has the house counted: it is only looked at."""

from collections.abc import Mapping

from watchword.features.campaigns.store import CampaignCensus
from watchword.features.census.rules import Inventory, Kept, Retirement, retire
from watchword.features.challenges.versions.store import ChallengeCensus
from watchword.features.delivery.census.store import MessageCensus
from watchword.features.delivery.store import OutboxLanes
from watchword.features.idempotency.store import RequestCensus
from watchword.features.ledger.store import LedgerCensus
from watchword.features.letters.store import LetterCensus
from watchword.features.organisations.store import OrganisationCensus, OrganisationDirectory
from watchword.features.pages.store import PageCensus
from watchword.features.pins.kept.store import KeptPinCensus
from watchword.features.redemptions.master_pins.store import MasterPinCensus
from watchword.features.sandbox.store import SandboxCensus
from watchword.features.vouchers.store import VoucherCensus
from watchword.features.webhooks.store import WebhookCensus
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.storage import Storage, Transaction


class Census:
    """Needs no key: it never looks at what rests, only at how much there is of it."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def inventory(self) -> Inventory:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return Inventory(
                organisations=await OrganisationDirectory(transaction).all(),
                waiting=await OutboxLanes(transaction).waiting_by_lane(),
                unsealed_since=await LedgerCensus(transaction).oldest_unsealed(),
                uncopied_since=await LedgerCensus(transaction).oldest_uncopied(),
            )

    async def retire(self, keyring: Keyring, kind: KeyKind, version: int) -> Retirement:
        """Give the keyring without an old version of a key, if nothing rests under it any more."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            counts = await _counts(transaction, kind)
        resting = {what: versions.get(version, 0) for what, versions in counts.items()}
        return retire(keyring, kind, version, resting)


async def _counts(  # noqa: PLR0911 - one for each kind
    transaction: Transaction, kind: KeyKind
) -> Mapping[Kept, Mapping[int, int]]:
    """Count what rests under each version."""
    match kind:
        case KeyKind.ROOT:
            return {Kept.ORGANISATION_KEYS: await OrganisationCensus(transaction).by_root_key()}
        case KeyKind.CODES:
            return {Kept.CHALLENGES: await ChallengeCensus(transaction).by_codes_key()}
        case KeyKind.OUTBOX:
            return {
                Kept.CHALLENGES: await ChallengeCensus(transaction).by_outbox_key(),
                Kept.MESSAGES: await MessageCensus(transaction).by_outbox_key(),
                Kept.LETTERS: await LetterCensus(transaction).by_outbox_key(),
                Kept.SANDBOX_MESSAGES: await SandboxCensus(transaction).by_outbox_key(),
                Kept.ANSWERS: await RequestCensus(transaction).by_outbox_key(),
                Kept.WEBHOOK_SECRETS: await WebhookCensus(transaction).secrets_by_outbox_key(),
                Kept.WEBHOOKS: await WebhookCensus(transaction).deliveries_by_outbox_key(),
            }
        case KeyKind.PINS:
            return {
                Kept.MASTER_PINS: await MasterPinCensus(transaction).by_pins_key(),
                Kept.KEPT_PINS: await KeptPinCensus(transaction).by_pins_key(),
            }
        case KeyKind.LEDGER:
            # What it has signed is checked with its public half, which stays for ever.
            return {}
        case KeyKind.VOUCHERS:
            return {Kept.VOUCHERS: await VoucherCensus(transaction).by_vouchers_key()}
        case KeyKind.LINKS:
            return {
                Kept.PAGES: await PageCensus(transaction).by_links_key(),
                Kept.CAMPAIGNS: await CampaignCensus(transaction).by_links_key(),
            }
