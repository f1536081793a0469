"""The parts that stand before pages of campaigns."""

from collections.abc import Callable
from dataclasses import dataclass

from watchword.features.campaigns.links.rules import LinkBox
from watchword.features.challenges.service import Challenges
from watchword.features.consents.service import Consents
from watchword.features.contacts.service import Contacts
from watchword.features.gates.leaving.service import Leavings
from watchword.features.gates.links.service import CampaignLinks
from watchword.features.gates.passes.service import Passes
from watchword.features.gates.service import Gates
from watchword.features.gates.tries.service import Proving
from watchword.features.limits.service import Gates as Knocks
from watchword.features.organisations.service import Organisations
from watchword.features.pages.service import Pages
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class GateServices:
    """All that the pages of campaigns may call."""

    gates: Gates
    leavings: Leavings
    passes: Passes


def gate_services(
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    *,
    pages: Pages,
    consents: Consents,
    challenges: Challenges,
    knocks: Knocks,
    keyring: Keyring,
    sealer: Sealer,
    draw: Callable[[int], int],
) -> GateServices:
    box = LinkBox(keyring.versions(KeyKind.LINKS))
    links = CampaignLinks(storage=storage, organisations=organisations, box=box)
    proving = Proving(storage=storage, contacts=contacts, links=links, knocks=knocks)
    return GateServices(
        gates=Gates(
            storage=storage,
            links=links,
            pages=pages,
            proving=proving,
            challenges=challenges,
            sealer=sealer,
        ),
        leavings=Leavings(storage=storage, links=links, proving=proving, consents=consents),
        passes=Passes(
            storage=storage,
            organisations=organisations,
            links=links,
            pages=pages,
            knocks=knocks,
            keys=keyring.versions(KeyKind.CODES),
            sealer=sealer,
            draw=draw,
        ),
    )
