"""Calls as they went: what was said, asked and decided in each, step by step, and no digit."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.activation.prompts.rules import LANGUAGES
from watchword.features.calls.log import LineKind, LogLine, numbers_in, without_reasons
from watchword.features.calls.rules import CallId
from watchword.features.calls.writes.service import SHOWN
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import Reasonless
from watchword.foundation.ids import Id
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/telephone/calls"
SEE = {PERMISSION: Permission.CALLS_SEE}
SEE_TO = {PERMISSION: Permission.MEMBER_PIN_RESET}

WHY = Permission.PROFILES_EDIT
"""Which scenario matched tells which PIN somebody has: it is for those who choose scenarios."""


class _Left(dict[str, str]):
    """Words that were said and are not in the log."""

    def __missing__(self, key: str) -> str:
        return "…"


@get(PATH, include_in_schema=False, opt=SEE)
async def show_calls(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, whose = rows_of(request), visitor.organisation.id
    doubts = await visitor.services.telephone.doubts.left_open(whose) if rows.is_first else []
    page = await visitor.services.telephone.register.page(whose, rows.after, rows.most)
    return show_console(
        request,
        visitor,
        "telephone/calls.html",
        calls=page.items,
        doubts=doubts[:SHOWN],
        has_more=len(doubts) > SHOWN,
        names=await _names(visitor),
        rows=rows,
        cursor=write_cursor(page.after),
    )


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=SEE)
async def show_call(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _one(request, visitor, CallId(Id(int=id.int)))


@post(f"{PATH}/{{id:uuid}}/attentions", include_in_schema=False, opt=SEE_TO, status_code=200)
async def see_to(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Tick off a PIN that was left open, with what was found and done."""
    call_id = CallId(Id(int=id.int))
    if visitor.form.is_resumed:
        return await _one(request, visitor, call_id)
    refused = await visitor.services.telephone.doubts.see_to(
        visitor, call_id, visitor.form.text("reason")
    )
    if refused is None:
        return go(f"{PATH}/{call_id}", said="seen_to")
    return await _one(request, visitor, call_id, refused)


async def _one(
    request: AnyRequest, visitor: Visitor, id: CallId, problem: Reasonless | None = None
) -> Response[str]:
    telephone, whose = visitor.services.telephone, visitor.organisation.id
    call, lines = await telephone.register.story(whose, id)
    sees_why = visitor.admits(WHY)
    return show_console(
        request,
        visitor,
        "telephone/call.html",
        status=200 if problem is None else 422,
        call=call,
        lines=lines if sees_why else without_reasons(lines),
        doubts=await telephone.doubts.open_of(whose, id),
        problem=problem,
        form=visitor.form,
        sees_why=sees_why,
        texts=texts_of(lines, call.language, visitor.organisation.name),
        name=(await _names(visitor)).get(call.profile_id),
    )


def texts_of(lines: Sequence[LogLine], language: str, organisation: str) -> Mapping[str, str]:
    """Give the texts of all that was said, by the names of the prompts. Whose line it is can be
    told of today, and how many digits were asked for was written down; nothing else is kept."""
    prompts = LANGUAGES.get(language, {})
    return {
        each.what: prompts[each.what].format_map(_Left(numbers_in(each), organisation=organisation))
        for each in lines
        if each.kind is LineKind.SAID and each.what in prompts
    }


async def _names(visitor: Visitor) -> Mapping[UUID, str]:
    found = await visitor.services.telephone.profiles.all(visitor.organisation.id)
    return {each.id: each.terms.name for each in found.profiles}


routes = [show_calls, show_call, see_to]
