"""Campaigns as programs write and read them."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct, field

from watchword.features.campaigns.agreement import Because
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.readiness import Lack
from watchword.features.campaigns.results.rules import Results, Stage
from watchword.features.campaigns.rules import (
    LANGUAGES_AT_MOST,
    NAME_AT_MOST,
    PURPOSE_AT_MOST,
    SENDER_AT_MOST,
    SUBJECT_AT_MOST,
    TEXT_AT_MOST,
    Campaign,
    Category,
    Draft,
    GateKind,
    Text,
)
from watchword.features.campaigns.texts import Wrong
from watchword.features.campaigns.trials.service import OnItsWay
from watchword.features.contacts.channels import Channel
from watchword.foundation.ids import Id
from watchword.web.api.contact_points import To
from watchword.web.api.rewards import moment
from watchword.web.requests import Body

Name: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=NAME_AT_MOST, examples=["Roses of autumn"])
]
Purpose: TypeAlias = Annotated[str, Meta(max_length=PURPOSE_AT_MOST)]
Sender: TypeAlias = Annotated[str, Meta(max_length=SENDER_AT_MOST)]
Said: TypeAlias = Annotated[
    str, Meta(max_length=TEXT_AT_MOST, examples=["Hello {name}, 20 % off roses: {link}"])
]
Subject: TypeAlias = Annotated[str, Meta(max_length=SUBJECT_AT_MOST)]
Locale: TypeAlias = Annotated[str, Meta(min_length=2, max_length=20, examples=["de"])]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=5000)]
Version: TypeAlias = Annotated[int, Meta(ge=1)]


class TextBody(Body, frozen=True):
    """What is said in one language. `{link}` stands for the recipient's own link."""

    text: Said
    subject: Subject | None = None


Purposes: TypeAlias = Annotated[
    dict[str, Purpose],
    Meta(max_length=LANGUAGES_AT_MOST, examples=[{"de": "Sie wollten Angebote von uns."}]),
]
Texts: TypeAlias = Annotated[dict[str, TextBody], Meta(max_length=LANGUAGES_AT_MOST)]


class NewCampaign(Body, frozen=True, kw_only=True):
    """A draft. All of it may still be missing but the name."""

    name: Name
    channel: Channel = Channel.SMS
    provider: str | None = None
    category: Category | None = None
    minimum_age: int | None = None
    gate: GateKind = GateKind.NONE
    page_id: UUID | None = None
    audience_id: UUID | None = None
    purpose: Purpose = ""
    purposes: Purposes = field(default_factory=dict)
    sender: Sender = ""
    texts: Texts = field(default_factory=dict)
    fallback_locale: Locale = "en"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    links_live_until: datetime | None = None
    per_second: Count | None = None


class CampaignChange(NewCampaign, frozen=True, kw_only=True):
    """A draft as it is to be from now on. `version` is the one that you have read."""

    version: Version


class CampaignStep(Body, frozen=True):
    """In which version a campaign was read that is to go on."""

    version: Version


class NewCampaignTrial(Body, frozen=True):
    """Where a campaign is sent as it is now, and in which language."""

    to: To
    locale: Locale


class TrialPreviewView(Struct, frozen=True):
    """Where the link of a trial leads, and what opens it."""

    url: str
    pin: str
    expires_at: datetime


class TrialView(Struct, frozen=True):
    """In which language it is on its way, and where its link leads."""

    locale: str
    preview: TrialPreviewView | None


class TextView(Struct, frozen=True):
    text: str
    subject: str | None


class CampaignView(Struct, frozen=True):
    """A campaign, without anybody who gets it."""

    id: UUID
    name: str
    state: State
    channel: Channel
    provider: str | None
    category: Category | None
    minimum_age: int | None
    gate: GateKind
    page_id: UUID | None
    audience_id: UUID | None
    purpose: str
    purposes: dict[str, str]
    sender: str
    texts: dict[str, TextView]
    fallback_locale: str
    starts_at: datetime | None
    ends_at: datetime | None
    links_live_until: datetime | None
    per_second: int | None
    audience_size: int | None
    recipients: int
    because: Because | None
    version: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class CampaignPage(Struct, frozen=True):
    campaigns: list[CampaignView]
    cursor: str | None


class BadTextView(Struct, frozen=True):
    """What is wrong with the text of a language. `about`: with what in it."""

    locale: str
    wrong: Wrong
    about: str


class MeasureView(Struct, frozen=True):
    """How long a text is, for somebody with a name that is not short."""

    characters: int
    segments: int


class SumView(Struct, frozen=True):
    """Millionths of a currency."""

    micros: int
    currency: str


class EstimateView(Struct, frozen=True):
    """What a campaign comes to, and what it lacks. `second_person`: why somebody else has to
    agree; `segments` and `cost` are for all who get it, at most."""

    recipients: int | None
    segments: int | None
    cost: SumView | None
    seconds: int | None
    texts: dict[str, MeasureView]
    lacks: list[Lack]
    bad_texts: list[BadTextView]
    second_person: str | None


class CountsView(Struct, frozen=True):
    """How many got how far. `opened`: typed something at the gate; `redeemed`:
    within two weeks after they were written to."""

    recipients: int
    sent: int
    delivered: int
    opened: int
    passed: int
    clicked: int
    redeemed: int
    opted_out: int


class CourseView(Struct, frozen=True):
    """An hour, or a day (UTC), and how many took which step in it."""

    starts_at: datetime
    sent: int
    delivered: int
    opened: int
    passed: int
    clicked: int
    opted_out: int


class ResultsView(Struct, frozen=True):
    """What a campaign has come to. `failed`: refused or too late; `unknown`: may have left;
    `stopped`: opted out or forgotten before it left, or known to lead to nobody; `nobody_there`:
    those of either whose address leads to nobody."""

    counts: CountsView
    failed: int
    unknown: int
    stopped: int
    nobody_there: int
    by_day: bool
    course: list[CourseView]


def campaign_view(campaign: Campaign) -> CampaignView:
    draft = campaign.draft
    return CampaignView(
        id=campaign.id,
        name=draft.name,
        state=campaign.state,
        channel=draft.channel,
        provider=draft.provider,
        category=draft.category,
        minimum_age=draft.minimum_age,
        gate=draft.gate,
        page_id=draft.page_id,
        audience_id=draft.audience_id,
        purpose=draft.purpose,
        purposes={**draft.purposes},
        sender=draft.sender,
        texts={locale: TextView(each.text, each.subject) for locale, each in draft.texts.items()},
        fallback_locale=draft.fallback_locale,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        links_live_until=draft.links_live_until,
        per_second=draft.per_second,
        audience_size=campaign.audience_size,
        recipients=campaign.recipients,
        because=campaign.because,
        version=campaign.version,
        created_at=campaign.created_at,
        started_at=campaign.started_at,
        ended_at=campaign.ended_at,
    )


def trial_view(made: OnItsWay, public_url: str) -> TrialView:
    one = made.preview
    if one is None:
        return TrialView(made.locale, None)
    shown = TrialPreviewView(f"{public_url}{one.path}", one.pin.reveal(), one.until)
    return TrialView(made.locale, shown)


def results_view(results: Results) -> ResultsView:
    return ResultsView(
        counts=CountsView(**{stage.value: results.of(stage) for stage in Stage}),
        failed=results.failed,
        unknown=results.unknown,
        stopped=results.stopped,
        nobody_there=results.nobody_there,
        by_day=results.is_by_day,
        course=[
            CourseView(
                part.starts,
                *(part.of(Stage(name)) for name in CourseView.__struct_fields__[1:]),
            )
            for part in results.course
        ],
    )


def read_draft(data: NewCampaign) -> Draft:
    return Draft(
        name=data.name,
        channel=data.channel,
        provider=data.provider,
        category=data.category,
        minimum_age=data.minimum_age,
        gate=data.gate,
        page_id=_same(data.page_id),
        audience_id=_same(data.audience_id),
        purpose=data.purpose,
        purposes=data.purposes,
        sender=data.sender,
        texts={
            locale: Text(text=each.text, subject=each.subject)
            for locale, each in data.texts.items()
        },
        fallback_locale=data.fallback_locale,
        starts_at=moment(data.starts_at, "starts_at"),
        ends_at=moment(data.ends_at, "ends_at"),
        links_live_until=moment(data.links_live_until, "links_live_until"),
        per_second=data.per_second,
    )


def _same(id: UUID | None) -> Id | None:
    return None if id is None else Id(int=id.int)
