"""One-time passwords as CAMARA has them: one is sent by text message, and what was typed is tried.

The words of the message come with the request. Nobody has looked at them before, so a key needs a
scope of its own for that, and they lead nobody to a page.
"""

from typing import assert_never
from uuid import UUID

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from watchword.features.abuse.rules import Blocked, RuleName
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.service import Answered
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    NoWay,
    Over,
    Refusal,
    TooMany,
    TooSoon,
    Verified,
    Wrong,
)
from watchword.features.clients.rules import Scope
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Unreachable, read_phone
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import Organisation
from watchword.features.routing.rules import SwitchedOff
from watchword.features.templates.brought import Unsayable, read_brought
from watchword.features.templates.findings import Finding, What, say
from watchword.features.templates.rules import closest
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.web.api.challenges import refused
from watchword.web.authentication import BESIDES, SCOPE, Admitted
from watchword.web.compat.camara.places import look_at_correlator, ways_to
from watchword.web.compat.camara.refusals import Code, Refused, handlers
from watchword.web.compat.camara.shapes import CodeSent, SendCode, ValidateCode
from watchword.web.problems import Problem

BLOCKED_BY = {
    RuleName.DESTINATION: Code.TOO_MANY_CODES,
    RuleName.SPEND: Code.QUOTA,
    RuleName.CLIENT: Code.TOO_MANY_REQUESTS,
    RuleName.REQUESTER: Code.TOO_MANY_REQUESTS,
    RuleName.ORGANISATION: Code.TOO_MANY_REQUESTS,
    RuleName.SPRAY: Code.TOO_MANY_REQUESTS,
}
"""What a rule counts that is no matter of the number. All others are."""

SAID = {
    Code.INVALID_OTP: "The provided OTP is not valid for this authenticationId",
    Code.EXPIRED: "The authenticationId is no longer valid",
    Code.FAILED: "The maximum number of attempts for this authenticationId was exceeded without "
    "providing a valid OTP",
}
"""As the description says them, word for word."""


@post(
    ways_to("send-code"),
    status_code=200,
    include_in_schema=False,
    opt={SCOPE: Scope.CHALLENGES_WRITE, BESIDES: Scope.CHALLENGES_WORDED},
)
async def send_code(data: JSONBody[SendCode], admitted: NamedDependency[Admitted]) -> CodeSent:
    organisation = admitted.client.organisation
    language = await admitted.services.configuration.settings.language_of(organisation)
    opening = _opening(data, organisation, language)
    outcome = await admitted.services.challenges.open(admitted.client, opening, admitted.once)
    if not isinstance(outcome, Shown):
        shown = refused(outcome, admitted.services.storage.now())
        raise _refused(_code_of(outcome), shown)
    return CodeSent(authentication_id=outcome.id)


@post(
    ways_to("validate-code"),
    status_code=204,
    include_in_schema=False,
    opt={SCOPE: Scope.CHALLENGES_WRITE},
)
async def validate_code(data: JSONBody[ValidateCode], admitted: NamedDependency[Admitted]) -> None:
    id = _named(data.authentication_id)
    answered = await admitted.services.challenges.answer(
        admitted.client, id, data.code, None, admitted.once
    )
    code = _verdict(answered)
    if code is None:
        return
    if isinstance(answered, TooMany | OtherBody):
        raise _refused(code, refused(answered, admitted.services.storage.now()))
    raise Refused(code, SAID[code])


def _opening(data: SendCode, organisation: Organisation, language: str) -> Opening:
    contact = read_phone(data.phone_number, organisation.country)
    if isinstance(contact, Unreachable):
        raise Refused(Code.NOT_ALLOWED, contact.because)
    words = read_brought(data.message)
    if isinstance(words, Unsayable):
        raise Refused(Code.INVALID_ARGUMENT, " ".join(map(_said, words.faults)))
    return Opening(
        purpose=Purpose.CONTACT_VERIFICATION,
        contact=contact,
        channel=Channel.SMS,
        locale=closest(None, language),
        brought=Secret(words),
    )


def _said(fault: Finding) -> str:
    is_brace = fault.what is What.BRACE
    return "No brace may stand in it but those of {{code}}." if is_brace else say(fault)


def _named(authentication_id: str) -> ChallengeId:
    try:
        return ChallengeId(Id(int=UUID(authentication_id).int))
    except ValueError:
        raise NotFound("There is no such authenticationId.") from None


def _refused(code: Code, problem: Problem) -> Refused:
    return Refused(code, problem.detail, problem.retry_after)


def _code_of(refusal: Refusal | OtherBody) -> Code:
    match refusal:
        case TooMany() | TooSoon():
            return Code.TOO_MANY_CODES
        case Locked() | OptedOut():
            return Code.NUMBER_BLOCKED
        case Blocked(rule):
            return BLOCKED_BY.get(rule, Code.NOT_ALLOWED)
        case NoWay():
            return Code.NOT_ALLOWED
        case SwitchedOff():
            return Code.DENIED
        case OtherBody() | Over():
            return Code.INVALID_ARGUMENT
        case never:
            assert_never(never)


def _verdict(answered: Answered) -> Code | None:
    """Give what an answer is refused with; nothing, if it was right.

    CAMARA's own tests call the last wrong one a failure already. What was used up, replaced or
    ended by others is over, as what ran out is: whoever has an old code learns no more.
    """
    match answered:
        case Verified():
            return None
        case Wrong(0) | Exhausted() | Locked():
            return Code.FAILED
        case Wrong():
            return Code.INVALID_OTP
        case Expired() | Over():
            return Code.EXPIRED
        case TooMany():
            return Code.TOO_MANY_REQUESTS
        case OtherBody():
            return Code.INVALID_ARGUMENT
        case never:
            assert_never(never)


routes = [
    Router(
        "/",
        route_handlers=[send_code, validate_code],
        guards=[look_at_correlator],
        exception_handlers=handlers,
    )
]
