"""System → Approvals: what waits for a second person, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.abuse.rulebook.changes import WantedRules, read_wanted
from watchword.features.abuse.rulesets import Ruleset
from watchword.features.approvals.rules import (
    AlreadyOver,
    ApprovalId,
    Approved,
    BadReason,
    Decision,
    Declined,
    Kind,
    NotYours,
    Overtaken,
    Request,
    State,
    Withdrawn,
    YourOwn,
    is_permit,
    may_use,
    state_at,
)
from watchword.features.campaigns.rules import Campaign
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.settings.changing.rules import Change, read_change
from watchword.features.staff.permissions import TO_ASK, Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.abuse_rules import PAGE as RULES
from watchword.web.console.abuse_rules import Change as RuleChange
from watchword.web.console.abuse_rules import changes_of, currency_of
from watchword.web.console.consequences import Consequences, consequences
from watchword.web.console.pages import go, show_console
from watchword.web.console.people import names_of_staff
from watchword.web.console.rows import rows_of
from watchword.web.console.to_do import to_do
from watchword.web.console.visits import PERMISSION, Visitor, address_of
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/approvals"
DECIDES = {PERMISSION: Permission.APPROVALS_DECIDE}
# Whoever asked for something may look at it and take it back, whatever else they may do.
ASKS = {PERMISSION: Permission.OWN_ACCOUNT}
CAMPAIGNS_AT_MOST = 25
ABOUT_PEOPLE = {Kind.PERSON_EXPORT, Kind.PERSON_ERASURE}

Page: TypeAlias = Response[str] | Redirect


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSettings:
    """A change of settings: while it waits, what it would do now; after that, what it was."""

    change: Change
    location: Location | None
    found: Consequences
    is_overtaken: bool
    word: ClassVar = "settings"

    @property
    def form(self) -> str:
        return f"/console/configuration/{self.change.section}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRules:
    """Other rules against abuse, beside those that there were."""

    changes: Sequence[RuleChange]
    currency: str | None
    is_overtaken: bool
    form: ClassVar = f"{RULES}/edit"
    location: ClassVar = None
    word: ClassVar = "rules"


Asked: TypeAlias = AskedSettings | AskedRules


@get(PATH, include_in_schema=False, opt=DECIDES)
async def show_requests(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, are_open = rows_of(request), request.query_params.get("state", "") != "over"
    page = await visitor.services.configuration.approvals.page(
        visitor.organisation.id, most=rows.most, after=rows.after, are_open=are_open
    )
    now = visitor.services.storage.now()
    return show_console(
        request,
        visitor,
        "approvals/list.html",
        requests=page.items,
        states={each.id: state_at(each, now) for each in page.items},
        cursor=write_cursor(page.after),
        rows=rows,
        are_open=are_open,
        campaigns=await campaigns_to_agree(visitor) if are_open else (),
        people=await names_of_staff(visitor),
        masked=await _masked(visitor, page.items),
        places=await _places(visitor),
    )


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=ASKS)
async def show_request(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    found = await visitor.services.configuration.approvals.find(
        visitor.organisation.id, _approval_id(id)
    )
    return await _show(request, visitor, found)


@post(f"{PATH}/{{id:uuid}}/decisions", include_in_schema=False, opt=DECIDES, status_code=200)
async def decide(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Page:
    form, approvals = visitor.form, visitor.services.configuration.approvals
    whose, key, reason = visitor.organisation.id, _approval_id(id), form.text("reason")
    do = form.text("do")
    if form.is_resumed or do not in {"approve", "decline"}:
        return await _show(request, visitor, await approvals.find(whose, key), reason=reason)
    outcome: Decision
    if do == "approve":
        outcome = await approvals.approve(whose, key, actor=visitor.actor, reason=reason)
    else:
        outcome = await approvals.decline(whose, key, actor=visitor.actor, reason=reason)
    match outcome:
        case Approved() | Declined():
            return go(f"{PATH}/{id}", said=outcome.word)
        case YourOwn():
            found = await approvals.find(whose, key)
            return await _show(request, visitor, found, status=403, problem=outcome.word)
        case BadReason():
            found = await approvals.find(whose, key)
            return await _show(
                request, visitor, found, status=422, problem=outcome.word, reason=reason
            )
        case AlreadyOver(over) | Overtaken(over):
            return await _show(request, visitor, over, status=409, problem=outcome.word)
        case _:
            assert_never(outcome)


@post(f"{PATH}/{{id:uuid}}/withdrawals", include_in_schema=False, opt=ASKS, status_code=200)
async def withdraw(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Page:
    approvals, whose = visitor.services.configuration.approvals, visitor.organisation.id
    if visitor.form.is_resumed:
        return await _show(request, visitor, await approvals.find(whose, _approval_id(id)))
    outcome = await approvals.withdraw(whose, _approval_id(id), actor=visitor.actor)
    match outcome:
        case Withdrawn():
            return go(f"{PATH}/{id}", said=outcome.word)
        case NotYours():
            found = await approvals.find(whose, _approval_id(id))
            return await _show(request, visitor, found, status=403, problem=outcome.word)
        case AlreadyOver(over):
            return await _show(request, visitor, over, status=409, problem=outcome.word)
        case _:
            assert_never(outcome)


async def campaigns_to_agree(visitor: Visitor) -> Sequence[Campaign]:
    """Give the campaigns that whoever looks may agree to: on pages of their own, not here."""
    if not visitor.admits(Permission.CAMPAIGNS):
        return ()
    campaigns, whose = visitor.services.campaigns, visitor.organisation.id
    return await campaigns.to_agree(whose, visitor.colleague.actor, CAMPAIGNS_AT_MOST)


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    found: Request,
    *,
    status: int = 200,
    problem: str = "",
    reason: str = "",
) -> Response[str]:
    is_own = found.author == visitor.actor
    if not is_own and not visitor.may(Permission.APPROVALS_DECIDE):
        raise NotFound("request")
    now = visitor.services.storage.now()
    state = state_at(found, now)
    return show_console(
        request,
        visitor,
        "approvals/request.html",
        status=status,
        found=found,
        state=state,
        asked=await _asked(request, visitor, found, state),
        masked=await _masked(visitor, [found]),
        places=await _places(visitor),
        is_own=is_own,
        is_permit=is_permit(found.kind),
        may_ask=TO_ASK[found.kind],
        to_do=to_do(found) if may_use(found, visitor.actor, now) else None,
        may_decide=state is State.OPEN and not is_own,
        problem=problem,
        reason=reason,
        people=await names_of_staff(visitor),
    )


async def _asked(
    request: AnyRequest, visitor: Visitor, found: Request, state: State
) -> Asked | None:
    """Say what would be different, or was to be; of anything else, its own pages tell more."""
    match found.kind:
        case Kind.SETTINGS:
            return await _asked_settings(request, visitor, read_change(found.payload), state)
        case Kind.ABUSE_RULES:
            return await _asked_rules(visitor, read_wanted(found.payload))
        case _:
            return None


async def _asked_settings(
    request: AnyRequest, visitor: Visitor, change: Change, state: State
) -> AskedSettings:
    services, organisation = visitor.services.configuration, visitor.organisation
    layers = await services.settings.layers(organisation.id, change.section, change.location)
    location = None
    if change.location is not None:
        location = await services.locations.find(organisation.id, change.location)
    if state is State.OPEN:
        found = await consequences(visitor, layers, change.own, address_of(request))
    else:
        found = Consequences(await services.changes.asked(organisation.id, change), (), ())
    return AskedSettings(
        change=change,
        location=location,
        found=found,
        is_overtaken=layers.ground != change.ground,
    )


async def _asked_rules(visitor: Visitor, wanted: WantedRules) -> AskedRules:
    rulebook, organisation = visitor.services.abuse.rulebook, visitor.organisation
    before = rulebook.read(organisation, wanted.before)
    after = rulebook.read(organisation, wanted.own)
    changes: Sequence[RuleChange] = ()
    if isinstance(before, Ruleset) and isinstance(after, Ruleset):
        changes = changes_of(before, after, wanted.own, wanted.before)
    return AskedRules(
        changes=changes,
        currency=currency_of(visitor),
        is_overtaken=await rulebook.own(organisation) != wanted.before,
    )


async def _masked(visitor: Visitor, requests: Iterable[Request]) -> Mapping[str, str]:
    """Say whom requests are about, as far as they are about people, and masked."""
    subjects = {each.subject for each in requests if each.kind in ABOUT_PEOPLE}
    return await visitor.services.privacy.people.masked(visitor.organisation.id, subjects)


async def _places(visitor: Visitor) -> Mapping[str, str]:
    """Say what locations are called, as requests name them."""
    every = await visitor.services.configuration.locations.all(visitor.organisation.id)
    return {f"location:{each.id}": each.name for each in every}


def _approval_id(id: UUID) -> ApprovalId:
    return ApprovalId(Id(int=id.int))


routes = [show_requests, show_request, decide, withdraw]
