"""An account at Twilio, and how Twilio itself signs what it tells us."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from watchword.features.delivery.receipts import Callback
from watchword.foundation.secret import Secret
from watchword.providers.channels.sms.twilio import TwilioSettings
from watchword.providers.channels.voice.twilio import TwilioVoiceSettings
from watchword.providers.channels.whatsapp.twilio import TwilioWhatsappSettings

ACCOUNT = "AC" + "0a" * 16
KEY = "SK" + "0b" * 16
SERVICE = "MG" + "0c" * 16
CONTENT = "HX" + "0d" * 16
TOKEN = "t0ken"  # noqa: S105 - of a stand-in
HERE = f"{SURROUNDINGS.callbacks}/{MESSAGE.id}"

SMS = TwilioSettings(account_sid=ACCOUNT, auth_token=Secret(TOKEN), sender="+14155552345")
WHATSAPP = TwilioWhatsappSettings(
    account_sid=ACCOUNT,
    auth_token=Secret(TOKEN),
    sender="+14155552345",
    templates={"5": {"en": CONTENT}},
)
VOICE = TwilioVoiceSettings(account_sid=ACCOUNT, auth_token=Secret(TOKEN), sender="+14155552345")
CALLED = replace(MESSAGE, locale="en", greeting=Secret("Hello. Press 1 to hear your code."))


def told(
    fields: Mapping[str, str], url: str = HERE, token: str = TOKEN, signed: str | None = None
) -> Callback:
    """Tell something as Twilio does. `signed`: the address that it signed, if that differs."""
    text = (signed or url) + "".join(name + fields[name] for name in sorted(fields))
    return Callback(
        method="POST",
        url=url,
        headers={
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "x-twilio-signature": signature(text, token),
        },
        body=urlencode(fields).encode(),
        about=MESSAGE.id,
    )


def signature(text: str, token: str = TOKEN) -> str:
    return b64encode(hmac.new(token.encode(), text.encode(), "sha1").digest()).decode()
