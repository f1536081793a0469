"""What went wrong, as clients of Twilio read it: a code, a message, where to read on, and a status.

Nothing is added to these four. With a `type` and a `title`, Twilio's own libraries raise another
exception, and what was written to catch the usual one catches nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from watchword.features.abuse.rules import Blocked, RuleName
from watchword.features.challenges.verdicts import Locked, NoWay, Over, Refusal, TooMany, TooSoon
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, PhoneLine
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.routing.rules import SwitchedOff
from watchword.foundation.errors import NotFound
from watchword.foundation.sealing import KeyAway
from watchword.foundation.storage import HeldTooLong, StorageConflict, StorageUnavailable
from watchword.web.compat.twilio.places import FRONT
from watchword.web.compat.twilio.sids import SID
from watchword.web.problems import Kind, Problem, ProblemResponse, note_fault

MORE = "https://www.twilio.com/docs/errors/"
NOT_FOUND, OURS = 404, 500

NOUNS = {
    *("", "Services", "Verifications", "VerificationCheck", "Attempts", "Summary", "RateLimits"),
    *("Buckets", "Templates", "MessagingConfigurations", "SafeList", "Numbers", "Webhooks"),
    *("AccessTokens", "Entities", "Factors", "Challenges", "Notifications", "Passkeys", "Forms"),
    *("VerifyFactor", "ApproveChallenge"),
}

Found = TypeVar("Found")

log = structlog.get_logger()


@dataclass
class Trouble(Exception):
    """Ends a request. `message` is what clients may match on, and quotes nothing that was sent."""

    code: int
    status: int
    message: str
    retry_after: timedelta | None = None


def not_found(path: str) -> Trouble:
    """`path`: what was asked for, without `/v2`, as applications match it."""
    return Trouble(20404, 404, f"The requested resource {path} was not found")


def invalid(parameter: str) -> Trouble:
    return Trouble(60200, 400, f"Invalid parameter: {parameter}")


def not_there(request: Request[Any, Any, Any]) -> Trouble:
    """Say that there is nothing at the address of a request."""
    return not_found(shown_path(request.url.path))


def found_at(request: Request[Any, Any, Any], found: Found | None) -> Found:
    """Give what was found at the address of a request; refuse, if that is nothing."""
    if found is None:
        raise not_there(request)
    return found


NO_FIT = 20001
"""What no other code fits; never a fault of ours."""
FORBIDDEN = 20403
UNKNOWN = Trouble(20003, 401, "Authenticate")
NO_METHOD = Trouble(20004, 405, "Method not allowed")
TOO_MANY_REQUESTS = Trouble(20429, 429, "Too many requests")
FAULT = Trouble(20500, OURS, "Internal server error")
UNAVAILABLE = Trouble(20503, 503, "Service unavailable", timedelta(seconds=1))
TRIED_OUT = Trouble(60202, 429, "Max check attempts reached")
SENT_OUT = Trouble(60203, 429, "Max send attempts reached")
NOT_SUPPORTED = Trouble(60204, 403, "Service does not support this feature")
LANDLINE = Trouble(60205, 403, "SMS is not supported by landline phone number")
NO_PAYMENT = Trouble(60206, 400, "'Amount' & 'Payee' params are required")
TOO_MANY_METERS = Trouble(60207, 400, "Max rate limits per service reached")
METER_TAKEN = Trouble(60208, 400, "Rate limit with that UniqueName already exists")
NO_METER_NAME = Trouble(60209, 400, "UniqueName format is invalid")
TOO_MANY_BOUNDS = Trouble(60210, 400, "Max Buckets per Rate limit reached")
SPAN_TAKEN = Trouble(60211, 400, "Bucket with the given Interval already exists")
COUNTRY_TAKEN = Trouble(
    60213, 400, "A Messaging Configuration already exists for the given country"
)
NO_CALL = Trouble(60214, 400, "Call channel is not supported when using PSD2")
NO_MAILER = Trouble(60217, 400, "Invalid Service configuration")
NO_TARGET = Trouble(60221, 400, "No target verification specified")
NO_CHANNEL = Trouble(60223, 400, "Delivery channel disabled")
BLOCKED = Trouble(60410, 403, "Verification delivery attempt blocked")
NO_COUNTRY = Trouble(60605, 403, "Verification delivery attempt blocked")
OPTED_OUT = Trouble(21610, 400, "Attempt to send to unsubscribed recipient")
NO_TEMPLATE = Trouble(60228, 404, "Template was not found")
APP_BY_SMS = Trouble(60602, 400, "App hash can only be used with SMS channel")

OF_STATUS = {
    each.status: each for each in (UNKNOWN, NO_METHOD, TOO_MANY_REQUESTS, FAULT, UNAVAILABLE)
}
GO_ALONG = {"Allow", "Retry-After"}
"""Headers of the house that say something to programs whatever the form of a refusal."""


def refused(refusal: Refusal, contact: Contact) -> Trouble:
    """Say in Twilio's words why no message was sent."""
    match refusal:
        case TooMany() | Locked():
            of_guesses = isinstance(refusal, Locked) or refusal.is_of_guesses
            return TRIED_OUT if of_guesses else SENT_OUT
        case TooSoon():
            return TOO_MANY_REQUESTS
        case NoWay(channel):
            return _no_way(channel, contact)
        case SwitchedOff() | Over():
            return NO_CHANNEL
        case OptedOut():
            return OPTED_OUT
        case Blocked(rule):
            return _blocked(rule)


def _no_way(channel: Channel, contact: Contact) -> Trouble:
    if channel is Channel.EMAIL:
        return NO_MAILER
    is_landline = contact.line is PhoneLine.LANDLINE
    return LANDLINE if is_landline and channel is not Channel.VOICE else NO_CHANNEL


def _blocked(rule: RuleName) -> Trouble:
    match rule:
        case RuleName.COUNTRY:
            return NO_COUNTRY
        case RuleName.LINE:
            return LANDLINE
        case RuleName.CLIENT | RuleName.REQUESTER | RuleName.ORGANISATION:
            return TOO_MANY_REQUESTS
        case _:
            return BLOCKED


def respond(trouble: Trouble, headers: Mapping[str, str] | None = None) -> Response[dict[str, Any]]:
    said = {"Cache-Control": "no-store", **(headers or {})}
    if trouble.status == UNKNOWN.status:
        said["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    if trouble.retry_after is not None and "Retry-After" not in said:
        said["Retry-After"] = str(math.ceil(trouble.retry_after.total_seconds()))
    return Response(
        {
            "code": trouble.code,
            "message": trouble.message,
            "more_info": f"{MORE}{trouble.code}",
            "status": trouble.status,
        },
        status_code=trouble.status,
        headers=said,
    )


def _trouble(_: Request[Any, Any, Any], trouble: Trouble) -> Response[dict[str, Any]]:
    # The same ones are raised over and over, and would keep every request that they have ended.
    trouble.__traceback__ = trouble.__context__ = None
    return respond(trouble)


def _problem(request: Request[Any, Any, Any], problem: Problem) -> Response[dict[str, Any]]:
    """Show what parts that other doors share have refused."""
    if problem.kind is Kind.FAULT:
        return _fault(request, problem)
    if problem.kind.status == NOT_FOUND:
        return show_not_found(request, problem)
    trouble = _of_status(problem.kind.status, problem.kind.title)
    return respond(replace(trouble, retry_after=problem.retry_after or trouble.retry_after))


def show_not_found(request: Request[Any, Any, Any], _: Exception) -> Response[dict[str, Any]]:
    """Name the address without the number or the mail address that may stand in it."""
    return respond(not_there(request))


def say(problem: ProblemResponse, path: str) -> Response[dict[str, Any]]:
    """Say again what the house refuses before any handler of ours is asked, such as an address that
    there is not, or another method."""
    status = problem.status_code or OURS
    if status == NOT_FOUND:
        return respond(not_found(shown_path(path)))
    return respond(
        _of_status(status),
        {name: problem.headers[name] for name in GO_ALONG & problem.headers.keys()},
    )


def shown_path(path: str) -> str:
    """Write an address as an error names it. Somebody's number, or whatever else is neither a SID
    nor a word of Twilio's, is left out."""
    parts = path.removeprefix(FRONT).removeprefix("/v2").split("/")
    return "/".join(part if part in NOUNS or SID.fullmatch(part) else "***" for part in parts)


def _try_again(_: Request[Any, Any, Any], fault: Exception) -> Response[dict[str, Any]]:
    log.warning("request.not_kept", fault=type(fault).__name__)
    return respond(UNAVAILABLE)


def show_refused(request: Request[Any, Any, Any], fault: HTTPException) -> Response[dict[str, Any]]:
    """Show what the framework refused, before a handler saw it."""
    if fault.status_code >= OURS:
        return _fault(request, fault)
    if fault.status_code == NOT_FOUND:
        return show_not_found(request, fault)
    return respond(_of_status(fault.status_code))


def _of_status(status: int, title: str = "Invalid request") -> Trouble:
    """Give the code that goes with a status, where nothing more is known."""
    return OF_STATUS.get(status) or Trouble(NO_FIT, status, title)


def _fault(request: Request[Any, Any, Any], fault: Exception) -> Response[dict[str, Any]]:
    note_fault(fault)
    return respond(FAULT)


handlers: ExceptionHandlersMap = {
    Trouble: _trouble,
    Problem: _problem,
    NotFound: show_not_found,
    StorageUnavailable: _try_again,
    StorageConflict: _try_again,
    HeldTooLong: _try_again,
    KeyAway: _try_again,
    HTTPException: show_refused,
    Exception: _fault,
}
