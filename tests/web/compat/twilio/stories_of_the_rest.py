"""Who is let in, what is kept or left aside, and what is not here."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from tests.web.compat.twilio.desk import (
    ANN,
    BEN,
    FRENCH,
    HOME,
    MAIL,
    Desk,
    Story,
    checked,
    refusal,
    sent,
    story,
    unread,
)

STORIES: list[Story] = []
SENDER = "MG" + "a" * 32
APP = "FA+9qCX9VSu"
KEPT: dict[str, Any] = {
    "lookup_enabled": True,
    "skip_sms_to_landlines": True,
    "dtmf_input_required": False,
    "tts_name": "polly",
    "default_template_sid": "HJ" + "d" * 32,
    "do_not_share_warning_enabled": True,
    "verify_event_subscription_enabled": True,
    "push_include_date": False,
    "push_apn_credential_sid": "CR" + "a" * 32,
    "push_fcm_credential_sid": "CR" + "b" * 32,
    "totp_issuer": "Rosenhof",
    "totp_time_step": 40,
    "totp_code_length": 8,
    "totp_skew": 2,
    "whatsapp_msg_service_sid": "MG" + "c" * 32,
    "whatsapp_from": "whatsapp:+4915112345670",
    "passkeys_relying_party_id": "shop.example",
    "passkeys_relying_party_name": "Rosenhof",
    "passkeys_relying_party_origins": "https-origin",
    "passkeys_authenticator_attachment": "platform",
    "passkeys_discoverable_credentials": "required",
    "passkeys_user_verification": "discouraged",
}
ASIDE: dict[str, Any] = {
    "send_digits": "ww1",
    "enable_sna_client_token": True,
    "channel_configuration": '{"from": "shop"}',
    "template_custom_substitutions": '{"name": "Ann"}',
    "risk_check": "disable",
    "tags": '{"shop": "north"}',
}


@story(STORIES, "account.ways", "Account and token open the door, and so do key and secret.")
def _(desk: Desk) -> None:
    service = desk.service()
    by_key = desk.client(desk.key_sid).verify.v2.services(service.fetch().sid)

    assert by_key.fetch().account_sid == desk.account
    assert sent(by_key).status == "pending"


@story(STORIES, "account.unknown", "A token that is wrong, or of another account, is 401/20003.")
def _(desk: Desk) -> None:
    wrong = desk.client(token="ww_not_a_key").verify.v2  # noqa: S106 - it opens nothing
    foreign = desk.client(token=desk.stranger[1]).verify.v2

    assert refusal(lambda: wrong.services.create(friendly_name="A")) == (401, 20003)
    assert refusal(lambda: foreign.services.create(friendly_name="A")) == (401, 20003)
    assert unread(desk, foreign.services.list) == (401, 20003)


@story(STORIES, "account.others", "What belongs to one account is 404/20404 for another.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service)
    theirs = desk.client(*desk.stranger).verify.v2
    other = theirs.services(begun.service_sid)

    assert theirs.services.list() == []
    assert refusal(other.fetch) == (404, 20404)
    assert refusal(lambda: sent(other)) == (404, 20404)
    assert refusal(lambda: checked(other, desk.dealt.latest)) == (404, 20404)
    assert refusal(other.verifications(begun.sid).fetch) == (404, 20404)
    assert checked(service, desk.dealt.latest).status == "approved"


@story(STORIES, "verification.wishes", "A message has the language, name and app asked for.")
def _(desk: Desk) -> None:
    service = desk.service("Rosenhof")
    sent(service)
    sent(service, BEN, locale="en", custom_friendly_name="Garten", app_hash=APP)
    words = desk.behind.messages()
    usual, wished = words[ANN], words[BEN]

    assert "ist Ihr Code für Rosenhof" in usual
    assert "is your Garten code" in wished
    assert (usual.endswith(APP), wished.splitlines()[-1]) == (False, APP)


@story(STORIES, "verification.device", "Who asks is told apart by the address of their device.")
def _(desk: Desk) -> None:
    service = desk.service()
    sent(service, device_ip="192.0.2.7")
    sent(service, BEN, device_ip="192.0.2.7")
    sent(service, FRENCH)

    assert desk.behind.requesters() == 1
    sent(service, MAIL, "email", device_ip="192.0.2.8")
    assert desk.behind.requesters() == 2


@story(STORIES, "verification.invalid", "A parameter that is wrong is 400/60200.")
def _(desk: Desk) -> None:
    service = desk.service()
    wrong: tuple[dict[str, Any], ...] = (
        {"channel": "pigeon"},
        {"channel": "email"},
        {"to": "015112345678"},
        {"to": MAIL},
        {"locale": "klingon"},
        {"device_ip": "here"},
        {"tags": "[]"},
    )
    for given in wrong:
        assert refusal(partial(sent, service, **given)) == (400, 60200)


@story(STORIES, "verification.refused", "What is not for this service or number has its own code.")
def _(desk: Desk) -> None:
    service = desk.service()

    assert refusal(lambda: sent(service, custom_message="Hello")) == (403, 60204)
    assert refusal(lambda: sent(service, HOME)) == (403, 60205)
    assert refusal(lambda: sent(service, channel="sna")) == (400, 60223)
    assert refusal(lambda: sent(service, channel="rcs")) == (400, 60223)
    assert refusal(lambda: sent(service, channel="call", app_hash="FA+9qCX9VSu")) == (400, 60602)


@story(STORIES, "verification.aside", "What is left aside is taken, and changes nothing.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service, **ASIDE)
    done = checked(service, desk.dealt.latest, sna_client_token="t" * 8)

    assert (begun.status, begun.channel, begun.sna) == ("pending", "sms", None)
    assert done.status == "approved"


@story(STORIES, "service.kept", "What we do not go by is kept, and told again as it was.")
def _(desk: Desk) -> None:
    services = desk.client().verify.v2.services
    made = services.create(friendly_name="Rosenhof", **KEPT)
    changed = services(made.sid).update(**KEPT)
    shown = services(made.sid).fetch()

    for each in (made, changed, shown):
        assert told_again(each) == KEPT


def told_again(service: Any) -> dict[str, Any]:  # noqa: ANN401 - what the library has
    """Give the settings in the form in which they were sent."""
    told: dict[str, Any] = {name: getattr(service, name, None) for name in KEPT}
    for group in ("push", "totp", "whatsapp", "passkeys"):
        for name, value in getattr(service, group).items():
            told[f"{group}_{name}"] = value
    party = told.pop("passkeys_relying_party")
    told |= {f"passkeys_relying_party_{name}": value for name, value in party.items()}
    told["passkeys_relying_party_origins"] = ",".join(told["passkeys_relying_party_origins"])
    return told


@story(STORIES, "service.changed", "Length, own codes and payments are changed later, too.")
def _(desk: Desk) -> None:
    service = desk.service()
    service.update(code_length=8, custom_code_enabled=True)
    sent(service)
    own = sent(service, MAIL, "email", custom_code="12ab")
    changed = service.update(psd2_enabled=True)

    assert len(desk.dealt.codes[0]) == 8
    assert own.status == "pending"
    assert (changed.code_length, changed.custom_code_enabled, changed.psd2_enabled) == (
        8,
        True,
        True,
    )
    assert refusal(lambda: sent(service, BEN)) == (400, 60206)


@story(STORIES, "service.lists", "What hangs on a service is listed page by page.")
def _(desk: Desk) -> None:
    service = desk.service()
    limits = {service.rate_limits.create(unique_name=name).sid for name in ("one", "two", "three")}
    for country in ("DE", "AT", "all"):
        service.messaging_configurations.create(country=country, messaging_service_sid=SENDER)
    senders = service.messaging_configurations.list(page_size=1)

    assert {each.sid for each in service.rate_limits.list(page_size=1)} == limits
    assert sorted(each.country for each in senders) == ["AT", "DE", "all"]


@story(STORIES, "attempt.times", "A summary is of the time that is asked for.")
def _(desk: Desk) -> None:
    service = desk.service()
    sent(service)
    desk.time.pass_by(timedelta(hours=1))
    sent(service, BEN)
    summary = desk.client().verify.v2.verification_attempts_summary()
    half_an_hour_ago = desk.time() - timedelta(minutes=30)

    assert summary.fetch(date_created_after=half_an_hour_ago).total_attempts == 1
    assert summary.fetch(date_created_before=half_an_hour_ago).total_attempts == 1
    assert summary.fetch().total_attempts == 2


@story(STORIES, "rest.not_here", "Factors, passkeys, access tokens and webhooks are 404/20404.")
def _(desk: Desk) -> None:
    service = desk.service()
    acts: tuple[Callable[[], object], ...] = (
        lambda: service.entities.create(identity="customer-1"),
        service.entities("customer-1").fetch,
        service.entities("customer-1").delete,
        lambda: service.access_tokens.create(identity="customer-1", factor_type="push"),
        lambda: service.webhooks.create(
            friendly_name="A", event_types=["*"], webhook_url="https://shop.example"
        ),
        desk.client().verify.v2.forms("form-push").fetch,
    )
    for act in acts:
        assert refusal(act) == (404, 20404)
    assert unread(desk, service.webhooks.list) == (404, 20404)
    assert unread(desk, service.entities.list) == (404, 20404)
