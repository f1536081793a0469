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


class TemplateName(StrEnum):
    CODE = "challenges.code"


TEMPLATES: Mapping[TemplateName, Mapping[str, Mapping[str, Words]]] = {TemplateName.CODE: CODE}


class WordsMissing(Exception):
    """A template lacks a language, a channel or a fact; the mistake is ours."""


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: Secret | None
    text: Secret


def closest(wanted: str | None, default: str) -> str:
    """Choose a language that we have: the wanted one, else its family, else the default."""
    for locale in (wanted or "", (wanted or "").partition("-")[0], default, FALLBACK):
        if locale.lower() in LOCALES:
            return locale.lower()
    return FALLBACK


def render(template: TemplateName, locale: str, channel: str, facts: Mapping[str, str]) -> Rendered:
    """Put facts among words. What stands in a fact is never read as a placeholder."""
    try:
        words = TEMPLATES[template][locale][channel]
    except KeyError:
        raise WordsMissing(f"{template} has no words for {channel} in {locale}.") from None
    subject = None if words.subject is None else Secret(_fill(words.subject, facts))
    return Rendered(subject, Secret(_fill(words.text, facts)))


def spell(code: str) -> str:
    """Write a code so that a voice reads it slowly, digit by digit."""
    return ", ".join(code)


def say_minutes(life: timedelta, locale: str) -> str:
    """Say how long a code is good for; a started minute is not promised."""
    count = max(int(life.total_seconds() // 60), 1)
    one, many = MINUTES[locale]
    return (one if count == 1 else many).replace("{count}", str(count))


def _fill(words: str, facts: Mapping[str, str]) -> str:
    def fact(place: re.Match[str]) -> str:
        if place[1] not in facts:
            raise WordsMissing(f"There is nothing to put in place of {place[0]}.")
        return facts[place[1]]

    return PLACE.sub(fact, words)
