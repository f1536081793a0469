"""The ledger: what was done, by whom and when; how far it is sealed; receipts and exports."""

from collections.abc import Iterable, Mapping
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
from watchword.features.audit.rules import Action, Noun
from watchword.features.ledger.exports.service import ExportForm, subject_of
from watchword.features.ledger.rules import EntryId, LedgerEntry, seal_state
from watchword.features.ledger.service import NotYet
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.permissions import Permission
from watchword.foundation.clock import EPOCH
from watchword.foundation.ids import Id
from watchword.web.console.ledger_filters import Asked, asked_in
from watchword.web.console.pages import go, show_console
from watchword.web.console.people import names_of_staff
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import HEADERS, AnyRequest

LIST = "/console/ledger"
ONE = f"{LIST}/{{id:uuid}}"
SEES, EXPORTS = {PERMISSION: Permission.LEDGER_SEE}, {PERMISSION: Permission.LEDGER_EXPORT}
KINDS = {
    ExportForm.JSONL: "application/jsonl",
    ExportForm.CSV: "text/csv",
    ExportForm.JSON: "application/json",
}


@get(LIST, include_in_schema=False, opt=SEES)
async def show_entries(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show_list(request, visitor, asked_in(request.query_params))


@get(ONE, include_in_schema=False, opt=SEES)
async def show_entry(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    ledger, whose = visitor.services.ledger.entries, visitor.organisation.id
    entry, signed_size = await ledger.read(whose, EntryId(Id(int=id.int)))
    return show_console(
        request,
        visitor,
        "ledger/one.html",
        entry=entry,
        state=seal_state(entry, signed_size),
        called=await _called(visitor, [entry]),
        long_ago=EPOCH,  # so that the day stands there, whatever day it is
    )


@get(f"{ONE}/receipt", include_in_schema=False, opt=SEES)
async def download_receipt(
    id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[bytes] | Redirect:
    ledger, whose = visitor.services.ledger.entries, visitor.organisation.id
    receipt = await ledger.receipt(whose, EntryId(Id(int=id.int)))
    if isinstance(receipt, NotYet):
        return go(f"{LIST}/{id}")
    return Response(
        receipt,
        media_type=KINDS[ExportForm.JSON],
        headers=_as_file(f"receipt-{id}.json"),
    )


@post(f"{LIST}/exports", include_in_schema=False, opt=EXPORTS, status_code=200)
async def export(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[Any]:
    asked = asked_in(dict(visitor.form.pairs))
    form = visitor.form.text("form")
    if visitor.form.is_resumed or form not in {*ExportForm} or asked.problems:
        return await _show_list(request, visitor, asked)
    chosen = ExportForm(form)
    pieces = await visitor.services.ledger.exports.begin(visitor, chosen, asked.wanted)
    if isinstance(pieces, NeedsSecondPerson):
        return _show_proposal(request, visitor, chosen, asked)
    name = f"ledger-{visitor.organisation.slug}.{chosen}"
    return Stream(pieces, media_type=KINDS[chosen], headers=_as_file(name))


@post(f"{LIST}/proposals", include_in_schema=False, opt=EXPORTS, status_code=200)
async def propose_export(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Ask for a second person; what they agree to is a permit for one export, and no other."""
    form, reason = visitor.form.text("form"), visitor.form.text("reason")
    asked = asked_in(dict(visitor.form.pairs))
    if form not in {*ExportForm} or asked.problems:
        return go(LIST)
    if visitor.form.is_resumed:
        return _show_proposal(request, visitor, ExportForm(form), asked, reason=reason)
    subject = subject_of(ExportForm(form), asked.wanted)
    proposal = Proposal(kind=Kind.LEDGER_EXPORT, subject=subject, reason=reason)
    outcome = await visitor.services.configuration.approvals.propose(
        visitor.organisation.id, proposal, actor=visitor.actor
    )
    match outcome:
        case Request():
            return go(f"/console/approvals/{outcome.id}")
        case BadReason() | TooManyOpen() | NobodyToDecide():
            return _show_proposal(
                request, visitor, ExportForm(form), asked, reason=reason, problem=outcome.word
            )
        case _:
            assert_never(outcome)


def _show_proposal(
    request: AnyRequest,
    visitor: Visitor,
    form: ExportForm,
    asked: Asked,
    *,
    reason: str = "",
    problem: str = "",
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "ledger/propose.html",
        status=422 if problem else 200,
        form=form,
        asked=asked,
        reason=reason,
        problem=problem,
    )


async def _show_list(request: AnyRequest, visitor: Visitor, asked: Asked) -> Response[str]:
    rows, ledger, whose = rows_of(request), visitor.services.ledger.entries, visitor.organisation.id
    found = await ledger.page(whose, asked.wanted, most=rows.most, after=rows.after)
    entries = found.page.items
    return show_console(
        request,
        visitor,
        "ledger/list.html",
        status=422 if asked.problems else 200,
        entries=entries,
        state_of=lambda entry: seal_state(entry, found.signed_size),
        called=await _called(visitor, entries, asked),
        known=[*Action],
        asked=asked,
        standing=await ledger.standing(whose),
        copies=visitor.services.settings.ledger.copies,
        keys=[key.raw for key in await ledger.keys()],
        cursor=write_cursor(found.page.after),
        rows=rows,
    )


async def _called(
    visitor: Visitor, entries: Iterable[LedgerEntry], asked: Asked | None = None
) -> Mapping[str, str]:
    """Give names and labels by how they stand in entries; staff only to whoever may see staff."""
    said = " ".join(
        [*map(_ids_of, entries), asked.actor if asked else "", asked.target if asked else ""]
    )
    called = {visitor.actor: visitor.member.name}
    if Noun.STAFF.prefix in said and visitor.admits(Permission.STAFF_SEE):
        called |= await names_of_staff(visitor)
    if Noun.API_KEY.prefix in said or "replaces" in said:
        keys = await visitor.services.clients.all(visitor.organisation.id)
        called |= {Noun.API_KEY.of(key.id): key.label for key in keys}
    if Noun.LOCATION.prefix in said or "@" in said:
        locations = await visitor.services.configuration.locations.all(visitor.organisation.id)
        called |= {Noun.LOCATION.of(each.id): each.name for each in locations}
    return called


def _ids_of(entry: LedgerEntry) -> str:
    return f"{entry.actor} {entry.target} {entry.details}"


def _as_file(name: str) -> dict[str, str]:
    return {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}


routes = [show_entries, show_entry, download_receipt, export, propose_export]
