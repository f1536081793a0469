"""A sale, step by step: the code, the customer, the reward, the till, and done."""

import re
from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.challenges.displays.rules import Displayed
from watchword.features.challenges.verdicts import TooMany, TooSoon, Wrong
from watchword.features.customers.rules import CustomerId
from watchword.features.idempotency.rules import once
from watchword.features.organisations.settings.redemption import Way
from watchword.features.redemptions.counter.rules import Sight, Step
from watchword.features.redemptions.rules import Redemption, State
from watchword.features.rewards.rules import MayNotTake, Reward
from watchword.features.staff.permissions import Permission
from watchword.features.tills.rules import (
    Burnt,
    SessionOver,
    Superseded,
    TillSessionId,
    Wanted,
    closed,
)
from watchword.features.tills.verdicts import Asking, OpenWallet, Proven
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.nonces import nonce_of
from watchword.web.console.pages import go
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import HEADERS, AnyRequest
from watchword.web.till.naming import read_id, read_wanted, to_be_had
from watchword.web.till.pages import PATH, REDEEMS, SALES, Place, place_at, show_till
from watchword.web.till.told import Told

ONE = SALES + "/{id:uuid}"
GONE = (Superseded, Burnt, SessionOver)
CODE = re.compile("[0-9]+")
DISPUTES_AT_MOST = 50

Shown: TypeAlias = Response[str] | Redirect


@get(ONE, include_in_schema=False, opt=REDEEMS)
async def show_sale(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await show(request, visitor, sale_id(id))


@get(ONE + "/endings", include_in_schema=False, opt=REDEEMS)
async def look_for_end(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Response[str]:
    """Say to a page that waits whether its sale is over: with nothing, as long as it is not. It is
    asked every few seconds, so it reads one row; and it says no more than that."""
    session = await visitor.services.tills.read(visitor.colleague, sale_id(id))
    is_over = closed(session, visitor.services.storage.now()) is not None
    return Response(
        "", status_code=200 if is_over else 204, headers=HEADERS, media_type="text/plain"
    )


@post(ONE + "/answers", include_in_schema=False, opt=REDEEMS, status_code=200)
async def answer(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    """Try the code. The same one, sent twice by one form, is one try."""
    sale, typed = sale_id(id), "".join(visitor.form.text("code").split())
    sight = await permitted(request, visitor, sale)
    if visitor.form.is_resumed:
        return await show(request, visitor, sale)
    if fault := _find_slip(typed, sight):
        return await show(request, visitor, sale, fault)
    asked = once(
        nonce_of(visitor),
        client=visitor.actor,
        route=f"/till/sales/{sale}/answers {typed}",
        body=b"",
    )
    answered = await visitor.services.tills.answer(visitor.colleague, sale, typed, asked)
    match answered:
        case Proven():
            return await _proven(request, visitor, sale)
        case Superseded() | Burnt() | SessionOver():
            return go(f"{SALES}/{sale}")
        case Wrong(left):
            told = Told("wrong", left=left)
        case TooMany(moment):
            told = Told("too_many", moment)
        case _:
            told = Told(answered.word)
    return await show(request, visitor, sale, told)


def _find_slip(typed: str, sight: Sight) -> Told | None:
    """Say why something is no code at all: it is compared with none, and costs no try."""
    if not CODE.fullmatch(typed):
        return Told("nothing_typed")
    is_whole = sight.awaited is None or len(typed) == sight.awaited.code_length
    return None if is_whole else Told("not_whole")


@post(ONE + "/sendings", include_in_schema=False, opt=REDEEMS, status_code=200)
async def send_again(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    sale = sale_id(id)
    await permitted(request, visitor, sale)
    sent = await visitor.services.tills.send_again(visitor.colleague, sale)
    if isinstance(sent, Asking):
        return go(f"{SALES}/{sale}", said="sent")
    if isinstance(sent, GONE):
        return go(f"{SALES}/{sale}")
    moment = sent.moment if isinstance(sent, TooSoon | TooMany) else None
    return await show(request, visitor, sale, Told(sent.word, moment))


@post(ONE + "/choices", include_in_schema=False, opt=REDEEMS, status_code=200)
async def choose(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    """Say which of several customers, who share a telephone, stands there."""
    sale = sale_id(id)
    await permitted(request, visitor, sale)
    whom = CustomerId(read_id(visitor.form.text("customer"), "customer"))
    chosen = await visitor.services.tills.choose(visitor.colleague, sale, whom)
    if isinstance(chosen, Proven):
        return await _proven(request, visitor, sale)
    if isinstance(chosen, GONE):
        return go(f"{SALES}/{sale}")
    return await show(request, visitor, sale, Told(chosen.word))


@post(ONE + "/redemptions", include_in_schema=False, opt=REDEEMS, status_code=200)
async def reserve(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    """Put a reward by for the customer, for half an hour."""
    sale, form = sale_id(id), visitor.form
    agreed = (await permitted(request, visitor, sale)).session.wanted
    if form.is_resumed:
        return await show(request, visitor, sale)
    is_agreed = form.text("reward") == str(agreed.reward_id)
    wanted = agreed if is_agreed else await read_wanted(visitor)
    if isinstance(wanted, Told):
        return await show(request, visitor, sale, wanted)
    return await _put_by(request, visitor, sale, wanted)


async def _proven(request: AnyRequest, visitor: Visitor, sale: TillSessionId) -> Shown:
    """Put by what the code was for, if that was said: whoever tells it has agreed."""
    sight = await permitted(request, visitor, sale)
    wanted = sight.session.wanted
    if sight.step is not Step.REWARD or wanted.reward_id is None:
        return go(f"{SALES}/{sale}")
    return await _put_by(request, visitor, sale, wanted)


async def _put_by(
    request: AnyRequest, visitor: Visitor, sale: TillSessionId, wanted: Wanted
) -> Shown:
    if wanted.reward_id is None:
        raise NotFound("reward")
    made = await visitor.services.redemptions.reserve(
        visitor.colleague, sale, wanted.reward_id, wanted.amount
    )
    match made:
        case Redemption() | Superseded() | Burnt() | SessionOver():
            return go(f"{SALES}/{sale}")
        case MayNotTake(why):
            return await show(request, visitor, sale, Told(why))
        case _:
            return await show(request, visitor, sale, Told(made.word))


@post(ONE + "/commitments", include_in_schema=False, opt=REDEEMS, status_code=200)
async def commit(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    """Spend what is put by: the till has taken it off the sum."""
    sale, order = sale_id(id), visitor.form.text("order")
    sight = await permitted(request, visitor, sale)
    if visitor.form.is_resumed:
        return await show(request, visitor, sale)
    if sight.redemption is None:
        return go(f"{SALES}/{sale}")
    if not order:
        return await show(request, visitor, sale, Told("bad_word"))
    done = await visitor.services.redemptions.commit(visitor.colleague, sight.redemption.id, order)
    if isinstance(done, Redemption):
        return go(f"{SALES}/{sale}")
    return await show(request, visitor, sale, Told(done.word))


@post(ONE + "/endings", include_in_schema=False, opt=REDEEMS, status_code=200)
async def end(request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Shown:
    """End a sale that comes to nothing. What was put by in it is given back."""
    sale = sale_id(id)
    sight = await permitted(request, visitor, sale)
    had = sight.redemption is not None
    if sight.step is not Step.DONE:
        await visitor.services.redemptions.abandon(visitor.colleague, sale)
    return go(f"{SALES}/{sale}" if had else f"{PATH}/{sight.session.location_id}")


async def permitted(request: AnyRequest, visitor: Visitor, id: TillSessionId) -> Sight:
    """Read a sale of whoever asks, at a location where they still may redeem."""
    sight = await visitor.services.counter.look(visitor.colleague, id)
    if not visitor.may(Permission.REDEEM, sight.session.location_id):
        raise NotFound("till session")
    return sight


async def show(
    request: AnyRequest,
    visitor: Visitor,
    id: TillSessionId,
    told: Told | None = None,
    *,
    code: Displayed | None = None,
) -> Response[str]:
    """Show a sale at the step where it is. `code`: that of a wallet which staff have pulled up."""
    sight = await permitted(request, visitor, id)
    place = await place_at(request, visitor, sight.session.location_id)
    wallet = None
    if sight.step is Step.REWARD:
        viewed = await visitor.services.tills.wallet(visitor.colleague, id)
        wallet = viewed if isinstance(viewed, OpenWallet) else None
        if not isinstance(viewed, OpenWallet) and told is None:
            told = Told(viewed.word)
    return show_till(
        request,
        visitor,
        place,
        f"{sight.step}.html",
        status=422 if told else 200,
        sight=sight,
        session=sight.session,
        wallet=wallet,
        told=told,
        code=code,
        form=visitor.form,
        Way=Way,
        path=f"{SALES}/{id}",
        others=await _others(visitor, place, sight),
        is_disputed=await _is_disputed(visitor, sight),
        **await _exceptions(visitor, place, sight),
    )


async def _others(visitor: Visitor, place: Place, sight: Sight) -> Sequence[Reward]:
    """Give what could be asked for in place of what was named."""
    named = sight.session.wanted.reward_id
    if named is None or sight.step is not Step.ASK:
        return ()
    return [each for each in await to_be_had(visitor, place.location.id) if each.id != named]


async def _is_disputed(visitor: Visitor, sight: Sight) -> bool:
    """Say whether a customer stopped it, who was told of an exception and was not there."""
    it = sight.redemption
    if it is None or it.state is not State.RELEASED:
        return False
    disputed = await visitor.services.overrides.disputed(
        visitor.organisation.id, it.reserved_at, DISPUTES_AT_MOST
    )
    return any(each.session_id == sight.session.id for each in disputed)


async def _exceptions(visitor: Visitor, place: Place, sight: Sight) -> dict[str, bool]:
    """Say which exceptions from the code are offered to whoever is there."""
    where, ways = place.location.id, sight.ways
    is_pinned = Way.MASTER_PIN in ways and place.terminal is not None
    return {
        "pulls_up": Way.WALLET_CODE in ways and sight.may_pull_up and sight.awaited is not None,
        "enters_pin": is_pinned
        and await visitor.services.counter.may_enter(visitor.colleague, where),
    }


def sale_id(id: UUID) -> TillSessionId:
    return TillSessionId(Id(int=id.int))


routes = [show_sale, look_for_end, answer, send_again, choose, reserve, commit, end]
