"""Words of an organisation's own: which are sent, and which cannot be."""

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stores import NOON
from watchword.features.challenges.policies import FOR_STAFF
from watchword.features.contacts.channels import Channel
from watchword.features.templates.findings import Finding, What
from watchword.features.templates.own.rules import (
    ANY,
    Faulty,
    NotOurWords,
    OwnWords,
    OwnWordsId,
    Slot,
    chosen,
    digest_of,
    fields_of,
    is_usable,
    judge,
    length_of,
    read_slot,
    words_from,
)
from watchword.features.templates.rules import (
    LOCALES,
    STAFF_PURPOSES,
    TEMPLATES,
    TemplateName,
    put_together,
)
from watchword.features.templates.words import Words
from watchword.foundation.ids import new_id

FACTS = {"code": "123456", "organisation": "Sonnenhof", "denial": "https://a.example/n/abc"}
PIECES = [
    *("{code}", "{organisation}", "{life}", "{denial}", "{spelt}", "{unasked}", "{grouped}"),
    *("Code", "\n", " 1 ", " 9 ", "{", "}", "ß", "д", "\u202e", " "),
]
OWN_CHANNELS = [channel for channel in Channel if channel is not Channel.WHATSAPP]


def own(slot: Slot, words: Words | None = None) -> OwnWords:
    return OwnWords(
        id=OwnWordsId(new_id()),
        slot=slot,
        version=1,
        words=words,
        created_at=NOON,
        created_by="staff:1",
    )


def shipped(channel: Channel, locale: str = "de") -> Words:
    return TEMPLATES[TemplateName.CODE][locale][channel]


def test_the_purposes_of_staff_are_known_here_too() -> None:
    assert {*map(str, FOR_STAFF)} == STAFF_PURPOSES


class TestWhichWordsAreSent:
    def test_those_for_the_purpose_before_those_for_any(self) -> None:
        special = own(Slot("redemption", Channel.SMS, "de"))
        general = own(Slot(ANY, Channel.SMS, "de"))
        known = {each.slot: each for each in (special, general)}

        assert chosen(known, "redemption", Channel.SMS, "de") is special
        assert chosen(known, "step_up", Channel.SMS, "de") is general
        assert chosen(known, "", Channel.SMS, "de") is general

    @pytest.mark.parametrize("purpose", FOR_STAFF)
    def test_none_for_staff_whatever_stands_there(self, purpose: str) -> None:
        slots = [Slot(each, Channel.EMAIL, "de") for each in (ANY, str(purpose))]

        assert chosen({slot: own(slot) for slot in slots}, purpose, Channel.EMAIL, "de") is None
        assert judge(slots[0], shipped(Channel.EMAIL)) is None
        assert judge(slots[1], shipped(Channel.EMAIL)) == NotOurWords()

    def test_none_by_another_channel_or_in_another_language(self) -> None:
        known = {Slot(ANY, Channel.SMS, "de"): own(Slot(ANY, Channel.SMS, "de"))}

        assert chosen(known, "step_up", Channel.VOICE, "de") is None
        assert chosen(known, "step_up", Channel.SMS, "en") is None


class TestWhatMayBeSaved:
    @pytest.mark.parametrize("channel", OWN_CHANNELS)
    @pytest.mark.parametrize("locale", LOCALES)
    def test_the_shipped_words_themselves(self, channel: Channel, locale: str) -> None:
        words = shipped(channel, locale)
        said = {name: each or "" for name, each in asdict(words).items()}

        assert judge(Slot(ANY, channel, locale), words) is None
        assert words_from(channel, said) == words

    def test_nothing_by_whatsapp(self) -> None:
        slot = Slot(ANY, Channel.WHATSAPP, "de")

        assert judge(slot, shipped(Channel.WHATSAPP)) == NotOurWords()
        assert not is_usable(own(slot, shipped(Channel.WHATSAPP)))

    def test_no_words_that_leave_out_the_code(self) -> None:
        refused = judge(Slot(ANY, Channel.SMS, "de"), Words("Hallo {organisation}", life="{life}"))

        assert isinstance(refused, Faulty)
        assert Finding(What.UNSAID, "text", {"place": "{code}"}) in refused.faults

    def test_no_fields_that_the_channel_has_not(self) -> None:
        read = words_from(Channel.VOICE, {"text": "t", "greeting": "g", "subject": "s"})

        assert read == Words("t", greeting="g")
        assert fields_of(Channel.VOICE) == ("greeting", "text")

    @settings(deadline=None)
    @given(
        channel=st.sampled_from(OWN_CHANNELS),
        said=st.dictionaries(
            st.sampled_from(
                ["text", "life", "sharing", "denial", "subject", "greeting", "unasked"]
            ),
            st.lists(
                st.sampled_from(PIECES),
                max_size=8,
            ).map("".join),
        ),
    )
    def test_whatever_is_not_refused_can_be_put_together(
        self, channel: Channel, said: dict[str, str]
    ) -> None:
        words = words_from(channel, said)

        if judge(Slot(ANY, channel, "pl"), words) is None:
            for facts in (FACTS, {**FACTS, "host": "a.example"}, _without_denial()):
                rendered = put_together(words, "pl", channel, facts, 5)
                assert rendered.text.reveal()
                assert "{" not in rendered.text.reveal()


def _without_denial() -> dict[str, str]:
    return {name: fact for name, fact in FACTS.items() if name != "denial"}


class TestADigest:
    def test_is_the_same_for_the_same_words_alone(self) -> None:
        assert digest_of(Words("a", life="b")) == digest_of(Words("a", life="b"))
        assert digest_of(Words("a", life="b")) != digest_of(Words("a", sharing="b"))
        assert digest_of(Words("a", life="bc")) != digest_of(Words("ab", life="c"))

    def test_says_nothing_of_the_words(self) -> None:
        assert len(digest_of(Words("secret"))) == 16
        assert length_of(Words("abc", life="de")) == 5


@pytest.mark.parametrize(
    ("channel", "locale"), [("pigeon", "de"), ("sms", "xx"), ("", ""), ("SMS", "de")]
)
def test_a_place_that_is_none_is_none(channel: str, locale: str) -> None:
    assert read_slot(ANY, channel, locale) is None
