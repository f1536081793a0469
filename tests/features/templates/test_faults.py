"""Words that cannot be sent are refused before they are kept."""

# ruff: noqa: RUF001 - letters that look like others are what this is about

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import NAME_AT_MOST
from watchword.features.templates.autofill import App, Domain, Target, facts_of, fits
from watchword.features.templates.faults import LONGEST_HOST, SOME_APP, find_faults
from watchword.features.templates.findings import Finding, What, say
from watchword.features.templates.languages import LANGUAGES
from watchword.features.templates.rules import PLACE, texted
from watchword.features.templates.words import Words

GOOD = LANGUAGES["en"].code
SMS, MAIL, VOICE, WHATSAPP = (
    GOOD[name] for name in (Channel.SMS, Channel.EMAIL, Channel.VOICE, Channel.WHATSAPP)
)
CONTROLS = ["\0", "\x1b", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800"]
pieces = some.sampled_from(["{code}", "{organisation}", "{", "}", "{x}", "\n", "ł", "€", " is "])


def only(words: Words, channel: Channel) -> str:
    [fault] = find_faults(words, channel)
    return say(fault)


@pytest.mark.parametrize("channel", GOOD)
def test_good_words_have_no_fault(channel: Channel) -> None:
    assert find_faults(GOOD[channel], channel) == []


class TestAPlaceholder:
    @pytest.mark.parametrize(
        ("words", "channel", "missing"),
        [
            (replace(SMS, text="Hello from {organisation}."), Channel.SMS, "{code}"),
            (replace(SMS, text="{code} is your code."), Channel.SMS, "{organisation}"),
            (replace(SMS, life="Be quick."), Channel.SMS, "{life}"),
            (replace(SMS, denial="Not you? Tell us."), Channel.SMS, "{denial}"),
            (replace(WHATSAPP, text="Your {organisation} code."), Channel.WHATSAPP, "{code}"),
            (replace(MAIL, subject="Your code"), Channel.EMAIL, "{code}"),
            (replace(MAIL, text=MAIL.text.replace("{unasked}", "")), Channel.EMAIL, "{unasked}"),
            (replace(MAIL, text=MAIL.text.replace("{life}", "now")), Channel.EMAIL, "{life}"),
            (replace(VOICE, text="Hello. Goodbye."), Channel.VOICE, "{spelt}"),
            (replace(VOICE, greeting="Press 1 or 9."), Channel.VOICE, "{organisation}"),
        ],
    )
    def test_that_is_missing_is_named(self, words: Words, channel: Channel, missing: str) -> None:
        assert f"does not say {missing}." in only(words, channel)

    @pytest.mark.parametrize(
        ("words", "channel", "unknown"),
        [
            (replace(SMS, text=SMS.text + " {colour}"), Channel.SMS, "{colour}"),
            (replace(SMS, sharing="Not {code}!"), Channel.SMS, "{code}"),
            (replace(SMS, text=SMS.text + " {spelt}"), Channel.SMS, "{spelt}"),
            (replace(WHATSAPP, text=WHATSAPP.text + " {denial}"), Channel.WHATSAPP, "{denial}"),
            (replace(VOICE, greeting=f"{VOICE.greeting} {{spelt}}"), Channel.VOICE, "{spelt}"),
            (replace(VOICE, greeting=f"{VOICE.greeting} {{code}}"), Channel.VOICE, "{code}"),
            (replace(MAIL, subject="{code} {denial}"), Channel.EMAIL, "{denial}"),
        ],
    )
    def test_that_nothing_stands_for_is_named(
        self, words: Words, channel: Channel, unknown: str
    ) -> None:
        assert f"has {unknown}, which nothing stands for." in only(words, channel)

    @pytest.mark.parametrize("odd", ["{Code}", "{ code }", "{{code}", "{0}", "{", "}", "{code!r}"])
    def test_that_is_none_is_a_fault(self, odd: str) -> None:
        assert "a brace that belongs to no placeholder" in only(
            replace(SMS, sharing=f"Psst {odd.replace('{code}', '')}"), Channel.SMS
        )


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("words", "channel", "fault"),
        [
            (replace(MAIL, subject=None), Channel.EMAIL, "The subject is missing."),
            (replace(MAIL, unasked=None), Channel.EMAIL, "The unasked is missing."),
            (replace(VOICE, greeting=None), Channel.VOICE, "The greeting is missing."),
            (replace(SMS, denial=None), Channel.SMS, "The denial is missing."),
            (replace(SMS, life=None), Channel.SMS, "The life is missing."),
            (
                replace(SMS, subject="{code}"),
                Channel.SMS,
                "By sms there is no subject. Leave it out.",
            ),
            (SMS, Channel.WHATSAPP, "By whatsapp there is no denial. Leave it out."),
            (replace(SMS, sharing=" "), Channel.SMS, "The sharing says nothing."),
        ],
    )
    def test_is_told(self, words: Words, channel: Channel, fault: str) -> None:
        assert only(words, channel) == fault

    def test_may_be_the_warning_not_to_share(self) -> None:
        assert find_faults(replace(SMS, sharing=None), Channel.SMS) == []


class TestACharacter:
    @pytest.mark.parametrize("channel", GOOD)
    @pytest.mark.parametrize("control", CONTROLS)
    def test_that_nobody_sees_is_a_fault(self, channel: Channel, control: str) -> None:
        words = replace(GOOD[channel], text=f"{control}{GOOD[channel].text}")

        assert f"U+{ord(control):04X}, which nobody sees" in only(words, channel)

    @pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\u2028", "\t", "\u00a0"])
    def test_that_breaks_a_line_is_a_fault_where_there_is_one_line(self, break_: str) -> None:
        assert find_faults(replace(SMS, text=f"{SMS.text}{break_}@b.example #1"), Channel.SMS)
        assert find_faults(replace(MAIL, subject=f"{{code}}{break_}Bcc: x"), Channel.EMAIL)
        assert find_faults(replace(VOICE, text=f"{VOICE.text}{break_}"), Channel.VOICE)

    def test_that_breaks_a_line_is_right_in_a_mail_and_only_one_kind(self) -> None:
        assert find_faults(replace(MAIL, text=MAIL.text + "\n\n"), Channel.EMAIL) == []
        assert "a line break" in only(replace(MAIL, text=MAIL.text + "\r\n"), Channel.EMAIL)

    @pytest.mark.parametrize("text", ["Код", "验证码", "🏦", "קוד"])
    def test_that_a_text_message_cannot_write_is_named(self, text: str) -> None:
        fault = only(replace(SMS, sharing=text), Channel.SMS)

        assert f"{text[0]} (U+{ord(text[0]):04X})" in fault
        assert find_faults(replace(WHATSAPP, sharing=text), Channel.WHATSAPP) == []

    def test_that_loses_a_mark_is_right(self) -> None:
        assert find_faults(replace(SMS, sharing="Kimseyle paylaşmayın – „bu“!"), Channel.SMS) == []


class TestLength:
    def test_that_could_push_a_code_into_a_second_message_is_a_fault(self) -> None:
        long = replace(SMS, text="{code} " + "x" * 60 + " {organisation}.")

        faults = [*map(say, find_faults(long, Channel.SMS))]

        assert [fault.partition(" and ")[0] for fault in faults] == ["With the longest name"] * 2
        assert "a host of 60 characters" in faults[0]
        assert "the hash of an app" in faults[1]

    def test_counts_bytes_for_an_app_alone(self) -> None:
        umlauts = replace(SMS, text="{code} {organisation} " + "ü" * 25, life="{life}")

        assert "the hash of an app" in only(umlauts, Channel.SMS)

    @given(some.integers(0, 60), some.sampled_from("xü€"))
    def test_is_right_exactly_if_every_message_is_one(self, count: int, letter: str) -> None:
        words = replace(SMS, text="{code} {organisation} " + letter * count)
        longest = {"code": "9" * 10, "organisation": "Ä" * NAME_AT_MOST}
        targets: list[Target] = [Domain(LONGEST_HOST), App(SOME_APP)]

        texts = [
            (texted(words, "en", {**longest, **facts_of(target)}, 10), target) for target in targets
        ]
        is_one = all(
            fits(each.text, target) and "life" not in each.dropped for each, target in texts
        )

        assert (find_faults(words, Channel.SMS) == []) == is_one

    @pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.VOICE, Channel.WHATSAPP])
    def test_has_an_end_elsewhere_too(self, channel: Channel) -> None:
        words = replace(GOOD[channel], text=GOOD[channel].text + "x" * 2000)

        assert "2000 are the most" in only(words, channel)


class TestAChannel:
    @pytest.mark.parametrize("channel", GOOD)
    @pytest.mark.parametrize(
        "link",
        [
            *("https://a.example", "HTTP://a.example", "www.a.example", "a.example/x", "WWW.a"),
            *("ｈｔｔｐｓ：//a", "é.example:8080/", "a.xn--p1ai/", "{life}.example/", "app://x"),
        ],
    )
    def test_has_no_address_of_a_page(self, channel: Channel, link: str) -> None:
        good = GOOD[channel]
        link = link if "{life}" in good.text else link.replace("{life}", "x")
        words = replace(
            good, text=f"{good.text}\n{link}" if "\n" in good.text else f"{good.text} {link}"
        )

        assert Finding(What.LINK, "text") in find_faults(words, channel)

    @pytest.mark.parametrize("said", ["Laden/Geschäft", "z. B./oder", "am 1.2./3.", "Gut.Danke"])
    def test_may_have_a_stroke_or_a_dot(self, said: str) -> None:
        assert find_faults(replace(SMS, sharing=said), Channel.SMS) == []

    @pytest.mark.parametrize("key", ["1", "9"])
    def test_that_asks_for_keys_says_which(self, key: str) -> None:
        greeting = f"{VOICE.greeting}".replace(key, "a key")

        assert f"what the key {key} is for" in only(
            replace(VOICE, greeting=greeting), Channel.VOICE
        )

    def test_that_is_looked_at_by_a_phone_has_the_code_alone_on_a_line(self) -> None:
        text = MAIL.text.replace("    {code}", "It is {code}.")

        assert "alone on a line" in only(replace(MAIL, text=text), Channel.EMAIL)


@given(some.lists(pieces | some.text(max_size=5), max_size=8).map("".join))
def test_words_without_a_fault_can_always_be_put_together(text: str) -> None:
    words = replace(SMS, text="{code} {organisation}" + text)

    if not find_faults(words, Channel.SMS):
        facts = {"code": "123456", "organisation": "Bank"}
        message = texted(words, "en", facts, 5)
        assert fits(message.text, None)
        assert not PLACE.search(message.text)
