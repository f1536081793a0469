"""The words themselves: every language has them for every channel, and a code fits one SMS."""

import re
from datetime import timedelta
from string import ascii_letters, digits

import pytest

from watchword.features.challenges.policies import DIGITS_AT_MOST, Purpose, ceiling
from watchword.features.delivery.rules import Channel
from watchword.features.organisations.rules import NAME_AT_MOST
from watchword.features.templates.rules import (
    LOCALES,
    TEMPLATES,
    TemplateName,
    render,
    say_minutes,
    spell,
)
from watchword.features.templates.words import MINUTES, Words

SEPTETS = 160
PLAIN = {*ascii_letters, *digits, *" .,äöüÄÖÜß"}  # of what GSM 03.38 has, more than we need

PLACES = {
    Channel.SMS: {"code", "organisation", "life"},
    Channel.WHATSAPP: {"code", "organisation", "life"},
    Channel.VOICE: {"spelt", "organisation"},
    Channel.EMAIL: {"code", "organisation", "life"},
}
CODE = "9" * DIGITS_AT_MOST
EVERY = [
    pytest.param(template, locale, channel, id=f"{template}-{locale}-{channel}")
    for template in TemplateName
    for locale in LOCALES
    for channel in Channel
]


def septets(text: str) -> int:
    """Count what a text takes in the alphabet of SMS, in which a euro takes two."""
    assert {*text} <= PLAIN | {"€"}
    return len(text) + text.count("€")


def words_of(template: TemplateName, locale: str, channel: Channel) -> Words:
    return TEMPLATES[template][locale][channel]


def said(locale: str, channel: Channel, name: str) -> str:
    life = max(ceiling(purpose, channel) for purpose in Purpose)
    facts = {
        "code": CODE,
        "spelt": spell(CODE),
        "organisation": name,
        "life": say_minutes(life, locale),
    }
    return render(TemplateName.CODE, locale, channel, facts).text.reveal()


@pytest.mark.parametrize(("template", "locale", "channel"), EVERY)
def test_there_are_words_for_every_language_and_channel_with_known_placeholders_alone(
    template: TemplateName, locale: str, channel: Channel
) -> None:
    words = words_of(template, locale, channel)

    found = {*re.findall(r"\{([^{}]*)\}", words.text)}
    assert found == PLACES[channel]
    assert words.text.count("{") == words.text.count("}") == len(re.findall(r"\{\w+\}", words.text))


@pytest.mark.parametrize(("template", "locale", "channel"), EVERY)
def test_email_alone_has_a_subject_which_is_one_line(
    template: TemplateName, locale: str, channel: Channel
) -> None:
    subject = words_of(template, locale, channel).subject

    assert (subject is not None) == (channel is Channel.EMAIL)
    assert subject is None or {*re.findall(r"\{(\w+)\}", subject)} == {"code", "organisation"}
    assert subject is None or "\n" not in subject


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("letter", ["W", "ü", "€"])  # the last one takes two septets
def test_an_sms_is_one_segment_for_the_longest_name_and_code_and_life(
    locale: str, letter: str
) -> None:
    assert septets(said(locale, Channel.SMS, letter * NAME_AT_MOST)) <= SEPTETS


@pytest.mark.parametrize("locale", LOCALES)
def test_an_sms_names_its_sender_and_begins_with_the_code(locale: str) -> None:
    text = said(locale, Channel.SMS, "Sonnenhof")

    assert text.startswith(CODE)  # so that it is seen in a notice on a locked screen
    assert "Sonnenhof" in text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_voice_says_the_code_twice_and_digit_by_digit(locale: str) -> None:
    assert said(locale, Channel.VOICE, "Sonnenhof").count(", ".join(CODE)) == 2


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_can_count_minutes(locale: str) -> None:
    assert {*MINUTES} == {*LOCALES}
    assert [say_minutes(timedelta(minutes=count), locale) for count in (1, 2, 10)] == {
        "de": ["1 Minute", "2 Minuten", "10 Minuten"],
        "en": ["1 minute", "2 minutes", "10 minutes"],
    }[locale]
