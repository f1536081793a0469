"""Whatever is found wrong with words can be said, with all that it is about."""

from dataclasses import asdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from watchword.features.contacts.channels import Channel
from watchword.features.templates.faults import find_faults
from watchword.features.templates.findings import SENTENCES, What, say
from watchword.features.templates.linter import Sample, inspect
from watchword.features.templates.own.rules import words_from
from watchword.features.templates.rules import TEMPLATES, TemplateName
from watchword.features.templates.words import Words

FIELDS = [*asdict(Words(""))]
PIECES = [
    *("{code}", "{organisation}", "{life}", "{denial}", "{spelt}", "{unasked}", "{grouped}"),
    *("{pin}", "{", "}", "a", "\n", "\t", " 1 ", " 9 ", "http://x", "\u202e", "д", "\u00a0", " "),
    "x" * 300,
]
SAID = some.dictionaries(
    some.sampled_from(FIELDS), some.lists(some.sampled_from(PIECES), max_size=9).map("".join)
)


@pytest.mark.parametrize("what", [*What])
def test_everything_has_a_sentence(what: What) -> None:
    assert SENTENCES[what].endswith(".")


@settings(deadline=None)
@given(channel=some.sampled_from(Channel), said=SAID)
def test_every_fault_can_be_said(channel: Channel, said: dict[str, str]) -> None:
    for words in (words_from(channel, said), Words(**{"text": "", **said})):
        for fault in find_faults(words, channel):
            assert say(fault)
            assert fault.about in FIELDS


@settings(deadline=None)
@given(said=some.lists(some.sampled_from(PIECES), max_size=6).map("".join))
def test_every_remark_can_be_said(said: str) -> None:
    for channel, form in product((Channel.SMS, Channel.EMAIL, Channel.VOICE), ("{0}{1}", "{1}{0}")):
        shipped = TEMPLATES[TemplateName.CODE]["en"][channel]
        text = form.format(said, shipped.text)
        words = words_from(
            channel, {**{k: v or "" for k, v in asdict(shipped).items()}, "text": text}
        )
        for each in inspect(words, "en", channel, Sample()):
            assert all(map(say, each.faults))
