"""Campaigns → Audiences: whom campaigns mean, by a filter that is counted at once, or by a list."""

from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.audiences.lists.rules import BYTES_AT_MOST
from watchword.features.audiences.rules import (
    EVERYBODY,
    Audience,
    AudienceId,
    BadFilter,
    Count,
    Filter,
    ListNeeded,
    Refused,
)
from watchword.features.consents.rules import Scope
from watchword.features.idempotency.rules import OtherBody
from watchword.features.staff.permissions import Permission
from watchword.features.templates.rules import LOCALES
from watchword.foundation.ids import Id
from watchword.web.connections import let_it_be_long
from watchword.web.console.audience_forms import (
    Typed,
    read_typed,
    typed_as,
    verified_of,
)
from watchword.web.console.doormat import refuse
from watchword.web.console.envelopes import Envelope
from watchword.web.console.forms import NoForm
from watchword.web.console.offer_fields import open_locations
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, STREAMED, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/audiences"
LISTS = "/console/audience-lists"
ONE = f"{PATH}/{{id:uuid}}"
RUNS = {PERMISSION: Permission.CAMPAIGNS}
FORM_AT_MOST = BYTES_AT_MOST + 64 * 1024

Shown: TypeAlias = Response[str] | Redirect


@get(PATH, include_in_schema=False, opt=RUNS)
async def show_audiences(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows = rows_of(request)
    page = await visitor.services.audiences.page(visitor.organisation.id, rows.after, rows.most)
    return show_console(
        request,
        visitor,
        "audiences/list.html",
        audiences=page.items,
        cursor=write_cursor(page.after),
        rows=rows,
        named=await _named(visitor),
    )


@get(f"{PATH}/new", include_in_schema=False, opt=RUNS)
async def ask_for_audience(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    count = await visitor.services.audiences.count(visitor.organisation.id, EVERYBODY)
    return await _show_form(request, visitor, None, count=count)


@post(PATH, include_in_schema=False, opt=RUNS, status_code=200)
async def add_audience(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    typed = read_typed(visitor.form)
    if visitor.form.is_resumed or typed.problems:
        return await _show_form(request, visitor, None, typed)
    name = visitor.form.text("name")
    outcome = await visitor.services.audiences.create(visitor, name, typed.filter)
    if isinstance(outcome, Audience):
        return go(f"{PATH}/{outcome.id}", said="added")
    return await _show_form(request, visitor, None, typed, _problems(outcome))


@post("/console/audiences/counts", include_in_schema=False, opt=RUNS, status_code=200)
async def count_audience(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    """Show the form as it is filled in, with how many are meant. Nothing is saved."""
    typed, whose = read_typed(visitor.form), visitor.organisation.id
    audience = await _audience(visitor, visitor.form.text("audience"))
    if visitor.form.is_resumed or typed.problems:
        return await _show_form(request, visitor, audience, typed)
    read = await visitor.services.audiences.read(whose, typed.filter)
    if isinstance(read, BadFilter):
        return await _show_form(request, visitor, audience, typed, _problems(read))
    count = await visitor.services.audiences.count(whose, read)
    return await _show_form(request, visitor, audience, typed, count=count)


@get(LISTS, include_in_schema=False, opt=RUNS)
async def ask_for_list(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return show_console(request, visitor, "audiences/new_list.html", name="", problem="")


@post(
    LISTS,
    include_in_schema=False,
    opt={**RUNS, STREAMED: True},
    status_code=200,
    request_max_body_size=FORM_AT_MOST,
)
async def bring_list(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    """Look up whom a file names. The file is let go of; who was found is kept."""
    try:
        let_it_be_long(request.scope, FORM_AT_MOST)
        envelope = Envelope(request)
        form = await envelope.fields()
        if not visitor.believes(form):
            return refuse(request, "foreign", visitor)
        name = form.text("name")
        made = await visitor.services.lists.receive(visitor, name, envelope.content())
    except NoForm:
        return refuse(request, "foreign", visitor)
    if isinstance(made, Audience):
        return go(f"{PATH}/{made.id}", said="listed")
    return show_console(
        request, visitor, "audiences/new_list.html", status=422, name=name, problem=made.word
    )


@get(ONE, include_in_schema=False, opt=RUNS)
async def show_audience(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    audience = await visitor.services.audiences.find(visitor.organisation.id, _id(id))
    count = await visitor.services.audiences.count(visitor.organisation.id, audience.choice)
    return await _show_form(request, visitor, audience, count=count)


@post(ONE, include_in_schema=False, opt=RUNS, status_code=200)
async def change_audience(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    audience = await visitor.services.audiences.find(visitor.organisation.id, _id(id))
    typed = read_typed(visitor.form)
    if visitor.form.is_resumed or typed.problems:
        return await _show_form(request, visitor, audience, typed)
    name, version = visitor.form.text("name"), visitor.form.version("version")
    outcome = await visitor.services.audiences.change(
        visitor, audience.id, name, typed.filter, version
    )
    if isinstance(outcome, Audience):
        return go(f"{PATH}/{audience.id}", said="changed")
    return await _show_form(request, visitor, audience, typed, _problems(outcome))


@post(f"{ONE}/removals", include_in_schema=False, opt=RUNS, status_code=303)
async def remove_audience(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    if visitor.form.is_resumed:
        return go(f"{PATH}/{id}")
    outcome = await visitor.services.audiences.remove(visitor, _id(id))
    if isinstance(outcome, ListNeeded):
        audience = await visitor.services.audiences.find(visitor.organisation.id, _id(id))
        return await _show_form(request, visitor, audience, problems={"form": outcome.word})
    return go(PATH, said="removed")


async def _show_form(
    request: AnyRequest,
    visitor: Visitor,
    audience: Audience | None,
    typed: Typed | None = None,
    problems: Mapping[str, str] | None = None,
    *,
    count: Count | None = None,
) -> Response[str]:
    saved = audience.choice if audience and isinstance(audience.choice, Filter) else EVERYBODY
    filter = saved if typed is None else typed.filter
    wrong = {**({} if typed is None else typed.problems), **(problems or {})}
    form = visitor.form
    return show_console(
        request,
        visitor,
        "audiences/form.html",
        status=422 if wrong else 200,
        audience=audience,
        name=form.text("name") if typed else ("" if audience is None else audience.name),
        version=form.text("version") if typed else (audience.version if audience else 0),
        filter=filter,
        values=typed.values if typed else typed_as(filter),
        verified=verified_of(filter),
        problems=wrong,
        count=count,
        scopes=[*Scope],
        locales=sorted(LOCALES),
        places=await open_locations(visitor, frozenset(filter.bought_at)),
        kinds=await visitor.services.tags.kinds(visitor.organisation.id),
    )


def _problems(refused: Refused | OtherBody) -> Mapping[str, str]:
    match refused:
        case BadFilter(name, _):
            return {name: "cannot_be"}
        case _:
            return {"form": refused.word}


async def _named(visitor: Visitor) -> Mapping[object, str]:
    found = await visitor.services.configuration.locations.all(visitor.organisation.id)
    return {each.id: each.name for each in found}


async def _audience(visitor: Visitor, written: str) -> Audience | None:
    """Give the audience whose form it is; nothing, if it is a new one."""
    if not written:
        return None
    try:
        id = UUID(written)
    except ValueError:
        return None
    return await visitor.services.audiences.find(visitor.organisation.id, _id(id))


def _id(id: UUID) -> AudienceId:
    return AudienceId(Id(int=id.int))


routes = [
    show_audiences,
    ask_for_audience,
    add_audience,
    count_audience,
    ask_for_list,
    bring_list,
    show_audience,
    change_audience,
    remove_audience,
]
