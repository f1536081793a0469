"""Attempts: each message that carried a code, and how many codes came back."""

from collections.abc import Collection, Mapping
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.contacts.rules import countries_of
from watchword.features.delivery.rules import MessageId, Receipt, State
from watchword.features.schemes.rules import SchemeId
from watchword.features.schemes.sendings.rules import Addressed, Carried, Onward, Which
from watchword.foundation.ids import Id
from watchword.web.compat.twilio.door import Guest
from watchword.web.compat.twilio.errors import invalid, not_found
from watchword.web.compat.twilio.forms import Form, query, write_moment
from watchword.web.compat.twilio.paging import Place, envelope, wanted
from watchword.web.compat.twilio.people import read_to
from watchword.web.compat.twilio.places import READ
from watchword.web.compat.twilio.sids import ATTEMPT, SERVICE, VERIFICATION, read_sid, write_sid
from watchword.web.compat.twilio.verifications import CHANNELS, NAMES

ATTEMPTS = "/v2/Attempts"
AT_MOST = 100
"""On one page, whatever is asked for: each of them tells a number that is sealed."""
FILTERS = (
    *("DateCreatedAfter", "DateCreatedBefore", "ChannelData.To", "Country", "Channel"),
    *("VerifyServiceSid", "VerificationSid", "Status"),
)
CONVERSIONS = {"converted": True, "unconverted": False}
SENT: Mapping[Receipt | None, str] = {
    Receipt.DELIVERED: "delivered",
    Receipt.READ: "read",
    Receipt.FAILED: "undelivered",
    None: "sent",
}
STATES: Mapping[State, str] = {
    State.QUEUED: "queued",
    State.SENDING: "sending",
    State.CANCELLED: "canceled",
}
FAILED = "failed"
COUNTRY_LENGTH = 2
NOWHERE = ("--",)
"""A country that there is not: what is asked for in two that differ is nobody's."""


@get(ATTEMPTS, opt=READ)
async def list_attempts(
    request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    said = query(request)
    asked = wanted(said, most=AT_MOST)
    begins = None if asked.after is None else Onward(asked.after.bookmark, asked.after.parts)
    found, onward = await guest.services.schemes.sendings.page(
        guest.client, _which(said, guest.country), begins, asked.size
    )
    rows = [_shown(each, guest) for each in found]
    after = None if onward is None else Place(onward.asking, onward.messages)
    filters = [(name, of) for name in FILTERS if (of := said.text(name)) is not None]
    return envelope(guest.url(ATTEMPTS), "attempts", rows, asked, after, filters)


@get(ATTEMPTS + "/Summary", opt=READ)
async def fetch_summary(
    request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    which = _which(query(request), guest.country)
    summary = await guest.services.schemes.sendings.summary(guest.client, which)
    return {
        "total_attempts": summary.total,
        "total_converted": summary.converted,
        "total_unconverted": summary.unconverted,
        "conversion_rate_percentage": _percentage(summary.percent),
        "url": guest.url(f"{ATTEMPTS}/Summary"),
    }


@get(ATTEMPTS + "/{attempt:str}", opt=READ)
async def fetch_attempt(attempt: FromPath[str], guest: NamedDependency[Guest]) -> dict[str, Any]:
    id = read_sid(ATTEMPT, attempt)
    found = (
        None
        if id is None
        else await guest.services.schemes.sendings.find(guest.client, MessageId(id))
    )
    if found is None:
        raise not_found(f"/Attempts/{attempt if id else '***'}")
    return _shown(found, guest)


def _which(said: Form, country: str) -> Which:
    to, channel = said.text("ChannelData.To"), said.text("Channel")
    status = said.text("Status")
    if channel is not None and channel.lower() not in CHANNELS:
        raise invalid("Channel")
    if status is not None and status.lower() not in CONVERSIONS:
        raise invalid("Status")
    scheme = _id(said, "VerifyServiceSid", SERVICE)
    challenge = _id(said, "VerificationSid", VERIFICATION)
    return Which(
        challenge_id=None if challenge is None else ChallengeId(challenge),
        scheme_id=None if scheme is None else SchemeId(scheme),
        contact=None if to is None else read_to(to, country, "ChannelData.To"),
        channel=None if channel is None else CHANNELS[channel.lower()],
        countries=_countries(said),
        is_converted=None if status is None else CONVERSIONS[status.lower()],
        after=said.moment("DateCreatedAfter"),
        before=said.moment("DateCreatedBefore"),
    )


def _id(said: Form, name: str, letters: str) -> Id | None:
    sid = said.text(name)
    if sid is None:
        return None
    id = read_sid(letters, sid)
    if id is None:
        raise invalid(name)
    return id


def _countries(said: Form) -> Collection[str]:
    """Read where messages went. Numbers are sealed, so a prefix is that of a country."""
    country, prefix = said.text("Country"), said.text("DestinationPrefix")
    if country is not None and not (len(country) == COUNTRY_LENGTH and country.isascii()):
        raise invalid("Country")
    named = () if country is None else (country.upper(),)
    if prefix is None:
        return named
    behind = countries_of(prefix.strip().removeprefix("+"))
    if not behind:
        raise invalid("DestinationPrefix")
    if not named:
        return behind
    return named if named[0] in behind else NOWHERE


def _shown(told: Addressed, guest: Guest) -> dict[str, Any]:
    carried = told.carried
    sid = write_sid(ATTEMPT, carried.id)
    verification = write_sid(VERIFICATION, carried.challenge_id)
    return {
        "sid": sid,
        "account_sid": guest.account_sid,
        "service_sid": write_sid(SERVICE, carried.scheme_id),
        "verification_sid": verification,
        "date_created": write_moment(carried.created_at),
        "date_updated": write_moment(carried.changed_at),
        "conversion_status": "converted" if carried.is_converted else "unconverted",
        "channel": NAMES[carried.channel],
        "price": {"value": None, "currency": None},
        "channel_data": {
            "verification_sid": verification,
            "to": told.contact.address.reveal(),
            "status": _status(carried, guest),
            "message_status": _message_status(carried),
            "error_code": None,
            "country": carried.country,
            "code_length": carried.code_length,
            "locale": carried.locale,
            "mcc": None,
            "mnc": None,
            "carrier": None,
        },
        "url": guest.url(f"{ATTEMPTS}/{sid}"),
    }


def _status(carried: Carried, guest: Guest) -> str:
    if carried.is_converted:
        return "confirmed"
    is_over = guest.services.storage.now() >= carried.expires_at
    is_late = carried.status is Status.PENDING and is_over
    return "expired" if is_late or carried.status is Status.EXPIRED else "unconfirmed"


def _message_status(carried: Carried) -> str:
    if carried.state is State.SENT:
        return SENT[carried.receipt]
    return STATES.get(carried.state, FAILED)


def _percentage(percent: float) -> str:
    return f"{percent:.9f}".rstrip("0").rstrip(".")


routes = [list_attempts, fetch_summary, fetch_attempt]
