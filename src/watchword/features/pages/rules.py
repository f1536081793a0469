"""What a landing page is, how it changes, and what of it is shown to whom.

Staff work on a page for as long as they like; what others see is the copy that was published last.
So nothing that was looked over changes under a campaign that is running.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.pages.blocks import (
    Block,
    Fault,
    Flaw,
    PictureId,
    faults_of,
    gaps_of,
    is_plain,
    pictures_of,
    rewards_of,
)
from watchword.features.rewards.rules import RewardId
from watchword.features.templates.rules import FALLBACK, LOCALES

PageId = NewType("PageId", UUID)

NAME_AT_MOST = 80
PAGES_AT_MOST = 500
"""That are not retired, in one organisation."""
ZONE_AT_MOST = 64

Variants: TypeAlias = Mapping[str, tuple[Block, ...]]
"""The blocks in each language; a language that nothing is written in has none."""


class PageState(StrEnum):
    DRAFT = "draft"
    """Nobody sees it but whoever works on it, and previews."""
    LIVE = "live"
    RETIRED = "retired"
    """For good; it is kept, because campaigns name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What staff set. `name` is for staff alone, and no secret. `zone` is the clock that somebody
    had in mind with `valid_from` and `valid_until` (which itself is out)."""

    name: str
    variants: Variants = field(default_factory=dict, repr=False)
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The copy that others see: of which version it is, and since when."""

    version: int
    at: datetime
    locales: tuple[str, ...]
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page from outside. What is in it is sealed, and opened for a `Leave` alone."""

    word: ClassVar = "page"

    id: PageId
    name: str
    state: PageState = PageState.DRAFT
    locales: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    zone: str = "UTC"
    shown: Shown | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime
    updated_by: str = ""

    @property
    def is_ahead(self) -> bool:
        """Say whether staff have changed it since it was published."""
        return self.shown is not None and self.shown.version != self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A page as staff work on it, opened."""

    word: ClassVar = "draft"

    page: Page
    variants: Variants = field(repr=False)

    @property
    def terms(self) -> Terms:
        page = self.page
        return Terms(
            name=page.name,
            variants=self.variants,
            valid_from=page.valid_from,
            valid_until=page.valid_until,
            zone=page.zone,
        )


class WhyNot(StrEnum):
    NOT_PUBLISHED = "not_published"
    RETIRED = "retired"
    NOT_YET = "not_yet"
    OVER = "over"
    NOTHING_THERE = "nothing_there"
    """Nothing is written yet, in any language."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """There is nothing to be seen at this moment."""

    word: ClassVar = "not_now"

    why: WhyNot


@dataclass(frozen=True, slots=True)
class BadPage:
    """It cannot be kept so, or not be shown yet; nothing was changed."""

    word: ClassVar = "bad_page"

    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class PageOutOfDate:
    """Somebody has changed it since; it is in this version by now."""

    word: ClassVar = "out_of_date"

    version: int


@dataclass(frozen=True, slots=True)
class PageRetired:
    """It is over for good, and does not change any more."""

    word: ClassVar = "retired"


@dataclass(frozen=True, slots=True)
class TooManyPages:
    word: ClassVar = "too_many_pages"

    at_most: int = PAGES_AT_MOST


Refused: TypeAlias = BadPage | PageOutOfDate | PageRetired | TooManyPages


@dataclass(frozen=True, slots=True)
class Around:
    """What a page is judged beside: which pictures it has, which rewards and time zones there
    are."""

    pictures: Collection[PictureId] = ()
    rewards: Collection[RewardId] = ()
    zones: Collection[str] = ("UTC",)


def find_faults(terms: Terms, around: Around) -> tuple[Fault, ...]:
    """Name everything that cannot be kept."""
    return (*_faults_of_frame(terms, around), *_faults_of_variants(terms.variants, around))


def find_gaps(terms: Terms, now: datetime) -> tuple[Fault, ...]:
    """Name everything that is missing before a page can be published."""
    found = [
        fault
        for locale, blocks in terms.variants.items()
        for fault in gaps_of(blocks, f"variants.{locale}")
    ]
    if not any(terms.variants.values()):
        found.append(Fault(Flaw.NO_LANGUAGE, "variants"))
    if terms.valid_until is not None and terms.valid_until <= now:
        found.append(Fault(Flaw.IS_OVER, "valid_until"))
    return tuple(found)


def made(id: PageId, terms: Terms, by: str, now: datetime) -> Page:
    return Page(id=id, **_frame(terms), created_at=now, updated_at=now, updated_by=by)  # type: ignore[arg-type]


def changed(
    page: Page, terms: Terms, version: int, by: str, now: datetime
) -> Page | PageOutOfDate | PageRetired:
    """Change a page as somebody saw it: in that version, or not at all."""
    if refused := _refused(page, version):
        return refused
    return replace(
        page,
        **_frame(terms),  # type: ignore[arg-type]
        version=page.version + 1,
        updated_at=now,
        updated_by=by,
    )


def published(
    page: Page, version: int, by: str, now: datetime, *, as_another: bool = False
) -> Page | PageOutOfDate | PageRetired:
    """Let others see a page as it is now. `as_another`: as another version, for what was published
    in this one is not what is published now."""
    if refused := _refused(page, version):
        return refused
    shown = Shown(
        version=page.version + as_another,
        at=now,
        locales=page.locales,
        valid_from=page.valid_from,
        valid_until=page.valid_until,
    )
    return replace(
        page,
        state=PageState.LIVE,
        shown=shown,
        version=shown.version,
        updated_at=now,
        updated_by=by,
    )


def withdrawn(page: Page, by: str, now: datetime) -> Page | PageRetired:
    """Let nobody see a page until it is published again."""
    if page.state is PageState.RETIRED:
        return PageRetired()
    return replace(page, state=PageState.DRAFT, shown=None, updated_at=now, updated_by=by)


def retired(page: Page, by: str, now: datetime) -> Page | PageRetired:
    if page.state is PageState.RETIRED:
        return PageRetired()
    return replace(page, state=PageState.RETIRED, shown=None, updated_at=now, updated_by=by)


def why_not(page: Page, now: datetime) -> WhyNot | None:
    """Say why whoever has passed a gate sees nothing; nothing, if they do."""
    if page.state is PageState.RETIRED:
        return WhyNot.RETIRED
    if page.shown is None:
        return WhyNot.NOT_PUBLISHED
    if page.shown.valid_from is not None and now < page.shown.valid_from:
        return WhyNot.NOT_YET
    if page.shown.valid_until is not None and page.shown.valid_until <= now:
        return WhyNot.OVER
    return None


def locale_among(locales: Collection[str], wanted: str) -> str | None:
    """Choose the language to show: the one that is wanted, its nearest, the fallback of all words
    that we send, or the first that there is."""
    near = (wanted, wanted.partition("-")[0], FALLBACK)
    return next((each for each in (*near, *sorted(locales)) if each in locales), None)


def known_as(name: str) -> str:
    return " ".join(name.split())


def _refused(page: Page, version: int) -> PageOutOfDate | PageRetired | None:
    if page.state is PageState.RETIRED:
        return PageRetired()
    return PageOutOfDate(page.version) if page.version != version else None


def _frame(terms: Terms) -> dict[str, object]:
    return {
        "name": known_as(terms.name),
        "locales": tuple(sorted(each for each, blocks in terms.variants.items() if blocks)),
        "valid_from": terms.valid_from,
        "valid_until": terms.valid_until,
        "zone": terms.zone,
    }


def _faults_of_frame(terms: Terms, around: Around) -> Iterator[Fault]:
    name = known_as(terms.name)
    if not name or len(name) > NAME_AT_MOST or not is_plain(name):
        yield Fault(Flaw.BAD_NAME, "name")
    if terms.zone not in around.zones:
        yield Fault(Flaw.UNKNOWN_ZONE, "zone")
    if terms.valid_from and terms.valid_until and terms.valid_until <= terms.valid_from:
        yield Fault(Flaw.ENDS_FIRST, "valid_until")


def _faults_of_variants(variants: Variants, around: Around) -> Iterator[Fault]:
    for locale, blocks in variants.items():
        where = f"variants.{locale}"
        if locale not in LOCALES:
            yield Fault(Flaw.BAD_LANGUAGE, "variants")
            continue
        yield from faults_of(blocks, where)
        if not pictures_of(blocks) <= {*around.pictures}:
            yield Fault(Flaw.UNKNOWN_PICTURE, where)
        if not rewards_of(blocks) <= {*around.rewards}:
            yield Fault(Flaw.UNKNOWN_REWARD, where)
