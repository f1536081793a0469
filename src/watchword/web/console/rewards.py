"""Rewards: what may be had for points, offered, changed, paused and ended."""

from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.customers.accounts.rules import USUAL_CURRENCY
from watchword.features.idempotency.rules import OtherBody
from watchword.features.rewards.rules import (
    BadOffer,
    Offer,
    Refused,
    Reward,
    RewardId,
    is_offered,
)
from watchword.features.staff.permissions import Permission
from watchword.foundation.ids import Id
from watchword.web.console.offer_fields import Fields, decimal, last_day, open_locations
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

PATH = "/console/rewards"
SEES, EDITS = {PERMISSION: Permission.REWARDS_SEE}, {PERMISSION: Permission.REWARDS_EDIT}
ALWAYS_ASKED = ("de", "en")

Shown: TypeAlias = Response[str] | Redirect


@get(PATH, include_in_schema=False, opt=SEES)
async def show_rewards(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows = rows_of(request)
    page = await visitor.services.rewards.page(visitor.organisation.id, rows.after, rows.most)
    places = await visitor.services.configuration.locations.all(visitor.organisation.id)
    return show_console(
        request,
        visitor,
        "rewards/list.html",
        rewards=page.items,
        cursor=write_cursor(page.after),
        rows=rows,
        named={each.id: each.name for each in places},
        is_offered=is_offered,
        last_day=last_day,
    )


@get(f"{PATH}/new", include_in_schema=False, opt=EDITS)
async def ask_for_reward(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show_form(request, visitor, None)


@post(PATH, include_in_schema=False, opt=EDITS, status_code=200)
async def add_reward(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    offer, problems = _read(visitor, None)
    if visitor.form.is_resumed or problems:
        return await _show_form(request, visitor, None, problems)
    outcome = await visitor.services.rewards.create(visitor, offer)
    if isinstance(outcome, Reward):
        return go(PATH, said="added")
    return await _show_form(request, visitor, None, _problems(outcome))


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=EDITS)
async def show_reward(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show_form(request, visitor, await _found(visitor, id))


@post(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=EDITS, status_code=200)
async def change_reward(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    reward = await _found(visitor, id)
    offer, problems = _read(visitor, reward)
    if visitor.form.is_resumed or problems:
        return await _show_form(request, visitor, reward, problems)
    version = visitor.form.version("version")
    outcome = await visitor.services.rewards.change(visitor, reward.id, offer, version)
    if isinstance(outcome, Reward):
        return go(PATH, said="changed")
    return await _show_form(request, visitor, reward, _problems(outcome))


@post(f"{PATH}/{{id:uuid}}/pauses", include_in_schema=False, opt=EDITS, status_code=303)
async def pause_reward(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if not visitor.form.is_resumed:
        await visitor.services.rewards.pause(visitor, _id(id))
    return go(PATH, said="" if visitor.form.is_resumed else "paused")


@post(f"{PATH}/{{id:uuid}}/resumptions", include_in_schema=False, opt=EDITS, status_code=303)
async def resume_reward(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if not visitor.form.is_resumed:
        await visitor.services.rewards.resume(visitor, _id(id))
    return go(PATH, said="" if visitor.form.is_resumed else "resumed")


@post(f"{PATH}/{{id:uuid}}/endings", include_in_schema=False, opt=EDITS, status_code=303)
async def end_reward(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if not visitor.form.is_resumed:
        await visitor.services.rewards.end(visitor, _id(id))
    return go(PATH, said="" if visitor.form.is_resumed else "ended")


async def _show_form(
    request: AnyRequest,
    visitor: Visitor,
    reward: Reward | None,
    problems: Mapping[str, str] | None = None,
) -> Response[str]:
    form = visitor.form
    is_typed = bool(form.pairs)
    chosen = reward.locations if reward is not None else frozenset()
    kept = _written(reward)
    values = {name: form.text(name) if is_typed else value for name, value in kept.items()}
    locales = [*dict.fromkeys([visitor.organisation.locale, *ALWAYS_ASKED, *_locales(reward)])]
    names = {
        each: form.text(f"name-{each}")
        if is_typed
        else ("" if reward is None else reward.names.get(each, ""))
        for each in locales
    }
    return show_console(
        request,
        visitor,
        "rewards/form.html",
        status=422 if problems else 200,
        reward=reward,
        values=values,
        names=names,
        chosen=form.all("locations") if is_typed else [str(each) for each in chosen],
        places=await open_locations(visitor, chosen),
        problems=problems or {},
    )


def _written(reward: Reward | None) -> Mapping[str, str]:
    """Give what stands in the fields before anybody types."""
    if reward is None:
        empty = ("points", "value", "pos_discount_id", "stock", "at_least", "starts_at", "ends_at")
        return {**dict.fromkeys(empty, ""), "currency": USUAL_CURRENCY, "version": "0"}
    return {
        "points": str(reward.points),
        "value": decimal(reward.value),
        "currency": reward.currency,
        "pos_discount_id": reward.pos_discount_id or "",
        "stock": "" if reward.stock is None else str(reward.stock),
        "at_least": decimal(reward.at_least) if reward.at_least else "",
        "starts_at": "" if reward.starts_at is None else str(reward.starts_at.date()),
        "ends_at": str(last_day(reward.ends_at) or ""),
        "version": str(reward.version),
    }


def _locales(reward: Reward | None) -> list[str]:
    return [] if reward is None else [*reward.names]


def _read(visitor: Visitor, before: Reward | None) -> tuple[Offer, Mapping[str, str]]:
    """Read a form; what cannot be read stands beside what could."""
    form, fields = visitor.form, Fields(visitor.form)
    asked = [visitor.organisation.locale, *ALWAYS_ASKED, *_locales(before)]
    offer = Offer(
        names={each: name for each in asked if (name := form.text(f"name-{each}"))},
        points=fields.whole("points"),
        value=fields.money("value"),
        currency=form.text("currency").upper(),
        pos_discount_id=form.text("pos_discount_id") or None,
        locations=fields.locations(),
        starts_at=fields.begin("starts_at", None if before is None else before.starts_at),
        ends_at=fields.end("ends_at", None if before is None else before.ends_at),
        stock=fields.whole_if_any("stock"),
        at_least=fields.money("at_least"),
    )
    return offer, fields.problems


def _problems(refused: Refused | OtherBody) -> Mapping[str, str]:
    match refused:
        case BadOffer(name, _):
            return {name: "cannot_be"}
        case _:
            return {"form": refused.word}


async def _found(visitor: Visitor, id: UUID) -> Reward:
    return await visitor.services.rewards.find(visitor.organisation.id, _id(id))


def _id(id: UUID) -> RewardId:
    return RewardId(Id(int=id.int))


routes = [
    show_rewards,
    ask_for_reward,
    add_reward,
    show_reward,
    change_reward,
    pause_reward,
    resume_reward,
    end_reward,
]
