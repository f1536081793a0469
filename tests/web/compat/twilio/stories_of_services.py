"""Services and what hangs on them: rate limits, senders, templates, payments, own codes."""

from datetime import timedelta
from functools import partial
from typing import Any

from tests.web.compat.twilio.desk import (
    ANN,
    BEN,
    FRENCH,
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


@story(STORIES, "service.life", "A service is made, changed, shown and deleted.")
def _(desk: Desk) -> None:
    services = desk.client().verify.v2.services
    made = services.create(friendly_name="Rosenhof", code_length=8, totp_skew=2)
    desk.time.pass_by(timedelta(seconds=1))
    changed = services(made.sid).update(friendly_name="Garten", tts_name="polly")
    shown = services(made.sid).fetch()

    assert (made.friendly_name, made.code_length, made.totp["skew"]) == ("Rosenhof", 8, 2)
    assert made.account_sid == desk.account
    assert (changed.friendly_name, changed.code_length) == ("Garten", 8)
    assert (shown.sid, shown.tts_name, shown.totp) == (made.sid, "polly", made.totp)
    assert shown.date_created == made.date_created < shown.date_updated
    assert services(made.sid).delete()
    assert refusal(services(made.sid).fetch) == (404, 20404)
    assert refusal(services(made.sid).delete) == (404, 20404)
    assert refusal(lambda: sent(services(made.sid))) == (404, 20404)


@story(STORIES, "service.paging", "A list is followed page by page, by addresses that are whole.")
def _(desk: Desk) -> None:
    services = desk.client().verify.v2.services
    made = [services.create(friendly_name=f"Shop {letter}").sid for letter in "ABCDE"]
    listed = services.list(page_size=2)
    first = services.page(page_size=2)
    second = first.next_page()

    assert {each.sid for each in listed} == {*made}
    assert len(listed) == 5
    assert [each.sid for each in second] == [each.sid for each in listed[2:4]]
    assert [each.sid for each in services.list(limit=3)] == [each.sid for each in listed[:3]]
    assert second.next_page().next_page() is None


@story(STORIES, "service.invalid", "What a service cannot be is 400/60200.")
def _(desk: Desk) -> None:
    services = desk.client().verify.v2.services
    wrong: tuple[dict[str, Any], ...] = (
        {"friendly_name": ""},
        {"friendly_name": "x" * 33},
        {"friendly_name": "Call 12345"},
        {"friendly_name": "A", "code_length": 3},
        {"friendly_name": "A", "code_length": 11},
        {"friendly_name": "A", "totp_time_step": 19},
        {"friendly_name": "A", "default_template_sid": "HJ"},
        {"friendly_name": "A", "passkeys_user_verification": "perhaps"},
    )
    for given in wrong:
        assert refusal(partial(services.create, **given)) == (400, 60200)


@story(STORIES, "verification.length", "A code has the length of its service.")
def _(desk: Desk) -> None:
    short, long = desk.service(code_length=4), desk.service(code_length=10)
    sent(short)
    sent(long, BEN)
    few, many = desk.dealt.codes

    assert (len(few), len(many)) == (4, 10)
    assert checked(short, few).status == "approved"
    assert checked(long, many, BEN).status == "approved"


@story(STORIES, "verification.own_code", "An application may make codes itself, if it is allowed.")
def _(desk: Desk) -> None:
    plain, own = desk.service(), desk.service(custom_code_enabled=True)
    begun = sent(own, custom_code="aB34x")
    again = sent(own, custom_code="aB34x")
    wrong = checked(own, "ab34x")
    done = checked(own, "aB34x")

    assert refusal(lambda: sent(plain, custom_code="1234")) == (403, 60204)
    assert begun.sid == again.sid
    assert (wrong.status, done.status) == ("pending", "approved")


@story(STORIES, "verification.payment", "Under PSD2 a code is for one payment and no other.")
def _(desk: Desk) -> None:
    service = desk.service(psd2_enabled=True)
    payment = {"amount": "€39.99", "payee": "Acme Inc."}
    begun = sent(service, **payment)
    again = sent(service, **payment)
    desk.time.pass_by(timedelta(seconds=1))
    other = sent(service, amount="€40.00", payee="Acme Inc.")
    code = desk.dealt.latest

    assert refusal(lambda: sent(service)) == (400, 60206)
    assert refusal(lambda: sent(service, amount="€1")) == (400, 60206)
    assert refusal(lambda: sent(service, channel="call", **payment)) == (400, 60214)
    assert refusal(lambda: sent(service, channel="whatsapp", **payment)) == (400, 60223)
    assert (begun.amount, begun.payee) == ("€39.99", "Acme Inc.")
    assert begun.sid == again.sid != other.sid
    assert refusal(lambda: checked(service, code)) == (400, 60206)
    assert checked(service, code, **payment).status == "pending"
    done = checked(service, code, amount="€40.00", payee="Acme Inc.")
    assert (done.sid, done.status, done.amount) == (other.sid, "approved", "€40.00")


@story(STORIES, "rate_limit.life", "Rate limits and buckets are made, changed, listed, deleted.")
def _(desk: Desk) -> None:
    limits = desk.service().rate_limits
    made = limits.create(unique_name="end_user_ip", description="Who asks")
    buckets = limits(made.sid).buckets
    bucket, other = buckets.create(max=2, interval=60), buckets.create(max=5, interval=3600)
    changed = limits(made.sid).update(description="An address")
    wider = buckets(bucket.sid).update(max=3)

    assert (made.unique_name, changed.description) == ("end_user_ip", "An address")
    assert (wider.sid, wider.max, wider.interval) == (bucket.sid, 3, 60)
    assert limits(made.sid).fetch().description == "An address"
    assert buckets(bucket.sid).fetch().max == 3
    assert [each.sid for each in limits.list()] == [made.sid]
    assert {each.sid for each in buckets.list(page_size=1)} == {bucket.sid, other.sid}
    assert refusal(lambda: limits.create(unique_name="end_user_ip")) == (400, 60208)
    assert refusal(lambda: limits.create(unique_name="end user")) == (400, 60209)
    assert refusal(lambda: buckets.create(max=9, interval=60)) == (400, 60211)
    assert refusal(lambda: buckets(bucket.sid).update(interval=3600)) == (400, 60211)
    assert refusal(lambda: buckets.create(max=0, interval=1)) == (400, 60200)
    assert buckets(other.sid).delete()
    assert refusal(buckets(other.sid).fetch) == (404, 20404)
    assert limits(made.sid).delete()
    assert refusal(limits(made.sid).fetch) == (404, 20404)
    assert unread(desk, buckets.list) == (404, 20404)


@story(STORIES, "rate_limit.full", "There are ten rate limits, and five buckets of each.")
def _(desk: Desk) -> None:
    limits = desk.service().rate_limits
    made = [limits.create(unique_name=f"limit.{number}") for number in range(10)]
    buckets = limits(made[0].sid).buckets
    for minutes in range(1, 6):
        buckets.create(max=1, interval=minutes * 60)

    assert refusal(lambda: limits.create(unique_name="more")) == (400, 60207)
    assert refusal(lambda: buckets.create(max=1, interval=3600)) == (400, 60210)


@story(STORIES, "rate_limit.exceeded", "What is too much by a rate limit is 429/20429, exactly.")
def _(desk: Desk) -> None:
    service = desk.service()
    limit = service.rate_limits.create(unique_name="end_user_ip")
    service.rate_limits(limit.sid).buckets.create(max=2, interval=60)

    def from_(address: str, to: str = ANN) -> object:
        return sent(service, to, rate_limits=f'{{"end_user_ip": "{address}"}}')

    from_("192.0.2.1")
    from_("192.0.2.1", BEN)

    assert refusal(lambda: from_("192.0.2.1", FRENCH)) == (429, 20429)
    from_("192.0.2.2")
    sent(service)
    desk.time.pass_by(timedelta(seconds=60))
    from_("192.0.2.1")


@story(STORIES, "messaging.life", "Senders are chosen for countries, and told again.")
def _(desk: Desk) -> None:
    configurations = desk.service().messaging_configurations
    made = configurations.create(country="DE", messaging_service_sid=SENDER)
    configurations.create(country="all", messaging_service_sid=SENDER)
    changed = configurations("DE").update(messaging_service_sid="MG" + "b" * 32)

    assert (made.country, made.messaging_service_sid) == ("DE", SENDER)
    assert configurations("DE").fetch().messaging_service_sid == changed.messaging_service_sid
    assert [each.country for each in configurations.list()] in (["DE", "all"], ["all", "DE"])
    assert refusal(lambda: configurations.create(country="DE", messaging_service_sid=SENDER)) == (
        400,
        60213,
    )
    assert refusal(
        lambda: configurations.create(country="Germany", messaging_service_sid=SENDER)
    ) == (400, 60200)
    assert configurations("DE").delete()
    assert refusal(configurations("DE").fetch) == (404, 20404)


@story(STORIES, "template.list", "The words that carry codes are listed in each language.")
def _(desk: Desk) -> None:
    templates = desk.client().verify.v2.templates
    (only,) = templates.list(page_size=1)
    service = desk.service(default_template_sid=only.sid)

    assert templates.list(friendly_name="Nothing") == []
    assert [each.sid for each in templates.list(friendly_name=only.friendly_name)] == [only.sid]
    assert only.translations["de"]["is_default_translation"]
    assert "{{code}}" in only.translations["en"]["text"]
    assert "{{friendly_name}}" in only.translations["en"]["text"]
    assert sent(service, template_sid=only.sid, locale="pt-BR").status == "pending"
    assert refusal(lambda: sent(service, template_sid="HJ" + "0" * 32)) == (404, 60228)


@story(STORIES, "safe_list.life", "A number is put on the safe list, found and taken off.")
def _(desk: Desk) -> None:
    numbers = desk.client().verify.v2.safelist
    added = numbers.create(phone_number=ANN)
    again = numbers.create(phone_number=ANN)

    assert (added.phone_number, added.sid) == (ANN, again.sid)
    assert numbers(ANN).fetch().sid == numbers(added.sid).fetch().sid == added.sid
    assert refusal(lambda: numbers.create(phone_number="nobody")) == (400, 60200)
    assert refusal(lambda: numbers(BEN).fetch()) == (404, 20404)
    assert numbers(ANN).delete()
    assert refusal(lambda: numbers(ANN).fetch()) == (404, 20404)
    assert refusal(lambda: numbers(ANN).delete()) == (404, 20404)
