"""How requests name whoever is to be reached."""

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact, Unreachable, read_email, read_phone
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

Phone: TypeAlias = Annotated[str, Meta(min_length=3, max_length=40, examples=["+491701234567"])]
Email: TypeAlias = Annotated[str, Meta(min_length=3, max_length=254, examples=["ann@example.org"])]


class Post(Body, frozen=True):
    """A postal address. Some countries have no postal codes."""

    name: Annotated[str, Meta(min_length=1, max_length=80, examples=["Ann Example"])]
    street: Annotated[str, Meta(min_length=1, max_length=80, examples=["Hauptstraße 1"])]
    city: Annotated[str, Meta(min_length=1, max_length=60, examples=["Berlin"])]
    country: Annotated[str, Meta(min_length=2, max_length=2, examples=["DE"])]
    postal_code: Annotated[str, Meta(max_length=12, examples=["10115"])] = ""


class To(Body, frozen=True):
    """Where the code goes: exactly one of the three."""

    phone: Phone | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    post: Post | UnsetType = UNSET


def read_contact(to: To, country: str) -> Contact:
    """Read where a code goes. Raise a problem that says what is wrong with it."""
    match to.phone, to.email, to.post:
        case str() as phone, UnsetType(), UnsetType():
            read = read_phone(phone, country)
        case UnsetType(), str() as email, UnsetType():
            read = read_email(email)
        case UnsetType(), UnsetType(), Post() as post:
            read = read_post(
                Place(post.name, post.street, post.postal_code, post.city, post.country)
            )
        case _:
            detail = "Name exactly one address in `to`: a phone, an email or a post."
            raise Problem(Kind.MALFORMED, detail)
    if isinstance(read, Unreachable):
        raise Problem(Kind.UNREACHABLE, read.because)
    return read
