"""A browser without script that nobody is signed in with: it opens pages and presses buttons.

What it sends is what stands in the form of the page, with what somebody types into it, and nothing
else; cookies are kept and followed as browsers do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx

from watchword.web.html.keepsakes import PLACE, Keepsake

OWN_FORM = {"Sec-Fetch-Site": "same-origin"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
COOKIE_FLAGS = {"httponly", "path=/"}


@dataclass
class FoundForm:
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    """Those that are not ticked."""


@dataclass
class Bare:
    """`page` is what it shows, and `path` where that was found."""

    client: httpx.AsyncClient
    reply: httpx.Response | None = None
    language: str = "en"

    @property
    def page(self) -> str:
        assert self.reply is not None
        return self.reply.text

    @property
    def path(self) -> str:
        assert self.reply is not None
        return self.reply.url.path

    @property
    def status(self) -> int:
        assert self.reply is not None
        return self.reply.status_code

    async def open(self, path: str, language: str = "en") -> "Bare":
        self.language = language
        self.reply = await self.client.get(path, headers=self._headers)
        return self

    async def press(self, words: str, **typed: str) -> "Bare":
        """Fill in the form in which a button with these words stands, and press it."""
        form, button = self._form_with(words)
        pairs = [(name, typed.pop(name, value)) for name, value in form.fields]
        pairs += [(name, typed.pop(name)) for name in form.boxes if name in typed]
        assert not typed, f"There is no field {[*typed]}"
        if "name" in button:
            pairs.append((button["name"], button.get("value", "")))
        action = urljoin(self.path, button.get("formaction") or form.action or self.path)
        data: dict[str, Any] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        self.reply = await self.client.post(
            action, data=data, headers={**OWN_FORM, **self._headers}
        )
        return self

    @property
    def _headers(self) -> dict[str, str]:
        return {"Accept-Language": self.language, "User-Agent": FIREFOX}

    def field(self, name: str) -> str:
        """Give what stands in a field of the page."""
        for form in forms_in(self.page):
            for known, value in form.fields:
                if known == name:
                    return value
        raise AssertionError(f"There is no field {name}")

    def _form_with(self, words: str) -> tuple[FoundForm, dict[str, str]]:
        for form in forms_in(self.page):
            for button in form.buttons:
                if button["words"] == words:
                    return form, button
        raise AssertionError(f"There is no button “{words}” in {self.path} ({self.status})")


def forms_in(page: str) -> list[FoundForm]:
    parser = _Forms()
    parser.feed(page)
    parser.close()
    return parser.forms


def faults_of_cookies(reply: httpx.Response) -> list[str]:
    """Say what is wrong with the cookies of a response (SES-02)."""
    is_over_tls = reply.url.scheme == "https"
    faults = []
    for written in reply.headers.get_list("set-cookie"):
        name, _, rest = written.partition("=")
        flags = {part.strip().lower() for part in rest.split(";")[1:]}
        is_keepsake = name in {*Keepsake}
        asked = {"httponly", f"path={PLACE}"} if is_keepsake else COOKIE_FLAGS
        missing = {*asked, *({"secure"} if is_over_tls else ())} - flags
        if missing or not {"samesite=lax", "samesite=strict"} & flags:
            faults.append(f"{name}: {sorted(missing)} of {sorted(flags)}")
        if is_over_tls and not is_keepsake and not name.startswith("__Host-"):
            faults.append(f"{name} is not bound to this host")
        if any(flag.startswith("domain=") for flag in flags) or "@" in rest:
            faults.append(f"{name} is for others, or about somebody")
    return faults


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FoundForm] = []
        self._is_inside = False
        self._button: dict[str, str] | None = None
        self._select: tuple[str, list[str]] | None = None
        self._area: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Mapping[str, str] = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(FoundForm(given.get("action", "")))
            self._is_inside = True
        if not self._is_inside:
            return
        here = self.forms[-1]
        if tag == "input" and "name" in given:
            is_box = given.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in given:
                here.fields.append((given["name"], given.get("value", "")))
            elif given.get("type") == "checkbox":
                here.boxes.append(given["name"])
        elif tag == "button" and given.get("type") != "button":
            self._button = {**given, "words": ""}
            here.buttons.append(self._button)
        elif tag == "select":
            self._select = (given["name"], [])
        elif tag == "option" and self._select:
            chosen = self._select[1]
            if not chosen or "selected" in given:
                chosen[:] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "button":
            self._button = None
        elif tag == "select" and self._select:
            name, chosen = self._select
            self.forms[-1].fields.append((name, chosen[0] if chosen else ""))
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button["words"] = (self._button["words"] + data).strip()
