"""A core of nobody's, as a bank may have written one for itself: it compares PINs, counts what
was wrong, and takes a PIN only for the version of the one before."""

import json
import re
from typing import Any

from aiohttp import web

from tests.stand_ins.banking_server import BankingServer

KEY = "k3y-of-the-bank"
HOLDERS: dict[str, list[dict[str, Any]]] = {
    "20154": [{"no": "1", "kind": "main", "tax": "666585775", "phone": "(202) 555-0154"}],
    "20297": [{"no": "1", "kind": "main", "tax": "666797614", "phone": "2025550199"}],
    "20575": [
        {"no": "1", "kind": "main", "tax": "666373936", "phone": "+1 202 555 0199"},
        {"no": "2", "kind": "co", "tax": "666359872", "phone": "2025550145"},
    ],
}
TRIES = 5

DESCRIPTION = """
nobody_status = [404]

[health]
path = "/well"

[find.account_number]
method = "POST"
path = "/searches"
body = { account = "{value}" }
items = "found"
account = "account"

[find.tax_id]
method = "POST"
path = "/searches"
body = { tax = "{digits}" }
items = "found"
account = "account"

[find.phone]
method = "POST"
path = "/searches"
body = { phone = "{tail}" }
items = "found"
account = "account"
exact = ["phone"]

[people]
path = "/accounts/{account}/holders"
items = "holders"
person = "no"
role = "kind"
primary = ["main"]

[[facts]]
path = "/accounts/{account}/holders/{person}"

[facts.fields]
ssn = "tax"
phones = ["phone", "other_phone"]

[pin]
path = "/accounts/{account}/pin-state"

[pin.fields]
version = "version"
changed_at = "changed"
wants_activation = "fresh"
locked = "locked"

[verify]
method = "POST"
path = "/accounts/{account}/pin-checks"
body = { pin = "{pin}" }
place = "verdict"
fits = ["right"]
wrong = ["wrong", "404"]
locked = ["locked"]

[set_pin]
path = "/accounts/{account}/pin"
headers = { If-Match = "{version}" }
body = { pin = "{pin}", at = "{now}" }
is_conditional = true

[unlock]
method = "POST"
path = "/accounts/{account}/unlockings"

[note]
method = "POST"
path = "/accounts/{account}/notes"
body = { text = "{event}" }
"""


class JsonCoreServer(BankingServer):
    def __init__(self) -> None:
        super().__init__()
        self.pins: dict[str, str | None] = {"20154": "7306", "20297": None, "20575": "2086"}
        self.versions = dict.fromkeys(self.pins, 1)
        self.missed = dict.fromkeys(self.pins, 0)
        self.notes: list[str] = []

    def is_write(self, request: web.BaseRequest, body: bytes) -> bool:
        return request.method == "PUT"

    async def answer(self, request: web.BaseRequest, body: bytes) -> web.Response:
        if request.headers.get("X-Key") != KEY:
            return web.json_response({}, status=401)
        asked = json.loads(body) if body else {}
        match [request.method, *request.path.strip("/").split("/")]:
            case ["GET", "well"]:
                return web.json_response({})
            case ["POST", "searches"]:
                return web.json_response({"found": _search(asked)})
            case [method, "accounts", account, *rest] if account in HOLDERS:
                return self._of_account(method, account, rest, asked, request)
            case _:
                return web.json_response({}, status=404)

    def _of_account(  # noqa: PLR0911 - one for each address
        self,
        method: str,
        account: str,
        rest: list[str],
        asked: dict[str, str],
        request: web.BaseRequest,
    ) -> web.Response:
        is_locked = self.missed[account] >= TRIES
        match [method, *rest]:
            case ["GET", "holders"]:
                return web.json_response({"holders": HOLDERS[account]})
            case ["GET", "holders", number]:
                holder = next(each for each in HOLDERS[account] if each["no"] == number)
                return web.json_response(holder)
            case ["GET", "pin-state"]:
                state: dict[str, Any] = {"version": self.versions[account], "locked": is_locked}
                state |= {"fresh": self.pins[account] is None, "changed": "2020-05-17T09:30:00Z"}
                return web.json_response(state)
            case ["POST", "pin-checks"]:
                return web.json_response({"verdict": self._check(account, asked["pin"])})
            case ["POST", "unlockings"]:
                self.missed[account] = 0
                return web.json_response({}, status=201)
            case ["POST", "notes"]:
                self.notes.append(asked["text"])
                return web.json_response({}, status=201)
            case ["PUT", "pin"]:
                if request.headers.get("If-Match") != str(self.versions[account]):
                    return web.json_response({}, status=412)
                self.pins[account] = asked["pin"]
                self.versions[account] += 1
                self.writes += 1
                return web.Response(status=204)
            case _:
                return web.json_response({}, status=404)

    def _check(self, account: str, pin: str) -> str:
        if self.missed[account] >= TRIES:
            return "locked"
        if pin == self.pins[account]:
            self.missed[account] = 0
            return "right"
        self.missed[account] += 1
        return "locked" if self.missed[account] >= TRIES else "wrong"


def _search(asked: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"account": account, "phone": holder["phone"]}
        for account, holders in HOLDERS.items()
        for holder in holders
        if asked.get("account") == account
        or (asked.get("tax") and asked["tax"] == holder["tax"])
        or (asked.get("phone") and asked["phone"] in re.sub("[^0-9]", "", holder["phone"]))
    ]
