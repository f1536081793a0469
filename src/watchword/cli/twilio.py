"""`watchword twilio`: let applications that were written for Twilio Verify come over.

$ watchword twilio credentials --data ~/demo
TWILIO_ACCOUNT_SID=AC…
"""

import logging
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from watchword.cli import twilio_import, twilio_shadow
from watchword.cli.demo import HOST as DEMO_HOST
from watchword.cli.demo import PORT as DEMO_PORT
from watchword.cli.demo import demo_folder
from watchword.cli.demo_house import SAMPLES, DemoHouse, Sample
from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, leave, note, show
from watchword.cli.running import run
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Organisation
from watchword.foundation.keyring import KeyMissing
from watchword.foundation.secret import Secret
from watchword.migrations import steps

FRONT = "/twilio"
ACCOUNT = "AC"
LABEL = "twilio"
SCOPES = frozenset(
    {Scope.CHALLENGES_WRITE, Scope.CHALLENGES_READ, Scope.SETTINGS_WRITE, Scope.SETTINGS_READ}
)
"""What an application needs that asks for codes, and keeps its services itself."""
IF_A_DEMO = "If you mean a demo, name its folder: watchword twilio credentials --data …"
WHERE_FROM = (
    "The address is web.public_url of the settings, wherever the server listens. To change it, set "
    "it there or in WATCHWORD_WEB__PUBLIC_URL, and start the server again; the key stays good."
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Let applications that were written for Twilio Verify come over.",
)


@app.callback()
def twilio() -> None:
    """Let applications that were written for Twilio Verify come over."""


class CredentialsView(Struct, frozen=True):
    """What an application is told in the place of Twilio's."""

    account_sid: str
    auth_token: str
    base_url: str


@app.command("credentials")
def credentials(
    context: typer.Context,
    *,
    organisation: Annotated[
        str | None,
        typer.Option(metavar="SLUG", help="Make a new key for it; with --data, that of the demo."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Those of the demo that keeps everything there."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what an application is told in the place of Twilio's account, token and address."""
    office: Office = context.obj
    if data is not None:
        sample = _sample(organisation)
        with demo_folder(data) as folder:
            view = run(_of_demo(office, folder, sample))
    elif organisation is not None:
        view = _made(office, organisation)
    else:
        raise typer.BadParameter("Name --organisation, or --data for a demo.")
    show(view, _say(view), as_json=as_json)
    if data is None and not as_json:
        note(WHERE_FROM)


app.command("import")(twilio_import.take_over)
app.add_typer(twilio_shadow.app, name="shadow")


def _made(office: Office, slug: str) -> CredentialsView:
    try:
        return run(_of_organisation(office, slug))
    except KeyMissing as fault:
        # Whoever tries us out has a demo, whose keyring is in a folder of its own.
        leave(f"{fault}\n{IF_A_DEMO}")


async def _of_organisation(office: Office, slug: str) -> CredentialsView:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        _, key = await services.clients.create(
            organisation, label=LABEL, scopes=SCOPES, actor=office.actor
        )
        return _view(organisation, key, services.settings.web.public_url)


def _sample(slug: str | None) -> Sample:
    """Give a sample organisation of the demo; the first one, if none is named."""
    for sample in SAMPLES:
        if slug in {None, sample.slug}:
            return sample
    there = ", ".join(each.slug for each in SAMPLES)
    raise typer.BadParameter(f"The demo has no such organisation. It has: {there}.")


async def _of_demo(office: Office, folder: Path, sample: Sample) -> CredentialsView:
    """Give those of a sample organisation, whether the demo has begun or not."""
    house = DemoHouse(folder, office.now)
    settings = house.settings(DEMO_HOST, DEMO_PORT)
    office.set_up_log(level=logging.WARNING, is_terminal=True)
    with house.alone():
        keyring = house.keyring()
        await steps.upgrade(settings.database.url)
        async with office.opened(settings, keyring) as services:
            organisation, key = await house.admit(services, sample)
    return _view(organisation, key, house.told() or settings.web.public_url)


def _view(organisation: Organisation, key: Secret, url: str) -> CredentialsView:
    return CredentialsView(
        account_sid=ACCOUNT + organisation.id.hex,
        auth_token=key.reveal(),
        base_url=f"{url}{FRONT}",
    )


def _say(view: CredentialsView) -> str:
    return (
        f"TWILIO_ACCOUNT_SID={view.account_sid}\n"
        f"TWILIO_AUTH_TOKEN={view.auth_token}\n"
        f'client.verify.base_url = "{view.base_url}"'
    )
