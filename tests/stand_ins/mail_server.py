"""A mail server on this machine that keeps what it took, and refuses as it is told to."""
# ruff: noqa: N802 - aiosmtpd finds its methods by the names of commands

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.stand_ins.certificates import Certificate, authority

Security = Literal["none", "starttls", "tls"]
HANG, RESET = "hang", "reset"

# It notes what it hears, as mail servers do; in a test of silence that is not our voice.
LOGGER = "mail.log"


@dataclass(frozen=True)
class Received:
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    options: tuple[str, ...]
    login: str | None
    encrypted: bool

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


class MailServer:
    """What a test holds in its hand; see `running_mail_server`."""

    def __init__(self, users: Mapping[str, str]) -> None:
        self.port = 0
        self.messages: list[Received] = []
        self.connections = 0
        self.users = users
        self.open: set[_Conversation] = set()
        self._replies: dict[str, str] = {}

    def behave(self, **replies: str) -> None:
        """Answer so from now on, as in `behave(RCPT="550 no", END=HANG)`; END is the last dot."""
        self._replies = replies

    def drop_connections(self) -> None:
        """End them, as a server does with those that are idle for too long."""
        for conversation in list(self.open):
            if conversation.transport is not None:
                conversation.transport.close()

    async def scripted(self, conversation: "_Conversation", command: str) -> str | None:
        reply = self._replies.get(command)
        if reply == HANG:
            await asyncio.Event().wait()
        if reply == RESET and isinstance(conversation.transport, asyncio.WriteTransport):
            conversation.transport.abort()
            await asyncio.Event().wait()
        return reply

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        user, password = data.login.decode(), data.password.decode()
        success = self.users.get(user) == password
        return AuthResult(success=success, handled=False, auth_data=data)


class _Conversation(SMTP):
    """One connection, whose commands can be scripted before aiosmtpd answers them."""

    def __init__(self, server: MailServer, **options: Any) -> None:  # noqa: ANN401
        self.server = server
        super().__init__(self, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self.server.open:
            self.server.open.add(self)
            self.server.connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.server.open.discard(self)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        try:
            await super()._handle_client()
        finally:
            # A connection whose encryption failed ends here, and is never said to be lost.
            self.server.open.discard(self)

    async def end(self) -> None:
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
            await asyncio.wait([self._handler_coroutine])

    async def _or_as_scripted(
        self, command: str, arg: str | None, answer: Callable[[Any], Awaitable[None]]
    ) -> None:
        if reply := await self.server.scripted(self, command):
            await self.push(reply)
        else:
            await answer(arg)

    async def smtp_EHLO(self, arg: str) -> None:
        await self._or_as_scripted("EHLO", arg, super().smtp_EHLO)

    async def smtp_MAIL(self, arg: str) -> None:
        await self._or_as_scripted("MAIL", arg, super().smtp_MAIL)

    async def smtp_RCPT(self, arg: str) -> None:
        await self._or_as_scripted("RCPT", arg, super().smtp_RCPT)

    async def smtp_DATA(self, arg: str) -> None:
        await self._or_as_scripted("DATA", arg, super().smtp_DATA)

    async def smtp_RSET(self, arg: str) -> None:
        await self._or_as_scripted("RSET", arg, super().smtp_RSET)

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:
        if reply := await self.server.scripted(self, "END"):
            return reply
        login = session.auth_data
        self.server.messages.append(
            Received(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                content=cast("bytes", envelope.original_content),
                options=tuple(envelope.mail_options),
                login=login.login.decode() if isinstance(login, LoginPassword) else None,
                encrypted=session.ssl is not None
                or cast("Any", self.transport).get_extra_info("sslcontext") is not None,
            )
        )
        return "250 taken"


@asynccontextmanager
async def running_mail_server(
    security: Security = "none",
    certificate: Certificate = "good",
    users: Mapping[str, str] | None = None,
    *,
    knows_utf8: bool = True,
) -> AsyncIterator[MailServer]:
    """Run one on 127.0.0.1, under a certificate of `authority()`, until the block ends."""
    server = MailServer(users or {})
    context = None if security == "none" else authority().server_context(certificate)

    def converse() -> _Conversation:
        return _Conversation(
            server,
            hostname="localhost",
            enable_SMTPUTF8=knows_utf8,
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            auth_required=bool(users) and security == "starttls",
            auth_require_tls=security == "starttls",
            authenticator=server.authenticate,
            command_call_limit={"*": 1_000_000},
            loop=asyncio.get_running_loop(),
        )

    listener = await asyncio.get_running_loop().create_server(
        converse, "127.0.0.1", 0, ssl=context if security == "tls" else None
    )
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        server.drop_connections()
        for conversation in list(server.open):
            await conversation.end()
