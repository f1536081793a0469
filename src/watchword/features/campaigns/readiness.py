"""What a campaign lacks before anybody may agree to it, and before a single message leaves."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from watchword.features.audit.rules import Noun
from watchword.features.campaigns.rules import (
    ADULT_AT,
    CHANNELS,
    LANGUAGES_AT_MOST,
    LASTS_AT_MOST,
    LINKS_LIVE_AT_MOST,
    NAME_AT_MOST,
    OLDEST_AGE,
    PER_SECOND_AT_MOST,
    PROVIDER_AT_MOST,
    PURPOSE_AT_MOST,
    REGULATED,
    SENDER_AT_MOST,
    Campaign,
    Draft,
    GateKind,
)
from watchword.features.campaigns.texts import BadText, Wrong, find_faults
from watchword.features.contacts.channels import Channel
from watchword.features.templates.rules import LOCALES


class Lack(StrEnum):
    """What a campaign cannot leave without."""

    CATEGORY = "category"
    AGE = "age"
    """What is regulated needs an age, and a page that asks for it."""
    PURPOSE = "purpose"
    SENDER = "sender"
    AUDIENCE = "audience"
    NOBODY = "nobody"
    """There is nobody in the audience who has agreed to it."""
    FEW = "few"
    """It is a list, and fewer than five on it have agreed: to write to it would tell who is one."""
    TEXTS = "texts"
    """It says nothing in the language of those who read no other."""
    DATES = "dates"
    """It needs an end that is neither past, nor before its beginning, nor too far away."""
    LINKS_LIFE = "links_life"
    """Links live at least until the end, and not for ever."""
    PAGE = "page"
    """The page is not there, or not valid from the beginning of the campaign until its end."""
    GATE = "gate"
    """A gate without a page guards nothing."""
    PROVIDER = "provider"
    """Nobody carries messages by this channel, or not this one."""


@dataclass(frozen=True, slots=True)
class NotReady:
    """It cannot be proposed, scheduled or started."""

    word: ClassVar = "not_ready"

    lacks: tuple[Lack, ...]
    texts: tuple[BadText, ...] = ()


@dataclass(frozen=True, slots=True)
class BadDraft:
    """A field has what cannot be kept. `field` is its name."""

    word: ClassVar = "bad_draft"

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What is known of the page of a campaign: when it is valid. Without bounds it always is."""

    valid_from: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What stands around a campaign when it is looked at. `size`: how many would get it; `is_few`:
    that these are so few of a list that it would tell of them."""

    moment: datetime
    size: int
    is_few: bool = False
    page: PageFacts | None
    providers: Mapping[Channel, tuple[str, ...]]


def find_fault(draft: Draft) -> BadDraft | None:
    """Find what keeps a draft from being kept at all: it is too long, or makes no sense."""
    return next(map(BadDraft, _bad_fields(draft)), None)


def _bad_fields(draft: Draft) -> Iterator[str]:
    if not _is_line(draft.name, NAME_AT_MOST) or not draft.name.strip():
        yield "name"
    if not all(
        _is_line(each, PURPOSE_AT_MOST) for each in (draft.purpose, *draft.purposes.values())
    ):
        yield "purpose"
    if len(draft.purposes) > LANGUAGES_AT_MOST:
        yield "purposes"
    if not _is_line(draft.sender, SENDER_AT_MOST):
        yield "sender"
    if draft.channel not in CHANNELS:
        yield "channel"
    if draft.per_second is not None and not 0 < draft.per_second <= PER_SECOND_AT_MOST:
        yield "per_second"
    if draft.minimum_age is not None and not ADULT_AT <= draft.minimum_age <= OLDEST_AGE:
        yield "minimum_age"
    if any(each.wrong in {Wrong.LONG, Wrong.UNSEEN} for each in find_faults(draft)):
        yield "texts"
    yield from _unknown_names(draft)


def _unknown_names(draft: Draft) -> Iterator[str]:
    """Find names that lead nowhere: in a language that no customer has, nobody is ever written to.
    Whether there is such a provider is seen later, for there may be one tomorrow."""
    if not draft.texts.keys() <= {*LOCALES}:
        yield "texts"
    if draft.fallback_locale not in LOCALES:
        yield "fallback_locale"
    if draft.provider is not None and len(draft.provider) > PROVIDER_AT_MOST:
        yield "provider"


def _is_line(said: str, most: int) -> bool:
    return len(said) <= most and (not said or said.isprintable())


def lacks_of(draft: Draft, around: Circumstances) -> NotReady | None:
    """Find all that a campaign lacks; nothing, if it can leave."""
    lacks, texts = tuple(_lacks(draft, around)), tuple(find_faults(draft))
    return NotReady(lacks, texts) if lacks or texts else None


def _lacks(draft: Draft, around: Circumstances) -> Iterator[Lack]:
    if draft.category is None:
        yield Lack.CATEGORY
    if draft.category in REGULATED and (draft.minimum_age is None or draft.page_id is None):
        yield Lack.AGE
    if not draft.purpose.strip():
        yield Lack.PURPOSE
    if not draft.sender.strip():
        yield Lack.SENDER
    yield from _lacks_of_audience(draft, around)
    if draft.fallback_locale not in draft.texts:
        yield Lack.TEXTS
    if draft.gate is not GateKind.NONE and draft.page_id is None:
        yield Lack.GATE
    carriers = around.providers.get(draft.channel, ())
    if not carriers or draft.provider not in {None, *carriers}:
        yield Lack.PROVIDER
    yield from _lacks_of_dates(draft, around)


def _lacks_of_audience(draft: Draft, around: Circumstances) -> Iterator[Lack]:
    if draft.audience_id is None:
        yield Lack.AUDIENCE
    elif around.is_few:
        yield Lack.FEW
    elif not around.size:
        yield Lack.NOBODY


def _lacks_of_dates(draft: Draft, around: Circumstances) -> Iterator[Lack]:
    starts = draft.starts_at or around.moment
    ends, live = draft.ends_at, draft.links_live_until
    if ends is None or not max(starts, around.moment) < ends <= starts + LASTS_AT_MOST:
        yield Lack.DATES
        return
    if live is None or not ends <= live <= ends + LINKS_LIVE_AT_MOST:
        yield Lack.LINKS_LIFE
    elif draft.page_id is not None and not _covers(around.page, starts, ends):
        yield Lack.PAGE


def _covers(page: PageFacts | None, starts: datetime, ends: datetime) -> bool:
    if page is None:
        return False
    has_begun = page.valid_from is None or page.valid_from <= starts
    return has_begun and (page.valid_until is None or page.valid_until >= ends)


@dataclass(frozen=True, slots=True)
class NeedsSecondPerson:
    """Somebody else has to agree: `because` it is regulated, or as many get it as the settings say,
    `at_least`."""

    word: ClassVar = "needs_second_person"

    because: str
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class YourOwn:
    """Somebody else has to agree to what one has written or proposed."""

    word: ClassVar = "your_own"


@dataclass(frozen=True, slots=True)
class NoPerson:
    """A person has to agree, and no program."""

    word: ClassVar = "no_person"


def second_person(draft: Draft, size: int, at_least: int) -> NeedsSecondPerson | None:
    """Say whether somebody else has to agree, and why."""
    if draft.category in REGULATED:
        return NeedsSecondPerson("category")
    return NeedsSecondPerson("size", at_least) if size >= at_least else None


def may_agree(campaign: Campaign, actor: str, makers: Collection[str]) -> YourOwn | NoPerson | None:
    """Say whether somebody may agree to a campaign: nobody who wrote or proposed it, or has made
    a key by which a program did. `makers`: who has made such keys."""
    if not actor.startswith(Noun.STAFF.prefix):
        return NoPerson()
    return YourOwn() if actor in hands_of(campaign) | {*makers} else None


def hands_of(campaign: Campaign) -> frozenset[str]:
    """Give all who had a hand in a campaign."""
    proposer = {campaign.proposed_by} if campaign.proposed_by else set()
    return campaign.writers | {campaign.created_by, campaign.changed_by} | proposer
