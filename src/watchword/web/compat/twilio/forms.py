"""What stands in the forms and queries of Twilio's clients, read strictly as far as we read it.

Twilio reads no JSON; who sends it has sent nothing, and is told which parameter is missing. What is
not known here is left aside, for its libraries send more from year to year.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Request

from watchword.web.compat.twilio.errors import invalid

FORM = "application/x-www-form-urlencoded"
FIELDS_AT_MOST = 100
TRUE, FALSE = {"true", "1"}, {"false", "0"}
NUMBER = re.compile(r"[0-9]{1,9}")
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
NUL = "\0"

Word = TypeVar("Word", bound=Enum)
Read = TypeVar("Read")


class Form:
    """Parameters by name. They may hold codes and addresses, so they do not show themselves."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._all: dict[str, list[str]] = {}
        for name, value in pairs:
            self._all.setdefault(name, []).append(value)

    def __repr__(self) -> str:
        return "Form(…)"

    def has(self, name: str) -> bool:
        return name in self._all

    def text(self, name: str, *, least: int = 1, most: int = 255) -> str | None:
        """Give a text, if it is there and not empty."""
        said = self._all.get(name, [""])[-1]
        if not said:
            return None
        if not least <= len(said) <= most or NUL in said:
            raise invalid(name)
        return said

    def needed(self, name: str, *, most: int = 255) -> str:
        found = self.text(name, most=most)
        if found is None:
            raise invalid(name)
        return found

    def texts(self, name: str, *, most: int = 255) -> tuple[str, ...]:
        """Give texts that stand there one after the other, or with commas between them."""
        said = ",".join(self._all.get(name, []))
        if len(said) > most or NUL in said:
            raise invalid(name)
        return tuple(each.strip() for each in said.split(",") if each.strip())

    def flag(self, name: str, default: bool) -> bool:  # noqa: FBT001 - what it is otherwise
        said = self.text(name)
        if said is None:
            return default
        if said.lower() in TRUE | FALSE:
            return said.lower() in TRUE
        raise invalid(name)

    def number(self, name: str, least: int, most: int) -> int | None:
        said = self.text(name)
        if said is None:
            return None
        if not NUMBER.fullmatch(said) or not least <= int(said) <= most:
            raise invalid(name)
        return int(said)

    def moment(self, name: str) -> datetime | None:
        said = self.text(name)
        return None if said is None else self._read(name, said, read_moment)

    def mapping(self, name: str, *, most: int, key: int, value: int) -> Mapping[str, str]:
        """Read a JSON object of texts, no more than `most` of them, each no longer than so."""
        said = self.text(name, most=16_384)
        if said is None:
            return {}
        found = self._read(name, said, lambda text: msgspec.json.decode(text, type=dict[str, Any]))
        read = {each: of if isinstance(of, str) else _plain(of) for each, of in found.items()}
        if len(read) > most or any(
            of is None or len(of) > value or not 0 < len(each) <= key or NUL in each + of
            for each, of in read.items()
        ):
            raise invalid(name)
        return {each: of or "" for each, of in read.items()}

    def object(self, name: str) -> None:
        """Refuse what should be a JSON object and is none."""
        said = self.text(name, most=16_384)
        if said is not None:
            self._read(name, said, lambda text: msgspec.json.decode(text, type=dict[str, Any]))

    def _read(self, name: str, said: str, read: Callable[[str], Read]) -> Read:
        try:
            return read(said)
        except (ValueError, RecursionError, msgspec.MsgspecError):
            raise invalid(name) from None


def _plain(value: object) -> str | None:
    """Write a number or a truth as JSON does; nothing else has a place here."""
    return msgspec.json.encode(value).decode() if isinstance(value, int | float | bool) else None


def read_moment(said: str) -> datetime:
    return datetime.strptime(said, MOMENT).replace(tzinfo=UTC)


@lru_cache(maxsize=64)
def write_moment(moment: datetime) -> str:
    # An answer says the same moment up to five times, and this takes half of what `strftime` does.
    return moment.astimezone(UTC).isoformat(timespec="seconds")[: -len("+00:00")] + "Z"


async def form(request: Request[Any, Any, Any]) -> Form:
    """Read the form of a request."""
    if request.content_type[0] != FORM:
        return Form([])
    return Form(_pairs(await request.body()))


def query(request: Request[Any, Any, Any]) -> Form:
    """Read what stands behind the question mark."""
    return Form(_pairs(request.scope["query_string"]))


def _pairs(said: bytes) -> Sequence[tuple[str, str]]:
    try:
        return parse_qsl(
            said.decode(), keep_blank_values=True, max_num_fields=FIELDS_AT_MOST, errors="strict"
        )
    except ValueError:
        raise invalid("Body") from None
