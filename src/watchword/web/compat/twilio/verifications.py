"""Verifications: a code is asked for, sent once more, looked at and ended."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.challenges.codebook import NO_AUTOFILL, Autofill, Telling
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactKind
from watchword.features.crossings.pairs.rules import Call
from watchword.features.crossings.rules import Who
from watchword.features.limits.rules import network_of
from watchword.features.schemes.askings.rules import (
    NoOwnCodes,
    NotThere,
    NotTold,
    PaymentMissing,
    Said,
    Seen,
    Standing,
    Started,
    Target,
    Wish,
)
from watchword.features.schemes.meters.rules import Metered, UnknownMeter
from watchword.features.schemes.rules import (
    LENGTH_AT_LEAST,
    LENGTH_AT_MOST,
    NAME_AT_MOST,
    NoScheme,
    SchemeId,
    is_name,
    is_unsayable,
)
from watchword.features.templates.autofill import App, read_target
from watchword.features.templates.rules import closest
from watchword.foundation.gsm import septets, transliterate
from watchword.foundation.secret import Secret
from watchword.web.compat.twilio.crossing import Matter, Part, cross
from watchword.web.compat.twilio.door import Guest
from watchword.web.compat.twilio.errors import (
    APP_BY_SMS,
    NO_CALL,
    NO_CHANNEL,
    NO_PAYMENT,
    NOT_SUPPORTED,
    TOO_MANY_REQUESTS,
    invalid,
    not_there,
    refused,
)
from watchword.web.compat.twilio.forms import Form, form, write_moment
from watchword.web.compat.twilio.locales import LOCALES
from watchword.web.compat.twilio.people import found_to, meant, read_to
from watchword.web.compat.twilio.places import READ, SERVICE, WRITE
from watchword.web.compat.twilio.services import no_service, scheme_id, service_path
from watchword.web.compat.twilio.sids import (
    ATTEMPT,
    VERIFICATION,
    write_sid,
)
from watchword.web.compat.twilio.sids import (
    SERVICE as SERVICE_LETTERS,
)
from watchword.web.compat.twilio.templates import find_fault_of_template

VERIFICATIONS = SERVICE + "/Verifications"
VERIFICATION_ = VERIFICATIONS + "/{verification:str}"
AUTO = "auto"
CHANNELS: Mapping[str, Channel] = {
    "sms": Channel.SMS,
    "call": Channel.VOICE,
    "email": Channel.EMAIL,
    "whatsapp": Channel.WHATSAPP,
}
NAMES = {channel: name for name, channel in CHANNELS.items()}
NOT_HERE = {"sna", "rcs", "rbm"}
STATUSES: Mapping[Standing, str] = {
    Standing.PENDING: "pending",
    Standing.APPROVED: "approved",
    Standing.CANCELLED: "canceled",
    Standing.EXHAUSTED: "max_attempts_reached",
    Standing.EXPIRED: "expired",
}
AMOUNT_AT_MOST, PAYEE_AT_MOST = 30, 60
TAGS_AT_MOST, TAG_AT_MOST = 10, 128
METERS_AT_MOST, METERED_AT_MOST = 10, 200
RISKS = {"enable", "disable"}


@post(VERIFICATIONS, opt=WRITE)
async def create_verification(
    service: FromPath[str], request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> Any:  # noqa: ANN401 - ours, or what Twilio said
    said = await form(request)
    id = scheme_id(service)

    async def serve(part: Part) -> dict[str, Any]:
        organisation = guest.client.organisation
        language = await guest.services.configuration.settings.language_of(organisation)
        wish = _wish(said, id, guest.country, language, part.telling)
        started = await guest.services.schemes.askings.start(guest.client, wish)
        if isinstance(started, Seen):
            return shown(started, guest)
        raise _not_started(started, wish.contact, service)

    def read_who() -> Who | None:
        return found_to(said.text("To") or "", guest.country)

    return await cross(guest, request, Matter(Call.CREATE, id, read_who), serve)


@get(VERIFICATION_, opt=READ)
async def fetch_verification(
    service: FromPath[str],
    verification: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> Any:  # noqa: ANN401 - likewise
    target = meant(scheme_id(service), verification, guest.country)

    async def serve(part: Part) -> dict[str, Any]:
        one = _whom(target, part, request)
        return _found(await guest.services.schemes.askings.read(guest.client, one), guest, request)

    return await cross(guest, request, _matter(Call.FETCH, service, target), serve)


@post(VERIFICATION_, opt=WRITE, status_code=200)
async def update_verification(
    service: FromPath[str],
    verification: FromPath[str],
    request: Request[Any, Any, Any],
    guest: NamedDependency[Guest],
) -> Any:  # noqa: ANN401 - likewise
    said = await form(request)
    target = meant(scheme_id(service), verification, guest.country)

    async def serve(part: Part) -> dict[str, Any]:
        status, one = said.needed("Status"), _whom(target, part, request)
        askings = guest.services.schemes.askings
        match status:
            case "canceled":
                return _found(await askings.cancel(guest.client, one), guest, request)
            case "approved":
                return _found(await askings.vouch(guest.client, one), guest, request)
            case _:
                raise invalid("Status")

    return await cross(guest, request, _matter(Call.UPDATE, service, target), serve)


def _matter(call: Call, service: str, target: Target | None) -> Matter:
    return Matter(call, scheme_id(service), lambda: None if target is None else target.who)


def _whom(target: Target | None, part: Part, request: Request[Any, Any, Any]) -> Target:
    """Give which of ours is meant: by its name, or as what stands beside one of Twilio's."""
    if target is None:
        raise not_there(request)
    who = target.who if part.is_alone else part.beside
    if who is None:
        raise not_there(request)
    return Target(target.scheme_id, who)


def shown(seen: Seen, guest: Guest) -> dict[str, Any]:
    path = f"{service_path(seen.asking.scheme_id)}/Verifications"
    sid = write_sid(VERIFICATION, seen.asking.id)
    return {
        **told(seen, guest),
        "lookup": {},
        "send_code_attempts": [
            {
                "time": write_moment(each.created_at),
                "channel": _capital(each.channel),
                "attempt_sid": write_sid(ATTEMPT, each.id),
            }
            for each in seen.sendings
        ],
        "sna": None,
        "url": guest.url(f"{path}/{sid}"),
    }


def told(seen: Seen, guest: Guest) -> dict[str, Any]:
    """Give what is said of a verification wherever it is shown."""
    return {
        "sid": write_sid(VERIFICATION, seen.asking.id),
        "service_sid": write_sid(SERVICE_LETTERS, seen.asking.scheme_id),
        "account_sid": guest.account_sid,
        "to": seen.contact.address.reveal(),
        "channel": NAMES[seen.channel],
        "status": STATUSES[seen.standing],
        "valid": seen.standing is Standing.APPROVED,
        "amount": seen.said.amount,
        "payee": seen.said.payee,
        "date_created": write_moment(seen.asking.created_at),
        "date_updated": write_moment(seen.changed_at),
    }


def _capital(channel: Channel) -> str:
    name = NAMES[channel]
    return name if channel is Channel.WHATSAPP else name.upper()


def _found(
    outcome: Seen | NoScheme | NotThere, guest: Guest, request: Request[Any, Any, Any]
) -> dict[str, Any]:
    if isinstance(outcome, Seen):
        return shown(outcome, guest)
    raise not_there(request)


def _not_started(  # noqa: PLR0911 - one for each
    started: Started, contact: Contact, service: str
) -> Exception:
    match started:
        case NoScheme():
            return no_service(service)
        case Metered():
            return TOO_MANY_REQUESTS
        case UnknownMeter():
            return invalid("RateLimits")
        case NoOwnCodes():
            return NOT_SUPPORTED
        case PaymentMissing():
            return NO_PAYMENT
        case NotTold(channel):
            return NO_CALL if channel is Channel.VOICE else NO_CHANNEL
        case Seen():
            raise TypeError("It was started.")
        case refusal:
            return refused(refusal, contact)


def _wish(said: Form, id: SchemeId, country: str, language: str, telling: Telling) -> Wish:
    contact = read_to(said.needed("To"), country)
    channel = _channel(said, contact)
    _look_over(said)
    return Wish(
        scheme_id=id,
        contact=contact,
        channel=channel,
        locale=_locale(said, language),
        brand=_brand(said),
        own_code=_own_code(said),
        requester=_requester(said),
        said=Said(
            amount=_of_payment(said, "Amount", AMOUNT_AT_MOST),
            payee=_of_payment(said, "Payee", PAYEE_AT_MOST),
            tags=said.mapping("Tags", most=TAGS_AT_MOST, key=TAG_AT_MOST, value=TAG_AT_MOST),
        ),
        autofill=_autofill(said, channel),
        metered=said.mapping(
            "RateLimits", most=METERS_AT_MOST, key=METERED_AT_MOST, value=METERED_AT_MOST
        ),
        telling=telling,
    )


def _channel(said: Form, contact: Contact) -> Channel | None:
    """Read the channel; none, where it is left to us."""
    name = said.needed("Channel")
    if name == AUTO:
        return None
    if name in NOT_HERE:
        raise NO_CHANNEL
    channel = CHANNELS.get(name)
    if channel is None:
        raise invalid("Channel")
    if (channel is Channel.EMAIL) is not (contact.kind is ContactKind.EMAIL):
        raise invalid("To")
    return channel


def _locale(said: Form, language: str) -> str:
    """Read the language; one that we have no words in is followed by the organisation's."""
    wanted = said.text("Locale")
    if wanted is not None and wanted.lower() not in LOCALES:
        raise invalid("Locale")
    return closest(wanted, language)


def _brand(said: Form) -> str | None:
    brand = said.text("CustomFriendlyName", most=NAME_AT_MOST)
    if brand is not None and not is_name(brand):
        raise invalid("CustomFriendlyName")
    return brand


def _of_payment(said: Form, name: str, most: int) -> str | None:
    """Read what a message says of a payment. Nobody has looked at it before who gets it."""
    found = said.text(name, most=most)
    if found is not None and (is_unsayable(found) or septets(transliterate(found)) > most):
        raise invalid(name)
    return found


def _own_code(said: Form) -> Secret | None:
    code = said.text("CustomCode", least=LENGTH_AT_LEAST, most=LENGTH_AT_MOST)
    if code is not None and not (code.isascii() and code.isalnum()):
        raise invalid("CustomCode")
    return None if code is None else Secret(code)


def _requester(said: Form) -> Secret | None:
    address = said.text("DeviceIp")
    if address is None:
        return None
    try:
        return Secret(network_of(str(ip_address(address))))
    except ValueError:
        raise invalid("DeviceIp") from None


def _autofill(said: Form, channel: Channel | None) -> Autofill:
    hash = said.text("AppHash")
    if hash is None:
        return NO_AUTOFILL
    if channel not in {Channel.SMS, None}:
        raise APP_BY_SMS
    target = read_target(app=hash)
    if not isinstance(target, App):
        raise invalid("AppHash")
    return Autofill(app=target.hash)


def _look_over(said: Form) -> None:
    """Refuse what cannot be so among what is taken and has no effect here."""
    if said.text("CustomMessage", most=1600) is not None:
        raise NOT_SUPPORTED
    risk = said.text("RiskCheck")
    if risk is not None and risk not in RISKS:
        raise invalid("RiskCheck")
    said.flag("EnableSnaClientToken", default=False)
    for name in ("ChannelConfiguration", "TemplateCustomSubstitutions"):
        said.object(name)
    template = said.text("TemplateSid")
    if template is not None and (fault := find_fault_of_template(template)):
        raise fault


routes = [create_verification, fetch_verification, update_verification]
