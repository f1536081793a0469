"""Scripts that pages and programs of others take from us."""

import re

from httpx import AsyncClient

ADDRESS = re.compile(r"https?://([\w.-]+)")


async def test_a_script_is_given_to_any_page_and_once_only(caller: AsyncClient) -> None:
    for name in ("watchword.js", "watchword-redeem.js"):
        first = await caller.get(f"/scripts/{name}")
        again = await caller.get(
            f"/scripts/{name}", headers={"If-None-Match": first.headers["etag"]}
        )

        assert first.status_code == 200
        assert first.headers["content-type"].startswith("text/javascript")
        assert first.headers["access-control-allow-origin"] == "*"
        assert {*ADDRESS.findall(first.text)} <= {"codes.example.org"}
        assert (again.status_code, again.content) == (304, b"")


async def test_nothing_else_lies_there(caller: AsyncClient) -> None:
    for name in ("__init__.py", "..%2F__init__.py", "other.js"):
        assert (await caller.get(f"/scripts/{name}")).status_code == 404
