"""What a customer does in a sale on the page of a shop: type the code, choose, put by."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from watchword.features.clients.rules import Scope
from watchword.features.customers.rules import CustomerId
from watchword.features.idempotency.rules import OtherBody
from watchword.features.redemptions.rules import Redemption, State
from watchword.features.rewards.rules import MayNotTake, RewardId
from watchword.features.tills.rules import Burnt, SessionOver, Shut, Superseded
from watchword.features.tills.verdicts import Asking, NotOneOfThem, OpenWallet, Proven
from watchword.foundation.ids import Id
from watchword.web.api.challenges import refused
from watchword.web.api.till_views import (
    AskingView,
    NewChoice,
    NewTillAnswer,
    NewTillEnding,
    NewTillSending,
    OfferView,
    TillJudgement,
    asking_view,
    offer_view,
)
from watchword.web.api.tills import judgement, not_available, unusable
from watchword.web.problems import Kind, Problem
from watchword.web.redeem.guests import PASS, PATH, Invited
from watchword.web.requests import Body

HERE = {PASS: True}


class WantedReward(Body, frozen=True):
    """What the customer has chosen. What they buy is known by the shop, and not by its page."""

    reward_id: UUID


class SaleView(Struct, frozen=True):
    """A sale, as its customer sees it."""

    state: str
    locale: str


class OpenedView(Struct, frozen=True):
    """What a customer has, and what they may have for it."""

    name: str
    points: int
    hides_points: bool
    rewards: list[OfferView]


class PutByView(Struct, frozen=True):
    """What is put by. The shop commits it with the order, by its `id`."""

    id: UUID
    state: State
    points: int
    value: int
    currency: str


@get(PATH + "sale", include_in_schema=False, opt=HERE)
async def see_sale(invited: NamedDependency[Invited]) -> SaleView:
    guest = invited.guest
    sale = await invited.services.tills.read(guest.client, guest.session_id)
    return SaleView(sale.state, sale.locale)


@post(PATH + "sendings", include_in_schema=False, opt=HERE)
async def send_again(
    data: JSONBody[NewTillSending], invited: NamedDependency[Invited]
) -> AskingView:
    guest = invited.guest
    sent = await invited.services.tills.send_again(guest.client, guest.session_id)
    match sent:
        case Asking():
            return asking_view(sent)
        case Superseded() | Burnt() | SessionOver() | Shut():
            raise unusable(sent)
        case _:
            raise refused(sent, invited.services.storage.now())


@post(PATH + "answers", include_in_schema=False, opt=HERE)
async def answer(data: JSONBody[NewTillAnswer], invited: NamedDependency[Invited]) -> TillJudgement:
    guest = invited.guest
    answered = await invited.services.tills.answer(guest.client, guest.session_id, data.code)
    return judgement(answered, invited.services.storage.now())


@post(PATH + "choices", include_in_schema=False, opt=HERE)
async def choose(data: JSONBody[NewChoice], invited: NamedDependency[Invited]) -> SaleView:
    guest, whom = invited.guest, CustomerId(Id(int=data.customer_id.int))
    chosen = await invited.services.tills.choose(guest.client, guest.session_id, whom)
    match chosen:
        case Proven():
            sale = await invited.services.tills.read(guest.client, guest.session_id)
            return SaleView(sale.state, sale.locale)
        case NotOneOfThem():
            raise Problem(Kind.NOT_FOUND, "No such customer is reached there.")
        case _:
            raise unusable(chosen)


@get(PATH + "wallet", include_in_schema=False, opt=HERE)
async def see_wallet(invited: NamedDependency[Invited]) -> OpenedView:
    guest = invited.guest
    viewed = await invited.services.tills.wallet(guest.client, guest.session_id)
    if not isinstance(viewed, OpenWallet):
        raise unusable(viewed)
    return OpenedView(
        name=viewed.name,
        points=viewed.balance.available,
        hides_points=viewed.hides_points,
        rewards=[offer_view(reward, verdict) for reward, verdict in viewed.rewards],
    )


@post(PATH + "redemptions", include_in_schema=False, opt=HERE)
async def put_by(data: JSONBody[WantedReward], invited: NamedDependency[Invited]) -> PutByView:
    guest, services = invited.guest, invited.services
    if Scope.REDEMPTIONS_WRITE not in guest.client.key.scopes:
        raise Problem(Kind.MISSING_SCOPE, "The shop's key needs the scope redemptions:write.")
    sale = await services.tills.read(guest.client, guest.session_id)
    made = await services.redemptions.reserve(
        guest.client, sale.id, RewardId(Id(int=data.reward_id.int)), sale.wanted.amount
    )
    match made:
        case Redemption():
            return PutByView(made.id, made.state, made.points, made.value, made.currency)
        case MayNotTake(why):
            raise not_available(why)
        case OtherBody():
            raise refused(made, services.storage.now())
        case _:
            raise unusable(made)


@post(PATH + "endings", include_in_schema=False, opt=HERE)
async def end_sale(data: JSONBody[NewTillEnding], invited: NamedDependency[Invited]) -> SaleView:
    guest = invited.guest
    await invited.services.redemptions.abandon(guest.client, guest.session_id)
    sale = await invited.services.tills.read(guest.client, guest.session_id)
    return SaleView(sale.state, sale.locale)


routes = [see_sale, send_again, answer, choose, see_wallet, put_by, end_sale]
