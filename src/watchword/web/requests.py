"""Requests read strictly: JSON that means one thing only, and no more of it than we need."""

import json
from typing import Any

from litestar import Request

from watchword.web.problems import Kind, Problem

DEEPEST = 8
BYTES_AT_MOST = 16 * 1024


class StrictRequest(Request[Any, Any, Any]):
    """Fills the framework's place for a request."""

    async def json(self) -> Any:  # noqa: ANN401 - it may be any JSON
        if self.content_type[0] != "application/json":
            raise Problem(Kind.MEDIA, "Send JSON, with the header Content-Type: application/json.")
        return read(await self.body())


def read(body: bytes) -> Any:  # noqa: ANN401 - it may be any JSON
    """Read JSON; refuse what two readers could understand in two ways, or not at all."""
    if body.count(b"{") + body.count(b"[") > DEEPEST:
        raise Problem(Kind.MALFORMED, f"JSON here has {DEEPEST} objects and lists at most.")
    try:
        return _DECODER.decode(body.decode())
    except (ValueError, RecursionError):
        raise Problem(Kind.MALFORMED, "This is not JSON.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Problem(Kind.MALFORMED, "A name stands twice in one object.")
    return found


def _constant(name: str) -> None:
    raise Problem(Kind.MALFORMED, f"{name} is not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
