"""The original that an organisation crosses over from: calls go on to it as they came."""

import base64
from typing import Final

from watchword.features.crossings.ports import Answered, Asked, Silent
from watchword.providers.channels.http_exchange import HttpExchange, Reply
from watchword.providers.originals.settings import OriginalSettings

FORM: Final = "application/x-www-form-urlencoded"
LONGEST_ANSWER: Final = 64 * 1024
NOT_HANDED_ON: Final = range(300, 400)
UNKNOWN: Final = 401
TOO_MANY: Final = 429


class TwilioFarSide:
    """Signs a call in as its own account, and sends it once."""

    def __init__(self, chosen: OriginalSettings) -> None:
        self._base = chosen.base_url.rstrip("/")
        signed = f"{chosen.account_sid}:{chosen.auth_token.reveal()}".encode()
        self._signed = "Basic " + base64.b64encode(signed).decode()
        self._exchange = HttpExchange(chosen.timeout_seconds, longest_reply=LONGEST_ANSWER)

    async def ask(self, asked: Asked) -> Answered | Silent:
        headers = {"Authorization": self._signed, "Accept": "application/json"}
        if asked.method == "POST":
            headers["Content-Type"] = FORM
        reply = await self._exchange.ask(
            asked.method, f"{self._base}{asked.path}", headers, asked.form
        )
        if not isinstance(reply, Reply):
            return Silent(reply.reason)
        # That we are not let in is no news for whoever asked us, and they were. Nor is an address
        # elsewhere: whoever went there would bring the form along, and we our account.
        if reply.status == UNKNOWN or reply.status in NOT_HANDED_ON:
            return Silent(f"HTTP {reply.status}")
        pause = reply.retry_after if reply.status == TOO_MANY else None
        return Answered(reply.status, reply.body, pause)

    async def close(self) -> None:
        await self._exchange.close()
