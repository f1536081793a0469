"""How a page is put together: its language, its frame, and the headers that protect its reader."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.response import Redirect
from markupsafe import Markup

import watchword
from watchword.foundation.errors import NotFound
from watchword.web import problems
from watchword.web.html.acts import page_of
from watchword.web.html.assets import ASSETS
from watchword.web.html.keepsakes import PLACE, Keepsake, keepsake, remembered
from watchword.web.html.languages import LANGUAGES, Language, choose
from watchword.web.html.spoken import Spoken
from watchword.web.problems import ProblemResponse

FOLDER = Path(__file__).parent / "templates"
LANG = "lang"
NOWHERE = ""
GAP = re.compile(r"\\{\w+\\}")  # where a part of an address is not the same for all, escaped
PART = "[A-Za-z0-9_-]+"
HEADERS = {
    # Nothing comes from elsewhere, nothing stands inside the page, and nobody puts it in a frame.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

AnyRequest = Request[Any, Any, Any]
Refusal = Callable[[AnyRequest, Any], ProblemResponse]


class Frame:
    """What every page shows around its own matter."""

    def __init__(
        self,
        request: AnyRequest,
        *,
        is_found: bool = True,
        preferred: str | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        """`preferred`: the language that a known reader has chosen before; `zone`: their clock."""
        is_here = is_found and is_ours(request)
        known = [*request.query_params.multi_items()] if is_here else []
        self._query = [pair for pair in known if pair[0] not in {LANG, "fragment"}]
        asked_for = request.query_params.get(LANG)
        accepted = request.headers.get("accept-language", "")
        kept = remembered(request, Keepsake.LANGUAGE)
        self.language = replace(choose(asked_for or preferred or kept, accepted), zone=zone)
        self.chosen = asked_for if asked_for in LANGUAGES else None
        self.languages = tuple(LANGUAGES.values())
        self.path = _path_of(request) if is_here else NOWHERE
        self.version = watchword.VERSION
        self.icon = ASSETS["mark.svg"].inlined

    def asset(self, name: str) -> str:
        return ASSETS[name].address

    def link(self, path: str, **query: str) -> str:
        """Give an address of ours that keeps the language, if it was chosen."""
        pairs = [(name, value) for name, value in query.items() if value]
        return _address(path, [*pairs, *([(LANG, self.chosen)] if self.chosen else [])])

    @property
    def here(self) -> str:
        """Give the address of this page, to come back to; after a form, that of its page."""
        return _address(self.path, self._query) if self.path else NOWHERE

    def here_in(self, language: Language) -> str:
        """Give the address of this page in another language; if it has none, the first page."""
        return _address(self.path or "/", [*self._query, (LANG, language.code)])


def is_ours(request: AnyRequest) -> bool:
    """Say whether a request found a page. What did not may look like the address of a stranger."""
    template = str(request.scope.get("path_template", NOWHERE))
    pattern = GAP.sub(PART, re.escape(template))
    return bool(template) and re.fullmatch(pattern, request.url.path) is not None


def show(
    request: AnyRequest,
    template: str,
    *,
    status: int = 200,
    is_found: bool = True,
    preferred: str | None = None,
    zone: tzinfo = UTC,
    **facts: object,
) -> Response[str]:
    """Show a page, or a part of one; if none was found, say nothing of where it was looked for."""
    frame = Frame(request, is_found=is_found, preferred=preferred, zone=zone)
    text = _environment(frame.language.code).get_template(template).render(frame=frame, **facts)
    response = Response(text, status_code=status, media_type=MediaType.HTML, headers=HEADERS)
    if frame.chosen is not None and request.url.path.startswith(PLACE):
        web = request.app.state.services.settings.web
        response.set_cookie(keepsake(Keepsake.LANGUAGE, frame.chosen, web.public_url))
    return response


def part(template: str, said_in: Language, /, **facts: object) -> Markup:
    """Give a part of a page by itself, in a language, to be put into another one."""
    return Markup(_environment(said_in.code).get_template(template).render(**facts))  # noqa: S704 - it has escaped what is in it


def not_found(request: AnyRequest, fault: HTTPException | NotFound) -> Response[Any]:
    """Answer people with a page, and programs as ever."""
    if "text/html" in request.headers.get("accept", ""):
        return show(request, "not_found.html", status=404, is_found=False)
    refusals: Any = problems.handlers
    refuse: Refusal = refusals[NotFound if isinstance(fault, NotFound) else HTTPException]
    return refuse(request, fault)


def lead_to_page(request: AnyRequest, fault: MethodNotAllowedException) -> Response[Any]:
    """Answer whoever opens the address of an act with its page; programs as ever."""
    is_opened = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    page = page_of(request) if is_opened else None
    if page is None:
        refusals: Any = problems.handlers
        refuse: Refusal = refusals[HTTPException]
        return refuse(request, fault)
    chosen = request.query_params.get(LANG)
    query = [(LANG, chosen)] if chosen in LANGUAGES else []
    return Redirect(_address(quote(page), query), status_code=303)


def _path_of(request: AnyRequest) -> str:
    """Give the address of what is shown: where it can be opened again, also after a form."""
    is_opened = request.method == "GET"
    return request.url.path if is_opened else page_of(request) or request.url.path


@cache
def _environment(code: str) -> Spoken:
    return Spoken(
        LANGUAGES[code].words,
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # A page is of a dozen templates, and none changes while we run.
        auto_reload=False,
    )


def _address(path: str, query: list[tuple[str, Any]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
