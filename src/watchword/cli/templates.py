"""`watchword templates`: read the words that are sent, and look for what breaks on phones.

$ watchword templates show en --channel sms --host login.example.org
sms: 1 segment, 10 septets left

    123456 is your Sonnenhof code. It is good for 5 minutes. Do not share it. Not you? https://…
    @login.example.org #123456
"""

from collections.abc import Sequence
from dataclasses import replace
from textwrap import indent
from typing import Annotated

import typer
from msgspec import Struct, structs

from watchword.cli.printing import REFUSED, AsJson, columns, show
from watchword.features.contacts.channels import Channel
from watchword.features.templates.autofill import Target, Unbindable, facts_of, read_target
from watchword.features.templates.findings import say
from watchword.features.templates.linter import (
    PHONES,
    Form,
    Inspection,
    Sample,
    inspect,
    inspect_sms,
)
from watchword.features.templates.rules import LOCALES, TEMPLATES, TemplateName, render
from watchword.features.templates.words import Part

NAME_AT_MOST = 200
"""More than an organisation may have, so that it can be seen what would become of it."""

EXAMPLE = Sample(organisation="Sonnenhof", code="123456", minutes=5)
EXAMPLE_BY_LETTER = Sample(organisation="Sonnenhof", code="1234567890", minutes=30 * 24 * 60)
"""A letter lies about for weeks, so its code is longer."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Read the words that are sent, and look for what breaks on phones.",
)

Host = Annotated[
    str | None, typer.Option(help="The host of the page where the code is typed: example.org.")
]
Name = Annotated[str | None, typer.Option(help="The name of an organisation.")]


class InspectionView(Struct, frozen=True):
    """What was found. `left`: septets in the one message; for an app, bytes."""

    locale: str
    channel: Channel
    form: Form | None
    segments: int | None
    left: int | None
    dropped: tuple[Part, ...]
    faults: tuple[str, ...]


class PreviewView(Struct, frozen=True):
    """A message. Only a text message is measured."""

    channel: Channel
    subject: str | None
    greeting: str | None
    text: str
    form: Form | None = None
    segments: int | None = None
    left: int | None = None
    dropped: tuple[Part, ...] = ()


@app.command("lint")
def lint(*, organisation: Name = None, host: Host = None, as_json: AsJson = False) -> None:
    """Look at every language, channel and form, and end with 1 if anything is wrong.

    What you do not say is taken as long as it may be, and the code always.
    """
    sample = _sample(Sample(), organisation, host)
    found = [
        inspection
        for locale in LOCALES
        for channel in Channel
        for inspection in inspect(
            TEMPLATES[TemplateName.CODE][locale][channel], locale, channel, sample
        )
    ]
    views = [_view(each) for each in found]
    show(views, _say_found(found), as_json=as_json)
    raise typer.Exit(REFUSED if any(each.faults for each in found) else 0)


@app.command("show")
def show_words(
    locale: Annotated[str, typer.Argument(help=f"The language: {', '.join(LOCALES)}.")],
    *,
    channel: Annotated[Channel | None, typer.Option(help="One alone.")] = None,
    organisation: Name = None,
    host: Host = None,
    frame: Annotated[
        str | None, typer.Option(help="The host of the frame in that page, if it is another.")
    ] = None,
    android: Annotated[
        str | None, typer.Option("--app", help="The hash of an Android app: 11 characters.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print messages as they would arrive, with a code that is none."""
    if locale not in LOCALES:
        raise typer.BadParameter(f"There are words in: {', '.join(LOCALES)}.")
    target = _read(host, frame, android)
    sample = _sample(EXAMPLE, organisation, None)
    views = [_preview(locale, each, target, sample) for each in Channel if channel in {None, each}]
    show(views, "\n\n".join(map(_say_preview, views)), as_json=as_json)


def _view(found: Inspection) -> InspectionView:
    return InspectionView(
        locale=found.locale,
        channel=found.channel,
        form=found.form,
        segments=found.segments,
        left=found.left,
        dropped=found.dropped,
        faults=tuple(map(say, found.faults)),
    )


def _sample(sample: Sample, organisation: str | None, host: str | None) -> Sample:
    name = sample.organisation if organisation is None else organisation
    if not name.strip() or not name.isprintable() or len(name) > NAME_AT_MOST:
        raise typer.BadParameter(f"A name has 1 to {NAME_AT_MOST} printable characters.")
    _read(host, None, None)
    return Sample(
        organisation=name,
        host=sample.host if host is None else host.lower(),
        code=sample.code,
        minutes=sample.minutes,
    )


def _read(host: str | None, frame: str | None, android: str | None) -> Target:
    target = read_target(host=host, frame=frame, app=android)
    if isinstance(target, Unbindable):
        raise typer.BadParameter(target.because)
    return target


def _preview(locale: str, channel: Channel, target: Target, sample: Sample) -> PreviewView:
    if channel is Channel.LETTER:
        sample = replace(EXAMPLE_BY_LETTER, organisation=sample.organisation)
    facts = {**sample.facts(), **facts_of(target)}
    rendered = render(TemplateName.CODE, locale, channel, facts, sample.minutes)
    view = PreviewView(
        channel,
        None if rendered.subject is None else rendered.subject.reveal(),
        None if rendered.greeting is None else rendered.greeting.reveal(),
        rendered.text.reveal(),
    )
    if channel is not Channel.SMS:
        return view
    found = inspect_sms(TEMPLATES[TemplateName.CODE][locale][channel], locale, target, sample)
    return structs.replace(
        view, form=found.form, segments=found.segments, left=found.left, dropped=found.dropped
    )


def _say_preview(view: PreviewView) -> str:
    head = [view.channel if view.form is None else f"{view.channel}: {_say_measure(view)}"]
    if view.subject is not None:
        head.append(f"    Subject: {view.subject}")
    if view.greeting is not None:
        head.append(f"    Before a key is pressed: {view.greeting}")
    return "\n".join([*head, "", indent(view.text.rstrip("\n"), "    ")])


def _say_measure(view: PreviewView) -> str:
    unit = "bytes" if view.form is Form.APP else "septets"
    measure = f"{view.segments} {'segment' if view.segments == 1 else 'segments'}"
    measure += f", {view.left} {unit} left"
    return measure + (f", no room for: {', '.join(view.dropped)}" if view.dropped else "")


def _say_found(found: Sequence[Inspection]) -> str:
    rows = [["language", "channel", "form", "segments", "left", "no room for"]]
    rows += [
        [
            each.locale,
            each.channel,
            each.form or "-",
            _or_none(each.segments),
            _or_none(each.left),
            ", ".join(each.dropped) or "-",
        ]
        for each in found
    ]
    phones = columns([[form, says] for form, says in PHONES.items()])
    wrong = [
        f"{each.locale} {each.channel} {each.form or ''}".rstrip() + f": {say(fault)}"
        for each in found
        for fault in each.faults
    ]
    return "\n".join([columns(rows), "", phones, "", *(wrong or ["Nothing is wrong."])])


def _or_none(number: int | None) -> str:
    return "-" if number is None else str(number)
