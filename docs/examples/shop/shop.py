"""A shop whose customers spend points in its checkout, as small as a shop can be.

    WATCHWORD_URL=http://localhost:8000 WATCHWORD_KEY=ww_test_… python shop.py 8080

The key needs the scopes tills:write, redemptions:write and redemptions:read.
"""

import json
import os
import secrets
import sys
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from urllib.parse import parse_qs
from uuid import UUID

import httpx
from words import REASONS, WORDS, language_of

from watchword.client import Client, ClientFault, Problem, redemptions, tills

HERE = Path(__file__).parent
URL = os.environ.get("WATCHWORD_URL", "http://localhost:8000")
BYTES_AT_MOST = 4096
CART = 2490  # cents: one shirt
ELEMENT = '<watchword-redeem name="redemption" begin="/watchword/sales"></watchword-redeem>'
KEPT = '<input type="hidden" name="redemption" value="{}">'
JSON, HTML, SCRIPT = "application/json", "text/html; charset=utf-8", "text/javascript"

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; form-action 'self'; "
    f"connect-src 'self' {URL}; frame-ancestors 'none'"
)


@dataclass
class Visit:
    """What the shop knows of a customer who is here; it never leaves the server."""

    session_id: UUID | None = None
    order_id: str | None = None


visits: dict[str, Visit] = {}


class Shop(BaseHTTPRequestHandler):
    watchword: Client
    element: bytes

    def do_GET(self) -> None:
        if self.path == "/":
            self.page("checkout.html", cookie=self.visitor()[0], notice="", redeem=ELEMENT)
        elif self.path == "/shop.css":
            self.answer((HERE / "shop.css").read_bytes(), "text/css")
        elif self.path == "/sum.js":
            self.answer((HERE / "sum.js").read_bytes(), SCRIPT)
        elif self.path == "/watchword-redeem.js":
            self.answer(self.element, SCRIPT)
        else:
            self.answer(b"", HTML, HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        is_ours = self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        size = int(self.headers.get("Content-Length") or 0)
        if not is_ours or size > BYTES_AT_MOST:
            self.answer(b"", HTML, HTTPStatus.FORBIDDEN)
            return
        body = self.rfile.read(size)
        if self.path == "/watchword/sales":
            self.begin(body)
        elif self.path == "/orders":
            self.order(body)
        else:
            self.answer(b"", HTML, HTTPStatus.NOT_FOUND)

    def begin(self, body: bytes) -> None:
        """Begin a sale, and give the page a pass for it. What is bought is said here, not there."""
        cookie, visit = self.visitor()
        try:
            told = json.loads(body)
            opened = self.watchword.do(
                tills.open(
                    phone=told.get("phone"),
                    email=told.get("email"),
                    locale=told.get("locale"),
                    kind="online",
                    amount=CART,
                )
            )
            visit.session_id = opened.id
            given = self.watchword.do(tills.give_pass(opened.id, self.origin))
            self.json({"url": URL, "token": given.token}, cookie=cookie)
        except Problem as problem:
            wait = problem.retry_after
            self.json(
                {"type": problem.word},
                status=HTTPStatus(problem.status),
                more={} if wait is None else {"Retry-After": str(int(wait.total_seconds()))},
            )
        except (ClientFault, ValueError, AttributeError):
            self.json({"type": "line"}, status=HTTPStatus.BAD_GATEWAY)

    def order(self, body: bytes) -> None:
        """Take the order, and spend what was put by for it: in the sale of this visit alone."""
        _, visit = self.visitor()
        visit.order_id = visit.order_id or f"order-{secrets.token_hex(4)}"
        wanted = parse_qs(body.decode()).get("redemption", [""])[0]
        spent = 0
        if wanted:
            try:
                put_by = self.watchword.do(redemptions.read(UUID(wanted)))
                if put_by.session_id != visit.session_id:
                    self.answer(b"", HTML, HTTPStatus.FORBIDDEN)
                    return
                self.watchword.do(redemptions.commit(put_by.id, visit.order_id))
                spent = put_by.value
            except Problem as problem:
                self.refuse(problem.word)
                return
            except (ClientFault, ValueError):
                self.refuse("line", wanted)
                return
        self.page("thanks.html", order=visit.order_id, pays=f"{max(0, CART - spent) / 100:.2f} EUR")

    def refuse(self, word: str, wanted: str = "") -> None:
        """Show the checkout again, and why. What may be spent already goes along, and is said again
        with the same order: that spends it once."""
        reasons = REASONS[self.language]
        said = reasons.get(word, reasons[""])
        self.page(
            "checkout.html",
            status=HTTPStatus.CONFLICT,
            notice=f'<p class="notice" role="alert">{said}</p>',
            redeem=KEPT.format(escape(wanted)) if wanted else ELEMENT,
        )

    @property
    def language(self) -> str:
        return language_of(self.headers.get("Accept-Language", ""))

    @property
    def origin(self) -> str:
        return f"http://{self.headers['Host']}"

    def visitor(self) -> tuple[str, Visit]:
        cookies = SimpleCookie(self.headers.get("Cookie", ""))
        name = cookies["visit"].value if "visit" in cookies else ""
        if name not in visits:
            name = secrets.token_urlsafe(24)
            visits[name] = Visit()
        return name, visits[name]

    def page(
        self,
        name: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        cookie: str | None = None,
        **values: str,
    ) -> None:
        words = {**WORDS[self.language], "lang": self.language, "cart": str(CART)}
        text = Template((HERE / name).read_text("utf-8")).substitute(words, **values)
        self.answer(text.encode(), HTML, status, cookie)

    def json(
        self,
        content: dict[str, str],
        *,
        status: HTTPStatus = HTTPStatus.OK,
        cookie: str | None = None,
        more: dict[str, str] | None = None,
    ) -> None:
        self.answer(json.dumps(content).encode(), JSON, status, cookie, more)

    def answer(
        self,
        content: bytes,
        kind: str,
        status: HTTPStatus = HTTPStatus.OK,
        cookie: str | None = None,
        more: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", CONTENT_SECURITY)
        self.send_header("Cache-Control", "no-store")
        if cookie is not None:
            self.send_header("Set-Cookie", f"visit={cookie}; HttpOnly; SameSite=Lax; Path=/")
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *said: object) -> None:
        """Say nothing of who is here."""


def main() -> None:
    Shop.element = httpx.get(f"{URL}/scripts/watchword-redeem.js").raise_for_status().content
    with Client(URL, os.environ["WATCHWORD_KEY"]) as Shop.watchword:
        port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
        server = ThreadingHTTPServer(("127.0.0.1", port), Shop)
        print(f"The shop is open: http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
