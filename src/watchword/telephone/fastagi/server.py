"""A server that an Asterisk asks what to do with a call.

FastAGI has neither a password nor encryption: it listens on loopback unless it is told otherwise,
and answers only those whom it is told of.
"""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Self

import structlog

from watchword.features.activation.prompts.rules import LANGUAGES, spoken_in
from watchword.features.calls.conduct.service import Begun, Conduct
from watchword.features.calls.rules import Door, Incoming, number_of
from watchword.features.challenges.desk import Machine
from watchword.features.organisations.service import Organisations
from watchword.features.pins.kept.rules import TELEPHONE
from watchword.foundation.errors import NotFound
from watchword.foundation.networks import Network, is_within
from watchword.telephone.fastagi.channel import Channel, Gone
from watchword.telephone.fastagi.conversation import Conversation, Talk
from watchword.telephone.fastagi.protocol import LINE_AT_MOST, NotAgi, read_variables
from watchword.telephone.fastagi.rules import Called, read_path
from watchword.telephone.fastagi.sounds import NoSound, Sounds

CALLS_AT_MOST = 200
"""At once. One more is hung up on, so that those who talk already are understood."""

log = structlog.get_logger()


class FastAgi:
    def __init__(
        self,
        *,
        organisations: Organisations,
        calls: Conduct,
        sounds: Sounds,
        allowed: Sequence[Network],
    ) -> None:
        """`allowed`: from where an Asterisk may ask."""
        self._organisations = organisations
        self._calls = calls
        self._sounds = sounds
        self._allowed = allowed
        self._open = set[asyncio.Task[None]]()

    async def listen(self, listener: socket.socket) -> asyncio.Server:
        return await asyncio.start_server(self._take, sock=listener, limit=LINE_AT_MOST)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody who still talks."""
        for task in [*self._open]:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - so that types are known
        self._open.add(task)
        try:
            await self._talk(Channel(reader, writer), writer)
        except (Gone, ConnectionError, TimeoutError):
            log.info("fastagi.gone")
        except (NotAgi, NoSound, ValueError) as fault:
            log.warning("fastagi.failed", fault=type(fault).__name__)
        finally:
            self._open.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _talk(self, channel: Channel, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        if not is_within(peer[0] if peer else None, self._allowed):
            log.warning("fastagi.refused", because="not_allowed")
            return
        if len(self._open) > CALLS_AT_MOST:
            log.warning("fastagi.refused", because="too_many")
            return
        variables = read_variables(await channel.preface())
        called = read_path(variables.get("network_script", ""))
        conversation = None if called is None else await self._begin(channel, called, variables)
        if conversation is None:
            log.warning("fastagi.refused", because="no_line")
            await channel.ask("HANGUP")
            return
        await conversation.hold()

    async def _begin(
        self, channel: Channel, called: Called, variables: Mapping[str, str]
    ) -> Conversation | None:
        try:
            organisation = await self._organisations.find(called.slug)
        except NotFound:
            return None
        client = Machine(name=TELEPHONE, organisation=organisation)
        wanted = variables.get("language")
        language = spoken_in(wanted, organisation.locale, sorted(LANGUAGES))
        number = number_of(variables.get("callerid"))
        await channel.ask("ANSWER")
        begun = await self._calls.begin(
            client,
            Incoming(
                door=Door.FASTAGI, language=language, profile_id=called.profile_id, number=number
            ),
        )
        if not isinstance(begun, Begun):
            return None
        return Conversation(channel, self._calls, self._sounds, Talk(client, begun, language))
