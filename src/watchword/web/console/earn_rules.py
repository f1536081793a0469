"""Earn rules: how many points a purchase gives, where, and when."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.customers.accounts.rules import USUAL_CURRENCY
from watchword.features.idempotency.rules import OtherBody
from watchword.features.points.earning.rules import (
    BadTerms,
    EarnRule,
    EarnRuleId,
    Refused,
    State,
    Terms,
)
from watchword.features.staff.permissions import Permission
from watchword.foundation.ids import Id
from watchword.web.console.offer_fields import Fields, decimal, last_day, open_locations
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/earn-rules"
SEES, EDITS = {PERMISSION: Permission.REWARDS_SEE}, {PERMISSION: Permission.REWARDS_EDIT}
STATES = {str(each): each for each in State}

Shown: TypeAlias = Response[str] | Redirect


@get(PATH, include_in_schema=False, opt=SEES)
async def show_earn_rules(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows = rows_of(request)
    page = await visitor.services.earn_rules.page(visitor.organisation.id, rows.after, rows.most)
    places = await visitor.services.configuration.locations.all(visitor.organisation.id)
    return show_console(
        request,
        visitor,
        "earn_rules/list.html",
        rules=page.items,
        cursor=write_cursor(page.after),
        rows=rows,
        named={each.id: each.name for each in places},
        last_day=last_day,
    )


@get(f"{PATH}/new", include_in_schema=False, opt=EDITS)
async def ask_for_earn_rule(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show_form(request, visitor, None)


@post(PATH, include_in_schema=False, opt=EDITS, status_code=200)
async def add_earn_rule(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    terms, problems = _read(visitor, None)
    if visitor.form.is_resumed or problems:
        return await _show_form(request, visitor, None, problems)
    outcome = await visitor.services.earn_rules.create(visitor, terms)
    if isinstance(outcome, EarnRule):
        return go(PATH, said="added")
    return await _show_form(request, visitor, None, _problems(outcome))


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=EDITS)
async def show_earn_rule(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show_form(request, visitor, await _found(visitor, id))


@post(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=EDITS, status_code=200)
async def change_earn_rule(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    rule = await _found(visitor, id)
    terms, problems = _read(visitor, rule)
    if visitor.form.is_resumed or problems:
        return await _show_form(request, visitor, rule, problems)
    outcome = await visitor.services.earn_rules.change(
        visitor, rule.id, terms, rule.state, visitor.form.version("version")
    )
    if isinstance(outcome, EarnRule):
        return go(PATH, said="changed")
    return await _show_form(request, visitor, rule, _problems(outcome))


@post(f"{PATH}/{{id:uuid}}/states", include_in_schema=False, opt=EDITS, status_code=303)
async def turn_earn_rule(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    """Pause a rule, let it hold again, or end it."""
    state = STATES.get(visitor.form.text("state"))
    if visitor.form.is_resumed or state is None:
        return go(PATH)
    rule = await _found(visitor, id)
    await visitor.services.earn_rules.change(visitor, rule.id, rule.terms, state, rule.version)
    return go(PATH, said=state)


async def _show_form(
    request: AnyRequest,
    visitor: Visitor,
    rule: EarnRule | None,
    problems: Mapping[str, str] | None = None,
) -> Response[str]:
    form = visitor.form
    is_typed = bool(form.pairs)
    chosen = rule.terms.locations if rule is not None else frozenset()
    kept = _written(rule)
    return show_console(
        request,
        visitor,
        "earn_rules/form.html",
        status=422 if problems else 200,
        rule=rule,
        values={name: form.text(name) if is_typed else value for name, value in kept.items()},
        chosen=form.all("locations") if is_typed else [str(each) for each in chosen],
        places=await open_locations(visitor, chosen),
        problems=problems or {},
    )


def _written(rule: EarnRule | None) -> Mapping[str, str]:
    """Give what stands in the fields before anybody types."""
    if rule is None:
        empty = ("name", "points", "per_amount", "at_least", "starts_at", "ends_at")
        return {**dict.fromkeys(empty, ""), "currency": USUAL_CURRENCY, "version": "0"}
    terms = rule.terms
    return {
        "name": terms.name,
        "points": str(terms.points),
        "per_amount": decimal(terms.per_amount),
        "currency": terms.currency,
        "at_least": decimal(terms.at_least) if terms.at_least else "",
        "starts_at": "" if terms.starts_at is None else str(terms.starts_at.date()),
        "ends_at": str(last_day(terms.ends_at) or ""),
        "version": str(rule.version),
    }


def _read(visitor: Visitor, before: EarnRule | None) -> tuple[Terms, Mapping[str, str]]:
    """Read a form; what cannot be read stands beside what could."""
    form, fields = visitor.form, Fields(visitor.form)
    terms = Terms(
        name=form.text("name"),
        points=fields.whole("points"),
        per_amount=fields.money("per_amount"),
        currency=form.text("currency").upper(),
        at_least=fields.money("at_least"),
        locations=fields.locations(),
    )
    terms = replace(
        terms,
        starts_at=fields.begin("starts_at", None if before is None else before.terms.starts_at),
        ends_at=fields.end("ends_at", None if before is None else before.terms.ends_at),
    )
    return terms, fields.problems


def _problems(refused: Refused | OtherBody) -> Mapping[str, str]:
    match refused:
        case BadTerms(name, _):
            return {name: "cannot_be"}
        case _:
            return {"form": refused.word}


async def _found(visitor: Visitor, id: UUID) -> EarnRule:
    return await visitor.services.earn_rules.find(
        visitor.organisation.id, EarnRuleId(Id(int=id.int))
    )


routes = [
    show_earn_rules,
    ask_for_earn_rule,
    add_earn_rule,
    show_earn_rule,
    change_earn_rule,
    turn_earn_rule,
]
