"""How much of a campaign is put into the outbox, for whom, and until when it may leave."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from watchword.features.campaigns.links.rules import CampaignNumber, Named, RecipientNumber
from watchword.features.campaigns.recipients.rules import State
from watchword.features.consents.quiet.hours import Hours
from watchword.features.contacts.rules import Contact, ContactId

AUTHOR: Final = "campaign"
"""How the `about` of messages begins that are a campaign's."""
STOCK_AT_LEAST, STOCK_AT_MOST = 200, 3000
SECONDS_OF_STOCK: Final = 3
WAITS_AT_MOST: Final = timedelta(hours=6)
"""For so long a message may wait for its provider. What has not left by then is put back."""
UNTOLD_AFTER: Final = timedelta(seconds=20)
"""After its end somebody looks what has become of a message that nobody has told of."""
OPTED_OUT: Final = "opted_out"
PAUSED: Final = "paused"
ERASED: Final = "erased"
BAD_ADDRESS: Final = "address"
NOBODY_THERE: Final = "nobody_there"
"""A provider has said, of this message or of an earlier one, that the address leads to nobody."""
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Ready:
    """A recipient who can be written to now, until `not_after`."""

    number: RecipientNumber
    contact_id: ContactId
    contact: Contact = field(repr=False)
    digest: bytes = field(repr=False)
    locale: str
    name: str = field(repr=False)
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """One whose hours are quiet: there is a better moment."""

    number: RecipientNumber
    until: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """One who cannot be written to any more; `because` is a word of ours."""

    number: RecipientNumber
    because: str

    @property
    def standing(self) -> State:
        """An address that does not open is a fault of ours, and nobody has opted out with it."""
        return State.FAILED if self.because == BAD_ADDRESS else State.STOPPED


@dataclass(frozen=True, slots=True)
class Fed:
    """How many recipients had their turn, and how many of them are in the outbox now. The others
    wait for a better hour, or get nothing."""

    turns: int = 0
    queued: int = 0


def about(named: Named) -> str:
    """Name a recipient where a message says what it is about."""
    return f"{AUTHOR}:{named.campaign}:{named.recipient}"


def about_all(campaign: CampaignNumber) -> str:
    """Give how that begins for all recipients of a campaign."""
    return f"{AUTHOR}:{campaign}:"


def read_about(written: str) -> Named:
    _, campaign, recipient = written.split(":")
    return Named(CampaignNumber(int(campaign)), RecipientNumber(int(recipient)))


def stock_for(left: float) -> int:
    """Say how many are to wait in the outbox, if so many have left in the last second."""
    return min(max(STOCK_AT_LEAST, int(left * SECONDS_OF_STOCK)), STOCK_AT_MOST)


def allowance(per_second: int | None, last: datetime | None, now: datetime) -> int:
    """Say how many may be put there now, when something was put there last.

    A clock that has gone back gives nothing, and one that has leapt ahead no more than a second.
    """
    if per_second is None:
        return STOCK_AT_MOST
    since = SECOND if last is None else min(max(now - last, timedelta()), SECOND)
    return int(per_second * (since / SECOND))


def narrowed(hours: Hours, opens: time, closes: time) -> Hours:
    """Give the hours that are good by both; those of the law alone, if nothing were left."""
    begin, end = max(hours.opens, opens), min(hours.closes, closes)
    return replace(hours, opens=begin, closes=end) if begin < end else hours


def closes_at(now: datetime, zones: Collection[ZoneInfo], hours: Hours) -> datetime:
    """Give the moment at which good hours end where they are good now, in whichever zone first."""
    return min(
        datetime.combine(now.astimezone(zone).date(), hours.closes, zone).astimezone(UTC)
        for zone in zones
    )
