"""The parts that stand before pages of campaigns."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from watchword.features.campaigns.house import House
from watchword.features.campaigns.links.rules import LinkBox
from watchword.features.campaigns.trials.service import CampaignTrials
from watchword.features.challenges.service import Challenges
from watchword.features.consents.service import Consents
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.service import Outbox
from watchword.features.gates.leaving.service import Leavings
from watchword.features.gates.links.service import CampaignLinks
from watchword.features.gates.passes.service import Passes
from watchword.features.gates.service import Gates
from watchword.features.gates.tries.service import Proving
from watchword.features.limits.service import Gates as Knocks
from watchword.features.organisations.service import Organisations
from watchword.features.pages.service import Pages
from watchword.features.staff.numbers.service import OwnNumbers
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class GateServices:
    """All that the pages of campaigns may call."""

    gates: Gates
    leavings: Leavings
    passes: Passes
    trials: CampaignTrials


@dataclass(frozen=True, kw_only=True)
class GateParts:
    """What they are made of."""

    storage: Storage
    organisations: Organisations
    contacts: Contacts
    pages: Pages
    consents: Consents
    challenges: Challenges
    knocks: Knocks
    outbox: Outbox
    house: House
    numbers: OwnNumbers
    keyring: Keyring = field(repr=False)
    sealer: Sealer
    draw: Callable[[int], int]

    def services(self) -> GateServices:
        return GateServices(
            gates=Gates(
                storage=self.storage,
                links=self._links,
                pages=self.pages,
                proving=self._proving,
                challenges=self.challenges,
                sealer=self.sealer,
            ),
            leavings=Leavings(
                storage=self.storage,
                links=self._links,
                proving=self._proving,
                consents=self.consents,
            ),
            passes=self._passes,
            trials=CampaignTrials(
                storage=self.storage,
                organisations=self.organisations,
                outbox=self.outbox,
                house=self.house,
                numbers=self.numbers,
                previews=self._passes,
            ),
        )

    @cached_property
    def _links(self) -> CampaignLinks:
        box = LinkBox(self.keyring.versions(KeyKind.LINKS))
        return CampaignLinks(storage=self.storage, organisations=self.organisations, box=box)

    @cached_property
    def _proving(self) -> Proving:
        return Proving(
            storage=self.storage, contacts=self.contacts, links=self._links, knocks=self.knocks
        )

    @cached_property
    def _passes(self) -> Passes:
        return Passes(
            storage=self.storage,
            organisations=self.organisations,
            links=self._links,
            pages=self.pages,
            knocks=self.knocks,
            keys=self.keyring.versions(KeyKind.CODES),
            sealer=self.sealer,
            draw=self.draw,
        )
