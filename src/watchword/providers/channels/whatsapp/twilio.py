"""WhatsApp through Twilio's Messages API, by templates that WhatsApp has approved."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec import field

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Callback, Heard
from watchword.features.delivery.rules import Message, Refused, SendOutcome
from watchword.providers.channels.twilio_account import (
    NUMBER,
    TwilioAccount,
    TwilioExchange,
    check_service,
    hears,
    read_told,
    validity,
)
from watchword.providers.channels.whatsapp.templates import (
    check_minutes,
    choose,
    in_language,
    none_for,
    suffix_of,
)

CONTENT: Final = re.compile(r"HX[0-9a-fA-F]{32}")


class TwilioWhatsappSettings(
    TwilioAccount, frozen=True, kw_only=True, tag_field="kind", tag="twilio_whatsapp"
):
    templates: Mapping[str, Mapping[str, str]]
    """The minutes that it states, then the language, then the name that Twilio has for it."""
    link_templates: Mapping[str, str] = field(default_factory=dict)
    """The language, and Twilio's name for a template whose button opens where a code is typed."""
    sender: str | None = None
    messaging_service_sid: str | None = None

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.WHATSAPP})

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.sender is None) == (self.messaging_service_sid is None):
            raise ValueError("Give either `sender` or `messaging_service_sid`.")
        if self.sender is not None and not NUMBER.fullmatch(self.sender):
            raise ValueError("`sender` is a number that is on WhatsApp, such as +14155552345.")
        check_service(self.messaging_service_sid)
        check_minutes(self.templates)
        if not all(self.templates.values()):
            raise ValueError("`templates` gives a text for one language at least.")
        for by_language in (*self.templates.values(), self.link_templates):
            if not all(map(CONTENT.fullmatch, by_language.values())):
                raise ValueError(
                    "`templates` and `link_templates` give for each language a text that begins "
                    "with HX; copy it from Twilio's content templates."
                )


class TwilioWhatsapp:
    """Fills the `Provider` and `HearsCallbacks` ports."""

    knows_repeats = False

    def __init__(self, settings: TwilioWhatsappSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._exchange = TwilioExchange(settings, "Messages")

    @property
    def gives_receipts(self) -> bool:
        return hears(self._settings, self._surroundings.callbacks)

    async def send(self, message: Message) -> SendOutcome:
        around = self._surroundings
        form = compose(self._settings, message, around.callbacks, around.now())
        return form if isinstance(form, Refused) else await self._exchange.ask(form)

    def read_callback(self, callback: Callback) -> Heard:
        return read_told(self._settings, callback, Channel.WHATSAPP)

    async def close(self) -> None:
        await self._exchange.close()


def compose(
    settings: TwilioWhatsappSettings, message: Message, callbacks: str, now: datetime
) -> dict[str, str] | Refused:
    """Fill in the form that asks for one message. The code, or the link, is all that we say."""
    words = _words(settings, message)
    if isinstance(words, Refused):
        return words
    form = {
        "To": f"whatsapp:{message.address}",
        **words,
        "ValidityPeriod": validity(message, now),
    }
    if settings.messaging_service_sid is not None:
        form["MessagingServiceSid"] = settings.messaging_service_sid
    if settings.sender is not None:
        form["From"] = f"whatsapp:{settings.sender}"
    if hears(settings, callbacks):
        form["StatusCallback"] = f"{callbacks}/{message.id}"
    return form


def _words(settings: TwilioWhatsappSettings, message: Message) -> Mapping[str, str] | Refused:
    """Give what is said: by a template, or in words of our own to whoever has just written."""
    if message.is_answer:
        return {"Body": message.text.reveal()}
    chosen = _chosen(settings, message)
    if isinstance(chosen, Refused):
        return chosen
    content, said = chosen
    return {
        "ContentSid": content,
        "ContentVariables": msgspec.json.encode({"1": said}).decode(),
    }


def _chosen(settings: TwilioWhatsappSettings, message: Message) -> tuple[str, str] | Refused:
    """Give a template and what goes into it: a code, or where it is typed."""
    if message.code is None:
        if not message.entry:
            return Refused("no code")
        content = in_language(settings.link_templates, message.locale)
        said = suffix_of(message.entry)
        return Refused("no template for links") if content is None else (content, said)
    by_language = choose(settings.templates, message.minutes)
    if by_language is None:
        return Refused(none_for(message.minutes))
    content = in_language(by_language, message.locale)
    if content is None:
        return Refused("no template in this language")
    return content, message.code.reveal()
