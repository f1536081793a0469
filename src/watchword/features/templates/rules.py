"""How a message is put together: logic-less placeholders, filled in when it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from watchword.features.templates.words import CODE, MINUTES, Words
from watchword.foundation.secret import Secret

PLACE = re.compile(r"\{([a-z]+)\}")
LOCALES = tuple(CODE)
FALLBACK = "en"
SENDING_TAKES = timedelta(seconds=10)


class TemplateName(StrEnum):
    CODE = "challenges.code"


TEMPLATES: Mapping[TemplateName, Mapping[str, Mapping[str, Words]]] = {TemplateName.CODE: CODE}


class WordsMissing(Exception):
    """A template lacks a language, a channel or a fact; the mistake is ours."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Words for one person. Only e-mail has a subject, and only a voice has a greeting."""

    subject: Secret | None
    text: Secret
    greeting: Secret | None = None


def closest(wanted: str | None, default: str) -> str:
    """Choose a language that we have: the wanted one, else its family, else the default."""
    for locale in (wanted or "", (wanted or "").partition("-")[0], default, FALLBACK):
        if locale.lower() in LOCALES:
            return locale.lower()
    return FALLBACK


def render(
    template: TemplateName, locale: str, channel: str, facts: Mapping[str, str], minutes: int
) -> Rendered:
    """Put facts among words. What stands in a fact is never read as a placeholder.

    `facts`: `code`, `organisation`, and where they are known `host`, `frame`, `app` and `denial`.
    `minutes`: for how many whole minutes the code is good.
    """
    try:
        words = TEMPLATES[template][locale][channel]
    except KeyError:
        raise WordsMissing(f"{template} has no words for {channel} in {locale}.") from None
    facts = {**facts, "spelt": spell(facts.get("code", "")), "life": say_minutes(minutes, locale)}
    subject = None if words.subject is None else Secret(_fill(words.subject, facts))
    return Rendered(subject, Secret(_fill(words.text, facts)))


def spell(code: str) -> str:
    """Write a code so that a voice reads it slowly, digit by digit."""
    return ", ".join(code)


def whole_minutes(life: timedelta) -> int:
    """Count for how many minutes a code is good. Of a started one nothing is promised.

    What left us within a few seconds of being asked for says what was asked for.
    """
    return max((life + SENDING_TAKES) // timedelta(minutes=1), 1)


def say_minutes(count: int, locale: str) -> str:
    one, many = MINUTES[locale]
    return (one if count == 1 else many).replace("{count}", str(count))


def _fill(words: str, facts: Mapping[str, str]) -> str:
    def fact(place: re.Match[str]) -> str:
        if place[1] not in facts:
            raise WordsMissing(f"There is nothing to put in place of {place[0]}.")
        return facts[place[1]]

    return PLACE.sub(fact, words)
