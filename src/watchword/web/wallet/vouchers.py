"""What customers take along for tills that have no line: they choose it here, and show it here.

The page that shows it is kept on the device, as that of the card is: it has nothing to be sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import MayNotTake, RewardId
from watchword.features.tills.rules import NoAccount
from watchword.features.vouchers.rules import (
    NotThere,
    Refused,
    SwitchedOff,
    TooManyOut,
    Voucher,
    Wish,
    WishId,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, new_id
from watchword.web.console.forms import Form
from watchword.web.html.pages import AnyRequest
from watchword.web.joining.pages import language_of
from watchword.web.wallet.pages import PATH, Reply, Seen, acting, go, seen, show_seen
from watchword.web.wallet.squares import Square, square_of
from watchword.wiring import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A voucher on the page. Without a `square` no till takes it any more, and its points are on
    their way back."""

    name: str
    place: str
    points: int
    at_least: int
    currency: str
    ends_at: datetime
    releases_at: datetime
    square: Square | None


@dataclass(frozen=True, slots=True)
class Told:
    """Why nothing was taken along."""

    word: str
    count: int = 0


@get(f"{PATH}/vouchers", include_in_schema=False)
async def show_choice(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    house, who = await seen(request, services, slug)
    if who is None:
        return go(request, house)
    return await _show_choice(who)


@post(f"{PATH}/vouchers", include_in_schema=False, status_code=200)
async def take_along(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    async def act(who: Seen, form: Form) -> Reply:
        named = [_id(form.text(name)) for name in ("wish", "reward", "place")]
        id, reward, place = named
        if id is None or reward is None or place is None:
            return await _show_choice(who, Told("nothing_chosen"), form)
        wish = Wish(
            id=WishId(id),
            customer_id=who.visit.customer_id,
            reward_id=RewardId(reward),
            location_id=LocationId(place),
        )
        taken = await services.vouchers.vouchers.take(who.visit, wish)
        if isinstance(taken, Voucher):
            return go(request, who.house, "/vouchers/mine")
        return await _show_choice(who, _told(taken), form)

    return await acting(request, services, slug, act)


@get(f"{PATH}/vouchers/mine", include_in_schema=False)
async def show_mine(
    request: AnyRequest, slug: FromPath[str], services: NamedDependency[Services]
) -> Reply:
    """Show what is out, to be scanned. It is kept on the device for a bad line."""
    house, who = await seen(request, services, slug)
    if who is None:
        return go(request, house)
    return show_seen(
        who,
        "vouchers_mine.html",
        vouchers=await _mine(who),
        is_on=await services.vouchers.vouchers.is_on(house.organisation.id),
    )


async def _show_choice(who: Seen, told: Told | None = None, form: Form | None = None) -> Reply:
    services, visit = who.services, who.visit
    whose = visit.organisation.id
    choice = await services.vouchers.vouchers.choice(whose, visit.customer_id)
    chosen: Mapping[str, str] = {
        name: "" if form is None else form.text(name) for name in ("reward", "place")
    }
    return show_seen(
        who,
        "vouchers.html",
        status=200 if told is None else 422,
        choice=choice,
        locale=language_of(who.request, who.house),
        told=told,
        chosen=chosen,
        wish=new_id(),
    )


async def _mine(who: Seen) -> list[Shown]:
    services, whose = who.services, who.visit.organisation.id
    shown, locale = list[Shown](), language_of(who.request, who.house)
    for voucher in await services.vouchers.vouchers.out(whose, who.visit.customer_id):
        token = services.vouchers.vouchers.token(whose, voucher)
        reward = await services.rewards.find(whose, voucher.reward_id)
        shown.append(
            Shown(
                name=reward.name_in(locale),
                place=await _place(services, who, voucher.location_id),
                points=voucher.points,
                at_least=voucher.at_least,
                currency=voucher.currency,
                ends_at=voucher.ends_at,
                releases_at=voucher.releases_at,
                square=None if token is None else square_of(token.reveal()),
            )
        )
    return shown


async def _place(services: Services, who: Seen, id: LocationId) -> str:
    try:
        location = await services.configuration.locations.find(who.visit.organisation.id, id)
    except NotFound:
        return ""
    return location.name


def _told(refused: Refused) -> Told:
    match refused:
        case TooManyOut(count):
            return Told("too_many_out", count)
        case MayNotTake(why):
            return Told(why)
        case SwitchedOff() | NotThere() | NoAccount():
            return Told(refused.word)


def _id(written: str) -> Id | None:
    try:
        return Id(written)
    except ValueError:
        return None


routes = [show_choice, take_along, show_mine]
