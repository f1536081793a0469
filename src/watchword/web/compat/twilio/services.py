"""Services: what Twilio calls our schemes."""

from typing import Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import structs, to_builtins

from watchword.features.schemes.rules import (
    LENGTH_AT_LEAST,
    LENGTH_AT_MOST,
    NAME_AT_MOST,
    Manner,
    Passkeys,
    Push,
    RelyingParty,
    Scheme,
    SchemeId,
    TooManySchemes,
    Totp,
    Whatsapp,
    is_name,
)
from watchword.web.compat.twilio.door import Guest
from watchword.web.compat.twilio.errors import TOO_MANY_REQUESTS, invalid, not_found
from watchword.web.compat.twilio.forms import Form, form, query, write_moment
from watchword.web.compat.twilio.paging import Place, envelope, wanted
from watchword.web.compat.twilio.places import (
    SERVICE,
    SERVICES,
    SETTINGS_READ,
    SETTINGS_WRITE,
)
from watchword.web.compat.twilio.sids import SERVICE as LETTERS
from watchword.web.compat.twilio.sids import TEMPLATE, read_sid, write_sid

TIME_STEPS, TOTP_LENGTHS, SKEWS = (20, 60), (3, 8), (0, 2)
ATTACHMENTS = {"platform", "cross-platform", "any"}
PREFERENCES = {"required", "preferred", "discouraged"}
LINKS = {
    "verifications": "Verifications",
    "verification_checks": "VerificationCheck",
    "rate_limits": "RateLimits",
    "messaging_configurations": "MessagingConfigurations",
    "entities": "Entities",
    "webhooks": "Webhooks",
    "access_tokens": "AccessTokens",
}


@post(SERVICES, opt=SETTINGS_WRITE)
async def create_service(
    request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    said = await form(request)
    name = _name(said)
    if name is None:
        raise invalid("FriendlyName")
    made = await guest.services.schemes.schemes.create(guest.client, name, _manner(said, Manner()))
    if isinstance(made, TooManySchemes):
        raise TOO_MANY_REQUESTS
    return shown(made, guest)


@get(SERVICES, opt=SETTINGS_READ)
async def list_services(
    request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    asked = wanted(query(request))
    found = await guest.services.schemes.schemes.all(guest.client, asked.bookmark, asked.size)
    rows = [shown(each, guest) for each in found.items]
    after = None if found.after is None else Place(found.after)
    return envelope(guest.url(SERVICES), "services", rows, asked, after)


@get(SERVICE, opt=SETTINGS_READ)
async def fetch_service(service: FromPath[str], guest: NamedDependency[Guest]) -> dict[str, Any]:
    return shown(await found_service(guest, service), guest)


@post(SERVICE, opt=SETTINGS_WRITE, status_code=200)
async def update_service(
    service: FromPath[str], request: Request[Any, Any, Any], guest: NamedDependency[Guest]
) -> dict[str, Any]:
    said = await form(request)

    def changed(scheme: Scheme) -> tuple[str, Manner]:
        return _name(said) or scheme.name, _manner(said, scheme.manner)

    id = scheme_id(service)
    scheme = await guest.services.schemes.schemes.change(guest.client, id, changed)
    if scheme is None:
        raise no_service(service)
    return shown(scheme, guest)


@delete(SERVICE, opt=SETTINGS_WRITE)
async def delete_service(service: FromPath[str], guest: NamedDependency[Guest]) -> None:
    if not await guest.services.schemes.schemes.remove(guest.client, scheme_id(service)):
        raise no_service(service)


async def found_service(guest: Guest, sid: str) -> Scheme:
    scheme = await guest.services.schemes.schemes.find(guest.client, scheme_id(sid))
    if scheme is None:
        raise no_service(sid)
    return scheme


def scheme_id(sid: str) -> SchemeId:
    """Read the SID in an address; what cannot be one is not there."""
    id = read_sid(LETTERS, sid)
    if id is None:
        raise not_found("/Services/***")
    return SchemeId(id)


def no_service(sid: str) -> Exception:
    return not_found(f"/Services/{sid}")


def service_path(id: SchemeId) -> str:
    return f"{SERVICES}/{write_sid(LETTERS, id)}"


def shown(scheme: Scheme, guest: Guest) -> dict[str, Any]:
    url = guest.url(service_path(scheme.id))
    return {
        "sid": write_sid(LETTERS, scheme.id),
        "account_sid": guest.account_sid,
        "friendly_name": scheme.name,
        **to_builtins(scheme.manner),
        "date_created": write_moment(scheme.created_at),
        "date_updated": write_moment(scheme.changed_at),
        "url": url,
        "links": {name: f"{url}/{noun}" for name, noun in LINKS.items()},
    }


def _name(said: Form) -> str | None:
    name = said.text("FriendlyName", most=NAME_AT_MOST)
    if name is None:
        return None
    if is_name(name):
        return name
    raise invalid("FriendlyName")


def _manner(said: Form, before: Manner) -> Manner:
    length = said.number("CodeLength", LENGTH_AT_LEAST, LENGTH_AT_MOST)
    template = said.text("DefaultTemplateSid")
    if template is not None and read_sid(TEMPLATE, template) is None:
        raise invalid("DefaultTemplateSid")
    return Manner(
        code_length=before.code_length if length is None else length,
        lookup_enabled=said.flag("LookupEnabled", before.lookup_enabled),
        psd2_enabled=said.flag("Psd2Enabled", before.psd2_enabled),
        skip_sms_to_landlines=said.flag("SkipSmsToLandlines", before.skip_sms_to_landlines),
        dtmf_input_required=said.flag("DtmfInputRequired", before.dtmf_input_required),
        tts_name=said.text("TtsName") or before.tts_name,
        do_not_share_warning_enabled=said.flag(
            "DoNotShareWarningEnabled", before.do_not_share_warning_enabled
        ),
        custom_code_enabled=said.flag("CustomCodeEnabled", before.custom_code_enabled),
        default_template_sid=template or before.default_template_sid,
        verify_event_subscription_enabled=said.flag(
            "VerifyEventSubscriptionEnabled", before.verify_event_subscription_enabled
        ),
        push=_push(said, before.push),
        totp=_totp(said, before.totp),
        whatsapp=_whatsapp(said, before.whatsapp),
        passkeys=_passkeys(said, before.passkeys),
    )


def _push(said: Form, before: Push) -> Push:
    return Push(
        include_date=said.flag("Push.IncludeDate", before.include_date),
        apn_credential_sid=said.text("Push.ApnCredentialSid") or before.apn_credential_sid,
        fcm_credential_sid=said.text("Push.FcmCredentialSid") or before.fcm_credential_sid,
    )


def _totp(said: Form, before: Totp) -> Totp:
    given = {
        "issuer": said.text("Totp.Issuer"),
        "time_step": said.number("Totp.TimeStep", *TIME_STEPS),
        "code_length": said.number("Totp.CodeLength", *TOTP_LENGTHS),
        "skew": said.number("Totp.Skew", *SKEWS),
    }
    return structs.replace(before, **{name: of for name, of in given.items() if of is not None})


def _whatsapp(said: Form, before: Whatsapp) -> Whatsapp:
    return Whatsapp(
        msg_service_sid=said.text("Whatsapp.MsgServiceSid") or before.msg_service_sid,
        sender=said.text("Whatsapp.From") or before.sender,
    )


def _passkeys(said: Form, before: Passkeys) -> Passkeys:
    party, prefix = before.relying_party, "Passkeys.RelyingParty"
    return Passkeys(
        relying_party=RelyingParty(
            id=said.text(f"{prefix}.Id") or party.id,
            name=said.text(f"{prefix}.Name") or party.name,
            origins=said.texts(f"{prefix}.Origins", most=2000) or party.origins,
        ),
        authenticator_attachment=_one_of(said, "AuthenticatorAttachment", ATTACHMENTS)
        or before.authenticator_attachment,
        discoverable_credentials=_one_of(said, "DiscoverableCredentials", PREFERENCES)
        or before.discoverable_credentials,
        user_verification=_one_of(said, "UserVerification", PREFERENCES)
        or before.user_verification,
    )


def _one_of(said: Form, name: str, words: set[str]) -> str | None:
    word = said.text(f"Passkeys.{name}")
    if word is not None and word not in words:
        raise invalid(f"Passkeys.{name}")
    return word


routes = [create_service, list_services, fetch_service, update_service, delete_service]
