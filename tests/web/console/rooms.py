"""Every page of the console, found as people find them: in the route table, and by links.

A page whose address has a gap in it, such as `/console/challenges/{id}`, is found by following a
link on another page. So whoever adds a page has it looked at without adding it to any list.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx
from litestar import Litestar
from litestar.routes import HTTPRoute

from watchword.web.console.visits import PERMISSION

ROOT = "/console"
PATIENCE = 60.0  # seconds
SAMPLES = 3
"""Pages of one template whose links are followed: on one of them something may be missing yet, such
as the landing page of a campaign, and with it a link."""
GAP = re.compile(r"\\{\w+\\}")
LINK = re.compile(r'(?:href|action)="(/console[^"#]*)"')


@dataclass
class Rooms:
    """`inside`: pages for those who are signed in, each template with an address of one of it.

    `outside`: pages for strangers. `not_found`: templates to which no link leads.
    """

    inside: dict[str, str] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    not_found: set[str] = field(default_factory=set)


def doors(app: Litestar) -> Mapping[str, bool]:
    """Give the template of every page of the console, and whether it is for those inside."""
    found: dict[str, bool] = {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or not route.path_format.startswith(ROOT):
            continue
        for handler in route.route_handlers:
            methods: Any = handler.http_methods
            if "GET" in methods:
                found[route.path_format] = PERMISSION in handler.opt
    return found


async def explore(app: Litestar, address: str, cookie: Mapping[str, str]) -> Rooms:
    """Go through all doors, and follow links to those that have no fixed address."""
    known = doors(app)
    patterns = {
        template: re.compile(GAP.sub("[^/]+", re.escape(template)))
        for template, is_inside in known.items()
        if is_inside and "{" in template
    }
    rooms = Rooms(
        outside={
            path: path for path, is_inside in known.items() if not is_inside and "{" not in path
        }
    )
    unread = [(path, path) for path, inside in known.items() if inside and "{" not in path]
    seen: set[str] = {*known}
    visits = Counter[str]()
    async with httpx.AsyncClient(base_url=address, cookies=dict(cookie), timeout=PATIENCE) as pages:
        while unread:
            template, path = unread.pop(0)
            if visits[template] == SAMPLES:
                continue
            reply = await pages.get(path)
            assert not reply.is_server_error, path
            if not _is_page(reply):
                continue
            visits[template] += 1
            rooms.inside.setdefault(template, path)
            for found in _links(reply.text):
                if found in seen:
                    continue
                seen.add(found)
                unread += [(one, found) for one, like in patterns.items() if like.fullmatch(found)]
    rooms.not_found = {*patterns} - {*rooms.inside}
    return rooms


def _is_page(reply: httpx.Response) -> bool:
    return reply.status_code == httpx.codes.OK and reply.headers["content-type"].startswith(
        "text/html"
    )


def _links(text: str) -> list[str]:
    return [urlsplit(unescape(found)).path for found in LINK.findall(text)]
