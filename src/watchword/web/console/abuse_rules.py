"""The rules against abuse: which are in force, and how an organisation sets its own.

What would change is shown before it is saved, with what the new rules would have done to what has
happened; and it is saved by a second button.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.abuse.replay.rules import Report
from watchword.features.abuse.rulesets import (
    Loosened,
    OwnRules,
    Ruleset,
    Section,
    Unusable,
    named,
    written,
)
from watchword.features.staff.permissions import Permission
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


@get(PAGE, include_in_schema=False, opt=SEES)
async def show_rules(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rulebook, organisation = visitor.services.rulebook, visitor.organisation
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
        currency=_currency(visitor),
    )


@get(f"{PAGE}/edit", include_in_schema=False, opt=EDITS)
async def ask_for_rules(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rulebook, organisation = visitor.services.rulebook, visitor.organisation
    own = await rulebook.own(organisation)
    fields = fields_of(await rulebook.show(organisation), frozenset(named(own)))
    return await _show_form(request, visitor, fields, seen=_digest(own))


@post(f"{PAGE}/edit", include_in_schema=False, opt=EDITS, status_code=200)
async def look_at_rules(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    """Show what would change, and what it would have done."""
    form, seen = visitor.form, visitor.form.text("seen")
    fields, own = Fields(form.pairs), read_rules(form)
    if form.is_resumed or form.flag("back"):
        return await _show_form(request, visitor, fields, seen=seen)
    if isinstance(own, Unusable):
        return await _show_form(request, visitor, fields, seen=seen, faults=own.faults)
    now = await visitor.services.rulebook.own(visitor.organisation)
    if seen != _digest(now):
        return await _show_form(request, visitor, fields, seen=_digest(now), is_stale=True)
    ruleset = visitor.services.rulebook.read(visitor.organisation, own)
    if isinstance(ruleset, Unusable):
        return await _show_form(request, visitor, fields, seen=seen, faults=ruleset.faults)
    before = await visitor.services.rulebook.show(visitor.organisation)
    if refusal := visitor.services.rulebook.loosened(before, ruleset):
        return await _show_form(request, visitor, fields, seen=seen, loosened=refusal.names)
    changes = _changes(before, ruleset, own, now)
    return await _show_effect(request, visitor, before=before, after=ruleset, changes=changes)


@post(PAGE, include_in_schema=False, opt=EDITS, status_code=200)
async def save_rules(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    form = visitor.form
    fields, own = Fields(form.pairs), read_rules(form)
    seen = form.text("seen")
    if form.is_resumed:
        return await _show_form(request, visitor, fields, seen=seen)
    if isinstance(own, Unusable):
        return await _show_form(request, visitor, fields, seen=seen, faults=own.faults)
    now = await visitor.services.rulebook.own(visitor.organisation)
    if seen != _digest(now):
        return await _show_form(request, visitor, fields, seen=_digest(now), is_stale=True)
    outcome = await visitor.services.rulebook.set(visitor, own, is_operator=False)
    match outcome:
        case Ruleset():
            return go(PAGE, said="saved")
        case Unusable(faults):
            return await _show_form(request, visitor, fields, seen=seen, faults=faults)
        case Loosened(names):
            return await _show_form(request, visitor, fields, seen=seen, loosened=names)
        case _:
            assert_never(outcome)


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
    rulebook, organisation = visitor.services.rulebook, visitor.organisation
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
        currency=_currency(visitor),
    )


async def _show_effect(
    request: AnyRequest,
    visitor: Visitor,
    *,
    before: Ruleset,
    after: Ruleset,
    changes: Sequence[Change],
) -> Response[str]:
    form, asked = visitor.form, visitor.form.text("days")
    days = int(asked) if asked in map(str, DAYS) else USUAL_DAYS
    return show_console(
        request,
        visitor,
        "blocks/rules_effect.html",
        changes=changes,
        pairs=[pair for pair in form.pairs if pair[0] not in {"seen", "back"}],
        seen=form.text("seen"),
        days=days,
        report=await _replayed(visitor, after, days),
        report_now=await _replayed(visitor, before, days),
        currency=_currency(visitor),
    )


def _changes(before: Ruleset, after: Ruleset, own: OwnRules, own_now: OwnRules) -> list[Change]:
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
            return await visitor.services.replays.replay(
                visitor.organisation, timedelta(days=days), ruleset
            )
    except TimeoutError:
        return None


def _currency(visitor: Visitor) -> str | None:
    price_list = prices(visitor.services.settings)
    return None if price_list is None else price_list.currency


def _digest(own: OwnRules) -> str:
    """Name rules, so that it shows whether somebody else has set others meanwhile."""
    return hashlib.sha256(written(own).encode()).hexdigest()[:16]


routes = [show_rules, ask_for_rules, look_at_rules, save_rules]
