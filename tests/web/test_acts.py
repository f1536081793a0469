"""Whoever opens the address to which a form is sent comes to the page on which the form stands."""

import re

from httpx import AsyncClient
from litestar import Litestar
from litestar.routes import HTTPRoute

PLACE = re.compile(r"\{\w+\}")
SOME = "5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e"
BROWSER = {"Accept": "text/html,application/xhtml+xml"}
BELOW = re.compile(r"/(o|console)/")


def opened(path: str) -> str:
    return PLACE.sub(SOME, path)


async def test_every_act_below_the_pages_leads_to_one_of_them(
    app: Litestar, caller: AsyncClient
) -> None:
    """It reads the doors, so an act that somebody adds tomorrow is tried as well."""
    routes = [each for each in app.routes if isinstance(each, HTTPRoute)]
    pages = {opened(each.path_format) for each in routes if "GET" in each.methods}
    acts = [each.path_format for each in routes if BELOW.match(each.path_format)]
    acts = [path for path in acts if opened(path) not in pages]

    assert len(acts) > 50
    for path in acts:
        reply = await caller.get(opened(path), headers=BROWSER)
        assert (reply.status_code, reply.headers["location"] in pages) == (303, True), path
        assert opened(path).startswith(reply.headers["location"])


async def test_the_language_comes_along_and_nothing_else(caller: AsyncClient) -> None:
    reply = await caller.get("/o/shop/card/code?lang=de&choose=1", headers=BROWSER)

    assert reply.headers["location"] == "/o/shop/card?lang=de"


async def test_programs_are_told_what_an_address_knows(caller: AsyncClient) -> None:
    replies = [
        await caller.get("/o/shop/card/code", headers={"Accept": "application/json"}),
        await caller.get("/v1/customer-merges", headers=BROWSER),
        await caller.put("/o/shop/card/code", headers=BROWSER),
    ]

    assert [each.status_code for each in replies] == [405, 405, 405]
    assert replies[0].headers["allow"] == "OPTIONS, POST"
