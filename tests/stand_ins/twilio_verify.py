"""An account of Twilio Verify on this machine, with pages as Twilio describes them."""

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from aiohttp import web

ACCOUNT, TOKEN = "AC" + "a" * 32, "token-of-theirs"
NOW = "2026-04-14T12:00:00Z"
ABROAD = "https://verify.twilio.com"

Row = dict[str, Any]


@dataclass
class TwilioAccount:
    """`lists`: rows by the address of their list. `busy`: so many requests are told to wait.
    `leads_to`: where it says that lists go on."""

    lists: dict[str, list[Row]] = field(default_factory=dict)
    url: str = ""
    asked: list[str] = field(default_factory=list)
    busy: int = 0
    turns_in_circles: bool = False
    leads_to: str = ""

    def add(self, path: str, *rows: Row) -> None:
        self.lists.setdefault(path, []).extend(rows)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        signed = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {signed}":
            return _refused(20003, 401, "Authenticate")
        if self.busy:
            self.busy -= 1
            return _refused(20429, 429, "Too many requests")
        if request.path not in self.lists:
            return _refused(20404, 404, f"The requested resource {request.path[3:]} was not found")
        return web.json_response(self._page(request))

    def _page(self, request: web.BaseRequest) -> dict[str, Any]:
        key = _key(request.path)
        size, page = (int(request.query.get(name, 0)) for name in ("PageSize", "Page"))
        size = min(size or 50, 2)  # so that a few rows are many pages
        rows = self.lists[request.path]
        start = page * size
        goes_on = start + size < len(rows)
        # The real one names itself, whatever it was called by.
        base = f"{ABROAD}{request.path}?PageSize={size}"
        after = (
            self.leads_to
            or f"{base}&Page={0 if self.turns_in_circles else page + 1}&PageToken=PT{page}"
        )
        return {
            key: rows[start : start + size],
            "meta": {
                "page": page,
                "page_size": size,
                "first_page_url": f"{base}&Page=0",
                "previous_page_url": None,
                "next_page_url": after if goes_on or self.turns_in_circles else None,
                "url": f"{base}&Page={page}",
                "key": key,
            },
        }


def service(letter: str, name: str, **more: Any) -> Row:  # noqa: ANN401 - as Twilio has it
    """Give a service as Twilio tells one that was just made."""
    sid = "VA" + letter * 32
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "friendly_name": name,
        "code_length": 6,
        "lookup_enabled": False,
        "psd2_enabled": False,
        "skip_sms_to_landlines": False,
        "dtmf_input_required": True,
        "tts_name": None,
        "do_not_share_warning_enabled": False,
        "custom_code_enabled": False,
        "push": {"include_date": False, "apn_credential_sid": None, "fcm_credential_sid": None},
        "totp": {"issuer": None, "time_step": 30, "code_length": 6, "skew": 1},
        "default_template_sid": None,
        "whatsapp": {"msg_service_sid": None, "from": None},
        "passkeys": None,
        "verify_event_subscription_enabled": False,
        "date_created": NOW,
        "date_updated": NOW,
        "url": f"{ABROAD}/v2/Services/{sid}",
        "links": {},
        **more,
    }


def rate_limit(letter: str, name: str, description: str = "") -> Row:
    sid = "RK" + letter * 32
    return {"sid": sid, "unique_name": name, "description": description, "date_created": NOW}


def bucket(letter: str, most: int, seconds: int) -> Row:
    return {"sid": "BL" + letter * 32, "max": most, "interval": seconds, "date_created": NOW}


def messaging(country: str, letter: str) -> Row:
    return {"country": country, "messaging_service_sid": "MG" + letter * 32}


def _key(path: str) -> str:
    name = path.rpartition("/")[2]
    return {
        "RateLimits": "rate_limits",
        "MessagingConfigurations": "messaging_configurations",
    }.get(name, name.lower())


def _refused(code: int, status: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return web.json_response(body, status=status)


@contextmanager
def running_account() -> Iterator[TwilioAccount]:
    """Run one beside whoever asks, who may be a command that waits for its own end."""
    account, loop = TwilioAccount(), asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(_started(account), loop).result()
    try:
        yield account
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _started(account: TwilioAccount) -> web.ServerRunner:
    runner = web.ServerRunner(web.Server(account.answer, access_log=None), shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    account.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return runner
