"""The rules against abuse: those of the house, and how two people loosen an organisation's own."""

from watchword.features.abuse.rulebook.changes import read_wanted
from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.abuse.rulesets import Ruleset, of_the_house
from watchword.features.approvals.ports import CannotBeDone, Done, Perform
from watchword.features.approvals.rules import Request
from watchword.features.organisations.rules import Mode
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction
from watchword.settings import Settings, prices


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
