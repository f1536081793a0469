"""How words look on the devices that they go to, put together with values that are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from watchword.features.challenges.desk import DENIALS
from watchword.features.challenges.policies import Policy, Purpose, default_policy
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.autofill import App, Domain, Target, facts_of
from watchword.features.templates.faults import SOME_APP
from watchword.features.templates.findings import Finding
from watchword.features.templates.linter import Form, Inspection, Sample, inspect, inspect_sms
from watchword.features.templates.own.rules import ANY, Slot
from watchword.features.templates.rules import (
    put_together,
    texted,
    whole_minutes,
    words_for,
)
from watchword.features.templates.words import Words
from watchword.settings import Settings, policies

CODE, TOKEN = "1234567890", "k4wd7mq2zr5x"
HOST, FRAME = "login.example.org", "pay.example.net"
TARGETS: Final[Sequence[Target]] = (None, Domain(HOST), Domain(HOST, FRAME), App(SOME_APP))
"""One of each form of the last line."""

PAUSE = ", "
"""What a voice makes a short pause of."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A text message with one last line, measured."""

    form: Form
    text: str = field(repr=False)
    found: Inspection


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A message as it would arrive. Only a text message has variants."""

    channel: Channel
    subject: str | None = field(default=None, repr=False)
    greeting: str | None = field(default=None, repr=False)
    text: str = field(repr=False)
    minutes: int
    variants: Sequence[Variant] = ()
    faults: Sequence[Finding] = ()


def shipped(slot: Slot) -> Words:
    return words_for(slot.purpose, slot.locale, slot.channel)


def life_of(settings: Settings, slot: Slot) -> timedelta | None:
    """Give how long a code is good that goes by a channel; nothing, if none goes there."""
    return _policy(settings, slot.purpose).lives.get(slot.channel)


def preview(settings: Settings, organisation: Organisation, slot: Slot, words: Words) -> Preview:
    """Put words together as they would arrive. They must be without faults."""
    sample = _sample(settings, organisation, slot)
    rendered = put_together(words, slot.locale, slot.channel, sample.facts(), sample.minutes)
    is_sms = slot.channel is Channel.SMS
    return Preview(
        channel=slot.channel,
        subject=None if rendered.subject is None else rendered.subject.reveal(),
        greeting=None if rendered.greeting is None else rendered.greeting.reveal(),
        text=rendered.text.reveal(),
        minutes=sample.minutes,
        variants=_variants(words, slot.locale, sample) if is_sms else (),
        faults=_remarks(words, slot),
    )


def _remarks(words: Words, slot: Slot) -> Sequence[Finding]:
    """Give what phones make of words at their longest, each once."""
    found: list[Finding] = []
    for each in inspect(words, slot.locale, slot.channel, Sample()):
        found += [fault for fault in each.faults if fault not in found]
    return found


def _variants(words: Words, locale: str, sample: Sample) -> Sequence[Variant]:
    return [_variant(words, locale, target, sample) for target in TARGETS]


def _variant(words: Words, locale: str, target: Target, sample: Sample) -> Variant:
    facts: Mapping[str, str] = {**sample.facts(), **facts_of(target)}
    found = inspect_sms(words, locale, target, sample)
    text = texted(words, locale, facts, sample.minutes).text
    return Variant(found.form or Form.PLAIN, text, found)


def _sample(settings: Settings, organisation: Organisation, slot: Slot) -> Sample:
    policy = _policy(settings, slot.purpose)
    policy = policy.by_letter if slot.channel is Channel.LETTER else policy
    life = policy.lives.get(slot.channel, timedelta(minutes=5))
    return replace(
        Sample(),
        organisation=organisation.name,
        host=HOST,
        app=SOME_APP,
        code=CODE[: policy.code_length],
        denial=f"{settings.web.public_url}{DENIALS}{TOKEN}",
        minutes=whole_minutes(life),
    )


def _policy(settings: Settings, purpose: str) -> Policy:
    """Give how strict codes are; where the purpose does not matter, to confirm a contact point."""
    known = Purpose.CONTACT_VERIFICATION if purpose == ANY else Purpose(purpose)
    return policies(settings).get(known) or default_policy(known)
