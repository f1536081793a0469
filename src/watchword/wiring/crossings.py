"""The parts by which an organisation comes over from what its applications were written for."""

from collections.abc import Mapping
from dataclasses import dataclass

from watchword.features.contacts.service import Contacts
from watchword.features.crossings.pairs.service import Pairs
from watchword.features.crossings.ports import FarSide
from watchword.features.crossings.service import Crossings
from watchword.features.organisations.service import Organisations
from watchword.features.schemes.askings.service import Askings
from watchword.foundation.storage import Storage
from watchword.providers.originals.far_side import TwilioFarSide
from watchword.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingServices:
    """All that the doors may call of crossings."""

    crossings: Crossings
    pairs: Pairs
    far_sides: Mapping[str, FarSide]

    async def close(self) -> None:
        for each in self.far_sides.values():
            await each.close()


def crossing_services(
    settings: Settings,
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    askings: Askings,
) -> CrossingServices:
    far_sides = {slug: TwilioFarSide(chosen) for slug, chosen in settings.originals.items()}
    return CrossingServices(
        crossings=Crossings(
            storage=storage,
            organisations=organisations,
            contacts=contacts,
            askings=askings,
            far_sides=far_sides,
        ),
        pairs=Pairs(storage=storage),
        far_sides=far_sides,
    )
