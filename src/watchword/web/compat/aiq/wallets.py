"""Wallets as integrations of Alpine IQ ask for them: by number and code, or without a code."""

from typing import assert_never
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from watchword.features.challenges.verdicts import Exhausted, Expired, Locked, TooMany, Wrong
from watchword.features.clients.rules import Client, Scope
from watchword.features.contacts.rules import Contact
from watchword.features.customers.rules import CustomerId
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import MayNotTake, MayTake, Reward
from watchword.features.tills.lookups.rules import Asked, Looked, NotAsked, OnItsWay
from watchword.features.tills.rules import (
    Burnt,
    NewSession,
    SessionOver,
    Shut,
    Superseded,
    TillSessionId,
)
from watchword.features.tills.rules import (
    Kind as SaleKind,
)
from watchword.features.tills.verdicts import (
    Asking,
    Choice,
    Nobody,
    NotOneOfThem,
    OpenedWithout,
    OpenWallet,
    Proven,
)
from watchword.foundation.ids import Id
from watchword.web.api.challenges import refused
from watchword.web.api.contact_points import To, read_contact
from watchword.web.api.tills import not_available, unusable
from watchword.web.authentication import BESIDES, SCOPE, Admitted
from watchword.web.compat.aiq.places import HERE, PATH, REDEMPTIONS
from watchword.web.compat.aiq.shapes import (
    DirectWallet,
    DiscountTemplate,
    Place,
    Sent,
    Wallet,
    WalletVerification,
    WalletView,
)
from watchword.web.problems import Kind, Problem


@post(
    PATH + "/v1.1/verify/wallet",
    status_code=200,
    include_in_schema=False,
    opt={SCOPE: Scope.TILLS_WRITE, **HERE},
)
async def verify_wallet(
    data: JSONBody[WalletVerification], admitted: NamedDependency[Admitted]
) -> Sent:
    whom = _contact(data.phone, None, admitted.client)
    asked = await admitted.services.lookups.ask(admitted.client, _new(whom, data))
    if isinstance(asked, Asking | OnItsWay):
        return Sent()
    raise _not_asked(asked, admitted)


@post(
    PATH + "/v1.1/view/wallet",
    status_code=200,
    include_in_schema=False,
    opt={SCOPE: Scope.TILLS_WRITE, **HERE},
)
async def view_wallet(data: JSONBody[WalletView], admitted: NamedDependency[Admitted]) -> Wallet:
    whom = _contact(data.phone, None, admitted.client)
    looked = await admitted.services.lookups.answer(admitted.client, whom, data.code)
    if isinstance(looked, NotAsked):
        raise Problem(Kind.NOT_PROVEN, "Ask for a code first: POST to /verify/wallet.")
    if isinstance(looked, Superseded):
        raise unusable(looked)
    proven = _let_through(looked, admitted)
    return await _wallet(admitted, looked.id, proven.choices, data.contact_id)


@post(
    PATH + "/v2/wallet",
    status_code=200,
    include_in_schema=False,
    opt={SCOPE: Scope.WALLETS_DIRECT, BESIDES: Scope.POINTS_READ, **HERE},
)
async def open_wallet_without_code(
    data: JSONBody[DirectWallet], admitted: NamedDependency[Admitted]
) -> Wallet:
    for phone, email in ((data.phone, None), (None, data.email)):
        if phone is None and email is None:
            continue
        new = _new(_contact(phone, email, admitted.client), data)
        opened = await admitted.services.tills.open_directly(admitted.client, new)
        match opened:
            case OpenedWithout():
                return await _wallet(admitted, opened.id, opened.choices, data.contact_id)
            case Nobody():
                continue
            case Shut():
                detail = "The organisation asks every integration for a code."
                raise Problem(Kind.SWITCHED_OFF, detail)
            case OtherBody():
                raise refused(opened, admitted.services.storage.now())
            case never:
                assert_never(never)
    if data.phone is None and data.email is None:
        raise Problem(Kind.MALFORMED, "Name a phone, an email, or both.")
    raise Problem(Kind.NOT_FOUND, "No customer is known by that.")


def _let_through(looked: Looked, admitted: Admitted) -> Proven:
    match looked.answered:
        case Proven() as proven:
            return proven
        case Wrong(left):
            detail = "The code is not right. Ask the customer for it once more."
            more = {"verdict": looked.answered.word, "attemptsLeft": left}
            raise Problem(Kind.NOT_PROVEN, detail, more=more)
        case Expired() | Exhausted():
            detail = "The code is over. Ask for a new one: POST to /verify/wallet."
            raise Problem(Kind.NOT_PROVEN, detail, more={"verdict": looked.answered.word})
        case TooMany() | Locked() | OtherBody():
            raise refused(looked.answered, admitted.services.storage.now())
        case Superseded() | Burnt() | SessionOver() | Shut():
            raise unusable(looked.answered)
        case never:
            assert_never(never)


def _not_asked(asked: Asked, admitted: Admitted) -> Problem:
    match asked:
        case Asking() | OnItsWay():
            raise TypeError("It was asked.")
        case Superseded() | Burnt() | SessionOver() | Shut():
            return unusable(asked)
        case MayNotTake(why):
            return not_available(why)
        case _:
            return refused(asked, admitted.services.storage.now())


async def _wallet(
    admitted: Admitted, id: TillSessionId, choices: tuple[Choice, ...], contact_id: UUID | None
) -> Wallet:
    """Show a wallet that is open; where several are reached, of the one who is named."""
    if contact_id is not None:
        whom = CustomerId(Id(int=contact_id.int))
        chosen = await admitted.services.tills.choose(admitted.client, id, whom)
        if isinstance(chosen, NotOneOfThem):
            raise Problem(Kind.NOT_FOUND, "No such customer is reached there.")
        if not isinstance(chosen, Proven):
            raise unusable(chosen)
    elif choices:
        detail = "Several customers are reached there. Send the same again, with a `contactID`."
        raise Problem(
            Kind.NOT_CHOSEN, detail, more={"contacts": [_named(each) for each in choices]}
        )
    viewed = await admitted.services.tills.wallet(admitted.client, id)
    if not isinstance(viewed, OpenWallet):
        raise unusable(viewed)
    base = f"{admitted.services.settings.web.public_url}{REDEMPTIONS}/{id}"
    return Wallet(
        contact_id=viewed.session.customer_id,
        loyalty_points=viewed.balance.available,
        hide_points_in_wallet=viewed.hides_points,
        discount_templates=[
            _template(reward, viewed, base)
            for reward, verdict in viewed.rewards
            if isinstance(verdict, MayTake)
        ],
        expires_at=viewed.session.expires_at,
    )


def _template(reward: Reward, viewed: OpenWallet, base: str) -> DiscountTemplate:
    name = reward.name_in(viewed.session.locale)
    return DiscountTemplate(
        id=reward.id,
        pos_discount_id=reward.pos_discount_id or "",
        name=name,
        page_title=name,
        instore_redemption=viewed.session.kind is SaleKind.STORE,
        redemption_url=f"{base}/{reward.id}",
        points_deduction=reward.points,
    )


def _named(choice: Choice) -> dict[str, str | None]:
    return {
        "contactID": str(choice.customer_id),
        "firstName": choice.given_name,
        "lastFour": choice.last_four,
    }


def _new(whom: Contact, place: Place) -> NewSession:
    location = place.location_id
    return NewSession(
        who=whom,
        location_id=None if location is None else LocationId(Id(int=location.int)),
        terminal_id=place.terminal_id,
        staff=place.staff,
    )


def _contact(phone: str | None, email: str | None, client: Client) -> Contact:
    to = To(email=email or "") if phone is None else To(phone=phone)
    return read_contact(to, client.organisation.country)


routes = [verify_wallet, view_wallet, open_wallet_without_code]
