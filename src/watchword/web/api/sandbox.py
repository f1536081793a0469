"""The sandbox over HTTP: what test organisations sent, for tests of other people's programs."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct, field

from watchword.features.clients.rules import Scope
from watchword.features.consents.inbound.meanings import meaning_of
from watchword.features.consents.inbound.rules import Meaning
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Unreachable
from watchword.features.contacts.typed import read_typed
from watchword.features.delivery.receipts import Incoming
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Address
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.sandbox.rules import Delivered
from watchword.features.sandbox.scenarios import Part, mailbox_of, name_of, number_of
from watchword.foundation.secret import Secret, reveal_if_any
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body
from watchword.wiring import Services

ADDRESS_AT_MOST = 300
SAID_AT_MOST = 1_600
"""Characters of a text that somebody writes back; ten text messages in one."""
WITHOUT_PLUS = re.compile(r"^ (?=[0-9])")
"""What is written to by post is longer than a mailbox."""


class SandboxMessage(Struct, frozen=True):
    """A message as it arrived. Only here is a code ever shown."""

    id: UUID
    channel: Channel
    to: str
    subject: str | None
    text: str
    code: str | None
    at: datetime


class ScenarioView(Struct, frozen=True):
    """A part, and the addresses that play it, whoever sends to them.

    `name` is that on the envelope of a letter; its other lines may be anything.
    """

    scenario: Part
    phone: str | None
    email: str | None
    name: str | None


class NewClockMove(Body, frozen=True):
    """How much time is to have passed, at most 30 days."""

    seconds: Annotated[int, Meta(ge=1, le=30 * 24 * 3600)]


class ClockMove(Struct, frozen=True):
    """Time that passed at once. `pending`: the challenges that lived through it, or did not."""

    seconds: int
    pending: int


class NewSeed(Body, frozen=True):
    """From the same seed follow the same codes and the same luck, in the same order."""

    seed: Annotated[str, Meta(min_length=1, max_length=100)]


class NewReply(Body, frozen=True):
    """What somebody writes back. `from` is the number of their telephone."""

    sender: Annotated[str, Meta(max_length=ADDRESS_AT_MOST)] = field(name="from")
    text: Annotated[str, Meta(max_length=SAID_AT_MOST)]
    channel: Literal["sms", "whatsapp"] = "sms"


class Reply(Struct, frozen=True):
    """What was understood of it, and acted on by now."""

    meaning: Meaning


@get(
    "/sandbox/messages",
    opt={SCOPE: Scope.SANDBOX_READ},
    summary="Look at the messages of a test organisation",
    responses=problems(Kind.NOT_FOUND),
)
async def read_messages(
    admitted: NamedDependency[Admitted],
    to: Annotated[str | None, QueryParameter(name="to", max_length=ADDRESS_AT_MOST)] = None,
) -> list[SandboxMessage]:
    _only_test(admitted)
    organisation = admitted.client.organisation
    address = None if to is None else as_sent(to, organisation.country)
    found = await admitted.services.sandbox.look(organisation.id, address)
    # A key opens the sandbox, and not the console: by what staff get, somebody would sign in there.
    return [view(message) for message in found if not message.is_for_staff]


@get(
    "/sandbox/scenarios",
    opt={SCOPE: Scope.SANDBOX_READ},
    summary="List the addresses that play a part",
    responses=problems(Kind.NOT_FOUND),
)
async def read_scenarios(admitted: NamedDependency[Admitted]) -> list[ScenarioView]:
    _only_test(admitted)
    return [ScenarioView(part, number_of(part), mailbox_of(part), name_of(part)) for part in Part]


@post(
    "/sandbox/clock-moves",
    opt={SCOPE: Scope.SANDBOX_WRITE},
    summary="Let time pass for a test organisation",
    responses=problems(Kind.NOT_FOUND, Kind.TOO_LARGE, Kind.MEDIA),
)
async def move_clock(
    data: JSONBody[NewClockMove], admitted: NamedDependency[Admitted]
) -> ClockMove:
    _only_test(admitted)
    by = timedelta(seconds=data.seconds)
    pending = await admitted.services.clock.move(admitted.client.organisation, by)
    return ClockMove(data.seconds, pending)


@post(
    "/sandbox/seeds",
    opt={SCOPE: Scope.SANDBOX_WRITE},
    summary="Let all chance follow from a seed",
    responses=problems(Kind.NOT_FOUND, Kind.TOO_LARGE, Kind.MEDIA),
    status_code=204,
)
async def sow_seed(data: JSONBody[NewSeed], admitted: NamedDependency[Admitted]) -> None:
    _only_test(admitted)
    await admitted.services.sandbox.sow(admitted.client, data.seed)


@post(
    "/sandbox/replies",
    opt={SCOPE: Scope.SANDBOX_WRITE},
    summary="Write back from a telephone of the sandbox",
    responses=problems(Kind.NOT_FOUND, Kind.TOO_LARGE, Kind.MEDIA),
)
async def write_back(data: JSONBody[NewReply], admitted: NamedDependency[Admitted]) -> Reply:
    _only_test(admitted)
    of = admitted.client.organisation
    await hear_reply(admitted.services, of, data.sender, data.text, Channel(data.channel))
    return Reply(meaning_of(data.text))


async def hear_reply(
    services: Services, of: Organisation, sender: str, text: str, channel: Channel
) -> None:
    """Let a text come in, as a provider would pass it on."""
    incoming = Incoming(
        channel=channel, sender=Address(as_sent(sender, of.country)), text=Secret(text)
    )
    await services.consents.inbound.hear(SANDBOX, [incoming], of)


def _only_test(admitted: Admitted) -> None:
    if admitted.client.organisation.mode is not Mode.TEST:
        raise Problem(Kind.NOT_FOUND, "Only test organisations have a sandbox.")


def as_sent(typed: str, country: str) -> str:
    """Read an address as a challenge would. A plus in a URL often arrives as a space."""
    contact = read_typed(WITHOUT_PLUS.sub("+", typed), country)
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


routes = [read_messages, read_scenarios, move_clock, sow_seed, write_back]
