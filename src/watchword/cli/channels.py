"""`watchword channels`: see the ways out, and try one.

For example:

    $ watchword channels try sms-main +491701234567
    sms-main took the message and calls it gw-7731.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, assert_never
from uuid import uuid4

import typer
from msgspec import Struct
from msgspec.inspect import type_info

from watchword.cli import contact_points
from watchword.cli.dkim_records import show_record
from watchword.cli.office import Office
from watchword.cli.printing import REFUSED, TRY_LATER, AsJson, columns, show
from watchword.cli.running import run
from watchword.cli.whatsapp_templates import show_template
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.rules import (
    Accepted,
    Address,
    Message,
    MessageId,
    ProviderName,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.features.limits.service import HOUSE
from watchword.features.routing.rules import CHANNELS
from watchword.foundation.secret import Secret
from watchword.settings import ProviderSettings, Settings, routes

SUBJECT = Secret("A test of your message channel")
TEXT = Secret("This is a test of your message channel. There is nothing you need to do.")
GREETING = Secret("Hello. This is a test call. Press 1 to end it.")
CODE = Secret("123456")
"""Some channels send nothing without a code."""
GOOD_FOR = timedelta(minutes=5)

app = typer.Typer(add_completion=False, no_args_is_help=True, help="See the ways out, and try one.")
app.command("template")(show_template)
app.command("dkim")(show_record)


class ProviderView(Struct, frozen=True):
    """A provider. `order`: whether it is asked first, second, … where others serve it too."""

    provider: str
    kind: str
    order: Mapping[Channel, int | None]


class TrialView(Struct, frozen=True):
    provider: str
    outcome: str
    reference: str | None = None
    reason: str | None = None


@app.command("list")
def list_channels(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print every provider, the channels that it serves, and where it stands in their order."""
    office: Office = context.obj
    views = _views(office.settings())
    rows = [[view.provider, view.kind, _say_order(view.order)] for view in views]
    nothing = "There is none yet: name one under [providers.…] in the settings."
    show(views, columns(rows) if rows else nothing, as_json=as_json)


@app.command("try")
def try_channel(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(help="A name that `list` prints.")],
    address: Annotated[str, typer.Argument(help="A phone number with + or an e-mail address.")],
    *,
    channel: Annotated[
        Channel | None, typer.Option(help="If the provider serves more than one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send one test message, past the outbox, and say what the provider made of it."""
    office: Office = context.obj
    contact = _read(address)
    chosen = office.settings().providers.get(provider)
    if chosen is None:
        raise typer.BadParameter(f"there is no provider {provider}", param_hint="PROVIDER")
    way = _choose(chosen, contact, channel)
    outcome = run(_send(office, provider, contact, way))
    words, code = _say_outcome(provider, outcome)
    if as_json or code == 0:
        show(_trial(provider, outcome), words, as_json=as_json)
    else:
        typer.echo(words, err=True)
    raise typer.Exit(code)


def _views(settings: Settings) -> Sequence[ProviderView]:
    live = routes(settings).live
    return [
        ProviderView(
            name,
            _kind(chosen),
            {
                channel: _place(live.get(channel, ()), ProviderName(name))
                for channel in Channel
                if channel in chosen.channels
            },
        )
        for name, chosen in sorted(settings.providers.items())
    ]


def _place(ways: Sequence[ProviderName], name: ProviderName) -> int | None:
    return ways.index(name) + 1 if name in ways else None


def _kind(settings: ProviderSettings) -> str:
    return str(getattr(type_info(type(settings)), "tag", ""))


def _say_order(order: Mapping[Channel, int | None]) -> str:
    return ", ".join(
        f"{channel} ({'not used' if place is None else f'no. {place}'})"
        for channel, place in order.items()
    )


def _read(address: str) -> Contact:
    if "@" in address:
        return contact_points.read(None, address, contact_points.NOWHERE)
    return contact_points.read(address, None, contact_points.NOWHERE)


def _choose(settings: ProviderSettings, contact: Contact, wanted: Channel | None) -> Channel:
    able = [channel for channel in CHANNELS[contact.kind] if channel in settings.channels]
    if wanted in able or (wanted is None and able):
        return wanted or able[0]
    served = ", ".join(sorted(settings.channels))
    raise typer.BadParameter(f"It serves {served}, and none of that leads to this address.")


async def _send(office: Office, name: str, contact: Contact, channel: Channel) -> SendOutcome:
    provider = office.open_alone(office.settings(), name)
    try:
        return await provider.send(
            Message(
                id=MessageId(uuid4()),
                organisation_id=HOUSE,
                channel=channel,
                address=Address(contact.address.reveal()),
                subject=SUBJECT if channel is Channel.EMAIL else None,
                text=TEXT,
                locale="en",
                not_after=office.now() + GOOD_FOR,
                code=CODE,
                minutes=GOOD_FOR // timedelta(minutes=1),
                greeting=GREETING if channel is Channel.VOICE else None,
            )
        )
    finally:
        await provider.close()


def _say_outcome(name: str, outcome: SendOutcome) -> tuple[str, int]:
    match outcome:
        case Accepted(None):
            return f"{name} took the message, but has no name for it.", 0
        case Accepted(reference):
            return f"{name} took the message and calls it {reference}.", 0
        case Refused(reason):
            return f"{name} will not take the message: {reason}.", REFUSED
        case Unavailable(reason):
            return f"{name} cannot take the message now: {reason}.", TRY_LATER
        case Uncertain(reason):
            return f"{name} may have taken the message: {reason}. Look if it arrives.", REFUSED
        case _:
            assert_never(outcome)


def _trial(name: str, outcome: SendOutcome) -> TrialView:
    if isinstance(outcome, Accepted):
        return TrialView(name, outcome.word, reference=outcome.reference)
    return TrialView(name, outcome.word, reason=outcome.reason)
