"""The rules against abuse: which are in force, and how an organisation sets its own.

What would change is shown before it is saved, with what the new rules would have done to what has
happened; and it is saved by a second button.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.abuse.replay.rules import Report
from watchword.features.abuse.rulebook.changes import (
    WantedRules,
    digest_of,
    read_wanted,
    write_wanted,
)
from watchword.features.abuse.rulesets import (
    Loosened,
    OwnRules,
    Ruleset,
    Section,
    Unusable,
    named,
)
from watchword.features.approvals.rules import ApprovalId, Kind, Proposal, Request
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.permissions import Permission
from watchword.foundation.ids import Id
from watchword.settings import prices
from watchword.web.console.abuse_rule_forms import SECTIONS, Fields, fields_of, read_rules
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PAGE = "/console/blocks/rules"
SEES, EDITS = {PERMISSION: Permission.BLOCKS_SEE}, {PERMISSION: Permission.RULES_EDIT}
DAYS, USUAL_DAYS = (1, 7, 30), 7
PATIENCE = 15.0  # seconds that somebody waits for a replay; for longer there is the command


@dataclass(frozen=True, slots=True)
class Change:
    """One section that would be different."""

    section: Section
    before: Any
    after: Any
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be an organisation's own in place of what it has, and the rules that gives."""

    own: OwnRules
    before: OwnRules
    ruleset: Ruleset


@get(PAGE, include_in_schema=False, opt=SEES)
async def show_rules(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rulebook, organisation = visitor.services.abuse.rulebook, visitor.organisation
    own = await rulebook.own(organisation)
    return show_console(
        request,
        visitor,
        "blocks/rules.html",
        ruleset=await rulebook.show(organisation),
        own={*named(own)},
        locked=rulebook.locked,
        sections=SECTIONS,
        in_force=rulebook.are_in_force(organisation),
        currency=currency_of(visitor),
    )


@get(f"{PAGE}/draft", include_in_schema=False, opt=EDITS)
async def ask_for_rules(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    """Show the form; with what a request asked for, if one is named."""
    rulebook, organisation = visitor.services.abuse.rulebook, visitor.organisation
    own = await rulebook.own(organisation)
    wanted = await _wanted(visitor, request.query_params.get("request", "")) or own
    ruleset = rulebook.read(organisation, wanted)
    if isinstance(ruleset, Unusable):
        ruleset, wanted = await rulebook.show(organisation), own
    fields = fields_of(ruleset, frozenset(named(wanted)))
    return await _show_form(request, visitor, fields, seen=digest_of(own))


@post(f"{PAGE}/draft", include_in_schema=False, opt=EDITS, status_code=200)
async def look_at_rules(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    """Show what would change, and what it would have done."""
    if visitor.form.flag("back"):
        return await _show_typed(request, visitor)
    wish = await _read_wish(request, visitor)
    if isinstance(wish, Response):
        return wish
    before = await visitor.services.abuse.rulebook.show(visitor.organisation)
    if refusal := visitor.services.abuse.rulebook.loosened(before, wish.ruleset):
        return await _show_typed(request, visitor, loosened=refusal.names)
    return await _show_effect(request, visitor, wish)


@post(PAGE, include_in_schema=False, opt=EDITS, status_code=200)
async def save_rules(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    wish = await _read_wish(request, visitor)
    if isinstance(wish, Response):
        return wish
    outcome = await visitor.services.abuse.rulebook.set(visitor, wish.own, is_operator=False)
    match outcome:
        case Ruleset():
            return go(PAGE, said="saved")
        case Unusable(faults):
            return await _show_typed(request, visitor, faults=faults)
        case Loosened(names):
            return await _show_typed(request, visitor, loosened=names)
        case NeedsSecondPerson(subject):
            return await _propose(request, visitor, wish, subject)
        case _:
            assert_never(outcome)


async def _read_wish(request: AnyRequest, visitor: Visitor) -> Wish | Response[str]:
    """Read what is to be set; or show the form again, with what is wrong with it."""
    if visitor.form.is_resumed:
        return await _show_typed(request, visitor)
    rulebook, organisation = visitor.services.abuse.rulebook, visitor.organisation
    own = read_rules(visitor.form)
    if isinstance(own, Unusable):
        return await _show_typed(request, visitor, faults=own.faults)
    now = await rulebook.own(organisation)
    if visitor.form.text("seen") != digest_of(now):
        fields = Fields(visitor.form.pairs)
        return await _show_form(request, visitor, fields, seen=digest_of(now), is_stale=True)
    ruleset = rulebook.read(organisation, own)
    if isinstance(ruleset, Unusable):
        return await _show_typed(request, visitor, faults=ruleset.faults)
    return Wish(own=own, before=now, ruleset=ruleset)


async def _propose(
    request: AnyRequest, visitor: Visitor, wish: Wish, subject: str
) -> Response[str] | Redirect:
    wanted = WantedRules(before=wish.before, own=wish.own)
    proposal = Proposal(
        kind=Kind.ABUSE_RULES,
        subject=subject,
        payload=write_wanted(wanted),
        reason=visitor.form.text("reason"),
    )
    outcome = await visitor.services.configuration.approvals.propose(
        visitor.organisation.id, proposal, actor=visitor.actor
    )
    if isinstance(outcome, Request):
        return go(f"/console/approvals/{outcome.id}", said="proposed")
    return await _show_effect(request, visitor, wish, problem=outcome.word)


async def _wanted(visitor: Visitor, written: str) -> OwnRules | None:
    """Give what a request asked for, so that what was overtaken need not be typed again."""
    try:
        id = ApprovalId(Id(written))
    except ValueError:
        return None
    approvals = visitor.services.configuration.approvals
    found = await approvals.find(visitor.organisation.id, id)
    return read_wanted(found.payload).own if found.kind is Kind.ABUSE_RULES else None


async def _show_typed(
    request: AnyRequest,
    visitor: Visitor,
    *,
    faults: Sequence[str] = (),
    loosened: Sequence[str] = (),
) -> Response[str]:
    fields, seen = Fields(visitor.form.pairs), visitor.form.text("seen")
    return await _show_form(request, visitor, fields, seen=seen, faults=faults, loosened=loosened)


async def _show_form(
    request: AnyRequest,
    visitor: Visitor,
    fields: Fields,
    *,
    seen: str,
    faults: Sequence[str] = (),
    loosened: Sequence[str] = (),
    is_stale: bool = False,
) -> Response[str]:
    rulebook, organisation = visitor.services.abuse.rulebook, visitor.organisation
    return show_console(
        request,
        visitor,
        "blocks/rules_edit.html",
        status=422 if faults or loosened or is_stale else 200,
        fields=fields,
        sections=SECTIONS,
        house=rulebook.of_the_house(organisation),
        current=await rulebook.show(organisation),
        locked=rulebook.locked,
        seen=seen,
        faults=faults,
        loosened=loosened,
        is_stale=is_stale,
        days=DAYS,
        currency=currency_of(visitor),
    )


async def _show_effect(
    request: AnyRequest, visitor: Visitor, wish: Wish, *, problem: str = ""
) -> Response[str]:
    rulebook, organisation = visitor.services.abuse.rulebook, visitor.organisation
    before, after = await rulebook.show(organisation), wish.ruleset
    form, asked = visitor.form, visitor.form.text("days")
    days = int(asked) if asked in map(str, DAYS) else USUAL_DAYS
    return show_console(
        request,
        visitor,
        "blocks/rules_effect.html",
        status=422 if problem else 200,
        changes=changes_of(before, after, wish.own, wish.before),
        needs=await rulebook.second_person(organisation, before, after),
        problem=problem,
        reason=form.text("reason"),
        pairs=[pair for pair in form.pairs if pair[0] not in {"seen", "back", "reason"}],
        seen=form.text("seen"),
        days=days,
        report=await _replayed(visitor, after, days),
        report_now=await _replayed(visitor, before, days),
        currency=currency_of(visitor),
    )


def changes_of(before: Ruleset, after: Ruleset, own: OwnRules, own_now: OwnRules) -> list[Change]:
    """Give the sections that would be different, or would be one's own where they were not."""
    is_own, was_own = named(own), named(own_now)
    return [
        Change(section, getattr(before, section), getattr(after, section), section in is_own)
        for section in SECTIONS
        if getattr(before, section) != getattr(after, section)
        or (section in is_own) != (section in was_own)
    ]


async def _replayed(visitor: Visitor, ruleset: Ruleset, days: int) -> Report | None:
    """Try rules on what has happened; nothing, if that takes longer than anybody waits."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await visitor.services.abuse.replays.replay(
                visitor.organisation, timedelta(days=days), ruleset
            )
    except TimeoutError:
        return None


def currency_of(visitor: Visitor) -> str | None:
    price_list = prices(visitor.services.settings)
    return None if price_list is None else price_list.currency


routes = [show_rules, ask_for_rules, look_at_rules, save_rules]
