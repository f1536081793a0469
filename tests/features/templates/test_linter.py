"""What the linter finds: what words lose, and what breaks on which phone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.contacts.channels import Channel
from watchword.features.templates.autofill import App, Compiled, Domain, Target, read_target
from watchword.features.templates.findings import Finding, What, say
from watchword.features.templates.languages import LANGUAGES
from watchword.features.templates.linter import (
    PHONES,
    Form,
    Inspection,
    Sample,
    faults_of_sms,
    inspect,
    inspect_sms,
)
from watchword.features.templates.words import Part, Words

ENGLISH = LANGUAGES["en"].code
SMS = ENGLISH[Channel.SMS]
USUAL = Sample(organisation="Sonnenhof", host="login.example.org", code="123456", minutes=5)


def of_sms(words: Words = SMS, sample: Sample = USUAL) -> dict[Form | None, Inspection]:
    return {each.form: each for each in inspect(words, "en", Channel.SMS, sample)}


def test_every_form_is_looked_at() -> None:
    assert [*of_sms()] == [*Form]
    assert {*PHONES} == {*Form}


def test_what_is_right_is_measured_and_without_fault() -> None:
    found = of_sms()

    assert [(each.segments, each.faults) for each in found.values()] == [(1, ())] * len(Form)
    assert (found[Form.PLAIN].left, found[Form.PLAIN].dropped) == (37, ())
    assert (found[Form.DOMAIN].left, found[Form.DOMAIN].dropped) == (10, ())


def test_of_an_app_bytes_are_counted_because_they_run_out_first() -> None:
    assert of_sms()[Form.APP].left == 5
    assert of_sms(sample=replace(USUAL, organisation="Äpfelhöfe"))[Form.APP].left == 3


def test_what_has_no_room_is_told_and_no_fault() -> None:
    found = of_sms(sample=Sample())[Form.DOMAIN]

    assert (found.dropped, found.faults) == ((Part.DENIAL, Part.SHARING), ())


def test_a_name_that_is_too_long_is_told_for_every_phone() -> None:
    faults = of_sms(sample=replace(Sample(), organisation="W" * 90))[Form.DOMAIN].faults

    assert faults == (Finding(What.NO_MINUTES), Finding(What.SEGMENTS, facts={"count": 2}))


def test_too_many_bytes_are_told_for_android() -> None:
    [*_, fault] = of_sms(sample=replace(USUAL, organisation="Ä" * 57))[Form.APP].faults

    assert say(fault) == "Android SMS Retriever: 147 of 140 bytes. The app reads nothing."


@pytest.mark.parametrize(
    "target",
    [Domain("a example"), Domain("a.example", "b c")],
)
def test_a_last_line_that_no_phone_reads_is_told(target: Target) -> None:
    # Such a target cannot be read from outside; the linter looks at what came out all the same.
    compiled = Compiled(f"123456 is your code.\n{_last(target)}")

    assert Finding(What.UNBOUND) in faults_of_sms(compiled, target, USUAL)


@pytest.mark.parametrize(
    "last", ["@b.example #123456", "@a.example #654321", "@a.example #123456 @b.example"]
)
def test_a_last_line_for_another_host_or_code_is_told(last: str) -> None:
    compiled = Compiled(f"123456 is your code.\n{last}")

    assert [*faults_of_sms(compiled, Domain("a.example"), USUAL)] == [Finding(What.UNBOUND)]


def test_a_hash_that_is_not_the_last_line_is_told() -> None:
    compiled = Compiled("123456 is your code. FA+9qCX9VSu")

    assert [*faults_of_sms(compiled, App("FA+9qCX9VSu"), USUAL)] == [Finding(What.NO_HASH)]


def test_a_code_that_a_locked_screen_hides_is_told() -> None:
    words = replace(SMS, text="{organisation}: {code}.")

    assert of_sms(words)[Form.PLAIN].faults[0].what is What.HIDDEN
    [found] = inspect(
        replace(ENGLISH[Channel.WHATSAPP], text=words.text), "en", Channel.WHATSAPP, USUAL
    )
    assert found.faults == (Finding(What.HIDDEN),)


def test_words_that_cannot_be_kept_are_told_once_and_not_measured() -> None:
    [found] = inspect(replace(SMS, text="Hello."), "en", Channel.SMS, USUAL)

    assert (found.form, found.segments, len(found.faults)) == (None, None, 2)


def test_a_code_said_once_and_a_code_far_below_are_told() -> None:
    once = replace(ENGLISH[Channel.VOICE], text="Your code is: {spelt}.")
    below = replace(ENGLISH[Channel.EMAIL], text="\n" * 9 + ENGLISH[Channel.EMAIL].text)

    [voice] = inspect(once, "en", Channel.VOICE, USUAL)
    [mail] = inspect(below, "en", Channel.EMAIL, USUAL)

    assert voice.faults == (Finding(What.NOT_TWICE),)
    assert mail.faults == (Finding(What.LATE, facts={"count": 5}),)


@given(some.integers(9, 60))
def test_a_frame_is_tried_where_a_host_leaves_room_for_one(length: int) -> None:
    sample = replace(USUAL, host="h" * (length - 8) + ".example")
    targets = [*sample.targets()]

    assert len(targets) == (4 if length <= 60 - 9 else 3)
    for target in targets:
        if isinstance(target, Domain):
            assert read_target(host=target.host, frame=target.frame) == target


def test_the_longest_sample_takes_all_the_room_there_is() -> None:
    domains = [each for each in Sample().targets() if isinstance(each, Domain)]

    assert [len(each.host) + len(each.frame or "") for each in domains] == [60, 60]


def test_nothing_that_is_found_tells_a_code() -> None:
    found = inspect_sms(SMS, "en", None, USUAL)

    assert "123456" not in repr(found) + repr(USUAL)


def _last(target: Target) -> str:
    assert isinstance(target, Domain)
    return f"@{target.host} #123456" + (f" @{target.frame}" if target.frame else "")
