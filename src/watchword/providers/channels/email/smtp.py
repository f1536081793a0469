"""E-mail through a mail server, over connections that are kept for a while."""

import asyncio
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email.headerregistry import Address as MailAddress
from email.policy import SMTP as SMTP_POLICY
from typing import Final, Literal

import msgspec
from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.rules import (
    Accepted,
    Channel,
    Message,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.connections import Connections
from watchword.providers.channels.email.mail import Mail, compose, is_one_line, to_wire
from watchword.providers.channels.network import is_loopback, trust, word_for

GO_AHEAD: Final = 354  # send the content now
CLOSING: Final = 421  # the server ends the connection
DONE, FOR_NOW, FOR_GOOD = 2, 4, 5  # first digits: it is done, is not yet, and never will be
AUTHENTICATION: Final = {530, 534, 535, 538}
LINE_WITH_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class SmtpSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="smtp",
):
    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    allow_clear: bool = False
    """Allow no encryption to a host other than this one, where others may read the codes."""
    ca_file: str | None = None
    """Authorities to trust instead of those of the system."""
    username: str | None = None
    password: Secret | None = None
    sender: str
    """Whom mail is from: `codes@bank.example` or `Bank <codes@bank.example>`."""
    timeout_seconds: float = 10.0
    connections: int = 4
    idle_seconds: float = 30.0

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.EMAIL})

    def __post_init__(self) -> None:
        if not self.host or not self.host.isprintable() or " " in self.host:
            raise ValueError("`host` must be the name of a mail server, such as smtp.bank.example.")
        if self.security == "none" and not (self.allow_clear or is_loopback(self.host)):
            raise ValueError(
                "`security` none would let others read the codes; use starttls or tls."
            )
        if (self.username is None) != (self.password is None):
            raise ValueError("`username` and `password` are given together or not at all.")
        if min(self.timeout_seconds, self.idle_seconds, self.connections) <= 0:
            raise ValueError(
                "`timeout_seconds`, `idle_seconds` and `connections` must be more than 0."
            )
        read_sender(self.sender)


class Smtp:
    """Fills the `Provider` port."""

    def __init__(self, settings: SmtpSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._now = surroundings.now
        self._sender = read_sender(settings.sender)
        self._trust = trust(settings.ca_file)
        self._connections = Connections(
            self._connect, limit=settings.connections, idle_seconds=settings.idle_seconds
        )

    @property
    def knows_repeats(self) -> bool:
        return False

    @property
    def gives_receipts(self) -> bool:
        return False

    async def send(self, message: Message) -> SendOutcome:
        mail = compose(message, self._sender, self._now())
        if isinstance(mail, Refused):
            return mail
        handover = _Handover(mail)
        try:
            async with (
                asyncio.timeout(self._settings.timeout_seconds),
                self._connections.one() as client,
            ):
                return await handover.to(client)
        except (SMTPException, OSError, ValueError) as fault:
            reason = _word_for(fault)
            return Uncertain(reason) if handover.is_content_out else Unavailable(reason)

    async def _connect(self) -> SMTP:
        settings = self._settings
        client = SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.security == "tls",
            # False is no encryption, True demands it, and None, which tries, is not for us.
            start_tls=settings.security == "starttls",
            tls_context=self._trust,
            local_hostname=self._sender.domain,
            timeout=None,  # `send` limits the whole
        )
        await client.connect()
        try:
            await client.ehlo()
            if settings.username is not None and settings.password is not None:
                await _sign_in(client, settings.username, settings.password)
        except BaseException:
            client.close()
            raise
        return client

    async def close(self) -> None:
        self._connections.close()


class _Handover:
    """One mail on its way to a server, and whether its content has left us."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self.is_content_out = False

    async def to(self, client: SMTP) -> SendOutcome:
        if self._mail.needs_utf8 and not client.supports_extension("smtputf8"):
            return Refused("address needs SMTPUTF8")
        for command in self._commands():
            reply = await client.execute_command(command)
            if reply.code != GO_AHEAD and reply.code // 100 != DONE:
                return read_refusal(reply.code)
        return await self._hand_over_content(client)

    def _commands(self) -> Iterator[bytes]:
        options = " BODY=8BITMIME SMTPUTF8" if self._mail.needs_utf8 else ""
        yield f"MAIL FROM:<{self._mail.sender}>{options}".encode()
        yield f"RCPT TO:<{self._mail.recipient}>".encode()
        yield b"DATA"

    async def _hand_over_content(self, client: SMTP) -> SendOutcome:
        if client.protocol is None:
            raise SMTPServerDisconnected("")
        # `SMTP.data` would not tell on which side of this write a connection was lost.
        client.protocol.write(LINE_WITH_DOT.sub(b"..", self._mail.content) + b".\r\n")
        self.is_content_out = True
        reply = await client.protocol.read_response()
        if reply.code == CLOSING:
            client.close()
        if reply.code // 100 == DONE:
            return Accepted(self._mail.id)
        if reply.code // 100 in {FOR_NOW, FOR_GOOD}:
            return read_refusal(reply.code)
        return Uncertain("reply not understood")


def read_refusal(code: int) -> SendOutcome:
    """Say what a reply means that is no consent: the server has not taken the mail."""
    if code in AUTHENTICATION:
        return Unavailable("authentication refused")
    if code // 100 == FOR_GOOD:
        return Refused(f"SMTP {code}")
    return Unavailable(f"SMTP {code}")


async def _sign_in(client: SMTP, username: str, password: Secret) -> None:
    try:
        await client.login(username, password.reveal())
    except (SMTPServerDisconnected, SMTPTimeoutError):
        raise
    except SMTPException:
        # What the server said, and what we said, go no further.
        raise _AuthenticationRefused from None


class _AuthenticationRefused(SMTPException):
    def __init__(self) -> None:
        super().__init__("authentication refused")


def _word_for(fault: Exception) -> str:
    match fault:
        case _AuthenticationRefused():
            return "authentication refused"
        case SMTPResponseException() if fault.code > 0:
            return f"SMTP {fault.code}"
        case SMTPResponseException():
            return "reply not understood"
        case SMTPServerDisconnected():
            return "connection lost"
        case _:
            return word_for(fault)


def read_sender(sender: str) -> MailAddress:
    """Read an address with or without a name before it, and write its domain for the wire."""
    advice = "`sender` must be an address, such as codes@bank.example or Bank <codes@bank.example>."
    if not is_one_line(sender):
        raise ValueError(advice)
    header = SMTP_POLICY.header_factory("from", sender)
    if len(header.addresses) != 1 or not header.addresses[0].username.isascii():
        raise ValueError(advice)
    read = header.addresses[0]
    try:
        address = to_wire(read.addr_spec)
    except (ValueError, IndexError):
        raise ValueError(advice) from None
    return MailAddress(read.display_name, address.username, address.domain)
