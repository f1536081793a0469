"""How a message is put together: what stands in a fact is never read as a placeholder."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.templates.rules import (
    FALLBACK,
    LOCALES,
    TemplateName,
    WordsMissing,
    closest,
    render,
    say_minutes,
    spell,
)

FACTS = {"code": "123456", "spelt": "1, 2", "organisation": "Bank", "life": "5 minutes"}


def sms(**facts: str) -> str:
    return render(TemplateName.CODE, "en", "sms", FACTS | facts).text.reveal()


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
    assert f" your {name} code" in sms(organisation=name)


def test_a_fact_too_many_is_let_be_and_one_too_few_is_named() -> None:
    assert sms(colour="red") == sms()
    with pytest.raises(WordsMissing, match=r"in place of \{code\}"):
        render(TemplateName.CODE, "en", "sms", {"organisation": "Bank", "life": "5 minutes"})


@pytest.mark.parametrize(("locale", "channel"), [("xx", "sms"), ("de", "fax"), ("", "sms")])
def test_words_that_we_do_not_have_are_named(locale: str, channel: str) -> None:
    with pytest.raises(WordsMissing, match=f"{TemplateName.CODE} has no words for {channel}"):
        render(TemplateName.CODE, locale, channel, FACTS)


def test_what_is_rendered_does_not_print() -> None:
    assert "123456" not in repr(render(TemplateName.CODE, "en", "email", FACTS))


@pytest.mark.parametrize(
    ("wanted", "default", "chosen"),
    [
        ("de", "en", "de"),
        ("DE", "en", "de"),
        ("de-AT", "en", "de"),
        ("de-Latn-DE", "en", "de"),
        ("EN-gb", "de", "en"),
        ("fr", "de", "de"),
        ("fr-CA", "de", "de"),
        (None, "de", "de"),
        ("", "de", "de"),
        ("-de", "en", "en"),
        ("deutsch", "en", "en"),
        ("fr", "fr", FALLBACK),
        (None, "", FALLBACK),
    ],
)
def test_the_closest_language_is_chosen(wanted: str | None, default: str, chosen: str) -> None:
    assert closest(wanted, default) == chosen


@given(some.none() | some.text(), some.text())
def test_some_language_is_always_chosen(wanted: str | None, default: str) -> None:
    assert closest(wanted, default) in LOCALES


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(60, "1 minute"), (119, "1 minute"), (120, "2 minutes"), (1, "1 minute"), (600, "10 minutes")],
)
def test_a_started_minute_is_not_promised(seconds: int, said: str) -> None:
    assert say_minutes(timedelta(seconds=seconds), "en") == said


def test_a_code_is_spelt_digit_by_digit() -> None:
    assert spell("0123") == "0, 1, 2, 3"
