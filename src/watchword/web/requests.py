"""Requests read strictly: JSON that means one thing only, and no more of it than we need."""

import json
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException

from watchword.web.problems import NOT_AS_SHOWN, Kind, Problem, because_of

BYTES_AT_MOST = 16 * 1024
NUL = "\0"
NUL_IN_JSON = b"\\u0000"


class Body(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What somebody sent us. It may hold a code or an address, so it does not show itself."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class StrictRequest(Request[Any, Any, Any]):
    """Fills the framework's place for a request."""

    async def json(self) -> Any:  # noqa: ANN401 - it may be any JSON
        if self.content_type[0] != "application/json":
            raise Problem(Kind.MEDIA, "Send JSON, with the header Content-Type: application/json.")
        found = read(await self.body())
        field = self.route_handler.parsed_data_field
        if field is not None:
            check(found, field.annotation)
        return found

    async def body(self) -> bytes:
        try:
            return await super().body()
        except InternalServerException:
            if not self.is_connected:
                raise  # It was read to its end before, so this is a mistake of ours.
            raise Problem(Kind.MALFORMED, "The connection ended before the request did.") from None


def check(found: object, kind: object) -> None:
    """Refuse what is not of a type. The framework itself takes "1" for 1, and 0 for false."""
    try:
        msgspec.convert(found, kind, strict=True)
    except msgspec.ValidationError as fault:
        because, _, place = str(fault).partition(" - at `$")
        problem = {"field": place.strip(".`") or "data", "because": because_of(because)}
        raise Problem(Kind.MALFORMED, NOT_AS_SHOWN, more={"problems": [problem]}) from None


def read(body: bytes) -> Any:  # noqa: ANN401 - it may be any JSON
    """Read JSON; refuse what two readers could understand in two ways, or not at all."""
    try:
        msgspec.json.decode(body)  # Python's own reader lets half a surrogate pair pass.
        found = _DECODER.decode(body.decode())
        has_nul = NUL_IN_JSON in body and _has_nul(found)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        raise Problem(Kind.MALFORMED, "This is not JSON.") from None
    if has_nul:
        raise Problem(Kind.MALFORMED, "No text here has the character U+0000.")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Problem(Kind.MALFORMED, "A name stands twice in one object.")
    return found


def _constant(name: str) -> None:
    raise Problem(Kind.MALFORMED, f"{name} is not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _has_nul(part: object) -> bool:
    match part:
        case str():
            return NUL in part
        case dict():
            return any(_has_nul(each) for pair in part.items() for each in pair)
        case list():
            return any(_has_nul(each) for each in part)
        case _:
            return False
