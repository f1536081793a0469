"""One call, as an Asterisk carries it: what is said, what is typed, and how it ends."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from watchword.features.activation.dialogue.steps import (
    Ask,
    Event,
    HangUp,
    HungUp,
    PauseRecording,
    ResumeRecording,
    Say,
    Step,
    Transfer,
)
from watchword.features.calls.conduct.service import Begun, Conduct, Held, OutOfStep, Spoken
from watchword.features.calls.history import Answer
from watchword.features.calls.rules import Door
from watchword.features.clients.rules import Caller
from watchword.foundation.secret import Secret
from watchword.telephone.fastagi.channel import Channel, Gone
from watchword.telephone.fastagi.rules import Speech, speech_of, typed_of
from watchword.telephone.fastagi.sounds import Sounds

POLL_AFTER = 1.0
"""Seconds that a caller holds before it is asked for news."""
OUTCOME, TARGET, RECORDING = "WATCHWORD_OUTCOME", "WATCHWORD_TARGET", "WATCHWORD_RECORDING"
"""Variables of the channel, for the dialplan that goes on with the call."""


class Talk(NamedTuple):
    """A call that has begun: for whom it is held, and in which language."""

    client: Caller
    begun: Begun
    language: str


class Conversation:
    def __init__(self, channel: Channel, calls: Conduct, sounds: Sounds, talk: Talk) -> None:
        self._channel = channel
        self._calls = calls
        self._sounds = sounds
        self._client, begun, self._language = talk
        self._id, self._spoken = begun.id, begun.spoken

    async def hold(self) -> None:
        """Talk until the call is over, or handed on. Whoever hangs up ends it at once."""
        spoken: Spoken | None = self._spoken
        try:
            while spoken is not None:
                spoken = await self._answer(spoken)
        except (Gone, ConnectionError, TimeoutError, asyncio.CancelledError):
            await self._calls.hang_up(self._client, self._id)
            raise

    async def _answer(self, spoken: Spoken) -> Spoken | None:
        match spoken:
            case Answer(steps, token):
                event = await self._do(steps)
                return None if token is None or event is None else await self._hear(token, event)
            case Held(token):
                await self._play(speech_of([Say("hold")], self._language))
                await asyncio.sleep(POLL_AFTER)
                return await self._hear(token, None)
            case OutOfStep():
                await self._play(speech_of([Say("call_us")], self._language))
                await self._channel.ask("HANGUP")
                return None

    async def _hear(self, token: Secret, event: Event | None) -> Spoken:
        return await self._calls.hear(self._client, Door.FASTAGI, self._id, token.reveal(), event)

    async def _do(self, steps: Sequence[Step]) -> Event | None:
        """Do the steps of a turn; give what was typed at its end, if anything is asked."""
        said = list[Say]()
        for step in steps:
            match step:
                case Say():
                    said.append(step)
                case Ask():
                    return await self._ask(step, speech_of(said, self._language))
                case PauseRecording():
                    await self._channel.ask("SET VARIABLE", RECORDING, "paused")
                    await self._channel.ask("EXEC", "PauseMonitor", "")
                case ResumeRecording():
                    await self._channel.ask("EXEC", "UnpauseMonitor", "")
                    await self._channel.ask("SET VARIABLE", RECORDING, "resumed")
                case Transfer(target):
                    await self._play(speech_of(said, self._language))
                    await self._channel.ask("SET VARIABLE", TARGET, target)
                    await self._channel.ask("SET VARIABLE", OUTCOME, "transfer")
                case HangUp():
                    await self._play(speech_of(said, self._language))
                    await self._channel.ask("SET VARIABLE", OUTCOME, "done")
                    await self._channel.ask("HANGUP")
        return None

    async def _ask(self, ask: Ask, speech: Speech) -> Event:
        async with self._sounds.of(speech, self._language) as sound:
            wait = round(ask.first_timeout * 1000)
            reply = await self._channel.ask("GET DATA", sound, wait, ask.most)
        return typed_of(ask, reply) if await self._channel.is_up() else HungUp()

    async def _play(self, speech: Speech) -> None:
        if speech.text:
            async with self._sounds.of(speech, self._language) as sound:
                await self._channel.ask("STREAM FILE", sound, "")
