"""What a trial asks for: that its link leads to a preview of the page."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from watchword.features.campaigns.rules import CampaignId
from watchword.features.clients.rules import Caller
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction


@dataclass(frozen=True, slots=True)
class Preview:
    """Where a preview is looked at (`path`, behind our own address), and the PIN that opens it. The
    PIN is told to whoever tries the campaign, and stands in no message."""

    path: str
    pin: Secret = field(repr=False)
    until: datetime


class Previews(Protocol):
    async def preview(
        self, transaction: Transaction, caller: Caller, campaign_id: CampaignId
    ) -> Preview:
        """Make one for a campaign that has a page."""
