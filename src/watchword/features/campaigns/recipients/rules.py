"""What a recipient is: who gets a campaign at which contact point, and how far they are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from watchword.features.campaigns.links.rules import RecipientNumber
from watchword.features.campaigns.rules import CampaignId
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import CustomerId


class State(StrEnum):
    """How far a message is. What a recipient does with it are moments, and no states."""

    WAITING = "waiting"
    """Nobody has begun with it, or it was put back by a pause."""
    QUEUED = "queued"
    """It is in the outbox, among the few that leave next."""
    SENT = "sent"
    FAILED = "failed"
    """It was refused, or came too late. It is not sent again."""
    UNKNOWN = "unknown"
    """It may have left. It is not sent again either."""
    STOPPED = "stopped"
    """The person wants to hear no more, or is forgotten: nothing left."""


class Step(StrEnum):
    """What somebody does with a campaign that has reached them. Each counts the first time."""

    OPENED = "opened"
    """Typed something at the gate."""
    PASSED = "passed"
    CLICKED = "clicked"
    OPTED_OUT = "opted_out"


OVER: Final = frozenset({State.SENT, State.FAILED, State.UNKNOWN, State.STOPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is erased loses customer and contact, and so the link, which then leads nowhere."""

    campaign_id: CampaignId
    number: RecipientNumber
    customer_id: CustomerId | None
    contact_id: ContactId | None
    locale: str
    state: State = State.WAITING
    reason: str | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    opened_at: datetime | None = None
    passed_at: datetime | None = None
    clicked_at: datetime | None = None
    opted_out_at: datetime | None = None
