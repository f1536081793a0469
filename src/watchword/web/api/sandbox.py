"""The sandbox over HTTP: what test organisations sent, for tests of other people's programs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Struct

from watchword.features.clients.rules import Scope
from watchword.features.contacts.rules import Unreachable, read_email, read_phone
from watchword.features.delivery.rules import Channel
from watchword.features.organisations.rules import Mode
from watchword.features.sandbox.rules import Delivered
from watchword.foundation.secret import reveal_if_any
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem


class SandboxMessage(Struct, frozen=True):
    """A message as it arrived. Only here a code is ever shown."""

    id: UUID
    channel: Channel
    to: str
    subject: str | None
    text: str
    code: str | None
    at: datetime


@get(
    "/sandbox/messages",
    opt={SCOPE: Scope.SANDBOX_READ},
    summary="Look at the messages of a test organisation",
    responses=problems(Kind.NOT_FOUND),
)
async def read_messages(
    admitted: NamedDependency[Admitted],
    to: Annotated[str | None, QueryParameter(name="to", max_length=254)] = None,
) -> list[SandboxMessage]:
    organisation = admitted.client.organisation
    if organisation.mode is not Mode.TEST:
        raise Problem(Kind.NOT_FOUND, "Only test organisations have a sandbox.")
    address = None if to is None else as_sent(to, organisation.country)
    found = await admitted.services.sandbox.look(organisation.id, address)
    return [view(message) for message in found]


def as_sent(typed: str, country: str) -> str:
    """Read an address as a challenge would. A plus in a URL often arrives as a space."""
    phone = f"+{typed[1:]}" if typed.startswith(" ") else typed
    contact = read_email(typed) if "@" in typed else read_phone(phone, country)
    if isinstance(contact, Unreachable):
        raise Problem(Kind.MALFORMED, contact.because)
    return contact.address.reveal()


def view(message: Delivered) -> SandboxMessage:
    return SandboxMessage(
        id=message.id,
        channel=message.channel,
        to=message.to.reveal(),
        subject=reveal_if_any(message.subject),
        text=message.text.reveal(),
        code=reveal_if_any(message.code),
        at=message.at,
    )


routes = [read_messages]
