"""What is written is sent as it was written, and always says how to hear no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.campaigns.rules import Draft, Text
from watchword.features.campaigns.texts import (
    OPT_OUT,
    PLACE,
    BadText,
    Wrong,
    fill,
    find_faults,
    measure,
    reread,
    text_for,
    whole,
    written,
)
from watchword.features.contacts.channels import Channel
from watchword.features.templates.rules import LOCALES
from watchword.foundation.gsm import first_beyond
from watchword.foundation.ids import new_id

FACTS = {"name": "Ann", "link": "https://a.example/c/1"}
ODD = ["{{7*7}}", "{0.__class__}", "${7*7}", "{name.__class__}", "{name!r}", "%(name)s", "{% x %}"]


@pytest.mark.parametrize("odd", ODD)
def test_what_another_program_would_run_stays_as_it_was_written(odd: str) -> None:
    assert fill(odd, FACTS) == odd


@given(st.text())
def test_without_a_place_nothing_changes(said: str) -> None:
    if not PLACE.search(said):
        assert fill(said, FACTS) == said


@given(st.text())
def test_what_is_put_into_a_place_is_not_read_again(name: str) -> None:
    assert (
        fill("Hello {name}!", {"name": name + "{link}", "link": "no"}) == f"Hello {name}{{link}}!"
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_in_each_language_a_text_says_how_to_hear_no_more_and_costs_no_letters_more(
    locale: str,
) -> None:
    said = whole(Text(text="Herbs"), locale, Channel.SMS, has_page=False)

    assert said.text == f"Herbs\n{OPT_OUT[locale]}"
    assert first_beyond(said.text) is None


@pytest.mark.parametrize(
    "said", ["Herbs. STOP ends it.", "Herbs. Reply STOP", "Kräuter. Abmelden: STOP"]
)
def test_what_says_it_already_is_left_alone(said: str) -> None:
    assert whole(Text(text=said), "en", Channel.SMS, has_page=False).text == said


@pytest.mark.parametrize(
    "said", ["Nonstop herbs", "STOPPED", "DO NOT STOP NOW", "Reply now, do not STOP"]
)
def test_a_word_that_only_looks_like_it_is_none(said: str) -> None:
    assert whole(Text(text=said), "en", Channel.SMS, has_page=False).text != said


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (Text(text=" "), Wrong.EMPTY),
        (Text(text="x" * 1001), Wrong.LONG),
        (Text(text="Hi {surname}"), Wrong.UNKNOWN_PLACE),
        (Text(text="a\u202eb"), Wrong.UNSEEN),
        (Text(text="a\x00b"), Wrong.UNSEEN),
        (Text(text="Hi {link}"), Wrong.NO_PAGE),
        (Text(text="Hi", subject="Hi"), Wrong.SUBJECT),
    ],
)
def test_what_cannot_be_sent_is_named(text: Text, wrong: Wrong) -> None:
    [fault] = find_faults(Draft(name="x", texts={"en": text}))

    assert (fault.locale, fault.wrong) == ("en", wrong)


def test_a_text_with_a_page_leads_there() -> None:
    draft = Draft(name="x", page_id=new_id(), texts={"en": Text(text="Hi")})

    assert [*find_faults(draft)] == [BadText("en", Wrong.NO_LINK)]


def test_a_mail_has_a_subject_of_one_line() -> None:
    draft = Draft(name="x", channel=Channel.EMAIL, texts={"en": Text(text="Hi", subject="a\nb")})

    assert [*find_faults(draft)] == [BadText("en", Wrong.LINES)]


@pytest.mark.parametrize(
    ("wanted", "chosen"), [("de", "de"), ("de-AT", "de"), ("fr", "en"), ("", "en")]
)
def test_somebody_reads_their_own_language_or_the_one_that_was_chosen(
    wanted: str, chosen: str
) -> None:
    texts = {"en": Text(text="Hi"), "de": Text(text="Hallo")}

    assert text_for(texts, wanted, "en")[0] == chosen


@pytest.mark.parametrize(
    ("said", "segments"), [("x" * 160, 1), ("x" * 161, 2), ("🌿" * 35, 1), ("🌿" * 36, 2)]
)
def test_a_text_is_measured_in_the_parts_that_are_paid(said: str, segments: int) -> None:
    assert measure(said).segments == segments


SAID = st.dictionaries(st.sampled_from(LOCALES), st.text(max_size=20), max_size=4)


@given(SAID, SAID.map(lambda said: {locale: each or "-" for locale, each in said.items()}))
def test_what_is_said_in_each_language_is_read_as_it_was_written(
    texts: dict[str, str], purposes: dict[str, str]
) -> None:
    draft = Draft(
        name="Herbs",
        texts={locale: Text(text=each) for locale, each in texts.items()},
        purposes=purposes,
    )

    assert reread(written(draft)) == (draft.texts, purposes)


def test_what_was_written_without_purposes_is_read_all_the_same() -> None:
    assert reread('{"de": ["Hallo", null]}') == ({"de": Text(text="Hallo")}, {})
