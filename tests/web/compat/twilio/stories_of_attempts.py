"""Attempts: each message that carried a code, and how many codes came back."""

from datetime import timedelta
from typing import Any

from tests.web.compat.twilio.desk import (
    ANN,
    BEN,
    FRENCH,
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


def played(desk: Desk) -> tuple[Any, Any]:
    """Let Ann get a code twice and type it, Ben and a mailbox get one each; another service one."""
    service, other = desk.service("One"), desk.service("Other")
    for to, channel in ((ANN, "sms"), (ANN, "call"), (BEN, "sms"), (MAIL, "email")):
        sent(service, to, channel)
        desk.time.pass_by(timedelta(seconds=1))
    checked(service, desk.dealt.codes[0])
    sent(other, FRENCH)
    return service, other


@story(STORIES, "attempt.list", "Attempts are listed, the newest first, with all that is known.")
def _(desk: Desk) -> None:
    service, _ = played(desk)
    attempts = desk.client().verify.v2.verification_attempts
    found = attempts.list(verify_service_sid=service.fetch().sid)
    by_ann = [each for each in found if each.channel_data["to"] == ANN]

    assert [each.channel for each in found] == ["email", "sms", "call", "sms"]
    assert [each.conversion_status for each in by_ann] == ["converted", "unconverted"]
    assert by_ann[0].channel_data["status"] == "confirmed"
    assert by_ann[0].channel_data["country"] == "DE"
    assert by_ann[0].channel_data["code_length"] == 6
    assert len({each.sid for each in found}) == 4
    assert attempts(found[0].sid).fetch().channel_data["to"] == MAIL
    assert refusal(attempts("VL" + "0" * 32).fetch) == (404, 20404)


@story(STORIES, "attempt.filters", "Attempts are narrowed by everything that Twilio knows.")
def _(desk: Desk) -> None:
    service, other = played(desk)
    attempts = desk.client().verify.v2.verification_attempts
    start, end = desk.time() - timedelta(seconds=3), desk.time() - timedelta(seconds=2)
    (of_other,) = attempts.list(verify_service_sid=other.fetch().sid)

    def count(**given: Any) -> int:  # noqa: ANN401
        return len(attempts.list(**given))

    assert count() == 5
    assert count(channel_data_to=ANN) == 2
    assert count(channel_data_to="+4915199999999") == 0
    assert count(channel="sms") == 3
    assert count(country="FR") == 1
    assert count(status="converted") == 1
    assert count(status="unconverted") == 4
    assert count(verification_sid=of_other.verification_sid) == 1
    assert count(date_created_after=start, date_created_before=end) == 2
    assert unread(desk, lambda: attempts.list(channel="pigeon")) == (400, 60200)
    assert unread(desk, lambda: attempts.list(verification_sid="VE1")) == (400, 60200)
    assert service


@story(STORIES, "attempt.paging", "Pages of attempts neither lose nor repeat one.")
def _(desk: Desk) -> None:
    played(desk)
    attempts = desk.client().verify.v2.verification_attempts
    whole = [each.sid for each in attempts.list()]

    for size in (1, 2, 3, 4):
        assert [each.sid for each in attempts.list(page_size=size)] == whole
    assert [each.sid for each in attempts.list(channel="sms", page_size=1)] == [
        each.sid for each in attempts.list(channel="sms")
    ]


@story(STORIES, "attempt.summary", "A summary says how many codes came back, as a text.")
def _(desk: Desk) -> None:
    service, _ = played(desk)
    summary = desk.client().verify.v2.verification_attempts_summary()
    every = summary.fetch()
    german = summary.fetch(destination_prefix="+49")
    ours = summary.fetch(verify_service_sid=service.fetch().sid, channel="call")

    assert (every.total_attempts, every.total_converted, every.total_unconverted) == (5, 1, 4)
    assert every.conversion_rate_percentage == "20"
    assert (german.total_attempts, german.conversion_rate_percentage) == (3, "33.333333333")
    assert (ours.total_attempts, ours.conversion_rate_percentage) == (1, "100")
    assert refusal(lambda: summary.fetch(destination_prefix="+4917")) == (400, 60200)
    assert summary.fetch(country="US").conversion_rate_percentage == "0"
