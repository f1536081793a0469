"""How campaigns are put together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from watchword.features.audiences.service import Audiences
from watchword.features.campaigns.course.service import Course
from watchword.features.campaigns.expansion.service import Expansion
from watchword.features.campaigns.house import House
from watchword.features.campaigns.links.rules import LinkBox
from watchword.features.campaigns.results.service import CampaignResults
from watchword.features.campaigns.sending.desk import Author
from watchword.features.campaigns.sending.rules import AUTHOR
from watchword.features.campaigns.sending.service import Feeder
from watchword.features.campaigns.service import Campaigns
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.service import Outbox
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.prices.rules import PriceList
from watchword.foundation.bells import Bells
from watchword.foundation.keyring import KeyKind, Keyring
from watchword.foundation.storage import Storage
from watchword.settings import Settings, paces
from watchword.wiring.consents import unsubscribe_links


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignServices:
    """All that doors and workers may ask about campaigns."""

    campaigns: Campaigns
    results: CampaignResults
    course: Course
    links: LinkBox
    house: House


@dataclass(frozen=True, kw_only=True)
class CampaignParts:
    """What they are made of."""

    storage: Storage
    organisations: Organisations
    settings: OrganisationSettings
    contacts: Contacts
    requests: Requests
    audiences: Audiences
    outbox: Outbox
    bells: Bells
    house: House
    keyring: Keyring = field(repr=False)

    def services(self) -> CampaignServices:
        links = links_of(self.keyring)
        course = Course(
            storage=self.storage,
            organisations=self.organisations,
            campaigns=self._campaigns,
            expansion=Expansion(storage=self.storage),
            feeder=self._feeder,
            links=links,
        )
        results = CampaignResults(storage=self.storage)
        return CampaignServices(
            campaigns=self._campaigns,
            results=results,
            course=course,
            links=links,
            house=self.house,
        )

    @cached_property
    def _campaigns(self) -> Campaigns:
        return Campaigns(
            storage=self.storage,
            requests=self.requests,
            audiences=self.audiences,
            settings=self.settings,
            bells=self.bells,
            house=self.house,
        )

    @cached_property
    def _feeder(self) -> Feeder:
        return Feeder(
            storage=self.storage,
            organisations=self.organisations,
            settings=self.settings,
            outbox=self.outbox,
            routes=self.house.routes,
        )


def links_of(keyring: Keyring) -> LinkBox:
    return LinkBox(keyring.versions(KeyKind.LINKS))


def authors(
    storage: Storage, organisations: Organisations, keyring: Keyring, public_url: str
) -> Mapping[str, Author]:
    """Give whoever is asked before a message leaves, by how its `about` begins."""
    campaigns = Author(
        storage=storage,
        organisations=organisations,
        links=links_of(keyring),
        opt_outs=unsubscribe_links(keyring, public_url),
        public_url=public_url,
    )
    return {AUTHOR: campaigns}


def house_of(settings: Settings, routes: Routes, prices: PriceList | None) -> House:
    return House(
        routes=routes, prices=prices, public_url=settings.web.public_url, paces=paces(settings)
    )
