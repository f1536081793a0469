"""The parts by which codes go by post."""

from dataclasses import dataclass

from watchword.features.approvals.service import Approvals
from watchword.features.challenges.returns.service import Returns
from watchword.features.contacts.service import Contacts
from watchword.features.letters.batches.service import Batches
from watchword.features.letters.ports import MarkBad
from watchword.features.letters.returns.service import ReturnedMail
from watchword.features.letters.service import Letters
from watchword.features.letters.sheet import LARGE, USUAL
from watchword.features.organisations.service import Organisations
from watchword.foundation.bells import Bells
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage
from watchword.providers.printing.typesetter import Typesetter
from watchword.settings import Settings

ENTRY_PAGE = "/o/{slug}/verify"
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
