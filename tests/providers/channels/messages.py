"""A message to send, and settings as they are read from the operator's file."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import Address, Message, MessageId, ProviderName
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret

Settings = TypeVar("Settings")

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

MESSAGE = Message(
    id=MessageId(UUID(int=7)),
    organisation_id=OrganisationId(UUID(int=1)),
    channel=Channel.SMS,
    address=Address("+447700900123"),
    subject=Secret("Your sign-in"),
    text=Secret("Your code is 482913."),
    locale="en-GB",
    not_after=NOW + timedelta(minutes=5),
    code=Secret("482913"),
    minutes=5,
)


def now() -> datetime:
    return NOW


async def hear(reports: Sequence[Report]) -> None:
    """Let reports go by."""


SURROUNDINGS = Surroundings(
    name=ProviderName("carrier"),
    now=now,
    callbacks="https://codes.example.org/callbacks/carrier",
    hear=hear,
)


def read_settings(kind: type[Settings], toml: str) -> Settings:
    return msgspec.convert(
        msgspec.toml.decode(toml), type=kind, dec_hook=_make_secret, strict=False
    )


def _make_secret(kind: type[Any], value: object) -> object:
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise NotImplementedError
