"""Where it is told that somebody has another PIN, and what a voice says first (PIN-08)."""

import re
from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest

from tests.stores import NOON
from watchword.features.activation.profiles.rules import DAYS_AT_MOST
from watchword.features.calls.notices.rules import TOLD_AT_MOST, ways_to_tell
from watchword.features.calls.notices.words import GREETINGS, put_together
from watchword.features.contacts.channels import Channel
from watchword.features.cores.rules import (
    FORMER,
    ContactOnFile,
    CoreEvent,
    Facts,
)
from watchword.features.customers.closeness.store import REMEMBERED
from watchword.features.privacy.keeping import Chosen, Keep, periods
from watchword.foundation.secret import Secret

EVERY = frozenset(Channel)
SILENT = EVERY - {Channel.VOICE}
MOBILE, LANDLINE, THEIRS, NEW = "+491701234567", "+498912345", "+491701234568", "+491701234569"
MAIL, EARLIER = "ann@example.org", "ann@before.example"


def on_file(*values: str, days: float | None = None) -> Sequence[ContactOnFile]:
    since = None if days is None else NOON - timedelta(days=days)
    return [ContactOnFile(Secret(each), since) for each in values]


def secrets(*values: str) -> Sequence[Secret]:
    return [Secret(each) for each in values]


def told(facts: Facts, served: Collection[Channel] = EVERY) -> list[tuple[Channel, str]]:
    ways = ways_to_tell(facts, "DE", served, NOON)
    return [(each.channel, each.contact.address.reveal()) for each in ways]


@pytest.mark.parametrize(
    ("facts", "ways"),
    [
        (
            Facts(phones=on_file(MOBILE, days=90), emails=on_file(MAIL, days=90)),
            [(Channel.EMAIL, MAIL), (Channel.SMS, MOBILE)],
        ),
        # What was replaced is told, too, and nothing is told twice.
        (
            Facts(
                phones=on_file(NEW, days=1),
                emails=on_file(MAIL, days=90),
                former_phones=secrets(MOBILE, NEW),
                former_emails=secrets(EARLIER, MAIL),
            ),
            [
                (Channel.EMAIL, MAIL),
                (Channel.SMS, MOBILE),
                (Channel.EMAIL, EARLIER),
                (Channel.SMS, NEW),
            ],
        ),
        # Whoever has only a landline is called.
        (Facts(phones=on_file(LANDLINE, days=90)), [(Channel.VOICE, LANDLINE)]),
        (
            Facts(phones=on_file(LANDLINE, MOBILE, days=90)),
            [(Channel.SMS, MOBILE)],
        ),
        # A thief has put their own telephone beside it, or in its place.
        (
            Facts(phones=[*on_file(LANDLINE, days=900), *on_file(THEIRS, days=29)]),
            [(Channel.VOICE, LANDLINE), (Channel.SMS, THEIRS)],
        ),
        (
            Facts(phones=on_file(THEIRS, days=1), former_phones=secrets(LANDLINE)),
            [(Channel.SMS, THEIRS), (Channel.VOICE, LANDLINE)],
        ),
        # However long ago they did that: it has not been there as long as the landline.
        (
            Facts(phones=[*on_file(LANDLINE, days=900), *on_file(THEIRS, days=400)]),
            [(Channel.VOICE, LANDLINE), (Channel.SMS, THEIRS)],
        ),
        # One date may be that of a whole record, and of the moment when they did it.
        (
            Facts(phones=on_file(LANDLINE, THEIRS, days=31)),
            [(Channel.VOICE, LANDLINE), (Channel.SMS, THEIRS)],
        ),
        # What is not dated proves nothing.
        (
            Facts(phones=on_file(THEIRS, LANDLINE)),
            [(Channel.SMS, THEIRS), (Channel.VOICE, LANDLINE)],
        ),
        (
            Facts(phones=[*on_file(THEIRS, days=900), *on_file(LANDLINE)]),
            [(Channel.SMS, THEIRS), (Channel.VOICE, LANDLINE)],
        ),
        (Facts(), []),
        (Facts(phones=on_file("abc"), emails=on_file("nobody")), []),
    ],
)
def test_it_is_told_where_somebody_is_and_was_reached(
    facts: Facts, ways: list[tuple[Channel, str]]
) -> None:
    assert told(facts) == ways


def test_without_a_voice_a_landline_is_told_nothing() -> None:
    assert told(Facts(phones=on_file(LANDLINE)), SILENT) == []
    assert told(Facts(phones=on_file(MOBILE)), {Channel.VOICE}) == [(Channel.VOICE, MOBILE)]


MANY = [f"thief{number}@example.org" for number in range(30)]
NUMBERS = [f"+4917012345{number}" for number in range(10, 40)]


@pytest.mark.parametrize(
    "facts",
    [
        Facts(phones=on_file(MOBILE, days=900), emails=on_file(*MANY, days=31)),
        Facts(phones=on_file(MOBILE), emails=on_file(*MANY)),
        Facts(phones=on_file(MOBILE), emails=on_file(*MANY, days=31)),
        Facts(emails=on_file(*MANY, days=31), former_phones=secrets(MOBILE)),
        Facts(emails=on_file(*MANY), former_phones=secrets(MOBILE), former_emails=secrets(*MANY)),
        Facts(phones=on_file(THEIRS), former_phones=secrets(MOBILE, *NUMBERS)),
        Facts(phones=on_file(THEIRS), former_phones=secrets(*NUMBERS, MOBILE)),
        Facts(phones=on_file(MOBILE), emails=on_file(*(["nobody"] * 30))),
    ],
    ids=[
        *("younger", "not dated", "dated", "replaced", "replaced, not dated"),
        *("then more", "and before", "unreadable"),
    ],
)
def test_whoever_adds_many_addresses_crowds_nobody_out(facts: Facts) -> None:
    found = told(facts)

    assert (Channel.SMS, MOBILE) in found
    assert len(found) <= TOLD_AT_MOST


def test_somebody_is_told_for_longer_than_a_profile_may_wait_and_no_longer_than_is_kept() -> None:
    longest = timedelta(days=DAYS_AT_MOST)

    assert longest + timedelta(days=30) <= FORMER <= REMEMBERED
    assert periods(Chosen())[Keep.FORMER] == FORMER


@pytest.mark.parametrize("language", sorted(GREETINGS))
def test_whoever_picks_up_hears_who_calls_and_not_what_about(language: str) -> None:
    said = put_together(CoreEvent.PIN_CHANGED, Channel.VOICE, language, "Lakeside")["greeting"]

    assert "Lakeside" in said
    assert not re.search(r"\b(PIN|account|Kont\w+)\b", said)
