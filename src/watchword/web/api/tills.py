"""Sales at tills over HTTP: begun, proven by the customer's code, seen, and ended.

Before the proof, nothing that is answered tells whether anybody is known there.
"""

from datetime import datetime
from typing import Protocol, assert_never
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from watchword.features.challenges.verdicts import Locked, TooMany, Wrong
from watchword.features.clients.rules import Scope
from watchword.features.contacts.rules import Contact
from watchword.features.customers.rules import CustomerId
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.overrides.rules import Cap, CapReached
from watchword.features.rewards.rules import MayNotTake, RewardId, WhyNot
from watchword.features.tills.rules import (
    Burnt,
    CardNumber,
    NewSession,
    NoAccount,
    NotChosen,
    NotProven,
    SessionOver,
    Shut,
    Superseded,
    TillSessionId,
    Unusable,
    Wanted,
)
from watchword.features.tills.verdicts import (
    Answered,
    Asking,
    Nobody,
    NotOneOfThem,
    OpenedWithout,
    OpenWallet,
    Proven,
)
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.web.api.challenges import NOT_SENT, refused
from watchword.web.api.contact_points import To, read_contact
from watchword.web.api.till_views import (
    AskingView,
    NewChoice,
    NewTillAnswer,
    NewTillEnding,
    NewTillSending,
    NewTillSession,
    OpeningView,
    TillJudgement,
    TillSessionView,
    TillVerdict,
    WalletView,
    asking_view,
    choice_view,
    offer_view,
    shown_view,
)
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)
ONCE = (Kind.NO_KEY, Kind.OTHER_BODY)
ENDED = (Kind.SESSION_OVER, Kind.SUPERSEDED, Kind.BURNT)
UNUSABLE = (*ENDED, Kind.NOT_PROVEN, Kind.SWITCHED_OFF, Kind.NOT_CHOSEN, Kind.NO_ACCOUNT)
PATH = "/v1/till-sessions/{session_id:uuid}"


@post(
    "/v1/till-sessions",
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="Begin a sale, and ask its customer for a code",
    responses=problems(
        *(*WRITTEN, *ONCE, *NOT_SENT, Kind.NOT_FOUND),
        *(Kind.UNREACHABLE, Kind.REWARD_NOT_AVAILABLE),
    ),
)
async def open_till_session(
    data: JSONBody[NewTillSession], admitted: NamedDependency[Admitted]
) -> AskingView:
    opened = await admitted.services.tills.open(
        admitted.client, _new(data, admitted), needed(admitted)
    )
    match opened:
        case Asking():
            return asking_view(opened)
        case Shut():
            raise shut()
        case MayNotTake(why):
            raise not_available(why)
        case _:
            raise refused(opened, admitted.services.storage.now())


@get(
    PATH,
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="Read a sale",
    responses=problems(Kind.NOT_FOUND),
)
async def read_till_session(
    session_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> TillSessionView:
    return shown_view(await admitted.services.tills.read(admitted.client, session(session_id)))


@post(
    PATH + "/sendings",
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="Send the code of a sale once more",
    responses=problems(*WRITTEN, *NOT_SENT, *ENDED, Kind.NOT_FOUND),
)
async def resend_till_code(
    session_id: FromPath[UUID],
    data: JSONBody[NewTillSending],
    admitted: NamedDependency[Admitted],
) -> AskingView:
    sent = await admitted.services.tills.send_again(admitted.client, session(session_id))
    match sent:
        case Asking():
            return asking_view(sent)
        case Superseded() | Burnt() | SessionOver() | Shut():
            raise unusable(sent)
        case _:
            raise refused(sent, admitted.services.storage.now())


@post(
    PATH + "/answers",
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="Try the code of a sale",
    responses=problems(*WRITTEN, *ONCE, Kind.NOT_FOUND, Kind.LOCKED, Kind.SWITCHED_OFF),
)
async def answer_at_till(
    session_id: FromPath[UUID],
    data: JSONBody[NewTillAnswer],
    admitted: NamedDependency[Admitted],
) -> TillJudgement:
    answered = await admitted.services.tills.answer(
        admitted.client, session(session_id), data.code, needed(admitted)
    )
    return judgement(answered, admitted.services.storage.now())


def judgement(answered: Answered, now: datetime) -> TillJudgement:
    """Show what became of an answer."""
    match answered:
        case Proven():
            choices = [choice_view(each) for each in answered.choices]
            return TillJudgement(
                TillVerdict.PROVEN, expires_at=answered.expires_at, choices=choices
            )
        case Wrong(left):
            return TillJudgement(TillVerdict.WRONG, left)
        case Shut():
            raise shut()
        case TooMany() | Locked() | OtherBody():
            raise refused(answered, now)
        case _:
            return TillJudgement(TillVerdict(answered.word))


@post(
    PATH + "/choices",
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="Say which of several customers stands at the till",
    responses=problems(*WRITTEN, *UNUSABLE, Kind.NOT_FOUND),
)
async def choose_customer(
    session_id: FromPath[UUID], data: JSONBody[NewChoice], admitted: NamedDependency[Admitted]
) -> TillSessionView:
    whom = CustomerId(Id(int=data.customer_id.int))
    chosen = await admitted.services.tills.choose(admitted.client, session(session_id), whom)
    match chosen:
        case Proven():
            return shown_view(
                await admitted.services.tills.read(admitted.client, session(session_id))
            )
        case NotOneOfThem():
            raise Problem(Kind.NOT_FOUND, "No such customer is reached there.")
        case _:
            raise unusable(chosen)


@get(
    PATH + "/wallet",
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="See the wallet of a customer who has proven to be there",
    responses=problems(*UNUSABLE, Kind.NOT_FOUND),
)
async def see_wallet(session_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> WalletView:
    viewed = await admitted.services.tills.wallet(admitted.client, session(session_id))
    if not isinstance(viewed, OpenWallet):
        raise unusable(viewed)
    return WalletView(
        session_id=viewed.session.id,
        customer_id=viewed.session.customer_id,
        name=viewed.name,
        points=viewed.balance.available,
        reserved=viewed.balance.reserved,
        rewards=[offer_view(reward, verdict) for reward, verdict in viewed.rewards],
        expires_at=viewed.session.expires_at,
    )


@post(
    PATH + "/endings",
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="End a sale that comes to nothing",
    responses=problems(*WRITTEN, Kind.NOT_FOUND),
)
async def end_till_session(
    session_id: FromPath[UUID],
    data: JSONBody[NewTillEnding],
    admitted: NamedDependency[Admitted],
) -> TillSessionView:
    await admitted.services.redemptions.abandon(admitted.client, session(session_id))
    return shown_view(await admitted.services.tills.read(admitted.client, session(session_id)))


@post(
    "/v1/wallet-openings",
    opt={SCOPE: Scope.WALLETS_DIRECT},
    summary="Begin a sale without a code",
    responses=problems(*WRITTEN, *ONCE, Kind.NOT_FOUND, Kind.UNREACHABLE, Kind.SWITCHED_OFF),
)
async def open_wallet(
    data: JSONBody[NewTillSession], admitted: NamedDependency[Admitted]
) -> OpeningView:
    opened = await admitted.services.tills.open_directly(
        admitted.client, _new(data, admitted), needed(admitted)
    )
    match opened:
        case OpenedWithout():
            choices = [choice_view(each) for each in opened.choices]
            return OpeningView(opened.id, opened.expires_at, choices)
        case Nobody():
            raise Problem(Kind.NOT_FOUND, "No customer is known by that.")
        case Shut():
            detail = "The organisation asks every integration for a code: redemption.require_code."
            raise Problem(Kind.SWITCHED_OFF, detail)
        case OtherBody():
            raise refused(opened, admitted.services.storage.now())
        case never:
            assert_never(never)


def needed(admitted: Admitted) -> Once:
    """Refuse what could happen twice because a till asks again."""
    if admitted.once is None:
        detail = "Send an Idempotency-Key, and the same one when you send this request again."
        raise Problem(Kind.NO_KEY, detail)
    return admitted.once


def unusable(  # noqa: PLR0911 - one for each reason
    why: Unusable | NotChosen | NoAccount | CapReached,
) -> Problem:
    """Say why nothing can be done in a sale."""
    match why:
        case Superseded():
            return Problem(Kind.SUPERSEDED, "The newest till wins. Begin anew, if it is your turn.")
        case Burnt():
            return Problem(Kind.BURNT, "Begin anew: the customer agreed to something else.")
        case SessionOver():
            return Problem(Kind.SESSION_OVER, "It was ended, or its time has run out. Begin anew.")
        case NotProven():
            return Problem(Kind.NOT_PROVEN, "Ask for the code, and post it to /answers.")
        case Shut():
            return shut()
        case CapReached(cap, at_most):
            return capped(cap, at_most)
        case NotChosen():
            return Problem(Kind.NOT_CHOSEN, "Ask who it is, and post that to /choices.")
        case NoAccount():
            detail = "They have no points, or no card that may be used now. Staff can help."
            return Problem(Kind.NO_ACCOUNT, detail)
        case never:
            assert_never(never)


def capped(cap: Cap, at_most: int) -> Problem:
    detail = "Staff have let through as much by the master PIN as they may. `cap` says by what."
    return Problem(Kind.CAP_REACHED, detail, more={"cap": cap, "at_most": at_most})


def shut() -> Problem:
    detail = "This organisation takes no such codes from customers at the moment."
    return Problem(Kind.SWITCHED_OFF, detail, more={"methods": []})


def not_available(why: WhyNot) -> Problem:
    detail = "`because` says why. Offer what the wallet of the customer shows."
    return Problem(Kind.REWARD_NOT_AVAILABLE, detail, more={"because": why})


def session(id: UUID) -> TillSessionId:
    return TillSessionId(Id(int=id.int))


def _new(data: NewTillSession, admitted: Admitted) -> NewSession:
    location = data.location_id
    return NewSession(
        who=named_customer(data, admitted.client.organisation.country),
        kind=data.kind,
        location_id=None if location is None else LocationId(Id(int=location.int)),
        terminal_id=data.terminal_id,
        staff=data.staff,
        wanted=wanted(data.reward_id, data.amount),
        locale=data.locale,
        is_sent=data.send,
    )


class Naming(Protocol):
    """By what a customer is named: one of these."""

    @property
    def phone(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def card(self) -> str | None: ...
    @property
    def qr(self) -> str | None: ...


def wanted(reward: UUID | None, amount: int | None) -> Wanted:
    return Wanted(reward_id=None if reward is None else RewardId(Id(int=reward.int)), amount=amount)


def named_customer(data: Naming, country: str) -> Contact | CardNumber:
    said = [each for each in (data.phone, data.email, data.card, data.qr) if each is not None]
    if len(said) != 1:
        raise Problem(Kind.MALFORMED, "Name the customer by one of phone, email, card and qr.")
    if data.card is not None or data.qr is not None:
        return CardNumber(Secret(said[0]))
    to = To(email=said[0]) if data.phone is None else To(phone=said[0])
    return read_contact(to, country)


routes = [
    open_till_session,
    read_till_session,
    resend_till_code,
    answer_at_till,
    choose_customer,
    see_wallet,
    end_till_session,
    open_wallet,
]
