"""One connection to an SMSC that is bound: what is asked on it, and what is said to us.

A small link of our own, because we must know on which side of a write a connection was lost.
"""

import asyncio
from asyncio import Future, IncompleteReadError, StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from ssl import SSLContext
from typing import Final, TypeAlias

from watchword.features.delivery.departures.service import about_to_leave
from watchword.providers.channels.network import word_for
from watchword.providers.channels.sms import smpp_answers as answers
from watchword.providers.channels.sms.smpp_pdus import (
    HEAD,
    LAST_SEQUENCE,
    RESPONSE,
    BadPdu,
    Command,
    Pdu,
    ShortMessage,
    read_length,
    read_pdu,
    read_short_message,
    write_bind,
    write_message_id,
)
from watchword.providers.channels.sms.smpp_settings import SmppSettings

CLOSE_WITHIN: Final = 2.0  # seconds
NOT_UNDERSTOOD: Final = "reply not understood"
LOST: Final = "connection lost"

Take: TypeAlias = Callable[[ShortMessage], int | Awaitable[int]]
"""Takes what the SMSC delivers, and gives the status to answer with, perhaps after a while."""

MOST_TAKEN: Final = 100
"""What is taken at the same time, and not answered yet."""


class LinkLost(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BindRefused(LinkLost):
    """The SMSC does not let us in."""


class Handover:
    """A request on its way, and whether any of it may have left us."""

    def __init__(self, command: Command, body: bytes = b"") -> None:
        self.command = command
        self.body = body
        self.is_out = False


async def open_link(settings: SmppSettings, trust: SSLContext | None, take: Take) -> "Link":
    """Connect and bind, or raise why that is not possible. Without `trust`, in clear text."""
    async with asyncio.timeout(settings.timeout_seconds):
        host, port = settings.host, settings.port
        reader, writer = await asyncio.open_connection(host, port, ssl=trust)
        link = Link(reader, writer, settings, take)
        try:
            await link.bind()
        except BaseException:
            link.drop(LOST)
            raise
    return link


class Link:
    def __init__(
        self, reader: StreamReader, writer: StreamWriter, settings: SmppSettings, take: Take
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._settings = settings
        self._take = take
        self._turns = asyncio.Semaphore(settings.window)
        self._waiting: dict[int, Future[Pdu | None]] = {}
        self._sequence = 0
        self._lost: Future[str] = asyncio.get_running_loop().create_future()
        self._taking = set[asyncio.Task[None]]()
        self._tasks = {self._start(self._read())}

    @property
    def is_lost(self) -> bool:
        return self._lost.done()

    async def lost(self) -> str:
        """Wait until the connection is gone, and say why."""
        return await asyncio.shield(self._lost)

    async def bind(self) -> None:
        settings = self._settings
        body = write_bind(settings.system_id, settings.password.reveal(), settings.system_type)
        answer = await self._ask(Handover(Command.BIND_TRANSCEIVER, body))
        if answer.status != answers.OK:
            raise BindRefused(answers.answer_for(answer.status).reason)
        if answer.command != Command.BIND_TRANSCEIVER | RESPONSE:
            raise BindRefused(NOT_UNDERSTOOD)
        self._tasks.add(self._start(self._enquire()))

    async def submit(self, handover: Handover) -> Pdu:
        """Ask for a message to be sent, when it is its turn."""
        async with self._turns:
            await self._until_writable()
            await about_to_leave()
            return await self._ask(handover)

    async def close(self) -> None:
        """Take leave, and let go of the connection."""
        with suppress(LinkLost, TimeoutError, OSError):
            async with asyncio.timeout(CLOSE_WITHIN):
                await self._ask(Handover(Command.UNBIND))
        self.drop(LOST)
        await asyncio.wait(self._tasks)

    def drop(self, reason: str) -> None:
        """Let go of the connection at once. Whoever waits on it learns that it is lost."""
        if self._lost.done():
            return
        self._lost.set_result(reason)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_result(None)
        self._writer.transport.abort()
        for task in (*self._tasks, *self._taking):
            task.cancel()

    async def _until_writable(self) -> None:
        # Where the SMSC does not read, we wait before the write, when surely nothing is out.
        with suppress(OSError):
            await self._writer.drain()

    async def _ask(self, handover: Handover) -> Pdu:
        await self._until_writable()
        if self._lost.done() or self._writer.is_closing():
            raise LinkLost(self._lost.result() if self._lost.done() else LOST)
        self._sequence = self._sequence % LAST_SEQUENCE + 1
        sequence = self._sequence
        waiting: Future[Pdu | None] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = waiting
        try:
            handover.is_out = True
            self._say(handover.command, sequence, body=handover.body)
            answer = await waiting
        finally:
            self._waiting.pop(sequence, None)
        if answer is None:
            raise LinkLost(self._lost.result())
        return answer

    def _say(self, command: int, sequence: int, *, status: int = 0, body: bytes = b"") -> None:
        pdu = Pdu(command=command, status=status, sequence=sequence, body=body)
        self._writer.write(pdu.to_wire())

    async def _enquire(self) -> None:
        """Ask now and then whether anybody is there; a silent line looks like a dead one."""
        while True:
            await asyncio.sleep(self._settings.enquire_seconds)
            async with asyncio.timeout(self._settings.timeout_seconds):
                await self._ask(Handover(Command.ENQUIRE_LINK))

    async def _read(self) -> None:
        while True:
            head = await self._reader.readexactly(HEAD.size)
            pdu = read_pdu(head, await self._reader.readexactly(read_length(head)))
            if pdu.is_answer:
                self._pass_on(pdu)
            elif pdu.command == Command.UNBIND:
                self._say(Command.UNBIND | RESPONSE, pdu.sequence)
                with suppress(TimeoutError):
                    async with asyncio.timeout(CLOSE_WITHIN):
                        self._writer.close()
                        await self._writer.wait_closed()
                raise LinkLost("unbound")
            else:
                self._reply(pdu)
                await self._writer.drain()

    def _pass_on(self, answer: Pdu) -> None:
        waiting = self._waiting.get(answer.sequence)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def _reply(self, pdu: Pdu) -> None:
        if pdu.command == Command.ENQUIRE_LINK:
            self._say(Command.ENQUIRE_LINK | RESPONSE, pdu.sequence)
        elif pdu.command == Command.DELIVER_SM:
            self._deliver(pdu)
        else:
            self._say(Command.GENERIC_NACK, pdu.sequence, status=answers.BAD_COMMAND)

    def _deliver(self, pdu: Pdu) -> None:
        if len(self._taking) >= MOST_TAKEN:
            self._thank(pdu, answers.QUEUE_FULL)
            return
        try:
            status = self._take(read_short_message(pdu.body))
        except BadPdu:
            status = answers.NOT_READABLE
        if isinstance(status, int):
            self._thank(pdu, status)
            return
        # The line is read on meanwhile: whoever sends waits for answers on it, too.
        task = asyncio.create_task(self._thank_later(pdu, status))
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)

    async def _thank_later(self, pdu: Pdu, status: Awaitable[int]) -> None:
        self._thank(pdu, await status)

    def _thank(self, pdu: Pdu, status: int) -> None:
        if not self._lost.done():
            response, body = Command.DELIVER_SM | RESPONSE, write_message_id("")
            self._say(response, pdu.sequence, status=status, body=body)

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        return asyncio.create_task(self._until_lost(work))

    async def _until_lost(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            self.drop(LOST)
            raise
        except BadPdu:
            # Where one ends and the next begins cannot be known any more.
            self.drop(NOT_UNDERSTOOD)
        except LinkLost as fault:
            self.drop(fault.reason)
        except (IncompleteReadError, OSError) as fault:
            self.drop(word_for(fault, LOST))
        except Exception:  # noqa: BLE001 - whoever waits must learn of any end
            self.drop("fault")
