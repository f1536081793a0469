"""By which name we were called. A page of a campaign is shown under the one that the world knows.

A message must not lead to a page that another name is written on, and a cache between us and the
reader must not be taught one. So a strange name is answered with a refusal, and never repeated.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

HOME: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS: Final = {"http": 80, "https": 443}


def is_ours(public_url: str, host: str, forwarded: Sequence[str]) -> bool:
    """Say whether all names by which we were called are that of the public address.

    `forwarded`: what `X-Forwarded-Host` says, of which nothing is ever used.
    """
    named = [each.strip() for value in forwarded for each in value.split(",")]
    return all(_is_it(public_url, each) for each in (host, *named))


@lru_cache(256)
def _is_it(public_url: str, host: str) -> bool:
    ours, theirs = _read(public_url), _read(f"{urlsplit(public_url).scheme}://{host}")
    if ours is None or theirs is None:
        return False
    return ours == theirs or (ours[0] in HOME and theirs[0] in HOME and ours[1] == theirs[1])


def _read(url: str) -> tuple[str, int] | None:
    """Give the name and the port, for what is a name and a port and nothing else."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    is_bare = parts.netloc.isascii() and "@" not in parts.netloc and not (parts.path or parts.query)
    if not is_bare or not parts.hostname or parts.fragment:
        return None
    return parts.hostname.lower(), port
