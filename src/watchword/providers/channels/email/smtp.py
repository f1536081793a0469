"""E-mail through a mail server, over connections that are kept for a while."""

import asyncio
import re
from dataclasses import replace
from email.headerregistry import Address as MailAddress
from email.policy import SMTP as SMTP_POLICY
from typing import Final, Literal

import msgspec
from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.rules import (
    Message,
    ProviderName,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.answers import Answer, Answers, Meaning, first_known, outcome
from watchword.providers.channels.email.connections import Connections
from watchword.providers.channels.email.dkim import open_signer
from watchword.providers.channels.email.dkim_keys import DkimSettings
from watchword.providers.channels.email.handover import Handover
from watchword.providers.channels.email.mail import Mail, compose, is_one_line, to_wire
from watchword.providers.channels.email.return_paths import ReturnPaths, read_return_path
from watchword.providers.channels.network import is_loopback, trust, word_for

STATUS: Final = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![^ \r\n])")
LEAST_SECRET = 16

_NOT_SIGNED_IN: Final = Answer(Meaning.TEMPORARY, "authentication refused")
_SENDER: Final = Answer(Meaning.TEMPORARY, "sender refused")
_MAILBOX: Final = Answer(Meaning.RECIPIENT, "mailbox not ready")
_SERVER: Final = Answer(Meaning.TEMPORARY, "mail server not ready")

ANSWERS: Answers = {
    "SMTP 2xx": Answer(Meaning.TAKEN, "taken"),
    "SMTP 4xx": Answer(Meaning.TEMPORARY, "SMTP 4xx"),
    "SMTP 4xx at RCPT": Answer(Meaning.RECIPIENT, "SMTP 4xx"),
    "SMTP 4.2.0": _MAILBOX,
    "SMTP 4.2.1": _MAILBOX,
    "SMTP 4.2.2": Answer(Meaning.RECIPIENT, "mailbox full"),
    "SMTP 4.2.3": _MAILBOX,
    "SMTP 4.2.4": _MAILBOX,
    "SMTP 421": Answer(Meaning.TEMPORARY, "SMTP 421"),  # this server ends the connection
    "SMTP 4.3.0": _SERVER,
    "SMTP 4.3.1": _SERVER,
    "SMTP 4.3.2": _SERVER,
    "SMTP 4.3.5": _SERVER,
    "SMTP 5xx": Answer(Meaning.PERMANENT, "SMTP 5xx"),
    "SMTP 521": Answer(Meaning.TEMPORARY, "SMTP 521"),  # this server takes no mail at all
    "SMTP 530": _NOT_SIGNED_IN,
    "SMTP 534": _NOT_SIGNED_IN,
    "SMTP 535": _NOT_SIGNED_IN,
    "SMTP 538": _NOT_SIGNED_IN,
    "SMTP 5.1.7": _SENDER,  # the sender has no valid address
    "SMTP 5.1.8": _SENDER,  # the domain of the sender is not known
    "SMTP 5.3.2": Answer(Meaning.TEMPORARY, "SMTP 5.3.2"),  # this server takes no mail now
    "SMTP 5.7.8": _NOT_SIGNED_IN,
    "SMTP 5.7.20": _SENDER,  # no good DKIM signature
    "SMTP 5.7.21": _SENDER,  # none that is accepted
    "SMTP 5.7.22": _SENDER,  # none of the author's domain
    "SMTP 5.7.23": _SENDER,  # SPF says no
    "SMTP 5.7.24": _SENDER,  # SPF is broken
    "SMTP 5.7.25": _SENDER,  # the address of the server has no name
    "SMTP 5.7.26": _SENDER,  # neither SPF nor DKIM says yes
    "SMTP 5.7.28": Answer(Meaning.TEMPORARY, "SMTP 5.7.28"),  # too much mail
}
"""What mail servers answer: numbers of RFC 5321, and statuses of RFC 3463 and those after it.

What is wrong with the sender is not wrong with the message. The operator can mend it, and
another server may be allowed what this one is not. What is said to the name of a recipient concerns
nobody else, unless the server says that it speaks of itself.
"""


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
    dkim: DkimSettings | None = None
    """With what key mail is signed; without it, the server may sign."""
    bounce_address: str | None = None
    """Where mail comes back to: `bounces@bank.example` gets it at `bounces+…@bank.example`."""
    bounce_secret: Secret | None = None
    """What marks in these addresses are made with, so that nobody else can make one."""
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
        if min(self.idle_seconds, self.connections) <= 0:
            raise ValueError("`idle_seconds` and `connections` must be more than 0.")
        sender = read_sender(self.sender)
        if self.dkim is not None and not self.dkim.is_aligned_with(sender.domain):
            raise ValueError(
                "`dkim.domain` must be the domain of `sender`, one above it or one below it; "
                "another one would count for nothing."
            )
        self._check_bounces()

    def _check_bounces(self) -> None:
        if (self.bounce_address is None) != (self.bounce_secret is None):
            raise ValueError(
                "`bounce_address` and `bounce_secret` are given together or not at all."
            )
        if self.bounce_secret is not None and len(self.bounce_secret.reveal()) < LEAST_SECRET:
            raise ValueError(
                f"`bounce_secret` must have {LEAST_SECRET} characters or more. "
                "Make one: openssl rand -hex 32"
            )
        if self.bounce_address is not None:
            read_return_path(self.bounce_address)

    def return_paths(self, provider: ProviderName) -> ReturnPaths | None:
        """Give where mail comes back to, if it is to be heard of."""
        if self.bounce_address is None or self.bounce_secret is None:
            return None
        address = read_return_path(self.bounce_address)
        return ReturnPaths(provider=provider, address=address, secret=self.bounce_secret)


class Smtp:
    """Fills the `Provider` port."""

    def __init__(self, settings: SmtpSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._now = surroundings.now
        self._sender = read_sender(settings.sender)
        self._trust = trust(settings.ca_file)
        self._signer = open_signer(settings.dkim) if settings.dkim else None
        self._paths = settings.return_paths(surroundings.name)
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
        mail = self._compose(message)
        if isinstance(mail, Refused):
            return mail
        handover = Handover(mail)
        try:
            async with (
                asyncio.timeout(self._settings.timeout_seconds),
                self._connections.one() as client,
            ):
                reply = await handover.to(client)
        except (SMTPException, OSError, ValueError) as fault:
            reason = _word_for(fault)
            return Uncertain(reason) if handover.is_content_out else Unavailable(reason)
        if isinstance(reply, Refused):
            return reply
        return read_reply(
            reply,
            mail,
            is_content_out=handover.is_content_out,
            is_to_recipient=handover.is_reply_to_recipient,
        )

    def _compose(self, message: Message) -> Mail | Refused:
        now = self._now()
        mail = compose(message, self._sender, now)
        if isinstance(mail, Refused):
            return mail
        if self._paths is not None:
            path, mark = self._paths.address_for(message.id), self._paths.mark(message.id)
            mail = replace(mail, sender=path, mark=mark)
        return mail if self._signer is None else self._signer.sign(mail, now)

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


def read_reply(
    reply: SMTPResponse, mail: Mail, *, is_content_out: bool, is_to_recipient: bool = False
) -> SendOutcome:
    """Say what the reply that ended a handover means for the mail."""
    answer = meaning_of(reply, is_to_recipient=is_to_recipient)
    if not is_content_out and answer.meaning in {Meaning.UNCLEAR, Meaning.TAKEN}:
        # It is none that we asked for, but what has not left us was surely not taken.
        return Unavailable(f"SMTP {reply.code}")
    return outcome(answer, reference=mail.id)


def meaning_of(reply: SMTPResponse, *, is_to_recipient: bool = False) -> Answer:
    """Find what a reply means: by its number if that says enough, else by its status, else by
    its family.

    A status counts only where it agrees with the number on whether this is for good.
    """
    number, family = f"SMTP {reply.code}", f"SMTP {reply.code // 100}xx"
    status = STATUS.match(reply.message)
    is_meant = status is not None and status[1][0] == number[len("SMTP ")]
    reason = f"SMTP {status[1]}" if status and is_meant else number
    families = (f"{family} at RCPT", family) if is_to_recipient else (family,)
    found = first_known([ANSWERS], (number, reason, *families), reason)
    return found or Answer(Meaning.UNCLEAR, "reply not understood")


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
