"""`watchword limits`: let somebody in again whom wrong codes have shut out.

$ watchword limits lift sonnenhof --phone +491701234567
2 budgets are forgotten for +49•••••4567.
"""

from typing import Annotated

import typer

from watchword.cli import contact_points
from watchword.cli.contact_points import Email, Phone
from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, leave, show
from watchword.cli.running import run
from watchword.features.contacts.rules import Contact

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Lift limits that have shut somebody out."""


@app.command("lift")
def lift(
    context: typer.Context,
    organisation: Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")],
    *,
    phone: Phone = None,
    email: Email = None,
    as_json: AsJson = False,
) -> None:
    """Forget what was used up for a contact point: messages sent, and wrong codes.

    First make sure that it was not an attack. What you do is written into the audit.
    """
    contact, lifted = run(_lift(context.obj, organisation, phone, email))
    if lifted is None:
        leave(f"{contact.masked} is not known here: nothing was ever sent to it.")
    budgets = "budget is" if lifted == 1 else "budgets are"
    words = f"{lifted} {budgets} forgotten for {contact.masked}."
    show({"to": contact.masked, "lifted": lifted}, words, as_json=as_json)


async def _lift(
    office: Office, slug: str, phone: str | None, email: str | None
) -> tuple[Contact, int | None]:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        contact = contact_points.read(phone, email, organisation.country)
        id = await services.contacts.find(organisation.id, contact)
        if id is None:
            return contact, None
        return contact, await services.limits.lifts.lift(organisation.id, str(id), office.actor)
