"""Where CAMARA's calls are answered, and the name that a caller gives to one."""

import re
from collections.abc import Iterable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from watchword.foundation.requests import answering
from watchword.web.problems import Kind, Problem

PATH = "/camara"
VERSIONS = ("v1", "vwip")
"""As the description names its servers: a release, and what is being worked on."""

CORRELATOR = "x-correlator"
GIVEN = re.compile(r"[a-zA-Z0-9_:;./<>{}-]{1,256}")


def ways_to(call: str) -> list[str]:
    return [f"{PATH}/one-time-password-sms/{version}/{call}" for version in VERSIONS]


def look_at_correlator(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse a name that is none. It is given back, and so holds nothing that we have not read."""
    named = connection.headers.get(CORRELATOR, "")
    if named and not GIVEN.fullmatch(named):
        detail = "An x-correlator has 256 characters at most: letters, digits and -_:;./<>{}."
        raise Problem(Kind.MALFORMED, detail)


def correlated(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """Name an answer as its request was named, or by the name that we gave it."""
    given = [value.decode("latin-1") for name, value in headers if name == CORRELATOR.encode()]
    named = given[0] if len(given) == 1 and GIVEN.fullmatch(given[0]) else answering.get() or ""
    return CORRELATOR.encode(), named.encode()
