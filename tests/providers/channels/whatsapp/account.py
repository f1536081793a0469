"""An account at Meta, and how Meta itself signs what it tells us."""

import hmac
from typing import Any

import msgspec

from tests.providers.channels.messages import MESSAGE, NOW, SURROUNDINGS
from watchword.features.delivery.receipts import Callback
from watchword.foundation.secret import Secret
from watchword.providers.channels.whatsapp.meta_account import MetaWhatsappSettings

APP_SECRET, VERIFY_TOKEN, ACCESS_TOKEN = "app-s3cret", "verify-t0ken", "EAAB-access-t0ken"
SETTINGS = MetaWhatsappSettings(
    phone_number_id="106540352242922",
    access_token=Secret(ACCESS_TOKEN),
    templates={"5": "code_five", "10": "code_ten"},
    app_secret=Secret(APP_SECRET),
    verify_token=Secret(VERIFY_TOKEN),
    business_account_id="419561257915477",
)
SECONDS = int(NOW.timestamp())


def status(state: str, **changes: object) -> dict[str, Any]:
    """Tell of one message as Meta does."""
    return {
        "id": "wamid.1",
        "status": state,
        "timestamp": str(SECONDS),
        "recipient_id": "447700900123",
        "biz_opaque_callback_data": str(MESSAGE.id),
        **changes,
    }


def document(*statuses: object) -> dict[str, Any]:
    metadata = {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "statuses": [*statuses]}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "419561257915477", "changes": [{"value": value, "field": "messages"}]}],
    }


def posted(body: object, secret: str = APP_SECRET) -> Callback:
    written = body if isinstance(body, bytes) else msgspec.json.encode(body)
    signature = hmac.new(secret.encode(), written, "sha256").hexdigest()
    return Callback(
        method="POST",
        url=SURROUNDINGS.callbacks,
        headers={"x-hub-signature-256": f"sha256={signature}"},
        body=written,
    )


def asked(query: str) -> Callback:
    return Callback(method="GET", url=f"{SURROUNDINGS.callbacks}?{query}", headers={}, body=b"")
