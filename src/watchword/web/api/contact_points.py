"""How requests name whoever is to be reached."""

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from watchword.features.contacts.rules import Contact, Unreachable, read_email, read_phone
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

Phone: TypeAlias = Annotated[str, Meta(min_length=3, max_length=40, examples=["+491701234567"])]
Email: TypeAlias = Annotated[str, Meta(min_length=3, max_length=254, examples=["ann@example.org"])]


class To(Body, frozen=True):
    """Where the code goes: exactly one of the two."""

    phone: Phone | UnsetType = UNSET
    email: Email | UnsetType = UNSET


def read_contact(to: To, country: str) -> Contact:
    """Read where a code goes. Raise a problem that says what is wrong with it."""
    if isinstance(to.phone, str) and to.email is UNSET:
        read = read_phone(to.phone, country)
    elif isinstance(to.email, str) and to.phone is UNSET:
        read = read_email(to.email)
    else:
        raise Problem(Kind.MALFORMED, "Name exactly one address in `to`: a phone or an email.")
    if isinstance(read, Unreachable):
        raise Problem(Kind.UNREACHABLE, read.because)
    return read
