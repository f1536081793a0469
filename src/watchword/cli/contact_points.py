"""The two ways to name a contact point in a command."""

from typing import Annotated, TypeAlias

import typer

from watchword.features.contacts.rules import Contact, Unreachable, read_email, read_phone

NOWHERE = "ZZ"
"""The country of a number that may not leave its own out."""

Phone: TypeAlias = Annotated[str | None, typer.Option(help="A phone number: +491701234567.")]
Email: TypeAlias = Annotated[str | None, typer.Option(help="An e-mail address.")]


def read(phone: str | None, email: str | None, country: str) -> Contact:
    """Read the one that is given, as strictly as a request would be read."""
    if phone is not None and email is None:
        reading = read_phone(phone, country)
    elif email is not None and phone is None:
        reading = read_email(email)
    else:
        raise typer.BadParameter("Name one of the two: --phone or --email.")
    if isinstance(reading, Unreachable):
        raise typer.BadParameter(reading.because)
    return reading
