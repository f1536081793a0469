"""Landing pages over HTTP: written, published, withdrawn, retired."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, field

from watchword.features.clients.rules import Scope
from watchword.features.idempotency.rules import OtherBody
from watchword.features.pages.blocks import BLOCKS_AT_MOST, Block
from watchword.features.pages.leaves import Editing
from watchword.features.pages.rules import (
    NAME_AT_MOST,
    ZONE_AT_MOST,
    BadPage,
    Page,
    PageId,
    PageOutOfDate,
    PageRetired,
    PageState,
    Refused,
    Terms,
    TooManyPages,
)
from watchword.foundation.ids import Id
from watchword.web.api.rewards import moment, stale
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA, Kind.BAD_PAGE)
BYTES_AT_MOST = 384 * 1024

Name: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=NAME_AT_MOST, examples=["Bulbs in autumn"])
]
Zone: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=ZONE_AT_MOST, examples=["Europe/Berlin"])
]
Blocks: TypeAlias = Annotated[list[Block], Meta(max_length=BLOCKS_AT_MOST)]
Version: TypeAlias = Annotated[int, Meta(ge=1)]
EXAMPLE = {"en": [{"kind": "heading", "text": "Plant bulbs now, marvel in spring"}]}
Variants: TypeAlias = Annotated[dict[str, Blocks], Meta(max_length=20, examples=[EXAMPLE])]


class NewPage(Body, frozen=True, kw_only=True):
    """A landing page. `variants`: its blocks in each language."""

    name: Name
    variants: Variants = field(default_factory=dict)
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    zone: Zone = "UTC"


class PageChange(NewPage, frozen=True, kw_only=True):
    """A landing page as it is to be from now on. `version` is the one that you have read."""

    version: Version


class Publication(Body, frozen=True, kw_only=True):
    """Which version others are to see: the one that you have read."""

    version: Version


class PageView(Struct, frozen=True):
    """A landing page from outside. What is in it is read by itself."""

    id: UUID
    name: str
    state: PageState
    locales: list[str]
    valid_from: datetime | None
    valid_until: datetime | None
    zone: str
    shown_version: int | None
    version: int
    created_at: datetime
    updated_at: datetime


class PageDetail(Struct, frozen=True):
    """A landing page as it is worked on, with what is in it."""

    page: PageView
    variants: dict[str, list[Block]]


class PagePage(Struct, frozen=True):
    pages: list[PageView]
    cursor: str | None


@get(
    "/v1/pages",
    opt={SCOPE: Scope.PAGES_READ},
    summary="List landing pages, the newest first",
    responses=problems(),
)
async def list_pages(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> PagePage:
    page = await admitted.services.pages.pages.page(
        admitted.client.organisation.id, read_cursor(cursor), limit
    )
    return PagePage([page_view(each) for each in page.items], write_cursor(page.after))


@post(
    "/v1/pages",
    opt={SCOPE: Scope.PAGES_WRITE},
    summary="Begin a landing page",
    responses=problems(*WRITTEN, Kind.TOO_MANY_OFFERS, Kind.OTHER_BODY),
    request_max_body_size=BYTES_AT_MOST,
)
async def create_page(data: JSONBody[NewPage], admitted: NamedDependency[Admitted]) -> PageView:
    made = await admitted.services.pages.pages.create(admitted.client, _terms(data), admitted.once)
    return _shown(made)


@get(
    "/v1/pages/{page_id:uuid}",
    opt={SCOPE: Scope.PAGES_READ},
    summary="Read a landing page as it is worked on",
    responses=problems(Kind.NOT_FOUND),
)
async def read_page(page_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> PageDetail:
    draft = await admitted.services.pages.pages.edit(Editing(admitted.client), _id(page_id))
    variants = {locale: [*blocks] for locale, blocks in draft.variants.items()}
    return PageDetail(page_view(draft.page), variants)


@put(
    "/v1/pages/{page_id:uuid}",
    opt={SCOPE: Scope.PAGES_WRITE},
    summary="Change a landing page; others see it when it is published",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.STALE_OFFER, Kind.OFFER_ENDED),
    request_max_body_size=BYTES_AT_MOST,
)
async def change_page(
    page_id: FromPath[UUID], data: JSONBody[PageChange], admitted: NamedDependency[Admitted]
) -> PageView:
    changed = await admitted.services.pages.pages.change(
        admitted.client, _id(page_id), _terms(data), data.version
    )
    return _shown(changed)


@post(
    "/v1/pages/{page_id:uuid}/publications",
    opt={SCOPE: Scope.PAGES_WRITE},
    summary="Let others see a landing page as it is now",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.STALE_OFFER, Kind.OFFER_ENDED),
    status_code=200,
)
async def publish_page(
    page_id: FromPath[UUID], data: JSONBody[Publication], admitted: NamedDependency[Admitted]
) -> PageView:
    published = await admitted.services.pages.pages.publish(
        admitted.client, _id(page_id), data.version
    )
    return _shown(published)


@post(
    "/v1/pages/{page_id:uuid}/withdrawals",
    opt={SCOPE: Scope.PAGES_WRITE},
    summary="Let nobody see a landing page until it is published again",
    responses=problems(Kind.NOT_FOUND, Kind.OFFER_ENDED),
    status_code=200,
)
async def withdraw_page(page_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> PageView:
    return _shown(await admitted.services.pages.pages.withdraw(admitted.client, _id(page_id)))


@post(
    "/v1/pages/{page_id:uuid}/retirements",
    opt={SCOPE: Scope.PAGES_WRITE},
    summary="Let nobody see a landing page any more, for good",
    responses=problems(Kind.NOT_FOUND, Kind.OFFER_ENDED),
    status_code=200,
)
async def retire_page(page_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> PageView:
    return _shown(await admitted.services.pages.pages.retire(admitted.client, _id(page_id)))


def page_view(page: Page) -> PageView:
    return PageView(
        id=page.id,
        name=page.name,
        state=page.state,
        locales=[*page.locales],
        valid_from=page.valid_from,
        valid_until=page.valid_until,
        zone=page.zone,
        shown_version=None if page.shown is None else page.shown.version,
        version=page.version,
        created_at=page.created_at,
        updated_at=page.updated_at,
    )


def _shown(outcome: Page | Refused | OtherBody) -> PageView:
    match outcome:
        case Page():
            return page_view(outcome)
        case BadPage(faults):
            found = [{"because": each.flaw, "field": each.where} for each in faults]
            detail = "Nothing was changed. `faults` says what is wrong, and where."
            raise Problem(Kind.BAD_PAGE, detail, more={"faults": found})
        case PageOutOfDate(version):
            raise stale(version)
        case PageRetired():
            raise Problem(Kind.OFFER_ENDED, "It is over for good. Make a new one.")
        case TooManyPages(most):
            raise Problem(Kind.TOO_MANY_OFFERS, f"There are {most} pages. Retire one before.")
        case OtherBody():
            raise Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")


def _terms(data: NewPage) -> Terms:
    return Terms(
        name=data.name,
        variants={locale: tuple(blocks) for locale, blocks in data.variants.items()},
        valid_from=moment(data.valid_from, "valid_from"),
        valid_until=moment(data.valid_until, "valid_until"),
        zone=data.zone,
    )


def _id(id: UUID) -> PageId:
    return PageId(Id(int=id.int))


routes = [
    list_pages,
    create_page,
    read_page,
    change_page,
    publish_page,
    withdraw_page,
    retire_page,
]
