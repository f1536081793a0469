"""An SMSC on this machine that keeps what it took, and misbehaves as it is told to."""

import asyncio
import ssl
from asyncio import Future, StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from watchword.providers.channels.sms.smpp_pdus import (
    HEAD,
    RESPONSE,
    TLV_HEAD,
    Command,
    Party,
    Pdu,
    ShortMessage,
    Tag,
    read_pdu,
    read_short_message,
    write_message_id,
)

PASSWORD = "pa55word"  # noqa: S105 - of nobody
RECEIPT = 0x04
TAKEN = Command.SUBMIT_SM | RESPONSE


class Fault(Enum):
    HANG = auto()
    """Say nothing."""
    RESET = auto()
    """End the connection at once."""
    CUT = auto()
    """Begin an answer, and end the connection."""
    GARBAGE = auto()
    HUGE = auto()
    """Begin an answer of 4 GiB."""
    TINY = auto()
    """Begin an answer that is shorter than its head."""
    UNBIND = auto()
    """Take leave instead of answering."""
    ELSE = auto()
    """Answer what was not asked."""


@dataclass(frozen=True)
class Say:
    """An answer: a status, and what it brings; `nack` says that nothing was understood."""

    status: int = 0
    body: bytes | None = None
    nack: bool = False


Behaviour: TypeAlias = Say | Fault
Behaviours: TypeAlias = Behaviour | Sequence[Behaviour]


class Smsc:
    """What a test holds in its hand; see `running_smsc`."""

    def __init__(self, password: str) -> None:
        self.port = 0
        self.password = password
        self.connections = 0
        self.heard: list[Pdu] = []
        self.messages: list[ShortMessage] = []
        self.open: set[_Conversation] = set()
        self.on_message: Callable[[str], None] = lambda message_id: None
        """Called with the id of a message after it was taken, and before that is answered."""
        self.name_message: Callable[[int], str] = "{:x}".format
        self.reading = asyncio.Event()
        """Cleared, it reads nothing more."""
        self.reading.set()
        self._behaviours: dict[int, list[Behaviour]] = {}
        self._news = asyncio.Event()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so, looking whenever anything was heard or somebody came."""
        while not condition():
            self._news.clear()
            await self._news.wait()

    def note(self) -> None:
        self._news.set()

    def behave(
        self,
        *,
        bind: Behaviours = (),
        submit: Behaviours = (),
        enquire: Behaviours = (),
        unbind: Behaviours = (),
    ) -> None:
        """Answer so from now on; where several are given, so in turn, and the last for ever."""
        given = {
            Command.BIND_TRANSCEIVER: bind,
            Command.SUBMIT_SM: submit,
            Command.ENQUIRE_LINK: enquire,
            Command.UNBIND: unbind,
        }
        self._behaviours = {
            command: [one] if isinstance(one, Say | Fault) else [*one]
            for command, one in given.items()
        }

    def next(self, command: int) -> Behaviour:
        left = self._behaviours.get(command) or [Say()]
        return left.pop(0) if len(left) > 1 else left[0]

    def count(self, command: int) -> int:
        return sum(pdu.command == command for pdu in self.heard)

    def say(self, command: int, body: bytes = b"", sequence: int = 99) -> None:
        """Say something that nobody has asked for, on every connection."""
        for conversation in self.open:
            conversation.say(Pdu(command=command, sequence=sequence, body=body))

    def say_octets(self, octets: bytes) -> None:
        for conversation in self.open:
            conversation.writer.write(octets)

    async def deliver(self, message: ShortMessage) -> int:
        """Deliver to whoever is bound; give the status that it is answered with."""
        (conversation,) = self.open
        return await conversation.deliver(message.to_wire())

    async def deliver_octets(self, body: bytes) -> int:
        (conversation,) = self.open
        return await conversation.deliver(body)

    def drop_connections(self) -> None:
        for conversation in list(self.open):
            conversation.writer.transport.abort()


def receipt(message_id: str, state: str = "DELIVRD", **more: bytes) -> ShortMessage:
    """Write a receipt as most write it."""
    text = (
        f"id:{message_id} sub:001 dlvrd:001 submit date:2603011200 done date:2603011201 "
        f"stat:{state} err:000 text:Your code is 482913."
    )
    return ShortMessage(
        source=Party(1, 1, "447700900123"),
        destination=Party(5, 0, "Bank"),
        esm_class=RECEIPT,
        octets=text.encode("latin-1"),
        more={Tag[name.upper()]: value for name, value in more.items()},
    )


class _Conversation:
    def __init__(self, smsc: Smsc, reader: StreamReader, writer: StreamWriter) -> None:
        self._smsc = smsc
        self._reader = reader
        self.writer = writer
        self._sequence = 0
        self._delivered: dict[int, Future[int]] = {}

    def say(self, pdu: Pdu) -> None:
        self.writer.write(pdu.to_wire())

    async def deliver(self, body: bytes) -> int:
        self._sequence += 1
        answered: Future[int] = asyncio.get_running_loop().create_future()
        self._delivered[self._sequence] = answered
        self.say(Pdu(command=Command.DELIVER_SM, sequence=self._sequence, body=body))
        return await answered

    async def run(self) -> None:
        while not self._reader.at_eof():
            await self._smsc.reading.wait()
            head = await self._reader.readexactly(HEAD.size)
            length = HEAD.unpack(head)[0] - HEAD.size
            pdu = read_pdu(head, await self._reader.readexactly(length))
            self._smsc.heard.append(pdu)
            self._smsc.note()
            if pdu.is_answer:
                if answered := self._delivered.pop(pdu.sequence, None):
                    answered.set_result(pdu.status)
                continue
            if not self._obey(pdu, self._smsc.next(pdu.command)):
                return

    def _obey(self, pdu: Pdu, behaviour: Behaviour) -> bool:
        """Answer, and say whether the conversation goes on."""
        match behaviour:
            case Fault.HANG:
                return True
            case Fault.RESET | Fault.CUT:
                if behaviour is Fault.CUT:
                    self.writer.write(HEAD.pack(40, pdu.command | RESPONSE, 0, pdu.sequence))
                else:
                    self.writer.transport.abort()
                return False
            case Fault.GARBAGE:
                self.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            case Fault.HUGE:
                self.writer.write(HEAD.pack(2**32 - 1, TAKEN, 0, pdu.sequence))
            case Fault.TINY:
                self.writer.write(HEAD.pack(7, TAKEN, 0, pdu.sequence))
            case Fault.UNBIND:
                self.say(Pdu(command=Command.UNBIND, sequence=1))
            case Fault.ELSE:
                self.say(Pdu(command=Command.ENQUIRE_LINK | RESPONSE, sequence=pdu.sequence))
            case Say():
                self._answer(pdu, behaviour)
                return pdu.command != Command.UNBIND
        return True

    def _answer(self, pdu: Pdu, answer: Say) -> None:
        command = Command.GENERIC_NACK if answer.nack else pdu.command | RESPONSE
        status, body = answer.status, answer.body
        if pdu.command == Command.BIND_TRANSCEIVER:
            right = self._smsc.password.encode() + b"\0"
            if pdu.body.split(b"\0")[1] + b"\0" != right:
                status = status or 0x0E
            interface_version = TLV_HEAD.pack(0x0210, 1) + b"\x34"
            body = b"" if status else b"SMSC\0" + interface_version
        elif pdu.command == Command.SUBMIT_SM and not status and not answer.nack:
            self._smsc.messages.append(read_short_message(pdu.body))
            message_id = self._smsc.name_message(len(self._smsc.messages))
            self._smsc.on_message(message_id)
            body = write_message_id(message_id) if body is None else body
        self.say(Pdu(command=command, status=status, sequence=pdu.sequence, body=body or b""))


@asynccontextmanager
async def running_smsc(
    context: ssl.SSLContext | None = None, *, password: str = PASSWORD
) -> AsyncIterator[Smsc]:
    smsc = Smsc(password)

    async def converse(reader: StreamReader, writer: StreamWriter) -> None:
        conversation = _Conversation(smsc, reader, writer)
        smsc.connections += 1
        smsc.open.add(conversation)
        smsc.note()
        try:
            with suppress(asyncio.IncompleteReadError, OSError):
                await conversation.run()
        finally:
            smsc.open.discard(conversation)
            smsc.note()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=context, limit=2**12)
    smsc.port = server.sockets[0].getsockname()[1]
    try:
        yield smsc
    finally:
        smsc.reading.set()
        server.close()
        smsc.drop_connections()
        await server.wait_closed()
