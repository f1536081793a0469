"""WhatsApp through Meta's Cloud API, by templates that Meta has approved."""

from typing import Any

import msgspec

from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Callback, Heard, NotBelieved
from watchword.features.delivery.rules import Message, Refused, SendOutcome
from watchword.providers.channels.answers import look_up, outcome
from watchword.providers.channels.callbacks import LARGEST, read_json
from watchword.providers.channels.http_exchange import Reply, read_reference
from watchword.providers.channels.whatsapp.meta_account import (
    MetaExchange,
    MetaWhatsappSettings,
    said_in,
)
from watchword.providers.channels.whatsapp.meta_answers import ANSWERS
from watchword.providers.channels.whatsapp.meta_callbacks import read_handshake, read_reports
from watchword.providers.channels.whatsapp.templates import (
    choose,
    in_language,
    none_for,
    suffix_of,
)


class MetaWhatsapp:
    """Fills the `Provider` and `HearsCallbacks` ports."""

    knows_repeats = False
    callback_bytes = LARGEST

    def __init__(self, settings: MetaWhatsappSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._now = surroundings.now
        self._exchange = MetaExchange(settings)

    @property
    def gives_receipts(self) -> bool:
        return self._settings.app_secret is not None

    async def send(self, message: Message) -> SendOutcome:
        asked = compose(self._settings, message)
        if isinstance(asked, Refused):
            return asked
        reply = await self._exchange.ask(f"{self._settings.phone_number_id}/messages", asked)
        return read_reply(reply) if isinstance(reply, Reply) else reply

    def read_callback(self, callback: Callback) -> Heard:
        settings = self._settings
        if settings.app_secret is None or settings.verify_token is None:
            return NotBelieved("no app_secret")
        if callback.method == "GET":
            return read_handshake(settings.verify_token, callback)
        return read_reports(settings.app_secret, callback, self._now())

    async def close(self) -> None:
        await self._exchange.close()


def compose(settings: MetaWhatsappSettings, message: Message) -> dict[str, Any] | Refused:
    """Ask for one message: a code, or the page on which it is typed; never both."""
    if message.is_answer:
        return _answered(message)
    if message.code is None:
        return _linked(settings, message)
    template = choose(settings.templates, message.minutes)
    if template is None:
        return Refused(none_for(message.minutes))
    code = _said(message.code.reveal())
    # To Meta, the button that copies a code opens an address with the code in it.
    return _asked(settings, message, template, [{"type": "body", **code}, _button(code)])


def _linked(settings: MetaWhatsappSettings, message: Message) -> dict[str, Any] | Refused:
    """Ask for a message whose button opens a page of ours; its words are the template's own."""
    if not message.entry:
        return Refused("no code")
    if settings.link_template is None:
        return Refused("no template for links")
    button = _button(_said(suffix_of(message.entry)))
    return _asked(settings, message, settings.link_template, [button])


def _answered(message: Message) -> dict[str, Any]:
    """Write in words of our own, as may be done for a day after somebody has written to us."""
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.address.removeprefix("+"),
        "type": "text",
        "text": {"preview_url": False, "body": message.text.reveal()},
        "biz_opaque_callback_data": str(message.id),
    }


def _said(text: str) -> dict[str, Any]:
    return {"parameters": [{"type": "text", "text": text}]}


def _button(said: dict[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": "url", "index": "0", **said}


def _asked(
    settings: MetaWhatsappSettings,
    message: Message,
    template: str,
    components: list[dict[str, Any]],
) -> dict[str, Any]:
    language = in_language(settings.all_languages, message.locale)
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.address.removeprefix("+"),
        "type": "template",
        "template": {
            "name": template,
            "language": {"policy": "deterministic", "code": language},
            "components": components,
        },
        "biz_opaque_callback_data": str(message.id),
    }


class _Named(msgspec.Struct):
    id: object = None


class _Taken(msgspec.Struct):
    messages: list[_Named] = msgspec.field(default_factory=list)


def read_reply(reply: Reply) -> SendOutcome:
    """Say what a reply means for the message."""
    taken = read_json(reply.body, _Taken) or _Taken()
    # What was taken was taken, whatever else the body says.
    said = None if reply.status // 100 == 2 else said_in(reply.body)  # noqa: PLR2004
    answer = look_up(ANSWERS, reply.status, *([said] if said else []))
    reference = read_reference(taken.messages[0].id) if taken.messages else None
    return outcome(answer, reference=reference, retry_after=reply.retry_after)
