"""What an application that was written for Twilio Verify does, and what it hears: row by row."""

from datetime import timedelta

from tests.web.compat.twilio.desk import (
    ANN,
    BEN,
    MAIL,
    Desk,
    Story,
    checked,
    refusal,
    said_of,
    sent,
    story,
)

STORIES: list[Story] = []


@story(STORIES, "verification.pair", "A code is sent, checked and approved.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service)
    desk.time.pass_by(timedelta(seconds=1))
    done = checked(service, desk.dealt.latest)

    assert (begun.status, begun.valid, begun.channel, begun.to) == ("pending", False, "sms", ANN)
    assert [each["channel"] for each in begun.send_code_attempts] == ["SMS"]
    assert (done.sid, done.status, done.valid, done.to) == (begun.sid, "approved", True, ANN)
    assert begun.date_created == done.date_created < done.date_updated == desk.time()


@story(STORIES, "verification.by_sid", "A check may name the verification by its SID.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service)
    done = service.verification_checks.create(verification_sid=begun.sid, code=desk.dealt.latest)

    assert (done.sid, done.status, done.to) == (begun.sid, "approved", ANN)


@story(STORIES, "verification.resend", "Starting again sends the same code under the same SID.")
def _(desk: Desk) -> None:
    service = desk.service()
    first = sent(service)
    desk.time.pass_by(timedelta(seconds=1))
    again = sent(service)
    desk.time.pass_by(timedelta(seconds=1))
    called = sent(service, channel="call")
    done = checked(service, desk.dealt.codes[0])

    assert first.sid == again.sid == called.sid == done.sid
    assert first.date_created == called.date_created < again.date_updated < called.date_updated
    assert len(desk.dealt.codes) == 1
    channels = [each["channel"] for each in called.send_code_attempts]
    assert channels == ["SMS", "SMS", "CALL"]
    assert len({each["attempt_sid"] for each in called.send_code_attempts}) == 3
    assert (called.channel, done.status) == ("call", "approved")


@story(STORIES, "verification.sixth_send", "A sixth sending is refused with 429/60203.")
def _(desk: Desk) -> None:
    service = desk.service()
    sids = {sent(service).sid for _ in range(5)}

    assert len(sids) == 1
    assert refusal(lambda: sent(service)) == (429, 60203)
    assert checked(service, desk.dealt.latest).status == "approved"


@story(STORIES, "check.wrong", "Five wrong codes are no errors; a sixth check is 429/60202.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service)
    wrong = [checked(service, desk.dealt.wrong) for _ in range(5)]

    assert {(each.status, each.valid) for each in wrong} == {("pending", False)}
    assert refusal(lambda: checked(service, desk.dealt.latest)) == (429, 60202)
    assert service.verifications(begun.sid).fetch().status == "max_attempts_reached"


@story(STORIES, "check.after_approval", "After approval a check is 404/20404, in exact words.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service)
    checked(service, desk.dealt.latest)
    status, code, said = said_of(lambda: checked(service, desk.dealt.latest))
    gone = f"The requested resource /Services/{begun.service_sid}/VerificationCheck was not found"

    assert (status, code) == (404, 20404)
    assert said.endswith(gone)
    assert refusal(lambda: service.verifications(begun.sid).fetch()) == (404, 20404)


@story(STORIES, "check.never_started", "A check of what was never started is 404/20404.")
def _(desk: Desk) -> None:
    service = desk.service()

    assert refusal(lambda: checked(service, "123456")) == (404, 20404)
    assert refusal(
        lambda: service.verification_checks.create(verification_sid="VE" + "0" * 32, code="123456")
    ) == (404, 20404)


@story(STORIES, "check.no_target", "A check that names nobody is 400/60221.")
def _(desk: Desk) -> None:
    service = desk.service()

    assert refusal(lambda: service.verification_checks.create(code="123456")) == (400, 60221)


@story(STORIES, "verification.cancel", "What is cancelled stays readable, and its code is void.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service)
    ended = service.verifications(begun.sid).update(status="canceled")

    assert (ended.sid, ended.status) == (begun.sid, "canceled")
    assert service.verifications(begun.sid).fetch().status == "canceled"
    assert refusal(lambda: checked(service, desk.dealt.latest)) == (404, 20404)
    assert sent(service).sid != begun.sid


@story(STORIES, "verification.approve", "An application may approve what it checked by itself.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service)
    ended = service.verifications(begun.sid).update(status="approved")

    assert (ended.status, ended.valid) == ("approved", True)
    assert refusal(lambda: service.verifications(begun.sid).fetch()) == (404, 20404)
    assert refusal(lambda: checked(service, desk.dealt.latest)) == (404, 20404)


@story(STORIES, "verification.by_to", "An address may name a verification by number or mail.")
def _(desk: Desk) -> None:
    service = desk.service()
    by_phone, by_mail = sent(service), sent(service, MAIL, "email")

    assert service.verifications(ANN).fetch().sid == by_phone.sid
    assert service.verifications(ANN.replace("+", "%2B")).fetch().sid == by_phone.sid
    assert service.verifications(MAIL).fetch().sid == by_mail.sid
    assert service.verifications(MAIL.replace("@", "%40")).fetch().sid == by_mail.sid
    assert service.verifications(ANN).update(status="canceled").sid == by_phone.sid
    assert refusal(lambda: service.verifications(BEN).fetch()) == (404, 20404)


@story(STORIES, "verification.email", "Codes go by e-mail, too.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service, MAIL, "email")
    done = checked(service, desk.dealt.latest, MAIL)

    assert (begun.channel, begun.to) == ("email", MAIL)
    assert (done.status, done.channel, done.to) == ("approved", "email", MAIL)


@story(STORIES, "verification.expired", "After ten minutes a verification is gone.")
def _(desk: Desk) -> None:
    service = desk.service()
    begun = sent(service)
    mailed = sent(service, MAIL, "email")
    desk.time.pass_by(timedelta(minutes=10))

    assert refusal(lambda: checked(service, desk.dealt.codes[0])) == (404, 20404)
    assert refusal(lambda: checked(service, desk.dealt.codes[1], MAIL)) == (404, 20404)
    assert refusal(service.verifications(begun.sid).fetch) == (404, 20404)
    assert refusal(service.verifications(mailed.sid).fetch) == (404, 20404)
    assert sent(service).sid != begun.sid


@story(STORIES, "verification.auto", "With `auto`, the answer says which channel was taken.")
def _(desk: Desk) -> None:
    service = desk.service()

    assert sent(service, channel="auto").channel == "sms"
    assert sent(service, MAIL, channel="auto").channel == "email"


@story(STORIES, "verification.services", "Codes of one service are good for nothing in another.")
def _(desk: Desk) -> None:
    one, other = desk.service("One"), desk.service("Other")
    first, second = sent(one), sent(other)

    assert first.sid != second.sid
    assert checked(other, desk.dealt.codes[0]).status == "pending"
    assert refusal(lambda: other.verifications(first.sid).fetch()) == (404, 20404)
    assert checked(one, desk.dealt.codes[0]).status == "approved"
    assert checked(other, desk.dealt.codes[1]).status == "approved"
