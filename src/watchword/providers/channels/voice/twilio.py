"""Calls through Twilio: it rings, asks us what to say, and reports how the call ended.

What rings carries no code. Who picks up hears who calls, and is told the code after pressing a
key. So no code is said to a voicemail, and none is in anything that Twilio keeps before that.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from msgspec import field

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import (
    Callback,
    Denied,
    Heard,
    NotBelieved,
    Report,
    Reported,
    WordsWanted,
)
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    MessageId,
    Receipt,
    Refused,
    SendOutcome,
)
from watchword.providers.channels.http_exchange import read_reference
from watchword.providers.channels.twilio_account import (
    NUMBER,
    TwilioAccount,
    TwilioExchange,
    hears,
    read_signed,
    reason_of,
)
from watchword.providers.channels.voice.languages import LANGUAGES
from watchword.providers.channels.voice.twiml import (
    MEDIA_TYPE,
    Spoken,
    Voice,
    ask_for_key,
    say_and_hang_up,
)

VOICE: Final = re.compile(r"[A-Za-z0-9.-]{1,60}")
ASKED: Final = re.compile(r"[0-9]")
RING_SECONDS: Final = 30
LONGEST_CALL: Final = 180  # seconds
THIS_IS_ME, NOT_ME = "1", "9"
FIRST_TIMES: Final = 2
MOST_AGAIN: Final = 2
"""How often whoever presses another key is asked again."""

ENDED: Final = {
    "completed": "no key pressed",
    "busy": "busy",
    "no-answer": "not answered",
    "failed": "call failed",
    "canceled": "call cancelled",
}
"""How a call can end. Whoever was told the code had pressed a key before, and that is known."""


class TwilioVoiceSettings(
    TwilioAccount, frozen=True, kw_only=True, tag_field="kind", tag="twilio_voice"
):
    sender: str
    voices: Mapping[str, str] = field(default_factory=dict)
    """Who speaks a language, such as `{ de = "Polly.Vicki" }`."""
    machine_detection: bool = False

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.VOICE})

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.auth_token is None:
            raise ValueError(
                "`auth_token` is needed beside the API key: Twilio comes to us for the words, "
                "and proves by it that it is Twilio."
            )
        if not NUMBER.fullmatch(self.sender):
            raise ValueError("`sender` is the number that calls, such as +14155552345.")
        if not all(map(VOICE.fullmatch, self.voices.values())):
            raise ValueError("`voices` gives names as Twilio writes them, such as Polly.Vicki.")


class TwilioVoice:
    """Fills the `Provider`, `HearsCallbacks` and `Speaks` ports."""

    knows_repeats = False

    def __init__(self, settings: TwilioVoiceSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._callbacks = surroundings.callbacks
        self._exchange = TwilioExchange(settings, "Calls")

    @property
    def gives_receipts(self) -> bool:
        return hears(self._settings, self._callbacks)

    async def send(self, message: Message) -> SendOutcome:
        if message.greeting is None:
            return Refused("no greeting")
        outcome = await self._exchange.ask(compose(self._settings, message, self._callbacks))
        if isinstance(outcome, Accepted):
            return Accepted(outcome.reference, asks_for_words=True)
        return outcome

    def read_callback(self, callback: Callback) -> Heard:
        return read_call(self._settings, callback)

    def greet(self, message: Message, asked: int) -> tuple[str, bytes]:
        if message.greeting is None or asked > MOST_AGAIN:
            return MEDIA_TYPE, say_and_hang_up([])
        greeting = Spoken(message.greeting.reveal(), self._voice(message.locale))
        action = f"{self._callbacks}/{message.id}?asked={asked + 1}"
        times = 1 if asked else FIRST_TIMES
        return MEDIA_TYPE, ask_for_key(greeting, action, times)

    def speak(self, message: Message) -> tuple[str, bytes]:
        words = Spoken(message.text.reveal(), self._voice(message.locale))
        return MEDIA_TYPE, say_and_hang_up([words], slowly=True)

    def take_leave(self, words: str, locale: str) -> tuple[str, bytes]:
        return MEDIA_TYPE, say_and_hang_up([Spoken(words, self._voice(locale))])

    def _voice(self, locale: str) -> Voice:
        return Voice(LANGUAGES[locale], self._settings.voices.get(locale))

    async def close(self) -> None:
        await self._exchange.close()


def compose(settings: TwilioVoiceSettings, message: Message, callbacks: str) -> dict[str, str]:
    """Fill in the form that asks for one call. What it says is asked for once it is answered."""
    here = f"{callbacks}/{message.id}"
    form = {
        "To": message.address,
        "From": settings.sender,
        "Url": here,
        "Method": "POST",
        "StatusCallback": here,
        "StatusCallbackMethod": "POST",
        "Timeout": str(RING_SECONDS),
        "TimeLimit": str(LONGEST_CALL),
    }
    if settings.machine_detection:
        form["MachineDetection"] = "Enable"
    return form


def read_call(settings: TwilioVoiceSettings, callback: Callback) -> Heard:
    """Say what Twilio wants to know, or what it reports of a call."""
    told = read_signed(settings, callback)
    if isinstance(told, NotBelieved):
        return told
    return Reported() if callback.about is None else _understand(callback, callback.about, told)


def _understand(callback: Callback, about: MessageId, told: Mapping[str, str]) -> Heard:
    reference = read_reference(told.get("CallSid"))
    # Whoever presses this key may hang up at once. It is heard all the same.
    if told.get("Digits") == NOT_ME:
        return Denied(about, reference)
    if (status := told.get("CallStatus", "")) in ENDED:
        return _failed(about, told, reason_of(told, ENDED[status]))
    if told.get("AnsweredBy", "").startswith(("machine", "fax")):
        return _failed(about, told, "answered by a machine")
    if told.get("CallbackSource"):
        return Reported()
    pressed = told.get("Digits") == THIS_IS_ME
    return WordsWanted(about, pressed=pressed, asked=_asked(callback), reference=reference)


def _failed(about: MessageId, told: Mapping[str, str], reason: str) -> Reported:
    reference = read_reference(told.get("CallSid"))
    report = Report(receipt=Receipt.FAILED, message_id=about, reference=reference, reason=reason)
    return Reported((report,))


def _asked(callback: Callback) -> int:
    """Read from the address, which is signed, how often somebody was asked for a key."""
    said = parse_qs(urlsplit(callback.url).query).get("asked", ["0"])[0]
    return int(said) if ASKED.fullmatch(said) else MOST_AGAIN + 1
