"""How a message is put together: logic-less placeholders, filled in when it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from watchword.features.contacts.channels import Channel
from watchword.features.templates.autofill import (
    Compiled,
    Unbindable,
    compile_message,
    read_target,
)
from watchword.features.templates.languages import LANGUAGES
from watchword.features.templates.words import Part, Words, plural
from watchword.foundation.gsm import transliterate
from watchword.foundation.secret import Secret

PLACE = re.compile(r"\{([a-z]+)\}")
LOCALES = tuple(LANGUAGES)
"""Every message is in one of these. Whoever has names of his own for languages has one for each."""
FALLBACK = "en"
GROUP = 5  # digits
MINUTES_IN_A_DAY = 24 * 60
SENDING_TAKES = timedelta(seconds=10)


class TemplateName(StrEnum):
    CODE = "challenges.code"
    NOTICE = "staff.notice"
    """Mail to staff, which brings its words along."""
    CUSTOMER_NOTICE = "cards.notice"
    """Of cards, and of PINs: its name is in databases, and stays."""
    """A message to a customer about their card; it brings its words along, too."""
    READ_BACK = "cards.read_back"
    """A code that its customer reads to staff. Nobody has own words for it: those of other codes
    say that staff never ask."""
    LINK = "cards.link"
    """The address of the page on which a code is typed, in a message without the code."""
    CAMPAIGN = "campaigns.message"
    """Advertising, for whoever has agreed to it. It brings its words along, or its author does."""
    OVERRIDE_NOTICE = "overrides.notice"
    """A message to a customer for whom staff made an exception, likewise."""
    OPT_IN = "consents.opt_in"
    """A message that asks whether somebody wants to hear more, likewise."""
    ANSWER = "consents.answer"
    """An answer to what somebody wrote to us, likewise."""


TEMPLATES: Mapping[TemplateName, Mapping[str, Mapping[Channel, Words]]] = {
    TemplateName.CODE: {locale: language.code for locale, language in LANGUAGES.items()},
    TemplateName.NOTICE: {
        locale: {Channel.EMAIL: Words("{text}", subject="{subject}")} for locale in LANGUAGES
    },
    **{
        name: {
            locale: {
                Channel.EMAIL: Words("{text}", subject="{subject}"),
                Channel.SMS: Words("{text}"),
                Channel.VOICE: Words("{text}", greeting="{greeting}"),
            }
            for locale in LANGUAGES
        }
        for name in (TemplateName.CUSTOMER_NOTICE, TemplateName.OVERRIDE_NOTICE)
    },
    **{
        name: {
            locale: {
                Channel.SMS: Words("{text}"),
                Channel.WHATSAPP: Words("{text}"),
            }
            for locale in LANGUAGES
        }
        for name in (TemplateName.OPT_IN, TemplateName.ANSWER)
    },
    TemplateName.CAMPAIGN: {
        locale: {
            Channel.EMAIL: Words("{text}", subject="{subject}"),
            Channel.SMS: Words("{text}"),
            Channel.WHATSAPP: Words("{text}"),
        }
        for locale in LANGUAGES
    },
    TemplateName.READ_BACK: {locale: language.read_aloud for locale, language in LANGUAGES.items()},
    TemplateName.LINK: {locale: language.link for locale, language in LANGUAGES.items()},
}


AT_CHECKOUTS = frozenset({"redemption"})
"""Purposes of codes that a cashier asks for. The shipped words say so, and warn of nobody else."""

STAFF_PURPOSES = frozenset({"staff_signin"})
"""Purposes of codes for staff. They are always sent in the words that come with the house."""


def is_for_staff(template: TemplateName, purpose: str) -> bool:
    """Say whether a message goes to those who work here, and is no customer's."""
    return template is TemplateName.NOTICE or purpose in STAFF_PURPOSES


class WordsMissing(Exception):
    """A template lacks a language, a channel or a fact; the mistake is ours."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Words for one person. E-mails and letters have a subject, and only a voice a greeting."""

    subject: Secret | None
    text: Secret
    greeting: Secret | None = None
    unsubscribe: str = field(default="", repr=False)
    """The address by which a mail program unsubscribes with one click, if it is for many."""


def closest(wanted: str | None, default: str) -> str:
    """Choose a language that we have: the wanted one, else its family, else the default."""
    for locale in (wanted or "", (wanted or "").partition("-")[0], default, FALLBACK):
        if locale.lower() in LOCALES:
            return locale.lower()
    return FALLBACK


def words_for(purpose: str, locale: str, channel: Channel) -> Words:
    """Give the shipped words that carry a code."""
    language = LANGUAGES[locale]
    words = language.code[channel]
    if purpose not in AT_CHECKOUTS or channel is Channel.LETTER:
        return words
    return replace(
        words,
        text=words.text.replace(language.page_only, language.checkout_only),
        sharing=None if words.sharing is None else language.checkout,
    )


def render(  # noqa: PLR0917 - all that a message is made of
    template: TemplateName,
    locale: str,
    channel: Channel,
    facts: Mapping[str, str],
    minutes: int,
    purpose: str = "",
) -> Rendered:
    """Put facts among words. What stands in a fact is never read as a placeholder.

    `facts`: `code`, `organisation`, and where they are known `host`, `frame`, `app`, `denial`,
    `entry`, and what it is for: `reward` and `points`, or `amount` and `payee`.
    `minutes`: for how many whole minutes the code is good.
    """
    try:
        words = TEMPLATES[template][locale][channel]
    except KeyError:
        raise WordsMissing(f"{template} has no words for {channel} in {locale}.") from None
    if template is TemplateName.CODE:
        words = words_for(purpose, locale, channel)
    return put_together(words, locale, channel, facts, minutes)


def put_together(
    words: Words, locale: str, channel: Channel, facts: Mapping[str, str], minutes: int
) -> Rendered:
    """Put facts among words, whoever wrote them."""
    if channel is Channel.SMS and "code" in facts:
        return Rendered(None, Secret(texted(words, locale, facts, minutes).text))
    code = facts.get("code", "")
    life = say_days(minutes, locale) if channel is Channel.LETTER else say_minutes(minutes, locale)
    facts = {**facts, "spelt": spell(code), "grouped": group(code), "life": life}
    unasked = [LANGUAGES[locale].entry.get(channel)] if "entry" in facts else []
    unasked += [words.denial if "denial" in facts else words.unasked]
    if said := "\n\n".join(filter(None, unasked)):
        facts["unasked"] = _fill(said, facts)
    spending = say_what_for(locale, facts)
    if channel is Channel.EMAIL and "{unasked}" in words.text:
        facts["unasked"] = "\n\n".join([*spending, facts.get("unasked", "")])
        spending = []
    sentences = [
        _fill(sentence, facts) for sentence in filter(None, (words.text, words.life, words.sharing))
    ]
    # A voice takes its leave at the end of its text.
    place = 0 if channel is Channel.VOICE else 1
    sentences[place:place] = spending
    return Rendered(
        None if words.subject is None else Secret(_fill(words.subject, facts)),
        Secret(" ".join(sentences)),
        None if words.greeting is None else Secret(_fill(words.greeting, facts)),
    )


def texted(words: Words, locale: str, facts: Mapping[str, str], minutes: int) -> Compiled:
    """Put a text message together, and say what it has no room for.

    Words and name are written in the alphabet of text messages. An address is not touched: it
    would lead somewhere else.
    """
    target = read_target(host=facts.get("host"), frame=facts.get("frame"), app=facts.get("app"))
    if isinstance(target, Unbindable):
        raise WordsMissing(target.because)
    facts = {**facts, "life": _in_alphabet(say_minutes(minutes, locale))}
    if "organisation" in facts:
        facts["organisation"] = " ".join(_in_alphabet(facts["organisation"]).split())
    parts = {
        part: _fill(_in_alphabet(sentence), facts)
        for part, sentence in _parts(words).items()
        if part is not Part.DENIAL or "denial" in facts
    }
    if "entry" in facts and (entry := LANGUAGES[locale].entry.get(Channel.SMS)):
        parts[Part.DENIAL] = _fill(_in_alphabet(entry), facts)
    text = _fill(_in_alphabet(words.text), facts)
    text = " ".join([text, *map(_in_alphabet, say_what_for(locale, facts))])
    return compile_message(text, parts, target, facts["code"])


def _parts(words: Words) -> Mapping[Part, str]:
    every = {Part.LIFE: words.life, Part.SHARING: words.sharing, Part.DENIAL: words.denial}
    return {part: sentence for part, sentence in every.items() if sentence is not None}


@lru_cache(maxsize=1024)
def _in_alphabet(words: str) -> str:
    """Of words and names, which come again with every message. Nothing secret is among them."""
    return transliterate(words)


def spell(code: str) -> str:
    """Write a code so that a voice reads it slowly, digit by digit.

    A full stop would make a longer pause, but "4." is read as "fourth" in half of our languages.
    """
    return ", ".join(code)


def group(code: str) -> str:
    """Write a code on paper so that one keeps one's place in it: 12345 67890."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def whole_minutes(life: timedelta) -> int:
    """Count for how many minutes a code is good. Of a started one nothing is promised.

    What left us within a few seconds of being asked for says what was asked for.
    """
    return max((life + SENDING_TAKES) // timedelta(minutes=1), 1)


def say_minutes(count: int, locale: str) -> str:
    """Name a number of minutes in the grammar of a language: 1 minute, 2 minutes."""
    return LANGUAGES[locale].minutes[plural(count, locale)].replace("{count}", str(count))


def say_days(minutes: int, locale: str) -> str:
    """Name the whole days in a number of minutes; a day is the least that is said."""
    count = max(minutes // MINUTES_IN_A_DAY, 1)
    return LANGUAGES[locale].days[plural(count, locale)].replace("{count}", str(count))


def say_what_for(locale: str, facts: Mapping[str, str]) -> list[str]:
    """Say what a code lets happen, where it lets happen something; each in a sentence."""
    said = [say_spending(locale, facts)] if "reward" in facts else []
    if "payee" in facts:
        named = {"amount": facts["amount"], "payee": facts["payee"]}
        said.append(_fill(LANGUAGES[locale].pays, named))
    return said


def say_spending(locale: str, facts: Mapping[str, str]) -> str:
    """Say what a code lets be spent: how many points, and on what."""
    count = int(facts["points"])
    named = LANGUAGES[locale].points[plural(count, locale)].replace("{count}", str(count))
    return _fill(LANGUAGES[locale].spends, {"reward": facts["reward"], "points": named})


def say_over(locale: str) -> str:
    """Say, on the telephone, that a code is not told any more."""
    return LANGUAGES[locale].over


def say_denied(locale: str) -> str:
    """Say, on the telephone, that all is done for whoever did not ask for the code."""
    return LANGUAGES[locale].denied


def say_notice_over(locale: str) -> str:
    """Say, on the telephone, what to do about something that we have told and cannot undo."""
    return LANGUAGES[locale].notice_over


def _fill(words: str, facts: Mapping[str, str]) -> str:
    def fact(place: re.Match[str]) -> str:
        if place[1] not in facts:
            raise WordsMissing(f"There is nothing to put in place of {place[0]}.")
        return facts[place[1]]

    return PLACE.sub(fact, words)
