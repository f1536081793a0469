"""The parts by which codes go by post."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watchword.features.approvals.service import Approvals
from watchword.features.challenges.ports import WhyNot
from watchword.features.challenges.returns.service import Returns
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.routes import FOLDER, Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.letters.batches.service import Batches
from watchword.features.letters.ports import MarkBad, Prints
from watchword.features.letters.returns.service import ReturnedMail
from watchword.features.letters.service import Letters
from watchword.features.letters.sheet import LARGE, USUAL
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.bells import Bells
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage
from watchword.providers.printing.typesetter import Typesetter
from watchword.settings import Settings

ENTRY_PAGE = "/o/{slug}/card"
"""Where customers of an organisation type their code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterServices:
    """All that doors may ask of letters."""

    letters: Letters
    batches: Batches
    returned: ReturnedMail


def letter_services(
    settings: Settings,
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    *,
    returns: Returns,
    approvals: Approvals,
    sealer: Sealer,
    bells: Bells,
    mark_bad: MarkBad,
) -> LetterServices:
    printer = Typesetter()
    letters = Letters(
        storage=storage,
        organisations=organisations,
        sealer=sealer,
        printer=printer,
        entry_page=lambda whose: settings.web.public_url + ENTRY_PAGE.format(slug=whose.slug),
        look=LARGE if settings.letters.large_print else USUAL,
    )
    return LetterServices(
        letters=letters,
        batches=Batches(
            storage=storage,
            organisations=organisations,
            letters=letters,
            approvals=approvals,
            printer=printer,
            sealer=sealer,
            bells=bells,
        ),
        returned=ReturnedMail(
            storage=storage,
            organisations=organisations,
            contacts=contacts,
            returns=returns,
            mark_bad=mark_bad,
        ),
    )


def before_it_is_asked_for(
    routes: Routes, providers: Callable[[], Mapping[ProviderName, Provider]]
) -> WhyNot:
    """Ask all who print for an organisation whether they can show an address."""

    def why_not(contact: Contact, organisation: Organisation) -> str | None:
        is_test = organisation.mode is Mode.TEST
        # What the sandbox shows is what the folder would print.
        names = (FOLDER,) if is_test else routes.ways(organisation.mode, Channel.LETTER)
        known = providers()
        reasons: list[str | None] = []
        for name in names:
            printer = known.get(name)
            if isinstance(printer, Prints):
                reasons.append(printer.why_not(contact.address.reveal(), organisation))
        return None if None in reasons else next(iter(reasons), None)

    return why_not
