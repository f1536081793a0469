"""The first steps: by what a customer is known, and what they would like. Whether they are known is
not said."""

from dataclasses import replace
from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.numbers import is_slip, read_number
from watchword.features.cards.verdicts import BadNumber
from watchword.features.challenges.verdicts import TooMany, TooSoon
from watchword.features.contacts.rules import Contact, Unreachable, read_email, read_phone
from watchword.features.idempotency.rules import Once, once
from watchword.features.organisations.settings.redemption import Way
from watchword.features.redemptions.master_pins.rules import Waiting
from watchword.features.rewards.rules import MayNotTake
from watchword.features.tills.rules import CardNumber, NewSession, TillSessionId, Wanted
from watchword.features.tills.verdicts import Asking
from watchword.foundation.secret import Secret
from watchword.web.console.nonces import nonce_of
from watchword.web.console.pages import go
from watchword.web.console.visits import Visitor
from watchword.web.html.pages import AnyRequest
from watchword.web.till.naming import LATER, read_wanted, to_be_had
from watchword.web.till.pages import REDEEMS, SALES, Place, location_id, place_at, show_till
from watchword.web.till.terminals_kept import read_cookie
from watchword.web.till.told import Told

TYPED_AT_MOST = 254
ZERO_BEFORE = frozenset({"DE", "AT", "CH", "FR", "GB", "IE", "NL", "BE", "SE", "FI", "SK", "SI"})
"""Where a telephone number that is not written for abroad begins with a zero."""

Shown: TypeAlias = Response[str] | Redirect


@get("/till/{place:uuid}", include_in_schema=False, opt=REDEEMS)
async def show_find(
    request: AnyRequest, place: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show(request, visitor, await place_at(request, visitor, location_id(place)))


@post("/till/{place:uuid}/sales", include_in_schema=False, opt=REDEEMS, status_code=200)
async def begin_sale(
    request: AnyRequest, place: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    here = await place_at(request, visitor, location_id(place))
    form, typed = visitor.form, visitor.form.text("who")
    if form.is_resumed:
        return await _show(request, visitor, here)
    who = read_who(typed, visitor.organisation.country)
    if isinstance(who, Unreachable):
        return await _show(request, visitor, here, Told("who"))
    if form.text("way") != Way.MASTER_PIN:
        return await _ask(request, visitor, here, who)
    return await _begin_without(request, visitor, here, _new(visitor, here, who))


async def _ask(
    request: AnyRequest, visitor: Visitor, here: Place, who: Contact | CardNumber
) -> Shown:
    """Ask what the customer would like, where there is something to be had, and for the code."""
    if not visitor.form.text("reward") and await to_be_had(visitor, here.location.id):
        return await _show_rewards(request, visitor, here)
    wanted = await read_wanted(visitor)
    if isinstance(wanted, Told):
        return await _show_rewards(request, visitor, here, wanted)
    new = replace(_new(visitor, here, who), wanted=wanted)
    opened = await visitor.services.tills.open(visitor.colleague, new, _once(visitor, wanted))
    match opened:
        case Asking():
            return _go_on(opened.id)
        case TooSoon(moment) | TooMany(moment):
            return await _show(request, visitor, here, Told(opened.word, moment))
        case MayNotTake(why):
            return await _show_rewards(request, visitor, here, Told(why))
        case _:
            return await _show(request, visitor, here, Told(opened.word))


def _new(visitor: Visitor, here: Place, who: Contact | CardNumber) -> NewSession:
    return NewSession(
        who=who,
        location_id=here.location.id,
        terminal_id=None if here.terminal is None else str(here.terminal.id),
        staff=visitor.actor,
        is_sent=visitor.form.text("way") != Way.WALLET_CODE,
    )


async def _show_rewards(
    request: AnyRequest, visitor: Visitor, here: Place, told: Told | None = None
) -> Response[str]:
    """Ask what the customer would like. It is the list of the location: it tells of nobody."""
    return show_till(
        request,
        visitor,
        here,
        "name.html",
        status=422 if told else 200,
        rewards=await to_be_had(visitor, here.location.id),
        LATER=LATER,
        form=visitor.form,
        told=told,
    )


async def _begin_without(
    request: AnyRequest, visitor: Visitor, here: Place, new: NewSession
) -> Shown:
    """Begin a sale whose customer is asked for nothing, for the master PIN will be entered."""
    credential = read_cookie(request, visitor.services.settings.web)
    if credential is None:
        return await _show(request, visitor, here, Told("unknown_terminal"))
    begun = await visitor.services.pin_entries.begin(visitor.colleague, new, credential)
    if isinstance(begun, Waiting):
        return _go_on(begun.id)
    return await _show(request, visitor, here, Told(f"pin_{begun.word}"))


def read_who(typed: str, country: str) -> Contact | CardNumber | Unreachable:
    """Read what was typed or scanned: an e-mail address, a telephone number or a card.

    The square of a card has its number in it, so a scanner types that as well.
    """
    typed = typed.strip()
    if not typed or len(typed) > TYPED_AT_MOST:
        return Unreachable("Nothing can be found by this.")
    if "@" in typed:
        return read_email(typed)
    if typed.lstrip("(").startswith(("+", "0")):
        return read_phone(typed, country)
    if country not in ZERO_BEFORE and isinstance(read := read_phone(typed, country), Contact):
        return read
    number = read_number(typed)
    if isinstance(number, BadNumber) or is_slip(number):
        return Unreachable("No card has such a number.")
    return CardNumber(Secret(typed))


def _once(visitor: Visitor, wanted: Wanted) -> Once:
    """Name what a form asks for: pressed twice, it is one sale; filled in otherwise, another."""
    form = visitor.form
    said = f"{form.text('way')} {wanted} {form.text('who')}"
    return once(nonce_of(visitor), client=visitor.actor, route=f"/till {said}", body=said.encode())


def _go_on(id: TillSessionId) -> Redirect:
    return go(f"{SALES}/{id}")


async def _show(
    request: AnyRequest, visitor: Visitor, here: Place, told: Told | None = None
) -> Response[str]:
    ways = await visitor.services.counter.ways(visitor.colleague, here.location.id)
    return show_till(
        request,
        visitor,
        here,
        "find.html",
        status=422 if told else 200,
        ways=ways,
        Way=Way,
        enters_pin=Way.MASTER_PIN in ways
        and here.terminal is not None
        and await visitor.services.counter.may_enter(visitor.colleague, here.location.id),
        typed=visitor.form.text("who"),
        told=told,
    )


routes = [show_find, begin_sale]
