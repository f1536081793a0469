"""Customers and cards → Import: a file is brought, looked at, tried and taken in; all go out."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from watchword.features.approvals.rules import (
    BadReason,
    Kind,
    NobodyToDecide,
    Proposal,
    Request,
    TooManyOpen,
)
from watchword.features.imports.columns import BadMapping, Column, Plan, read_plan
from watchword.features.imports.exports.rules import WRITTEN, Spoken
from watchword.features.imports.exports.service import SUBJECT, NeedsSecondPerson
from watchword.features.imports.faults import Why
from watchword.features.imports.files import ErrorFile, Words
from watchword.features.imports.rules import NoTable, Sight
from watchword.features.imports.uploads.rules import (
    BYTES_AT_MOST,
    Import,
    ImportId,
    NeedsApproval,
    State,
    TooLarge,
    subject_of,
)
from watchword.features.staff.permissions import Permission
from watchword.foundation.clock import EPOCH
from watchword.foundation.ids import Id
from watchword.web.connections import let_it_be_long
from watchword.web.console.doormat import refuse
from watchword.web.console.envelopes import Envelope
from watchword.web.console.forms import NoForm
from watchword.web.console.pages import go, show_console
from watchword.web.console.people import names_of_staff
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, STREAMED, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import HEADERS, AnyRequest

LIST = "/console/imports"
ONE = f"{LIST}/{{id:uuid}}"
BRINGS = {PERMISSION: Permission.CUSTOMERS_IMPORT}
TAKES_OUT = {PERMISSION: Permission.CUSTOMERS_EXPORT}
FORM_AT_MOST = BYTES_AT_MOST + 64 * 1024
TABLE = "text/csv"
REFUSALS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Unclear:
    """Columns as somebody has chosen them, to be shown once more before anything is done."""

    plan: Plan
    problem: str


@get(LIST, include_in_schema=False, opt=BRINGS)
async def show_imports(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show_list(request, visitor)


@post(
    LIST,
    include_in_schema=False,
    opt={**BRINGS, STREAMED: True},
    status_code=200,
    request_max_body_size=FORM_AT_MOST,
)
async def bring(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str] | Redirect:
    """Keep a file while it is sent: who sends it is known before its first byte is kept."""
    try:
        let_it_be_long(request.scope, FORM_AT_MOST)
        envelope = Envelope(request)
        if not visitor.believes(await envelope.fields()):
            return refuse(request, "foreign", visitor)
        brought = await visitor.services.imports.uploads.receive(
            visitor, envelope.content(), envelope.called
        )
    except NoForm:
        return refuse(request, "foreign", visitor)
    match brought:
        case Import():
            return go(f"{LIST}/{brought.id}")
        case NoTable() | TooLarge():
            return await _show_list(request, visitor, problem=brought.word)
        case _:
            assert_never(brought)


@get(ONE, include_in_schema=False, opt=BRINGS)
async def show_import(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show_one(request, visitor, _id(id))


@post(f"{ONE}/checks", include_in_schema=False, opt=BRINGS, status_code=200)
async def check(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Try a file with the columns that somebody has chosen."""
    chosen = _chosen(visitor)
    if isinstance(chosen, Unclear):
        return await _show_unclear(request, visitor, _id(id), chosen)
    tried = await visitor.services.imports.uploads.check(visitor, _id(id), chosen)
    if isinstance(tried, Import):
        return go(f"{LIST}/{id}")
    return await _show_one(request, visitor, _id(id), chosen=chosen, problem=tried.word)


@post(f"{ONE}/starts", include_in_schema=False, opt=BRINGS, status_code=200)
async def start(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Take a file in, if its columns are still those that it was tried with."""
    chosen, vouches = _chosen(visitor), visitor.form.flag("vouches")
    if isinstance(chosen, Unclear):
        return await _show_unclear(request, visitor, _id(id), chosen, vouches=vouches)
    begun = await visitor.services.imports.uploads.start(
        visitor, _id(id), chosen, vouches=vouches, may_vouch=visitor.may(Permission.VERIFY_OTHER)
    )
    if isinstance(begun, Import):
        return go(f"{LIST}/{id}", said="anew" if begun.state is State.CHECKING else "")
    return await _show_one(
        request, visitor, _id(id), chosen=chosen, vouches=vouches, problem=begun.word
    )


@post(f"{ONE}/proposals", include_in_schema=False, opt=BRINGS, status_code=200)
async def propose_import(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Ask a second person to agree that a file is believed about its cards."""
    job, _ = await visitor.services.imports.uploads.read(visitor.organisation.id, _id(id))
    reason = visitor.form.text("reason")
    if visitor.form.is_resumed:
        problem = NeedsApproval.word
        return await _show_one(request, visitor, _id(id), vouches=True, problem=problem)
    outcome = await _propose(visitor, subject_of(job), reason)
    if isinstance(outcome, Request):
        return go(f"/console/approvals/{outcome.id}")
    return await _show_one(request, visitor, _id(id), vouches=True, problem=outcome.word)


@post(f"{ONE}/removals", include_in_schema=False, opt=BRINGS, status_code=200)
async def drop(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if visitor.form.is_resumed:
        return go(f"{LIST}/{id}")
    await visitor.services.imports.uploads.drop(visitor, _id(id))
    return go(LIST, said="dropped")


@get(f"{ONE}/errors", include_in_schema=False, opt=BRINGS)
async def download_errors(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Stream:
    """Give the rows that were refused, to be mended and brought again."""
    words = _words(request, visitor)
    pieces = _errors(visitor, _id(id), words)
    return Stream(pieces, media_type=TABLE, headers=_as_file("errors.csv"))


@post(f"{LIST}/exports", include_in_schema=False, opt=TAKES_OUT, status_code=200)
async def export(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[Any]:
    reason = visitor.form.text("reason")
    if visitor.form.is_resumed:
        return await _show_list(request, visitor, reason=reason)
    said = _said(show_console(request, visitor, "imports/headings.html", columns=[*Column]))
    words = Spoken(tuple(said[each] for each in WRITTEN), said["yes"], said["no"])
    begun = await visitor.services.imports.exports.begin(visitor, reason, words)
    match begun:
        case BadReason() | NeedsSecondPerson():
            return await _show_list(request, visitor, reason=reason, problem=begun.word)
        case pieces:
            name = f"customers-{visitor.organisation.slug}.csv"
            return Stream(pieces, media_type=TABLE, headers=_as_file(name))


@post(f"{LIST}/proposals", include_in_schema=False, opt=TAKES_OUT, status_code=200)
async def propose_export(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    reason = visitor.form.text("reason")
    if visitor.form.is_resumed:
        return await _show_list(request, visitor, reason=reason)
    outcome = await _propose(visitor, SUBJECT, reason)
    if isinstance(outcome, Request):
        return go(f"/console/approvals/{outcome.id}")
    return await _show_list(request, visitor, reason=reason, problem=outcome.word)


async def _propose(
    visitor: Visitor, subject: str, reason: str
) -> Request | BadReason | TooManyOpen | NobodyToDecide:
    proposal = Proposal(kind=Kind.BULK, subject=subject, reason=reason)
    return await visitor.services.configuration.approvals.propose(
        visitor.organisation.id, proposal, actor=visitor.actor
    )


async def _show_list(
    request: AnyRequest, visitor: Visitor, *, reason: str = "", problem: str = ""
) -> Response[str]:
    rows, uploads = rows_of(request), visitor.services.imports.uploads
    page = await uploads.page(visitor.organisation.id, rows.after, rows.most)
    return show_console(
        request,
        visitor,
        "imports/list.html",
        status=422 if problem else 200,
        jobs=page.items,
        files=await uploads.names(visitor.organisation.id, [job.id for job in page.items]),
        called=await _called(visitor),
        cursor=write_cursor(page.after),
        rows=rows,
        reason=reason,
        problem=problem,
        most=BYTES_AT_MOST,
    )


async def _show_one(
    request: AnyRequest,
    visitor: Visitor,
    id: ImportId,
    *,
    chosen: Plan | None = None,
    vouches: bool = False,
    problem: str = "",
) -> Response[str]:
    uploads, whose = visitor.services.imports.uploads, visitor.organisation.id
    job, sight = await uploads.read(whose, id)
    plan = chosen or job.plan
    words = _sentences(job, sight, _words(request, visitor))
    first = await uploads.first_refusals(whose, id, REFUSALS_SHOWN)
    return show_console(
        request,
        visitor,
        "imports/one.html",
        status=422 if problem else 200,
        job=job,
        file=await uploads.name(whose, id),
        refusals=[(each.line, " ".join(map(words.of, each.faults))) for each in first],
        sight=sight,
        plan=plan,
        left_out=job.plan.left_out(sight.headings),
        may_miss_consents=job.plan.may_miss_consents(sight.headings),
        choices=[*Column],
        is_recalled=job.state is State.BROUGHT and job.plan != sight.plan,
        is_stale=job.state is State.CHECKED and plan != job.plan,
        is_working=job.state in {State.CHECKING, State.RUNNING},
        called=await _called(visitor),
        vouches=vouches,
        problem=problem,
        long_ago=EPOCH,
    )


async def _errors(visitor: Visitor, id: ImportId, words: Mapping[str, str]) -> AsyncIterator[bytes]:
    uploads, whose = visitor.services.imports.uploads, visitor.organisation.id
    job, sight = await uploads.read(whose, id)
    own = (words["line"], words["reason"])
    file = ErrorFile(sight.headings, own, _sentences(job, sight, words))
    yield file.head()
    async for refusal in uploads.refusals(whose, id):
        yield file.lines([refusal])


def _sentences(job: Import, sight: Sight, words: Mapping[str, str]) -> Words:
    """Say what is wrong with rows; a column is called what it is in the file."""
    called = {
        column: heading
        for column, heading in zip(job.plan.columns, sight.headings, strict=False)
        if column is not None
    }
    return Words({why: words[why] for why in Why}, called)


def _words(request: AnyRequest, visitor: Visitor) -> Mapping[str, str]:
    """Give what is wrong with rows in the language of whoever looks; the words are a template's."""
    return _said(show_console(request, visitor, "imports/reasons.html", reasons=[*Why]))


def _said(page: Response[str]) -> Mapping[str, str]:
    lines = (line.partition("=") for line in page.content.splitlines() if "=" in line)
    return {word: said for word, _, said in lines}


def _chosen(visitor: Visitor) -> Plan | Unclear:
    chosen, wording = visitor.form.all("column"), visitor.form.text("wording")
    plan = read_plan(chosen, wording)
    if visitor.form.is_resumed:
        return Unclear(_lenient(chosen, wording), "")
    return Unclear(_lenient(chosen, wording), "twice") if isinstance(plan, BadMapping) else plan


async def _show_unclear(
    request: AnyRequest, visitor: Visitor, id: ImportId, it: Unclear, *, vouches: bool = False
) -> Response[str]:
    return await _show_one(
        request, visitor, id, chosen=it.plan, vouches=vouches, problem=it.problem
    )


def _lenient(chosen: list[str], wording: str) -> Plan:
    """Give a choice back as it was made, whatever is wrong with it."""
    columns = tuple(Column(word) if word in {*Column} else None for word in chosen)
    return Plan(columns, wording)


async def _called(visitor: Visitor) -> Mapping[str, str]:
    called = {visitor.actor: visitor.member.name}
    if visitor.admits(Permission.STAFF_SEE):
        called |= await names_of_staff(visitor)
    return called


def _as_file(name: str) -> dict[str, str]:
    return {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}


def _id(id: UUID) -> ImportId:
    return ImportId(Id(int=id.int))


routes = [
    *(show_imports, bring, show_import, check, start, propose_import, drop, download_errors),
    *(export, propose_export),
]
