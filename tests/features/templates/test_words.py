"""The words themselves: every language has them for every channel, and a code fits one SMS."""

import re
from collections.abc import Callable

import pytest
from babel import Locale

from watchword.features.challenges.policies import DIGITS_AT_MOST, Purpose, ceiling
from watchword.features.contacts.channels import Channel
from watchword.features.templates.faults import (
    CODE_AT_MOST,
    LONGEST_LIFE,
    LONGEST_NAME,
    MUST_SAY,
    find_faults,
)
from watchword.features.templates.languages import LANGUAGES
from watchword.features.templates.linter import Sample, inspect
from watchword.features.templates.rules import (
    LOCALES,
    TEMPLATES,
    TemplateName,
    group,
    put_together,
    render,
    say_denied,
    say_minutes,
    say_over,
    spell,
)
from watchword.features.templates.words import Words
from watchword.foundation.gsm import first_beyond, segments

CODE = "9" * DIGITS_AT_MOST
FACTS = {"code": CODE, "organisation": "Sonnenhof"}
DENIAL = "https://codes.example.org/n/AbCdEfGhJk"
POLITE = {  # of each language, words that only somebody polite or somebody too familiar would say
    "de": (r"\bIhr", r"\b[Dd](u|ir|ein\w*)\b"),
    "en": (r"\byour?\b", r"\bHey\b"),
    "fr": (r"\bvo(us|tre)\b", r"\bt(u|on|a|es)\b"),
    "es": (r"\b[Ss]u\b", r"\b[Tt](u|us|ú)\b"),
    "it": (r"\b[Ss]uo\b", r"\b[Tt](u|uo|uoi|i)\b"),
    "nl": (r"\b[Uu]w?\b", r"\bj(e|ij|ouw)\b"),
    "pl": (r"\bPaństw", r"\b[Tt]w(ój|oje|ojego)\b"),
    "tr": (r"kodunuz", r"\bsen(in)?\b"),
}
EVERY = [
    pytest.param(template, locale, channel, id=f"{template}-{locale}-{channel}")
    for template in (TemplateName.CODE,)
    for locale in LOCALES
    for channel in Channel
]
ALOUD = (Channel.SMS, Channel.VOICE, Channel.WHATSAPP)


def words_of(template: TemplateName, locale: str, channel: Channel) -> Words:
    return TEMPLATES[template][locale][channel]


def said(locale: str, channel: Channel, **facts: str) -> str:
    return render(TemplateName.CODE, locale, channel, FACTS | facts, 5).text.reveal()


def test_there_are_the_languages_that_we_promise() -> None:
    assert {*LOCALES} == {"de", "en", "fr", "es", "it", "nl", "pl", "tr"}
    assert {*MUST_SAY} == {*Channel}


def test_the_longest_is_what_policies_allow() -> None:
    assert CODE_AT_MOST == DIGITS_AT_MOST
    assert {ceiling(purpose, Channel.SMS).total_seconds() / 60 for purpose in Purpose} == {
        LONGEST_LIFE
    }


@pytest.mark.parametrize(("template", "locale", "channel"), EVERY)
def test_what_we_ship_would_be_kept_if_somebody_else_had_written_it(
    template: TemplateName, locale: str, channel: Channel
) -> None:
    assert find_faults(words_of(template, locale, channel), channel) == []


@pytest.mark.parametrize(("template", "locale", "channel"), EVERY)
def test_nothing_breaks_on_any_phone_with_the_longest_of_everything(
    template: TemplateName, locale: str, channel: Channel
) -> None:
    found = [*inspect(words_of(template, locale, channel), locale, channel, Sample())]

    assert len(found) == (4 if channel is Channel.SMS else 1)
    assert [each for each in found if each.faults] == []
    assert {each.segments for each in found} == {1 if channel is Channel.SMS else None}


@pytest.mark.parametrize(("template", "locale", "channel"), EVERY)
def test_words_end_as_sentences_do(template: TemplateName, locale: str, channel: Channel) -> None:
    words = words_of(template, locale, channel)

    for sentence in (words.life, words.sharing, words.greeting):
        assert sentence is None or re.fullmatch(r"\S.*\S\.", sentence)
    indented = " " * 4 + (group(CODE) if channel is Channel.LETTER else CODE)
    assert "  " not in said(locale, channel).replace(indented, CODE)
    assert re.search(r"[.\n]\Z", words.text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("channel", Channel)
def test_words_are_polite(locale: str, channel: Channel) -> None:
    polite, familiar = POLITE[locale]
    rendered = put_together(
        words_of(TemplateName.CODE, locale, channel),
        locale,
        Channel.WHATSAPP,
        {**FACTS, "unasked": ""},
        5,
    )
    greeting = "" if rendered.greeting is None else rendered.greeting.reveal()
    text = rendered.text.reveal() + greeting

    assert re.search(polite, text)
    assert not re.search(familiar, text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WHATSAPP])
def test_a_short_message_begins_with_the_code_and_names_who_sends_it(
    locale: str, channel: Channel
) -> None:
    text = said(locale, channel)

    assert text.startswith(CODE)  # so that it is seen in a notice on a locked screen
    assert text.count(CODE) == text.count("Sonnenhof") == 1
    assert say_minutes(5, "en" if locale == "en" else locale) in text


@pytest.mark.parametrize("locale", LOCALES)
def test_only_text_messages_go_without_letters_of_their_language(locale: str) -> None:
    words = words_of(TemplateName.CODE, locale, Channel.SMS)
    mail = said(locale, Channel.EMAIL)

    assert first_beyond(said(locale, Channel.SMS, denial=DENIAL)) is None
    assert words.life is not None
    assert words.life.replace("{life}", say_minutes(5, locale)) in said(locale, Channel.WHATSAPP)
    assert (first_beyond(mail) is not None) == (locale in {"es", "pl", "tr"})


@pytest.mark.parametrize("locale", LOCALES)
class TestAVoice:
    def greeting(self, locale: str) -> str:
        rendered = render(TemplateName.CODE, locale, Channel.VOICE, FACTS, 5)
        assert rendered.greeting is not None
        return rendered.greeting.reveal()

    def test_says_who_calls_and_which_keys_there_are_before_it_says_a_code(
        self, locale: str
    ) -> None:
        greeting = self.greeting(locale)

        assert greeting.index("Sonnenhof") < greeting.index("1") < greeting.index("9")
        assert CODE not in greeting
        assert spell(CODE) not in greeting

    def test_says_the_code_twice_and_digit_by_digit(self, locale: str) -> None:
        text = said(locale, Channel.VOICE)

        assert text.count(", ".join(CODE)) == 2
        assert "Sonnenhof" in text

    @pytest.mark.parametrize("say", [say_over, say_denied])
    def test_takes_its_leave_as_politely_as_it_tells_a_code(
        self, say: Callable[[str], str], locale: str
    ) -> None:
        leave = say(locale)

        goodbye = said(locale, Channel.VOICE).rpartition(". ")[2]
        assert leave.endswith(f". {goodbye}")
        assert not re.search(POLITE[locale][1], leave)
        assert not re.search(r"[{}0-9]", leave)  # whoever has no code has nothing to fill in

    @pytest.mark.parametrize("say", [say_over, say_denied])
    def test_takes_its_leave_in_a_language_of_its_own(
        self, say: Callable[[str], str], locale: str
    ) -> None:
        assert [each for each in LOCALES if say(each) == say(locale)] == [locale]

    def test_speaks_in_short_sentences(self, locale: str) -> None:
        spoken = (
            self.greeting(locale),
            said(locale, Channel.VOICE),
            say_over(locale),
            say_denied(locale),
        )
        sentences = re.split(r"[.:] ", " ".join(spoken))

        assert max(len(sentence.split()) for sentence in sentences if "9, 9" not in sentence) <= 12


@pytest.mark.parametrize("locale", LOCALES)
class TestAMail:
    def test_has_the_code_in_the_subject_and_alone_on_a_line(self, locale: str) -> None:
        rendered = render(TemplateName.CODE, locale, Channel.EMAIL, FACTS, 5)

        assert rendered.subject is not None
        assert rendered.subject.reveal().startswith(CODE)
        lines = [line.strip() for line in rendered.text.reveal().splitlines()]
        assert lines.index(CODE) == 4

    def test_says_what_to_do_with_a_code_that_one_did_not_ask_for(self, locale: str) -> None:
        words = words_of(TemplateName.CODE, locale, Channel.EMAIL)

        assert words.unasked is not None
        assert words.unasked in said(locale, Channel.EMAIL)
        with_a_page = said(locale, Channel.EMAIL, denial=DENIAL)
        assert words.unasked not in with_a_page
        assert DENIAL in with_a_page.splitlines()


class TestMinutes:
    @pytest.mark.parametrize("locale", LOCALES)
    def test_are_counted_by_the_grammar_of_the_language(self, locale: str) -> None:
        category = Locale.parse(locale).plural_form
        for count in range(1, 1500):
            named = LANGUAGES[locale].minutes[category(count)]
            assert say_minutes(count, locale) == named.replace("{count}", str(count))

    @pytest.mark.parametrize("locale", LOCALES)
    def test_have_a_word_for_every_category_of_whole_numbers_and_no_other(
        self, locale: str
    ) -> None:
        category = Locale.parse(locale).plural_form

        assert {*LANGUAGES[locale].minutes} == {category(count) for count in range(1, 1500)}

    @pytest.mark.parametrize(
        ("locale", "said"),
        [
            ("de", ["1 Minute", "2 Minuten", "5 Minuten", "10 Minuten"]),
            ("en", ["1 minute", "2 minutes", "5 minutes", "10 minutes"]),
            ("fr", ["1 minute", "2 minutes", "5 minutes", "10 minutes"]),
            ("es", ["1 minuto", "2 minutos", "5 minutos", "10 minutos"]),
            ("it", ["1 minuto", "2 minuti", "5 minuti", "10 minuti"]),
            ("nl", ["1 minuut", "2 minuten", "5 minuten", "10 minuten"]),
            ("pl", ["1 minutę", "2 minuty", "5 minut", "10 minut"]),
            ("tr", ["1 dakika", "2 dakika", "5 dakika", "10 dakika"]),
        ],
    )
    def test_are_said_so(self, locale: str, said: list[str]) -> None:
        assert [say_minutes(count, locale) for count in (1, 2, 5, 10)] == said

    def test_are_said_in_polish_so(self) -> None:
        few = [count for count in range(1, 126) if say_minutes(count, "pl").endswith("minuty")]

        assert [*few[:6], few[-1]] == [2, 3, 4, 22, 23, 24, 124]
        assert 12 not in few


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("channel", ALOUD)
def test_a_code_that_is_read_to_staff_never_says_that_nobody_asks(
    locale: str, channel: Channel
) -> None:
    ours = render(TemplateName.READ_BACK, locale, channel, FACTS, 5).text.reveal()

    assert "Sonnenhof" in ours
    assert str(words_of(TemplateName.CODE, locale, Channel.SMS).sharing) not in ours
    if channel is Channel.SMS:
        facts = {**FACTS, "organisation": LONGEST_NAME}
        longest = render(TemplateName.READ_BACK, locale, channel, facts, 5).text.reveal()
        assert segments(longest) == 1


@pytest.mark.parametrize("locale", LOCALES)
def test_a_link_goes_without_a_code(locale: str) -> None:
    facts = {"organisation": "Sonnenhof", "entry": DENIAL}
    text = render(TemplateName.LINK, locale, Channel.WHATSAPP, facts, 5).text.reveal()

    assert text.startswith("Sonnenhof")
    assert text.endswith(DENIAL)
