"""What lies in the sandbox: messages as a phone or a mailbox would show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.features.delivery.rules import Channel, MessageId
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret

KEPT_FOR = timedelta(days=1)
SHOWN_AT_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A message that arrived. Its words are secret, for a code is among them."""

    id: MessageId
    organisation_id: OrganisationId
    channel: Channel
    to: Secret
    subject: Secret | None
    text: Secret
    code: Secret | None
    at: datetime
