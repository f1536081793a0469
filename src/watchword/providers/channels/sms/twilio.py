"""SMS through Twilio's Messages API."""

from datetime import datetime

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Surroundings
from watchword.features.delivery.receipts import Callback, Heard
from watchword.features.delivery.rules import Message, SendOutcome
from watchword.providers.channels.sms.senders import check_sender
from watchword.providers.channels.twilio_account import (
    TwilioAccount,
    TwilioExchange,
    check_service,
    hears,
    read_told,
    validity,
)


class TwilioSettings(TwilioAccount, frozen=True, kw_only=True, tag_field="kind", tag="twilio"):
    sender: str | None = None
    messaging_service_sid: str | None = None

    @property
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.SMS})

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.sender is None) == (self.messaging_service_sid is None):
            raise ValueError("Give either `sender` or `messaging_service_sid`.")
        check_sender(self.sender)
        check_service(self.messaging_service_sid)


class Twilio:
    """Fills the `Provider` and `HearsCallbacks` ports."""

    knows_repeats = False

    def __init__(self, settings: TwilioSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._surroundings = surroundings
        self._exchange = TwilioExchange(settings, "Messages")

    @property
    def gives_receipts(self) -> bool:
        return hears(self._settings, self._surroundings.callbacks)

    async def send(self, message: Message) -> SendOutcome:
        around = self._surroundings
        form = compose(self._settings, message, around.callbacks, around.now())
        return await self._exchange.ask(form)

    def read_callback(self, callback: Callback) -> Heard:
        return read_told(self._settings, callback, Channel.SMS)

    async def close(self) -> None:
        await self._exchange.close()


def compose(
    settings: TwilioSettings, message: Message, callbacks: str, now: datetime
) -> dict[str, str]:
    """Fill in the form that asks for one message, which is dropped when it can no longer help."""
    form = {
        "To": message.address,
        "Body": message.text.reveal(),
        "ValidityPeriod": validity(message, now),
    }
    if settings.messaging_service_sid is not None:
        form["MessagingServiceSid"] = settings.messaging_service_sid
    if settings.sender is not None:
        form["From"] = settings.sender
    if hears(settings, callbacks):
        form["StatusCallback"] = f"{callbacks}/{message.id}"
    return form
