"""Audiences over HTTP: whom campaigns mean, saved, changed, counted and let go of."""

from datetime import date, datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, field

from watchword.features.audiences.rules import (
    LANGUAGES_AT_MOST,
    LOCATIONS_AT_MOST,
    NAME_AT_MOST,
    Audience,
    AudienceId,
    AudienceOutOfDate,
    BadFilter,
    Choice,
    Count,
    Filter,
    ListNeeded,
    NameTaken,
    Refused,
    Tally,
    TooManyAudiences,
)
from watchword.features.audiences.tags.rules import LETTERS_AT_MOST, TAGS_AT_MOST
from watchword.features.clients.rules import Scope
from watchword.features.consents.rules import Scope as Consented
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import LocationId
from watchword.foundation.ids import Id
from watchword.web.api.rewards import stale
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)

Name: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=NAME_AT_MOST, examples=["Regulars of spring"])
]
TagWord: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=LETTERS_AT_MOST, examples=["regular"])
]
Words: TypeAlias = Annotated[list[TagWord], Meta(max_length=TAGS_AT_MOST)]
Points: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Places: TypeAlias = Annotated[list[UUID], Meta(max_length=LOCATIONS_AT_MOST)]
Languages: TypeAlias = Annotated[list[str], Meta(max_length=LANGUAGES_AT_MOST)]
Consents: TypeAlias = Annotated[list[Consented], Meta(max_length=3)]


class FilterBody(Body, frozen=True, kw_only=True):
    """Who is meant. All that is said has to be true; of several words in one field, one."""

    consents: Consents = field(default_factory=list)
    points_from: Points | None = None
    points_to: Points | None = None
    bought_at: Places = field(default_factory=list)
    bought_since: date | None = None
    not_bought_since: date | None = None
    never_bought: bool = False
    tags_any: Words = field(default_factory=list)
    tags_none: Words = field(default_factory=list)
    languages: Languages = field(default_factory=list)
    card_verified: bool | None = None


class NewAudience(Body, frozen=True, kw_only=True):
    """A filter, and what it is called."""

    name: Name
    filter: FilterBody = field(default_factory=FilterBody)


class AudienceChange(NewAudience, frozen=True, kw_only=True):
    """An audience as it is to be from now on. `version` is the one that you have read."""

    version: Annotated[int, Meta(ge=1)]


class NewAudienceCount(Body, frozen=True, kw_only=True):
    """Whom to count: those of an audience, or those of a filter that is not saved."""

    audience_id: UUID | None = None
    filter: FilterBody | None = None


class FilterView(Struct, frozen=True):
    """Who is meant."""

    consents: list[Consented]
    points_from: int | None
    points_to: int | None
    bought_at: list[UUID]
    bought_since: date | None
    not_bought_since: date | None
    never_bought: bool
    tags_any: list[str]
    tags_none: list[str]
    languages: list[str]
    card_verified: bool | None


class TallyView(Struct, frozen=True):
    """What became of the rows of a file."""

    read: int
    found: int | None
    missing: int | None
    twice: int | None
    refused: int


class AudienceView(Struct, frozen=True):
    """An audience. Without a `filter` it is a list, and `rows` is what became of its file."""

    id: UUID
    name: str
    filter: FilterView | None
    rows: TallyView | None
    version: int
    created_at: datetime
    updated_at: datetime


class AudiencePage(Struct, frozen=True):
    audiences: list[AudienceView]
    cursor: str | None


class ReachedView(Struct, frozen=True):
    """How many of them have agreed to be written to, by each way."""

    text: int | None
    email: int | None
    whatsapp: int | None


class AudienceCountView(Struct, frozen=True):
    """How many are meant. If it is not `whole`, there are at least so many."""

    customers: int | None
    reached: ReachedView
    whole: bool


@get(
    "/v1/audiences",
    opt={SCOPE: Scope.AUDIENCES_READ},
    summary="List audiences, the newest first",
    responses=problems(),
)
async def list_audiences(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> AudiencePage:
    page = await admitted.services.audiences.page(
        admitted.client.organisation.id, read_cursor(cursor), limit
    )
    return AudiencePage([audience_view(each) for each in page.items], write_cursor(page.after))


@post(
    "/v1/audiences",
    opt={SCOPE: Scope.AUDIENCES_WRITE},
    summary="Save a filter over customers",
    responses=problems(*WRITTEN, Kind.TOO_MANY_OFFERS, Kind.NAME_TAKEN, Kind.OTHER_BODY),
)
async def create_audience(
    data: JSONBody[NewAudience], admitted: NamedDependency[Admitted]
) -> AudienceView:
    made = await admitted.services.audiences.create(
        admitted.client, data.name, read_body(data.filter), admitted.once
    )
    return shown(made)


@get(
    "/v1/audiences/{audience_id:uuid}",
    opt={SCOPE: Scope.AUDIENCES_READ},
    summary="Read an audience",
    responses=problems(Kind.NOT_FOUND),
)
async def read_audience(
    audience_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> AudienceView:
    whose = admitted.client.organisation.id
    return audience_view(await admitted.services.audiences.find(whose, _id(audience_id)))


@put(
    "/v1/audiences/{audience_id:uuid}",
    opt={SCOPE: Scope.AUDIENCES_WRITE},
    summary="Change an audience; of a list, its name",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.STALE_OFFER, Kind.NAME_TAKEN),
)
async def change_audience(
    audience_id: FromPath[UUID],
    data: JSONBody[AudienceChange],
    admitted: NamedDependency[Admitted],
) -> AudienceView:
    changed = await admitted.services.audiences.change(
        admitted.client, _id(audience_id), data.name, read_body(data.filter), data.version
    )
    return shown(changed)


@delete(
    "/v1/audiences/{audience_id:uuid}",
    opt={SCOPE: Scope.AUDIENCES_WRITE},
    summary="Let go of an audience",
    responses=problems(Kind.NOT_FOUND, Kind.LIST_NEEDED),
)
async def remove_audience(audience_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> None:
    outcome = await admitted.services.audiences.remove(admitted.client, _id(audience_id))
    if isinstance(outcome, ListNeeded):
        raise Problem(
            Kind.LIST_NEEDED, "A campaign that is not over means those who are on this list."
        )


@post(
    "/v1/audience-counts",
    opt={SCOPE: Scope.AUDIENCES_READ},
    status_code=200,
    summary="Count whom an audience means",
    responses=problems(*WRITTEN, Kind.NOT_FOUND),
)
async def count_audience(
    data: JSONBody[NewAudienceCount], admitted: NamedDependency[Admitted]
) -> AudienceCountView:
    whose, audiences = admitted.client.organisation.id, admitted.services.audiences
    if (data.audience_id is None) == (data.filter is None):
        raise Problem(Kind.MALFORMED, "Name either an audience_id or a filter.")
    choice: Choice | BadFilter
    if data.audience_id is not None:
        choice = (await audiences.find(whose, _id(data.audience_id))).choice
    else:
        choice = await audiences.read(whose, read_body(data.filter or FilterBody()))
    if isinstance(choice, BadFilter):
        raise Problem(Kind.MALFORMED, choice.because, more={"field": choice.field})
    return _count_view(await audiences.count(whose, choice))


def read_body(body: FilterBody) -> Filter:
    return Filter(
        consents=tuple(body.consents),
        points_from=body.points_from,
        points_to=body.points_to,
        bought_at=tuple(LocationId(Id(int=each.int)) for each in body.bought_at),
        bought_since=body.bought_since,
        not_bought_since=body.not_bought_since,
        never_bought=body.never_bought,
        tags_any=tuple(body.tags_any),
        tags_none=tuple(body.tags_none),
        languages=tuple(body.languages),
        card_verified=body.card_verified,
    )


def audience_view(audience: Audience) -> AudienceView:
    choice, tally = audience.choice, audience.tally
    return AudienceView(
        id=audience.id,
        name=audience.name,
        filter=_filter_view(choice) if isinstance(choice, Filter) else None,
        rows=None if tally is None else _tally_view(tally),
        version=audience.version,
        created_at=audience.created_at,
        updated_at=audience.updated_at,
    )


def _tally_view(tally: Tally) -> TallyView:
    if tally.is_few:
        return TallyView(tally.read, None, None, None, tally.refused)
    return TallyView(tally.read, tally.found, tally.missing, tally.twice, tally.refused)


def _filter_view(filter: Filter) -> FilterView:
    return FilterView(
        consents=list(filter.consents),
        points_from=filter.points_from,
        points_to=filter.points_to,
        bought_at=list(filter.bought_at),
        bought_since=filter.bought_since,
        not_bought_since=filter.not_bought_since,
        never_bought=filter.never_bought,
        tags_any=list(filter.tags_any),
        tags_none=list(filter.tags_none),
        languages=list(filter.languages),
        card_verified=filter.card_verified,
    )


def _count_view(count: Count) -> AudienceCountView:
    reached = ReachedView(
        text=count.told(count.by(Consented.TEXT)),
        email=count.told(count.by(Consented.EMAIL)),
        whatsapp=count.told(count.by(Consented.WHATSAPP)),
    )
    return AudienceCountView(count.told(count.customers), reached, count.is_whole)


def shown(outcome: Audience | Refused | OtherBody) -> AudienceView:
    match outcome:
        case Audience():
            return audience_view(outcome)
        case BadFilter(name, because):
            raise Problem(Kind.MALFORMED, because, more={"field": name})
        case AudienceOutOfDate(version):
            raise stale(version)
        case NameTaken():
            raise Problem(Kind.NAME_TAKEN, "Another audience is called so. Choose another name.")
        case TooManyAudiences(most):
            raise Problem(Kind.TOO_MANY_OFFERS, f"There are {most} audiences. Remove one before.")
        case OtherBody():
            raise Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")


def _id(id: UUID) -> AudienceId:
    return AudienceId(Id(int=id.int))


routes = [
    list_audiences,
    create_audience,
    read_audience,
    change_audience,
    remove_audience,
    count_audience,
]
