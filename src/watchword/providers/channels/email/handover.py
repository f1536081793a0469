"""One mail on its way to a server: what is said to it, and how far that came."""

import re
from collections.abc import Iterator
from typing import Final

from aiosmtplib import SMTP, SMTPResponse, SMTPServerDisconnected

from watchword.features.delivery.departures.service import about_to_leave
from watchword.features.delivery.rules import Refused
from watchword.providers.channels.email.mail import Mail

GO_AHEAD: Final = 354  # send the content now
CLOSING: Final = 421  # the server ends the connection
DONE: Final = 2  # the first digit
RECIPIENT: Final = b"RCPT "
LINE_WITH_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class Handover:
    """Tells whether the content has left us, also when something breaks on the way; and whether a
    server that said no said it to the name of the recipient."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self.is_content_out = False
        self.is_reply_to_recipient = False

    async def to(self, client: SMTP) -> SMTPResponse | Refused:
        """Give the reply that ended it: to the content, or the first that was no consent."""
        if self._mail.needs_utf8 and not client.supports_extension("smtputf8"):
            return Refused("address needs SMTPUTF8")
        for command in self._envelope(knows_dsn=client.supports_extension("dsn")):
            reply = await client.execute_command(command)
            if reply.code // 100 != DONE:
                self.is_reply_to_recipient = command.startswith(RECIPIENT)
                return reply
        reply = await client.execute_command(b"DATA")
        if reply.code != GO_AHEAD:
            return reply
        # Servers that like to wait do so before this, and without content it is no mail.
        await about_to_leave()
        return await self._hand_over_content(client)

    def _envelope(self, *, knows_dsn: bool) -> Iterator[bytes]:
        mail = self._mail
        about_mail = ["BODY=8BITMIME", "SMTPUTF8"] if mail.needs_utf8 else []
        about_recipient = []
        if knows_dsn:
            # Whoever tells of a failure may repeat the headers, but not the code.
            about_mail.append("RET=HDRS")
        if knows_dsn and mail.mark is not None:
            about_mail.append(f"ENVID={mail.mark}")
            about_recipient.append("NOTIFY=FAILURE,DELAY")
        yield " ".join([f"MAIL FROM:<{mail.sender}>", *about_mail]).encode()
        recipient = " ".join([f"TO:<{mail.recipient}>", *about_recipient]).encode()
        yield RECIPIENT + recipient

    async def _hand_over_content(self, client: SMTP) -> SMTPResponse:
        if client.protocol is None:
            raise SMTPServerDisconnected("")
        # `SMTP.data` would not tell on which side of this write a connection was lost.
        client.protocol.write(LINE_WITH_DOT.sub(b"..", self._mail.content) + b".\r\n")
        self.is_content_out = True
        reply = await client.protocol.read_response()
        if reply.code == CLOSING:
            client.close()
        return reply
