"""How a message is put together: what stands in a fact is never read as a placeholder."""

# ruff: noqa: RUF001 - letters that look like others are what this is about

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.contacts.channels import Channel
from watchword.features.templates.languages import LANGUAGES
from watchword.features.templates.rules import (
    FALLBACK,
    LOCALES,
    SENDING_TAKES,
    TemplateName,
    WordsMissing,
    closest,
    render,
    spell,
    whole_minutes,
)
from watchword.foundation.gsm import BASIC, EXTENDED, segments, transliterate

FACTS = {"code": "123456", "organisation": "Bank"}
DENIAL = "https://codes.example.org/n/AbCdEfGhJk"


def said(channel: Channel, **facts: str) -> str:
    return render(TemplateName.CODE, "en", channel, FACTS | facts, 5).text.reveal()


def sms(**facts: str) -> str:
    return said(Channel.SMS, **facts)


def test_facts_stand_among_the_words() -> None:
    assert sms() == "123456 is your Bank code. It is good for 5 minutes. Do not share it."


@pytest.mark.parametrize(
    "name",
    [
        "{{7*7}}",
        "{0.__class__}",
        "${7*7}",
        "{code}",
        "{life}",
        "{unknown}",
        "{{code}}",
        "{% if code %}",
        "%(code)s",
        "%s",
        r"\1",
        r"\g<0>",
        "<script>",
        "#{7*7}",
    ],
)
def test_what_looks_like_a_template_comes_out_literally(name: str) -> None:
    assert sms(organisation=name) == (
        f"123456 is your {name} code. It is good for 5 minutes. Do not share it."
    )


@given(some.text())
def test_any_fact_comes_out_literally(name: str) -> None:
    assert f" code for {name} is:" in said(Channel.EMAIL, organisation=name)
    assert f" your {name} code" in said(Channel.WHATSAPP, organisation=name)
    assert f"Your {name} code" in said(Channel.VOICE, organisation=name)


@given(some.text(alphabet=BASIC + EXTENDED))
def test_in_a_text_message_so_does_any_of_its_alphabet_on_one_line(name: str) -> None:
    assert f" your {' '.join(name.split())} code" in sms(organisation=name)


def test_a_text_message_writes_names_in_its_alphabet_and_others_as_they_are() -> None:
    name = "Łódź’s Bank 🏦"

    assert " your Lodz's Bank code" in sms(organisation=name)
    assert f" your {name} code" in said(Channel.WHATSAPP, organisation=name)


class TestThePageWhereOneObjects:
    def test_is_named_by_a_text_message_and_by_a_mail(self) -> None:
        assert sms(denial=DENIAL).endswith(f" Not you? {DENIAL}")
        assert f"\n{DENIAL}\n" in said(Channel.EMAIL, denial=DENIAL)

    def test_is_not_named_where_there_is_none(self) -> None:
        assert "Not you?" not in sms()
        assert "there is nothing you need to do" in said(Channel.EMAIL)

    @pytest.mark.parametrize("channel", [Channel.WHATSAPP, Channel.VOICE])
    def test_is_not_named_where_no_link_may_be_or_can_be(self, channel: Channel) -> None:
        assert said(channel, denial=DENIAL) == said(channel)

    def test_is_never_written_otherwise_for_it_would_lead_elsewhere(self) -> None:
        assert sms(denial="https://a.example/~b^c").endswith(" https://a.example/~b^c")
        assert "a.example" not in sms(denial="https://a.example/`b")  # the alphabet has no `


class TestTheLastLine:
    def test_names_the_host_and_the_frame(self) -> None:
        assert sms(host="a.example").endswith("\n@a.example #123456")
        assert sms(host="a.example", frame="b.example").endswith("\n@a.example #123456 @b.example")

    def test_is_the_hash_of_an_app(self) -> None:
        assert sms(app="FA+9qCX9VSu").endswith("\nFA+9qCX9VSu")

    @pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.WHATSAPP, Channel.VOICE])
    def test_is_for_text_messages(self, channel: Channel) -> None:
        assert said(channel, host="a.example") == said(channel, app="A" * 11) == said(channel)

    @pytest.mark.parametrize(
        "facts", [{"host": "a b"}, {"app": "short"}, {"host": "a.example", "app": "A" * 11}]
    )
    def test_that_no_phone_could_read_is_a_mistake_of_ours(self, facts: dict[str, str]) -> None:
        with pytest.raises(WordsMissing) as fault:
            sms(**facts)

        assert "123456" not in str(fault.value)


def test_a_voice_says_nothing_of_the_code_before_a_key_is_pressed() -> None:
    rendered = render(TemplateName.CODE, "en", Channel.VOICE, FACTS, 5)

    assert rendered.greeting is not None
    assert rendered.greeting.reveal() == (
        "Hello. This is Bank. To hear your code, press 1. If you did not ask for a code, press 9."
    )
    assert rendered.text.reveal() == (
        "Your Bank code is: 1, 2, 3, 4, 5, 6. Once more: 1, 2, 3, 4, 5, 6. Goodbye."
    )


def test_a_fact_too_many_is_let_be_and_one_too_few_is_named() -> None:
    assert sms(colour="red") == sms()
    with pytest.raises(WordsMissing, match=r"in place of \{code\}"):
        render(TemplateName.CODE, "en", Channel.SMS, {"organisation": "Bank"}, 5)


@pytest.mark.parametrize("locale", ["xx", "DE", ""])
def test_words_that_we_do_not_have_are_named(locale: str) -> None:
    with pytest.raises(WordsMissing, match=f"{TemplateName.CODE} has no words for sms in {locale}"):
        render(TemplateName.CODE, locale, Channel.SMS, FACTS, 5)


def test_what_is_rendered_does_not_print() -> None:
    for channel in (Channel.SMS, Channel.EMAIL, Channel.VOICE):
        assert "123456" not in repr(render(TemplateName.CODE, "en", channel, FACTS, 5))


@pytest.mark.parametrize(
    ("wanted", "default", "chosen"),
    [
        ("de", "en", "de"),
        ("DE", "en", "de"),
        ("de-AT", "en", "de"),
        ("de-Latn-DE", "en", "de"),
        ("EN-gb", "de", "en"),
        ("fr-CA", "de", "fr"),
        ("pl", "de", "pl"),
        ("sv", "de", "de"),
        ("sv-FI", "de", "de"),
        (None, "de", "de"),
        ("", "de", "de"),
        ("-de", "en", "en"),
        ("deutsch", "en", "en"),
        ("sv", "sv", FALLBACK),
        (None, "", FALLBACK),
    ],
)
def test_the_closest_language_is_chosen(wanted: str | None, default: str, chosen: str) -> None:
    assert closest(wanted, default) == chosen


@given(some.none() | some.text(), some.text())
def test_some_language_is_always_chosen(wanted: str | None, default: str) -> None:
    assert closest(wanted, default) in LOCALES


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(60, 1), (119, 1), (120, 2), (1, 1), (600, 10), (0, 1), (-60, 1)]
)
def test_a_started_minute_is_not_promised(seconds: int, minutes: int) -> None:
    assert whole_minutes(timedelta(seconds=seconds) - SENDING_TAKES) == minutes


def test_a_code_is_spelt_digit_by_digit() -> None:
    assert spell("0123") == "0, 1, 2, 3"


@pytest.mark.parametrize("locale", LOCALES)
def test_a_code_for_the_checkout_says_who_asks_for_it_in_one_message(locale: str) -> None:
    language = LANGUAGES[locale]
    facts = {
        "organisation": "Sonnenhof",
        "code": "123456",
        "denial": "https://example.org/n/k4wd7m",
    }
    said = [
        render(TemplateName.CODE, locale, channel, facts, 5, "redemption").text.reveal()
        for channel in (Channel.SMS, Channel.WHATSAPP, Channel.EMAIL)
    ]

    assert segments(said[0]) == 1
    assert transliterate(language.checkout) in said[0]
    assert language.checkout in said[1]
    assert language.checkout_only in said[2]
    others = [render(TemplateName.CODE, locale, Channel.EMAIL, facts, 5, "signup").text.reveal()]
    assert language.page_only in others[0]
    assert not any(language.page_only in each for each in said)
