"""Campaigns: written, looked over by two, scheduled, held and stopped."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.campaigns.cost import Estimate, sample_facts
from watchword.features.campaigns.lifecycle import NotNow, State
from watchword.features.campaigns.readiness import (
    BadDraft,
    NeedsSecondPerson,
    NoPerson,
    NotReady,
    YourOwn,
    find_fault,
)
from watchword.features.campaigns.rules import (
    CHANNELS,
    Campaign,
    CampaignId,
    Category,
    Draft,
    GateKind,
    TooManyCampaigns,
    WrittenSince,
)
from watchword.features.campaigns.texts import fill, whole
from watchword.features.clients.rules import Caller
from watchword.features.idempotency.rules import OtherBody
from watchword.features.pages.rules import PageId, PageState
from watchword.features.staff.permissions import Permission
from watchword.features.templates.rules import LOCALES
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.campaign_forms import Typed, locales_of, read_typed, values_of
from watchword.web.console.campaign_pages import page_behind
from watchword.web.console.pages import go, show_console
from watchword.web.console.people import names_of_staff
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/campaigns"
ONE = f"{PATH}/{{id:uuid}}"
RUNS = {PERMISSION: Permission.CAMPAIGNS}
IN_THE_MENU = 100
"""Pages that a campaign may be given in the form: the newest, and the one that it has."""
READER = "Anna"
"""Who reads a preview."""

Shown: TypeAlias = Response[str] | Redirect
Refusal: TypeAlias = (
    BadDraft | NotNow | WrittenSince | NotReady | NeedsSecondPerson | YourOwn | NoPerson
)
Outcome: TypeAlias = Campaign | Refusal


class Act(Protocol):
    def __call__(
        self, caller: Caller, id: CampaignId, /, *, version: int
    ) -> Awaitable[Outcome]: ...


@dataclass(frozen=True, slots=True)
class Look:
    """A draft as it would be: what it lacks, what it comes to, and how it is read."""

    lacks: NotReady | None
    second: NeedsSecondPerson | None
    estimate: Estimate
    previews: Sequence[tuple[str, str | None, str]]
    """Of each language, with a subject and a text."""


@get(PATH, include_in_schema=False, opt=RUNS)
async def show_campaigns(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows = rows_of(request)
    page = await visitor.services.campaigns.page(visitor.organisation.id, rows.after, rows.most)
    return show_console(
        request,
        visitor,
        "campaigns/list.html",
        campaigns=page.items,
        cursor=write_cursor(page.after),
        rows=rows,
        audiences=await _audiences(visitor),
    )


@get(f"{PATH}/new", include_in_schema=False, opt=RUNS)
async def ask_for_campaign(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show_form(request, visitor, None)


@post(PATH, include_in_schema=False, opt=RUNS, status_code=200)
async def add_campaign(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    typed = read_typed(visitor, None)
    if visitor.form.is_resumed or typed.problems:
        return await _show_form(request, visitor, None, typed)
    outcome = await visitor.services.campaigns.create(visitor.colleague, typed.draft)
    if isinstance(outcome, Campaign):
        return go(f"{PATH}/{outcome.id}", said="added")
    return await _show_form(request, visitor, None, typed, _problems(outcome))


@post("/console/campaigns/previews", include_in_schema=False, opt=RUNS, status_code=200)
async def look_over(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    """Show the form as it is filled in, with what it comes to. Nothing is saved."""
    campaign = await _campaign(visitor, visitor.form.text("campaign"))
    typed = read_typed(visitor, None if campaign is None else campaign.draft)
    if visitor.form.is_resumed:
        return await _show_form(request, visitor, campaign, typed, looks=False)
    fault = find_fault(typed.draft)
    problems = _problems(fault) if fault and not typed.problems else None
    return await _show_form(request, visitor, campaign, typed, problems)


@get(ONE, include_in_schema=False, opt=RUNS)
async def show_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await show_one(request, visitor, await found(visitor, id))


@post(ONE, include_in_schema=False, opt=RUNS, status_code=200)
async def change_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    campaign = await found(visitor, id)
    typed = read_typed(visitor, campaign.draft)
    if visitor.form.is_resumed or typed.problems:
        return await _show_form(request, visitor, campaign, typed)
    outcome = await visitor.services.campaigns.change(
        visitor.colleague, campaign.id, typed.draft, version=visitor.form.version("version")
    )
    if isinstance(outcome, Campaign):
        return go(f"{PATH}/{id}", said="changed")
    return await _show_form(request, visitor, campaign, typed, _problems(outcome))


@post(f"{ONE}/proposals", include_in_schema=False, opt=RUNS, status_code=200)
async def propose_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    act = _of_version(visitor, id, visitor.services.campaigns.propose)
    return await _done(request, visitor, id, act, "proposed")


@post(f"{ONE}/approvals", include_in_schema=False, opt=RUNS, status_code=200)
async def approve_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    act = _of_version(visitor, id, visitor.services.campaigns.approve)
    return await _done(request, visitor, id, act, "approved")


@post(f"{ONE}/refusals", include_in_schema=False, opt=RUNS, status_code=200)
async def decline_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    act = _of_version(visitor, id, visitor.services.campaigns.decline)
    return await _done(request, visitor, id, act, "declined")


@post(f"{ONE}/schedules", include_in_schema=False, opt=RUNS, status_code=200)
async def schedule_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    act = _of_version(visitor, id, visitor.services.campaigns.schedule)
    return await _done(request, visitor, id, act, "scheduled")


@post(f"{ONE}/withdrawals", include_in_schema=False, opt=RUNS, status_code=200)
async def take_back_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    act = _of_version(visitor, id, visitor.services.campaigns.unschedule)
    return await _done(request, visitor, id, act, "taken_back")


@post(f"{ONE}/pauses", include_in_schema=False, opt=RUNS, status_code=200)
async def pause_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    act = partial(visitor.services.campaigns.pause, visitor.colleague, _id(id))
    return await _done(request, visitor, id, act, "paused")


@post(f"{ONE}/resumptions", include_in_schema=False, opt=RUNS, status_code=200)
async def resume_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    act = partial(visitor.services.campaigns.resume, visitor.colleague, _id(id))
    return await _done(request, visitor, id, act, "resumed")


@post(f"{ONE}/cancellations", include_in_schema=False, opt=RUNS, status_code=200)
async def cancel_campaign(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    act = partial(visitor.services.campaigns.cancel, visitor.colleague, _id(id))
    return await _done(request, visitor, id, act, "cancelled")


def _of_version(visitor: Visitor, id: UUID, act: Act) -> Callable[[], Awaitable[Outcome]]:
    """Let an act be done to a campaign in the version that somebody has before them."""
    return partial(act, visitor.colleague, _id(id), version=visitor.form.version("version"))


async def _done(
    request: AnyRequest,
    visitor: Visitor,
    id: UUID,
    act: Callable[[], Awaitable[Outcome]],
    said: str,
) -> Shown:
    """Do what was asked for, and show the campaign: as it is by now, or why it is not so."""
    if visitor.form.is_resumed:
        return await show_one(request, visitor, await found(visitor, id))
    outcome = await act()
    if isinstance(outcome, Campaign):
        return go(f"{PATH}/{id}", said=said)
    return await show_one(request, visitor, await found(visitor, id), problem=outcome.word)


async def show_one(
    request: AnyRequest, visitor: Visitor, campaign: Campaign, *, problem: str = ""
) -> Response[str]:
    if campaign.state is State.DRAFT:
        problems = {"form": problem} if problem else None
        return await _show_form(request, visitor, campaign, problems=problems)
    services, whose = visitor.services, visitor.organisation.id
    actors = {campaign.created_by, campaign.proposed_by or "", campaign.approved_by or ""}
    return show_console(
        request,
        visitor,
        "campaigns/one.html",
        status=409 if problem else 200,
        campaign=campaign,
        draft=campaign.draft,
        look=await _look(visitor, campaign.draft),
        results=await services.of_campaigns.results.of(whose, campaign),
        held=await services.of_campaigns.results.held(whose, campaign),
        page=await page_behind(visitor, campaign),
        audiences=await _audiences(visitor),
        called={
            each: name for each, name in (await names_of_staff(visitor)).items() if each in actors
        },
        is_own=await services.campaigns.is_own(whose, visitor.colleague.actor, campaign),
        problem=problem,
    )


async def _show_form(
    request: AnyRequest,
    visitor: Visitor,
    campaign: Campaign | None,
    typed: Typed | None = None,
    problems: Mapping[str, str] | None = None,
    *,
    looks: bool = True,
) -> Response[str]:
    draft = typed.draft if typed else (campaign.draft if campaign else _empty(visitor))
    wrong = {**(typed.problems if typed else {}), **(problems or {})}
    is_fine = looks and find_fault(draft) is None if campaign or typed else False
    return show_console(
        request,
        visitor,
        "campaigns/form.html",
        status=422 if wrong else 200,
        campaign=campaign,
        draft=draft,
        version=visitor.form.text("version") or (campaign.version if campaign else 0),
        is_saved=campaign is not None and typed is None,
        values=typed.values if typed else values_of(draft, visitor.zone),
        locales=locales_of(visitor, draft),
        more=sorted({*LOCALES} - {*locales_of(visitor, draft)}),
        problems=wrong,
        look=await _look(visitor, draft) if is_fine else None,
        audiences=await _audiences(visitor),
        pages=await _pages(visitor, draft),
        channels=[*CHANNELS],
        categories=[*Category],
        gates=[*GateKind],
    )


def _empty(visitor: Visitor) -> Draft:
    name = visitor.organisation.name
    return Draft(name="", sender=name, fallback_locale=visitor.organisation.locale)


async def _look(visitor: Visitor, draft: Draft) -> Look:
    """Look a draft over, and put its words together as somebody would read them."""
    campaigns = visitor.services.campaigns
    lacks, second = await campaigns.look_over(visitor.organisation, draft)
    address = visitor.services.settings.web.public_url
    facts = {**sample_facts(draft, visitor.organisation.name, address), "name": READER}
    previews = []
    for locale, said in draft.texts.items():
        text = whole(said, locale, draft.channel, has_page=bool(draft.page_id))
        subject = None if text.subject is None else fill(text.subject, facts)
        previews.append((locale, subject, fill(text.text, facts)))
    return Look(lacks, second, await campaigns.estimate(visitor.organisation, draft), previews)


def _problems(
    refused: BadDraft | NotNow | WrittenSince | TooManyCampaigns | OtherBody,
) -> Mapping[str, str]:
    match refused:
        case BadDraft(field):
            return {field: "cannot_be"}
        case _:
            return {"form": refused.word}


async def _audiences(visitor: Visitor) -> Mapping[str, str]:
    found = await visitor.services.audiences.all(visitor.organisation.id)
    return {str(each.id): each.name for each in found}


async def _pages(visitor: Visitor, draft: Draft) -> Mapping[str, str]:
    """Give the pages that may stand behind a gate, the newest first; and the one that does, however
    old it is, for whoever saves the form must not take it away unseen."""
    pages, whose = visitor.services.pages.pages, visitor.organisation.id
    newest = (await pages.page(whose, None, IN_THE_MENU)).items
    menu = {str(each.id): each.name for each in newest if each.state is not PageState.RETIRED}
    if draft.page_id is not None and str(draft.page_id) not in menu:
        with suppress(NotFound):
            menu[str(draft.page_id)] = (await pages.find(whose, PageId(draft.page_id))).name
    return menu


async def _campaign(visitor: Visitor, written: str) -> Campaign | None:
    """Give the campaign whose form it is; nothing, if it is a new one."""
    try:
        return await found(visitor, UUID(written)) if written else None
    except ValueError:
        return None


async def found(visitor: Visitor, id: UUID) -> Campaign:
    return await visitor.services.campaigns.find(visitor.organisation.id, _id(id))


def _id(id: UUID) -> CampaignId:
    return CampaignId(Id(int=id.int))


routes = [
    show_campaigns,
    ask_for_campaign,
    add_campaign,
    look_over,
    show_campaign,
    change_campaign,
    propose_campaign,
    approve_campaign,
    decline_campaign,
    schedule_campaign,
    take_back_campaign,
    pause_campaign,
    resume_campaign,
    cancel_campaign,
]
