"""Challenges over HTTP: open one, post answers to it, have its code sent once more.

A wrong code is no HTTP error. The answer was received and judged, so the reply is 201
with a verdict; 4xx is for requests that we could not take at all.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias, assert_never
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from watchword.features.abuse.rules import Blocked
from watchword.features.challenges import policies
from watchword.features.challenges.codebook import NO_AUTOFILL, Autofill
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.challenges.shown import Assurance, Shown, Strength, Warning
from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    NoWay,
    Over,
    Refusal,
    TooMany,
    TooSoon,
    Verdict,
    Verified,
    Wrong,
)
from watchword.features.clients.rules import Scope
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.delivery.rules import Receipt, Sending, State
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import Organisation
from watchword.features.routing.rules import SwitchedOff
from watchword.features.templates.autofill import App, Domain, Unbindable, read_target
from watchword.features.templates.rules import closest
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.web.api.contact_points import To, read_contact
from watchword.web.api.purposes import Purpose
from watchword.web.api.routing import StepView, steps_of
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem, until
from watchword.web.requests import Body

# Here `$` alone lets a line break pass behind it; in the description of the API it does not.
LOCALE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)"

Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
Approved: TypeAlias = Annotated[str, Meta(min_length=1, max_length=2000)]
Host: TypeAlias = Annotated[str, Meta(min_length=3, max_length=100, examples=["example.org"])]
AppHash: TypeAlias = Annotated[str, Meta(min_length=11, max_length=11, examples=["FA+9qCX9VSu"])]
Locale: TypeAlias = Annotated[str, Meta(pattern=LOCALE, max_length=35, examples=["de"])]

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA, Kind.OTHER_BODY)
NOT_SENT = (Kind.NO_WAY, Kind.LOCKED, Kind.BLOCKED, Kind.OPTED_OUT, Kind.SWITCHED_OFF)
"""What may be wrong with any request that carries something."""


class AutofillRequest(Body, frozen=True):
    """What lets a phone fill in the code: the host that it is for, or the hash of an Android app.

    A message carries one of the two. `frame` is the host of a page that is shown inside another.
    """

    host: Host | None = None
    frame: Host | None = None
    app: AppHash | None = None


class NewChallenge(Body, frozen=True):
    """What to ask for."""

    purpose: Purpose
    to: To
    channel: Channel | None = None
    locale: Locale | None = None
    reference: Text | None = None
    requester: Text | None = None
    transaction: Approved | None = None
    autofill: AutofillRequest | None = None


class NewAnswer(Body, frozen=True):
    """What the customer typed."""

    code: Annotated[str, Meta(max_length=64, examples=["123456"])]
    transaction: Approved | None = None


class NewSending(Body, frozen=True):
    """How to send the code once more; without a channel, by the same as before."""

    channel: Channel | None = None


class SendingView(Struct, frozen=True):
    """One message that carried the code."""

    id: UUID
    channel: Channel
    provider: str
    state: State
    reason: str | None
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    receipt: Receipt | None
    receipt_reason: str | None
    receipt_at: datetime | None


class ChallengeView(Struct, frozen=True):
    """A challenge. `to` is masked."""

    id: UUID
    purpose: Purpose
    status: Status
    channel: Channel
    to: str
    reference: str | None
    created_at: datetime
    expires_at: datetime
    resend_at: datetime
    attempts_left: int
    code_length: int
    assurance: Assurance
    strength: Strength
    alternatives: tuple[Channel, ...]
    warnings: tuple[Warning, ...]


class TracedChallenge(ChallengeView, frozen=True):
    """A challenge, with each message that carried its code, and each step of its plan."""

    sendings: list[SendingView]
    steps: list[StepView]
    next_step_at: datetime | None


class Judgement(Struct, frozen=True):
    """What became of an answer. `slip` is there, and true, where it was no code but a slip."""

    verdict: Literal["verified", "wrong", "expired", "exhausted", "over"]
    attempts_left: int | UnsetType = UNSET
    slip: bool | UnsetType = UNSET


@post(
    "/v1/challenges",
    opt={SCOPE: Scope.CHALLENGES_WRITE},
    summary="Send a code",
    responses=problems(*WRITTEN, Kind.UNREACHABLE, *NOT_SENT),
)
async def open_challenge(
    data: JSONBody[NewChallenge],
    admitted: NamedDependency[Admitted],
) -> ChallengeView:
    organisation = admitted.client.organisation
    language = await admitted.services.configuration.settings.language_of(organisation)
    opening = _opening(data, organisation, language)
    outcome = await admitted.services.challenges.open(admitted.client, opening, admitted.once)
    return _shown(outcome, admitted.services.storage.now())


@post(
    "/v1/challenges/{challenge_id:uuid}/answers",
    opt={SCOPE: Scope.CHALLENGES_WRITE},
    summary="Try a code",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.LOCKED),
)
async def answer_challenge(
    challenge_id: FromPath[UUID],
    data: JSONBody[NewAnswer],
    admitted: NamedDependency[Admitted],
) -> Judgement:
    outcome = await admitted.services.challenges.answer(
        admitted.client, _id(challenge_id), data.code, data.transaction, admitted.once
    )
    match outcome:
        case TooMany() | Locked() | OtherBody():
            raise refused(outcome, admitted.services.storage.now())
        case verdict:
            return judgement(verdict)


@post(
    "/v1/challenges/{challenge_id:uuid}/sendings",
    opt={SCOPE: Scope.CHALLENGES_WRITE},
    summary="Send the code once more",
    responses=problems(
        *WRITTEN,
        *(Kind.NOT_FOUND, Kind.OVER, Kind.TOO_SOON, *NOT_SENT),
    ),
)
async def resend_challenge(
    challenge_id: FromPath[UUID],
    data: JSONBody[NewSending],
    admitted: NamedDependency[Admitted],
) -> ChallengeView:
    outcome = await admitted.services.challenges.resend(
        admitted.client, _id(challenge_id), data.channel, admitted.once
    )
    return _shown(outcome, admitted.services.storage.now())


@get(
    "/v1/challenges/{challenge_id:uuid}",
    opt={SCOPE: Scope.CHALLENGES_READ},
    summary="Look at a challenge",
    responses=problems(Kind.NOT_FOUND),
)
async def read_challenge(
    challenge_id: FromPath[UUID],
    admitted: NamedDependency[Admitted],
) -> TracedChallenge:
    shown = await admitted.services.challenges.read(admitted.client, _id(challenge_id))
    return TracedChallenge(
        **_fields(shown),
        sendings=[_sending(one) for one in shown.sendings],
        steps=steps_of(shown.route, shown.ended_at),
        next_step_at=shown.next_step_at,
    )


@delete(
    "/v1/challenges/{challenge_id:uuid}",
    opt={SCOPE: Scope.CHALLENGES_WRITE},
    summary="Cancel a challenge",
    responses=problems(Kind.NOT_FOUND),
)
async def cancel_challenge(
    challenge_id: FromPath[UUID],
    admitted: NamedDependency[Admitted],
) -> None:
    await admitted.services.challenges.cancel(admitted.client, _id(challenge_id))


def judgement(verdict: Verdict) -> Judgement:
    match verdict:
        case Verified():
            return Judgement("verified")
        case Wrong(attempts_left, is_slip):
            return Judgement("wrong", attempts_left, is_slip or UNSET)
        case Expired():
            return Judgement("expired")
        case Exhausted():
            return Judgement("exhausted")
        case Over():
            return Judgement("over")
        case _:
            assert_never(verdict)


def _opening(data: NewChallenge, organisation: Organisation, language: str) -> Opening:
    return Opening(
        purpose=policies.Purpose(data.purpose),
        contact=read_contact(data.to, organisation.country),
        channel=data.channel,
        locale=closest(data.locale, language),
        reference=data.reference,
        requester=None if data.requester is None else Secret(data.requester),
        transaction=data.transaction,
        autofill=_autofill(data.autofill),
    )


def _autofill(asked: AutofillRequest | None) -> Autofill:
    if asked is None:
        return NO_AUTOFILL
    match read_target(host=asked.host, frame=asked.frame, app=asked.app):
        case Unbindable(because):
            raise Problem(Kind.MALFORMED, because)
        case Domain(host, frame):
            return Autofill(host=host, frame=frame)
        case App(app):
            return Autofill(app=app)
        case None:
            return NO_AUTOFILL


def _id(challenge_id: UUID) -> ChallengeId:
    return ChallengeId(Id(int=challenge_id.int))


def _shown(outcome: Shown | Refusal | OtherBody, now: datetime) -> ChallengeView:
    if not isinstance(outcome, Shown):
        raise refused(outcome, now)
    return ChallengeView(**_fields(outcome))


def refused(  # noqa: PLR0911 - one for each refusal
    refusal: Refusal | OtherBody, now: datetime
) -> Problem:
    match refusal:
        case TooSoon(moment):
            detail = "Wait until the time in Retry-After, and offer another channel meanwhile."
            return Problem(Kind.TOO_SOON, detail, until(moment, now))
        case TooMany(moment):
            detail = "This contact point has had its share. Try again after Retry-After."
            return Problem(Kind.TOO_MANY, detail, until(moment, now))
        case Locked():
            detail = (
                "Too many wrong codes in a row. Somebody has to lift this: watchword limits lift"
            )
            return Problem(Kind.LOCKED, detail)
        case NoWay() as none:
            return Problem(Kind.NO_WAY, _why_not(none), more={"channels": list(none.others)})
        case SwitchedOff() as shut:
            return switched_off_problem(shut)
        case OptedOut():
            detail = (
                "This person wants no messages. Offer another way; or, if they ask for it "
                "themselves, lift that first: POST /v1/suppression-liftings."
            )
            return Problem(Kind.OPTED_OUT, detail)
        case Over():
            return Problem(Kind.OVER, "Open a new challenge: this one has ended.")
        case Blocked() as blocked:
            return blocked_problem(blocked, now)
        case OtherBody():
            return Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")
        case _:
            assert_never(refusal)


def _why_not(none: NoWay) -> str:
    if none.because is not None:
        return f"No letter can be printed to this address. {none.because}"
    offered = ", ".join(none.others) or "none"
    return f"By {none.channel} this contact point is not reached. Channels here: {offered}."


def blocked_problem(blocked: Blocked, now: datetime) -> Problem:
    """Say what stands in the way, until when, and which way leads round it."""
    wait = None if blocked.expires_at is None else until(blocked.expires_at, now)
    more = {
        "rule": blocked.rule,
        "reason": blocked.reason,
        "expires_at": blocked.expires_at,
        "way_round": blocked.way_round,
        "channels": list(blocked.channels),
    }
    return Problem(Kind.BLOCKED, f"{blocked.reason} {blocked.way_round}", wait, more)


def switched_off_problem(shut: SwitchedOff) -> Problem:
    """Say what the organisation has switched off, and which ways are left to its customers."""
    methods = [str(method) for method in shut.methods]
    detail = (
        "This organisation takes no redemption codes from customers."
        if shut.purpose == policies.Purpose.REDEMPTION
        else f"This organisation confirms by: {', '.join(methods) or 'nothing at all'}."
    )
    detail += " An owner can change that in the console, under Configuration."
    return Problem(Kind.SWITCHED_OFF, detail, more={"methods": methods})


def _fields(shown: Shown) -> dict[str, Any]:
    return {name: getattr(shown, name) for name in ChallengeView.__struct_fields__}


def _sending(one: Sending) -> SendingView:
    return SendingView(**{name: getattr(one, name) for name in SendingView.__struct_fields__})


routes = [open_challenge, answer_challenge, resend_challenge, read_challenge, cancel_challenge]
