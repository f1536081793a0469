"""The rules against abuse: those of the house, and how two people loosen an organisation's own."""

from dataclasses import dataclass

from watchword.features.abuse.blocks.service import Blocks
from watchword.features.abuse.replay.service import Replays
from watchword.features.abuse.rulebook.changes import read_wanted
from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.abuse.rulesets import Ruleset, of_the_house
from watchword.features.abuse.service import Guard
from watchword.features.abuse.spared.service import SparedNumbers
from watchword.features.approvals.ports import CannotBeDone, Done, Perform
from watchword.features.approvals.rules import Request
from watchword.features.contacts.service import Contacts
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.rules import Mode
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.prices.rules import PriceList
from watchword.features.routing.refunds.service import Refunds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction
from watchword.settings import Settings, prices


@dataclass(frozen=True, slots=True, kw_only=True)
class AbuseServices:
    """All that doors and workers may ask about what keeps abuse out."""

    guard: Guard
    rulebook: Rulebook
    blocks: Blocks
    replays: Replays
    refunds: Refunds
    spared: SparedNumbers


def abuse_services(
    storage: Storage,
    rulebook: Rulebook,
    guard: Guard,
    requests: Requests,
    prices: PriceList | None,
    *,
    contacts: Contacts,
) -> AbuseServices:
    return AbuseServices(
        guard=guard,
        rulebook=rulebook,
        blocks=Blocks(storage=storage, rulebook=rulebook, requests=requests),
        replays=Replays(storage=storage, rulebook=rulebook),
        refunds=Refunds(storage=storage, guard=guard, prices=prices),
        spared=SparedNumbers(storage=storage, contacts=contacts, rulebook=rulebook),
    )


def open_rulebook(settings: Settings, storage: Storage, own: OrganisationSettings) -> Rulebook:
    return Rulebook(
        storage=storage,
        settings=own,
        # Whoever tests is to see the answers of rules only where they ask for them.
        house={Mode.LIVE: of_the_house(settings.abuse), Mode.TEST: None},
        has_prices=prices(settings) is not None,
        locked=settings.abuse.locked,
    )


def loosening(organisations: Organisations, rulebook: Rulebook) -> Perform:
    """Set rules against abuse as somebody asked for and somebody else approved."""

    async def perform(
        transaction: Transaction, organisation_id: OrganisationId, request: Request, approver: str
    ) -> Done | CannotBeDone:
        outcome = await rulebook.perform(
            transaction,
            await organisations.read(transaction, organisation_id),
            read_wanted(request.payload),
            actor=request.author,
            approved_by=approver,
        )
        if not isinstance(outcome, Ruleset):
            return CannotBeDone(outcome.word)

        async def settle() -> None:
            rulebook.forget(organisation_id)

        return Done(settle)

    return perform
