"""`watchword twilio import`: take over the services that applications have at Twilio.

$ watchword twilio import sonnenhof --dry-run
Nothing is written: this is what would be.
Services: 12 new, 0 changed.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing
from typing import Annotated, assert_never

import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, show
from watchword.cli.running import run
from watchword.features.clients.rules import Operator
from watchword.features.schemes.meters.rules import Bound, Meter
from watchword.features.schemes.rules import Scheme
from watchword.features.schemes.senders.rules import Sender
from watchword.features.schemes.takeovers.rules import Left, Taking, Thing, Told
from watchword.foundation.secret import Secret
from watchword.providers.originals.twilio_verify import HOME, Account, TwilioVerify
from watchword.wiring import Services

ACCOUNT, KEY = "TWILIO_ACCOUNT_SID", "TWILIO_API_KEY"
TOKEN, KEY_SECRET = "TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET"
NOUNS = ("services", "rate_limits", "buckets", "messaging_configurations")
SERVICE = "VA"
SAFE_LIST = "The list of safe numbers is not told by Twilio's API: bring the numbers again."
TEMPLATES = "Templates are words of your own here: write them in the console, under Texts."


class CountView(Struct, frozen=True):
    new: int = 0
    changed: int = 0


class LeftView(Struct, frozen=True):
    """What was not taken over, or does nothing here."""

    service_sid: str
    what: str
    why: str


class ImportView(Struct, frozen=True):
    """What was written, or would be. `same`: how much was there already."""

    dry_run: bool
    services: CountView
    rate_limits: CountView
    buckets: CountView
    messaging_configurations: CountView
    same: int
    left: list[LeftView]
    templates: int
    notes: list[str]


def take_over(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="ORGANISATION", help="Whose they become.")],
    *,
    base_url: Annotated[
        str, typer.Option(metavar="URL", help="Where they are read, if not at Twilio.")
    ] = HOME,
    account_sid: Annotated[
        str | None, typer.Option(metavar="SID", help=f"Whose they are; without it, {ACCOUNT}.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take over the services that applications have at Twilio, under the SIDs that they have.

    It reads, and changes nothing there. Run it again at any time: what is here already is known
    again, and what is here alone stays. The token is read from TWILIO_AUTH_TOKEN, or asked for.
    """
    office: Office = context.obj
    original = TwilioVerify(_account(office, base_url, account_sid))
    view = run(_take_over(office, slug, original, dry_run=dry_run))
    show(view, _say(view), as_json=as_json)


def _account(office: Office, base_url: str, account_sid: str | None) -> Account:
    """Read who asks. What stands on the line of a command, everybody on the machine can see."""
    said = office.environment
    is_key = account_sid is None and KEY in said
    user = account_sid or said.get(KEY) or said.get(ACCOUNT)
    secret = said.get(KEY_SECRET if is_key else TOKEN)
    user = user or typer.prompt("Account SID", err=True)
    secret = secret or typer.prompt("Auth token", err=True, hide_input=True)
    try:
        return Account(user=user.strip(), secret=Secret(secret.strip()), base_url=base_url)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None


async def _take_over(
    office: Office, slug: str, original: TwilioVerify, *, dry_run: bool
) -> ImportView:
    console, takings = Console(stderr=True), list[Taking]()
    try:
        async with office.services() as services:
            caller = office.acting_for(await find_organisation(services, slug))
            templates = await original.templates()
            with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
                task = bar.add_task("Services", total=None)
                async with aclosing(original.services()) as told:
                    async for each in told:
                        takings.append(await _take(services, caller, each, dry_run=dry_run))
                        bar.advance(task)
    finally:
        await original.close()
    return _view(takings, templates, dry_run=dry_run)


async def _take(services: Services, caller: Operator, told: Told, *, dry_run: bool) -> Taking:
    takeovers = services.schemes.takeovers
    return await (takeovers.foresee(caller, told) if dry_run else takeovers.take(caller, told))


def _view(takings: Sequence[Taking], templates: int, *, dry_run: bool) -> ImportView:
    counted = Counter(
        (_noun(step.thing), step.is_new) for taking in takings for step in taking.steps
    )
    counts = {name: CountView(counted[name, True], counted[name, False]) for name in NOUNS}
    return ImportView(
        dry_run=dry_run,
        **counts,
        same=sum(taking.same for taking in takings),
        left=[_left(each) for taking in takings for each in taking.left],
        templates=templates,
        notes=[*([TEMPLATES] if templates else []), SAFE_LIST],
    )


def _noun(thing: Thing) -> str:
    match thing:
        case Scheme():
            return "services"
        case Meter():
            return "rate_limits"
        case Bound():
            return "buckets"
        case Sender():
            return "messaging_configurations"
        case never:
            assert_never(never)


def _left(left: Left) -> LeftView:
    return LeftView(f"{SERVICE}{left.scheme_id.hex}", left.what, left.why)


def _say(view: ImportView) -> str:
    lines = ["Nothing is written: this is what would be."] if view.dry_run else []
    for noun in NOUNS:
        count: CountView = getattr(view, noun)
        named = noun.replace("_", " ").capitalize()
        lines.append(f"{named}: {count.new} new, {count.changed} changed.")
    lines.append(f"As it was: {view.same}.")
    lines += [f"{each.service_sid}: {each.what}: {each.why}." for each in view.left]
    return "\n".join([*lines, *view.notes])
