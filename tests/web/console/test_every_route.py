"""A rule of the house: what the console has of doors, and who gets through each of them.

It reads the routes of the application, so a door that somebody adds tomorrow is tried as well.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from tests.web.console.people import OWN_FORM, Browser, Office
from watchword.features.staff.permissions import LATER, TABLE, Permission, Role
from watchword.features.staff.rules import Grant, admits
from watchword.web.app import create_app
from watchword.web.console.visits import PERMISSION

SOME_ID = "5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e"
PLACE = re.compile(r"\{\w+\}")
FOR_EVERYBODY = {  # where people are who are not in yet, and why each is open
    "/console/sign-in": "where one signs in",
    "/console/sign-in/code": "where a code is typed",
    "/console/sign-in/sendings": "where it is sent once more",
    "/console/sign-in/recovery": "where a recovery code is typed",
    "/console/sign-in/passkey": "where a passkey is shown",
    "/console/sign-in/passkey/options": "where it is asked for",
    "/console/sign-in/sso": "where the sign-on of an organisation is begun",
    "/console/sign-in/sso/{slug}/back": "where it comes back to",
    "/console/sign-in/sso/{slug}/arrivals": "where what it says is handed in",
    "/console/invitations/{token}": "where an invitation leads",
    "/console/objections/{token}": "where somebody says that it was not they",
}
LINK = re.compile(r'href="(/console[^"?]*)')
ROOMS = r"/(console|till)(/|$)"
PROTECTS = {
    "content-security-policy": "frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def doors(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Give each door for staff: its path, its method and what stands behind it."""
    for route in app.routes:
        if isinstance(route, HTTPRoute) and re.match(ROOMS, route.path_format):
            for handler in route.route_handlers:
                for method in {*handler.http_methods} - {"OPTIONS"}:
                    yield route.path_format, method, handler


@cache
def described() -> list[tuple[str, str, Permission | None]]:
    services: Any = None  # what is listed is not called
    found = {
        (path, method, handler.opt.get(PERMISSION))
        for path, method, handler in doors(create_app(services))
    }
    return sorted(found, key=str)


def test_no_door_asks_for_what_is_said_to_come_later() -> None:
    assert not LATER & {permission for _, _, permission in described()}


DOORS = described()
KEPT = [(path, method, permission) for path, method, permission in DOORS if permission]
FORMS = [(path, permission) for path, method, permission in KEPT if method == "POST"]


def address(path: str) -> str:
    return PLACE.sub(SOME_ID, path)


def test_every_door_asks_for_a_permission_or_is_open_for_a_reason() -> None:
    open_doors = {path for path, _, permission in DOORS if permission is None}

    assert open_doors == {*FOR_EVERYBODY}
    assert {permission for _, _, permission in KEPT} <= {*Permission}
    assert {method for _, method, _ in DOORS} <= {"GET", "POST"}


@pytest.fixture
async def everybody(office: Office) -> dict[Role, Browser]:
    return {role: await office.enter(role) for role in Role}


async def test_every_role_is_refused_where_the_table_says_so_and_nowhere_else(
    everybody: dict[Role, Browser],
) -> None:
    wrong = []
    for path, method, permission in KEPT:
        if path.startswith("/console/sign-out"):
            continue
        for role, browser in everybody.items():
            may = role in TABLE[permission]
            # A foreign token: whoever may is stopped by that, before anything is done.
            reply = await browser.pages.request(
                method,
                address(path),
                headers=OWN_FORM,
                data={"token": "0"} if method == "POST" else None,
            )
            is_refused = (
                "This is not for you" in reply.text or "Das ist nicht für Sie" in reply.text
            )
            if is_refused == may or (is_refused and reply.status_code != 403):
                wrong.append((role, method, path, reply.status_code))

    assert wrong == []


async def test_the_menu_and_the_first_pages_show_no_door_that_is_shut(
    everybody: dict[Role, Browser],
) -> None:
    templates = {path: permission for path, method, permission in KEPT if method == "GET"}
    patterns = [
        (re.compile(PLACE.sub("[^/]+", path) + r"\Z"), permission)
        for path, permission in templates.items()
    ]
    wrong = []
    for role, browser in everybody.items():
        for path, permission in templates.items():
            if PLACE.search(path) or role not in TABLE[permission]:
                continue
            reply = await browser.pages.get(path)
            for link in {*LINK.findall(reply.text)}:
                exact = [templates[link]] if link in templates else []
                needed = exact or [each for shape, each in patterns if shape.match(link)]
                if needed and not any(admits([Grant(role)], each) for each in needed):
                    wrong.append((role, path, link))

    assert wrong == []


@pytest.mark.parametrize("kind", ["no token", "another token", "foreign", "no origin", "no form"])
async def test_no_form_is_taken_that_is_not_from_a_page_of_ours(owner: Browser, kind: str) -> None:
    wrong = []
    for path, _ in FORMS:
        headers, data = dict(OWN_FORM), {"reason": "because"}
        match kind:
            case "another token":
                data["token"] = "f" * 32
            case "foreign":
                headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
            case "no origin":
                headers = {}
            case "no form":
                headers["Content-Type"] = "text/plain"
            case _:
                pass
        reply = await owner.pages.post(address(path), data=data, headers=headers)
        if reply.status_code != 403:
            wrong.append((path, reply.status_code))

    assert wrong == []
    assert len(FORMS) > 20


async def test_every_page_protects_its_reader(owner: Browser, office: Office) -> None:
    wrong = []
    stranger = office.stranger()
    for path, method, _ in DOORS:
        if method != "GET":
            continue
        for pages in (owner.pages, stranger.client):
            reply = await pages.get(address(path), headers={"Accept": "text/html"})
            for each in (*reply.history, reply):
                for name, value in PROTECTS.items():
                    if value not in each.headers.get(name, ""):
                        wrong.append((path, each.status_code, name))

    assert wrong == []
