"""The parts that know landing pages, and who draws their pictures."""

from dataclasses import dataclass

from babel.core import get_global

from watchword.features.campaigns.leading.service import LeadingCampaigns
from watchword.features.idempotency.service import Requests
from watchword.features.pages.locks import Locksmith
from watchword.features.pages.pictures.ports import Darkroom
from watchword.features.pages.pictures.service import Pictures
from watchword.features.pages.ports import Leading
from watchword.features.pages.service import Pages
from watchword.features.pages.tickets import TicketBox
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.storage import Storage
from watchword.providers.pictures.darkroom import OwnDarkroom


@dataclass(frozen=True, slots=True, kw_only=True)
class PageServices:
    """All that doors may ask about landing pages."""

    pages: Pages
    pictures: Pictures


def page_services(
    storage: Storage,
    requests: Requests,
    keyring: Keyring,
    darkroom: Darkroom | None = None,
    leading: Leading | None = None,
) -> PageServices:
    zones = frozenset({"UTC", *get_global("zone_territories")})
    links = keyring.versions(KeyKind.LINKS)
    locksmith, tickets = Locksmith(links), TicketBox(links)
    return PageServices(
        pages=Pages(
            storage=storage,
            requests=requests,
            locksmith=locksmith,
            tickets=tickets,
            leading=leading or LeadingCampaigns(),
            zones=zones,
        ),
        pictures=Pictures(
            storage=storage,
            locksmith=locksmith,
            tickets=tickets,
            darkroom=darkroom or OwnDarkroom(),
        ),
    )
