"""What went wrong, as problem documents (RFC 9457); the one place that knows their HTTP status.

Each has a type that stays as it is, a title, and a sentence that says what to do.
"""

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeAlias

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.types import ExceptionHandlersMap, Method

from watchword.foundation.errors import NotFound, WatchwordError
from watchword.foundation.requests import answering
from watchword.foundation.sealing import KeyAway
from watchword.foundation.storage import HeldTooLong, StorageConflict, StorageUnavailable

MEDIA_TYPE = "application/problem+json"
URN = "urn:watchword:problem:"
REQUEST = "urn:watchword:request:"

log = structlog.get_logger()

ProblemResponse: TypeAlias = Response[dict[str, Any]]


class Kind(Enum):
    """Every problem: its name, its status, its title. The API guide explains each."""

    MALFORMED = ("malformed-request", 400, "The request cannot be read")
    UNKNOWN_KEY = ("unknown-key", 401, "The API key is missing or not good")
    MISSING_SCOPE = ("missing-scope", 403, "The API key does not open this")
    NOT_FOUND = ("not-found", 404, "There is no such thing")
    METHOD = ("method-not-allowed", 405, "This cannot be done here")
    OVER = ("challenge-over", 409, "The challenge is over")
    FULL = ("too-many-endpoints", 409, "There are as many endpoints as there may be")
    DISABLED = ("webhook-endpoint-disabled", 409, "The endpoint is disabled")
    UNDER_WAY = ("webhook-under-way", 409, "The delivery is on its way at this moment")
    TRIED_OUT = ("webhook-tried-out", 409, "The delivery was tried too often")
    NOT_SEALED = ("entry-not-sealed", 409, "The entry is not sealed yet")
    TOO_LARGE = ("too-large", 413, "The request is too large")
    MEDIA = ("unsupported-media-type", 415, "The request is not JSON")
    UNREACHABLE = ("unreachable-contact", 422, "No code can be sent there")
    NO_WAY = ("channel-not-available", 422, "No channel leads there")
    OTHER_BODY = ("idempotency-key-reused", 422, "The idempotency key was used for something else")
    NO_TARGET = ("webhook-target-refused", 422, "No webhook can be sent there")
    BLOCKED = ("blocked-by-rule", 403, "A rule stands in the way")
    BAD_PLAN = ("plan-not-possible", 422, "The plan cannot work")
    BAD_RULES = ("rules-not-possible", 422, "The rules cannot work")
    SWITCHED_OFF = ("switched-off", 403, "The organisation has switched this off")
    NEEDS_PERSON = ("needs-a-person", 403, "No key may do this")
    NEEDS_SECOND_PERSON = ("needs-second-person", 403, "Somebody else has to agree")
    STALE_SETTINGS = ("settings-changed-meanwhile", 409, "Somebody has changed this meanwhile")
    BAD_SETTINGS = ("settings-not-possible", 422, "The settings cannot be so")
    STALE_CUSTOMER = ("customer-changed-meanwhile", 409, "Somebody has changed this customer")
    CARD_NUMBER_TAKEN = ("card-number-taken", 409, "There is a card with this number")
    CARD_NOT_READY = ("card-not-ready", 409, "The card cannot be verified now")
    RECENT_CONTACT = ("recent-contact", 409, "The contact point does not count yet")
    WAY_NOT_OFFERED = ("way-not-offered", 422, "This way does not lead to the customer")
    STALE_OFFER = ("offer-changed-meanwhile", 409, "Somebody has changed this offer")
    OFFER_ENDED = ("offer-ended", 409, "The offer is over for good")
    LIST_NEEDED = ("list-needed", 409, "A campaign needs this list")
    NAME_TAKEN = ("name-taken", 409, "Something else has this name")
    CAMPAIGN_NOT_NOW = ("campaign-gone-on", 409, "The campaign is elsewhere by now")
    CAMPAIGN_NOT_READY = ("campaign-not-ready", 409, "The campaign lacks something")
    TOO_MANY_OFFERS = ("too-many-offers", 409, "There are as many as there may be")
    BAD_PROFILE = ("profile-cannot-work", 422, "The profile cannot work")
    PROFILE_IN_USE = ("profile-in-use", 409, "Others need this profile")
    BAD_PAGE = ("page-cannot-be-so", 422, "The landing page cannot be so")
    BAD_PICTURE = ("picture-not-taken", 422, "The file is not taken as a picture")
    PICTURE_IN_USE = ("picture-in-use", 409, "The picture stands on the page")
    STALE_PROFILE = ("profile-changed-meanwhile", 409, "Somebody has changed this profile")
    TOO_MANY_PROFILES = ("too-many-profiles", 409, "There are as many profiles as there may be")
    OTHER_PURCHASE = ("order-told-before", 409, "The order was told otherwise before")
    NOT_COLLECTING = ("account-not-collecting", 409, "Nothing is collected for this account")
    TOO_FEW_POINTS = ("too-few-points", 409, "There are not so many points")
    NO_KEY = ("idempotency-key-needed", 400, "The request needs an Idempotency-Key")
    NOT_PROVEN = ("not-proven", 403, "Nobody has proven to be there")
    SESSION_OVER = ("till-session-over", 409, "The sale is over")
    SUPERSEDED = ("till-session-superseded", 409, "Another till asks for this customer")
    OUT_OF_STEP = ("out-of-step", 409, "This is not the next turn of the call")
    BURNT = ("proof-burnt", 409, "Something else was asked for than what was proven")
    NOT_ONLINE = ("sale-not-online", 409, "The sale is at a till, and not in a shop on the web")
    NOT_YOUR_PAGE = ("pass-for-other-page", 403, "The pass is for another page")
    NOT_CHOSEN = ("customer-not-chosen", 409, "Several customers are reached there")
    NO_ACCOUNT = ("no-account", 409, "The customer has nothing that may be spent")
    REWARD_NOT_AVAILABLE = ("reward-not-available", 409, "The reward cannot be had")
    UNKNOWN_TERMINAL = ("unknown-terminal", 403, "The till is not registered")
    OTHER_TILL = ("other-till", 409, "The sale is at another till")
    NOT_STAFF = ("not-staff", 403, "Nobody who may do this is named")
    NO_MASTER_PIN = ("no-master-pin", 409, "The location has no master PIN")
    SEVERAL = ("several-customers", 409, "Several customers share this contact point")
    OWN_WALLET = ("own-wallet", 403, "It is their own wallet")
    CAP_REACHED = ("cap-reached", 403, "There were as many exceptions as there may be")
    REDEMPTION_OVER = ("redemption-over", 409, "The redemption is over")
    OTHER_ORDER = ("redeemed-for-other-order", 409, "It was committed for another order")
    NOT_COMMITTED = ("not-committed", 409, "Nothing is spent yet")
    ALREADY_SPENT = ("already-spent", 409, "It is spent")
    MORE_THAN_SPENT = ("more-than-spent", 409, "So much is not spent")
    OTHER_REVERSAL = ("reversal-told-before", 409, "The reversal was told otherwise before")
    NEEDS_OPERATOR = ("needs-operator", 403, "Only the operator may do this")
    BLOCK_OVER = ("block-over", 409, "The block is over")
    OPTED_OUT = ("opted-out", 403, "The person wants no messages")
    NOT_OURS = ("not-one-of-you", 403, "Nobody who works here is known to have this address")
    ASKED_ENOUGH = ("asked-enough", 409, "They were asked often enough")
    STILL_STAFF = ("still-staff", 409, "The person still works here")
    TOO_SOON = ("resend-too-soon", 429, "It is too soon for another message")
    TOO_MANY = ("too-many-attempts", 429, "Too much has been tried")
    LOCKED = ("contact-locked", 403, "The contact point is locked")
    NOT_SIGNED = ("not-signed", 403, "The request is not signed by a provider of ours")
    FAULT = ("internal-fault", 500, "Something went wrong with us")
    UNAVAILABLE = ("unavailable", 503, "We cannot keep this at the moment")

    def __init__(self, slug: str, status: int, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title


@dataclass
class Problem(Exception):
    """Ends a request. `detail` says what happened and what to do, and never quotes a secret."""

    kind: Kind
    detail: str
    retry_after: timedelta | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def needs_second_person(what: str, where: str) -> Problem:
    """Refuse what no key does where two people have to agree."""
    detail = f"This organisation wants two people {what}. Propose it in the console, under {where}."
    return Problem(Kind.NEEDS_SECOND_PERSON, detail)


def until(moment: datetime, now: datetime) -> timedelta:
    return max(moment - now, timedelta(seconds=1))


def respond(problem: Problem) -> ProblemResponse:
    headers = {"Cache-Control": "no-store"}
    if problem.kind is Kind.UNKNOWN_KEY:
        headers["WWW-Authenticate"] = "Bearer"
    headers |= retry_after_header(problem.retry_after)
    answers = answering.get()
    instance = {} if answers is None else {"instance": f"{REQUEST}{answers}"}
    return Response(
        {
            "type": f"{URN}{problem.kind.slug}",
            "title": problem.kind.title,
            "status": problem.kind.status,
            "detail": problem.detail,
            **instance,
            **problem.more,
        },
        status_code=problem.kind.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def retry_after_header(retry_after: timedelta | None) -> dict[str, str]:
    """Give the header that says when to come again, if that is known."""
    if retry_after is None:
        return {}
    return {"Retry-After": str(math.ceil(retry_after.total_seconds()))}


def _problem(_: Request[Any, Any, Any], problem: Problem) -> ProblemResponse:
    return respond(problem)


def _not_found(_: Request[Any, Any, Any], fault: NotFound) -> ProblemResponse:
    return respond(Problem(Kind.NOT_FOUND, str(fault)))


def _try_again(_: Request[Any, Any, Any], fault: WatchwordError) -> ProblemResponse:
    # What the database says of itself is for our log, and not for callers.
    log.warning("request.not_kept", fault=type(fault).__name__)
    # And whoever loses the connection while it commits does not know what became of it.
    detail = (
        "Perhaps nothing of this request was kept, and perhaps all of it: we cannot tell. "
        "Send it again in a moment, with the same Idempotency-Key."
    )
    return respond(Problem(Kind.UNAVAILABLE, detail, timedelta(seconds=1)))


METHODS: tuple[Method, ...] = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

NOT_AS_SHOWN = "The request does not have the form that the API guide shows."

OF_STATUS = {kind.status: kind for kind in reversed(Kind)}
"""The kind of what the framework itself refuses."""

SAID = {
    Kind.NOT_FOUND: "Nothing is found under this address.",
    Kind.TOO_LARGE: "A request has 16 KiB at most.",
}


def _refused(request: Request[Any, Any, Any], fault: HTTPException) -> ProblemResponse:
    """Show what the framework refused; of its words only where the request is wrong, not what."""
    kind = OF_STATUS.get(fault.status_code, Kind.MALFORMED)
    if kind is Kind.METHOD:
        return _not_that_way(request)
    if fault.status_code >= Kind.FAULT.status:
        return _fault(request, fault)
    said = SAID.get(kind) or NOT_AS_SHOWN
    places = [
        {"field": str(place["key"]), "because": because_of(str(place.get("message", "")))}
        for place in (fault.extra or [])
        if isinstance(place, Mapping) and "key" in place
    ]
    return respond(Problem(kind, said, more={"problems": places} if places else {}))


def show_methods(request: Request[Any, Any, Any]) -> Response[None]:
    """Answer OPTIONS. The framework's own answer knows the methods of one handler only."""
    return Response(None, status_code=204, headers={"Allow": ", ".join(_methods(request))})


def _not_that_way(request: Request[Any, Any, Any]) -> ProblemResponse:
    allowed = ", ".join(_methods(request))
    response = respond(Problem(Kind.METHOD, f"This address knows {allowed}."))
    response.headers["Allow"] = allowed
    return response


def _methods(request: Request[Any, Any, Any]) -> list[str]:
    """Find the methods that an address knows, as RFC 9110 wants them named."""
    found: list[str] = []
    for method in METHODS:
        with suppress(MethodNotAllowedException):
            request.app.asgi_router.handle_routing(request.url.path, method)
            found.append(method)
    return found


def because_of(said: str) -> str:
    # The framework may quote what it could not read, and that may be an address.
    if said.startswith("Invalid enum"):
        return "This is none of the known values"
    return said if said.startswith(("Expected", "Object")) else "Not as expected"


def _fault(_: Request[Any, Any, Any], fault: Exception) -> ProblemResponse:
    note_fault(fault)
    return respond(Problem(Kind.FAULT, "This is our mistake, and it has been logged."))


def note_fault(fault: Exception) -> None:
    log.error("request.failed", fault=type(fault).__name__, where=_where(fault))


def _where(fault: BaseException) -> str:
    """Name the line where it happened, without the words of the fault."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"


handlers: ExceptionHandlersMap = {
    Problem: _problem,
    NotFound: _not_found,
    StorageUnavailable: _try_again,
    StorageConflict: _try_again,
    HeldTooLong: _try_again,
    KeyAway: _try_again,  # It may be on its way. Any other broken seal is a fault like all others.
    HTTPException: _refused,
    Exception: _fault,
}
