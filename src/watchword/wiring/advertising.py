"""What a shop writes to many with: consents, landing pages, campaigns, and gates."""

from dataclasses import dataclass

from watchword.wiring.campaigns import CampaignServices
from watchword.wiring.consents import ConsentServices
from watchword.wiring.gates import GateServices
from watchword.wiring.pages import PageServices


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertisingServices:
    """All that doors and workers may ask about advertising."""

    consents: ConsentServices
    pages: PageServices
    campaigns: CampaignServices
    gates: GateServices
