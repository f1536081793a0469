"""What a campaign is: one message to many, in several languages, with what it needs to leave.

Carriers and those who look after the network see who writes, why, and how to stop it, before any
gate. So nothing is proposed, and nothing starts, without a purpose, a sender, a category and words
by which somebody gets out of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, NewType
from uuid import UUID

from watchword.features.audiences.rules import Choice
from watchword.features.campaigns.agreement import Because, Seen, most_of
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.links.rules import CampaignNumber
from watchword.features.contacts.channels import Channel

CampaignId = NewType("CampaignId", UUID)

NAME_AT_MOST: Final = 80
PURPOSE_AT_MOST: Final = 160
SENDER_AT_MOST: Final = 40
PROVIDER_AT_MOST: Final = 60
TEXT_AT_MOST: Final = 1000
SUBJECT_AT_MOST: Final = 120
LANGUAGES_AT_MOST: Final = 20
PER_SECOND_AT_MOST: Final = 5000
LASTS_AT_MOST: Final = timedelta(days=92)
LINKS_LIVE: Final = timedelta(days=30)
"""For so long after its end a campaign's links lead somewhere, if nobody says otherwise."""
LINKS_LIVE_AT_MOST: Final = timedelta(days=180)
CAMPAIGNS_AT_MOST: Final = 200
"""That are not over, in one organisation."""
CHANNELS: Final = (Channel.SMS, Channel.EMAIL)
"""By which a campaign can leave. WhatsApp carries nothing of ours but templates that it looks
over beforehand, and of those only codes."""


class Category(StrEnum):
    """What a campaign advertises. Whoever writes one has to say it."""

    GENERAL = "general"
    ALCOHOL = "alcohol"
    CANNABIS = "cannabis"
    TOBACCO = "tobacco"
    GAMBLING = "gambling"
    ADULT = "adult"
    FINANCE = "finance"
    HEALTH = "health"


REGULATED: Final = frozenset({*Category} - {Category.GENERAL})
"""What a second person looks at, however few get it."""
FOR_ADULTS: Final = frozenset(
    {
        Category.ALCOHOL,
        Category.CANNABIS,
        Category.TOBACCO,
        Category.GAMBLING,
        Category.ADULT,
    }
)
"""What nobody sees before they have said that they are old enough."""
ADULT_AT: Final = 18
OLDEST_AGE: Final = 25


class GateKind(StrEnum):
    """What stands before the page of a campaign."""

    NONE = "none"
    LAST_FOUR = "last_four"
    """The last four digits of the number that was written to."""
    CODE = "code"
    """A code that is sent to it when somebody calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is said in one language. `{link}` stands for the recipient's own link."""

    text: str
    subject: str | None = None
    """Of an e-mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody writes who makes a campaign. All of it may still be missing but the name."""

    name: str
    channel: Channel = Channel.SMS
    provider: str | None = None
    """Who carries it; the first that serves the channel, if nobody says."""
    category: Category | None = None
    minimum_age: int | None = None
    gate: GateKind = GateKind.NONE
    page_id: UUID | None = None
    audience_id: UUID | None = None
    purpose: str = ""
    """Why somebody gets it, in words for them: it stands on the page before the gate."""
    purposes: Mapping[str, str] = field(default_factory=dict)
    """The same in more languages; who reads none of them gets `purpose`."""
    sender: str = ""
    """Who writes, in words for them."""
    texts: Mapping[str, Text] = field(default_factory=dict)
    """By language."""
    fallback_locale: str = "en"
    """Who reads none of the languages gets this one."""
    starts_at: datetime | None = None
    """Without it, it begins as soon as it is scheduled or agreed to."""
    ends_at: datetime | None = None
    links_live_until: datetime | None = None
    per_second: int | None = None
    """How many leave in a second at most; as many as the provider takes, if nobody says."""
    honours_quiet_hours: bool = True
    """A test organisation may write at night: nobody gets it. For all others there is no choice."""


def purpose_in(draft: Draft, *locales: str) -> tuple[str, str]:
    """Give why somebody gets it in the first of their languages that it is written in, and which
    language that is."""
    for locale in locales:
        for each in (locale, locale.partition("-")[0]):
            if draft.purposes.get(each):
                return each, draft.purposes[each]
    return draft.fallback_locale, draft.purpose


def whole(draft: Draft) -> Draft:
    """Give a draft with what is usual, where nobody has said anything else."""
    if draft.links_live_until is not None or draft.ends_at is None:
        return draft
    return replace(draft, links_live_until=draft.ends_at + LINKS_LIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as it is kept. `number` is what its links call it.

    `audience_size` is how many there were when it was proposed; `recipients` how many rows it has.
    `choice` is whom it means, and `page_version` what was behind its gate, when it was proposed:
    that is what somebody agrees to, whatever becomes of the audience and the page.
    `expanded_to` is the last customer that was looked at; `expanded_at` when there was no other.
    """

    word: ClassVar = "campaign"

    id: CampaignId
    number: CampaignNumber
    draft: Draft
    state: State = State.DRAFT
    version: int = 1
    created_at: datetime
    created_by: str
    changed_by: str
    """Who wrote it last."""
    writers: frozenset[str] = frozenset()
    """All who have written at it. Somebody else agrees to it."""
    proposed_by: str | None = None
    approved_by: str | None = None
    audience_size: int | None = None
    choice: Choice | None = None
    page_version: int | None = None
    at_most: int | None = None
    """More recipients than these are not written to, before somebody has agreed to it."""
    because: Because | None = None
    """Why the house has held it, or sent it back."""
    recipients: int = 0
    expanded_to: str = ""
    expanded_at: datetime | None = None
    links_version: int | None = None
    """The version of the key `links` that all its links are sealed with."""
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.draft.name

    @property
    def channel(self) -> Channel:
        return self.draft.channel

    @property
    def category(self) -> Category | None:
        return self.draft.category

    @property
    def minimum_age(self) -> int | None:
        return self.draft.minimum_age

    @property
    def gate(self) -> GateKind:
        return self.draft.gate

    @property
    def page_id(self) -> UUID | None:
        return self.draft.page_id

    @property
    def audience_id(self) -> UUID | None:
        return self.draft.audience_id

    @property
    def purpose(self) -> str:
        return self.draft.purpose

    @property
    def sender(self) -> str:
        return self.draft.sender

    @property
    def links_live_until(self) -> datetime | None:
        return self.draft.links_live_until

    @property
    def is_agreed_to(self) -> bool:
        return self.approved_by is not None

    @property
    def has_too_many(self) -> bool:
        return self.at_most is not None and self.recipients > self.at_most

    @property
    def settled_page(self) -> int | None:
        """Give the version of its page that its recipients see, whatever becomes of the page: the
        one that somebody has agreed to, or that it began with. Nothing, before that."""
        return self.page_version if self.is_agreed_to or self.started_at is not None else None

    def differs(self, seen: Seen) -> Because | None:
        """Say what is not as it was when somebody proposed it."""
        if self.choice != seen.choice:
            return Because.AUDIENCE
        if self.page_version != seen.page:
            return Because.PAGE
        most = most_of(self.audience_size or 0)
        return Because.TOO_MANY if most is not None and seen.counted > most else None

    @property
    def must_wait(self) -> Because | None:
        """Say why it does not go on."""
        return Because.TOO_MANY if self.has_too_many else None

    def has_live_links(self, now: datetime) -> bool:
        """Say whether its links lead somewhere. Those of a campaign that was stopped still do:
        whoever has one in hand is to find who wrote, and how to hear no more."""
        until = self.draft.links_live_until
        return self.started_at is not None and (until is None or now < until)


@dataclass(frozen=True, slots=True)
class WrittenSince:
    """Somebody has changed it since it was looked at; it is in this version by now."""

    word: ClassVar = "out_of_date"

    version: int


@dataclass(frozen=True, slots=True)
class TooManyCampaigns:
    word: ClassVar = "too_many_campaigns"

    at_most: int = CAMPAIGNS_AT_MOST
