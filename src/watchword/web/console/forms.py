"""What pages send back: fields of text, read strictly and once."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl

from watchword.web.html.pages import AnyRequest

KIND = "application/x-www-form-urlencoded"
FIELDS_AT_MOST = 400
TOKEN = "token"  # noqa: S105 - the name of a field
RESUMED = "resumed"
CARRIED = "carried"
"""What somebody had typed when their session ended, sealed: sign-in pages hand it on."""
NUL = "\0"
VERSION = re.compile(r"[0-9]{1,9}")


class NoForm(Exception):
    """What was sent is no form of ours."""


NUMBER = re.compile(r"[0-9]{1,6}")
NO_NUMBER = -1
"""Stands for what somebody typed that is no number; no field takes it."""


class Form:
    """The fields of a form. A field that was not sent is empty."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = pairs

    def __repr__(self) -> str:
        return "Form(…)"

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """Give all fields as they were sent, but for what we added ourselves."""
        return [pair for pair in self._pairs if pair[0] not in {TOKEN, RESUMED}]

    @property
    def token(self) -> str:
        return self.text(TOKEN)

    @property
    def is_resumed(self) -> bool:
        """Say whether somebody has only just signed in again: show it, and change nothing yet."""
        return self.flag(RESUMED)

    def text(self, name: str) -> str:
        """Give what stands in a field, without the space around it."""
        return next((value.strip() for key, value in self._pairs if key == name), "")

    def version(self, name: str) -> int:
        """Give the version that a page was made of."""
        return read_version(self.text(name))

    def number(self, name: str) -> int | None:
        """Give a whole number, `NO_NUMBER` for what is none, and nothing if nothing was typed."""
        written = self.text(name)
        if not written:
            return None
        return int(written) if NUMBER.fullmatch(written) else NO_NUMBER

    def countries(self, name: str) -> list[str]:
        """Give the countries that are typed into a field, with commas or space between."""
        return self.text(name).upper().replace(",", " ").split()

    def flag(self, name: str) -> bool:
        """Say whether a box is ticked."""
        return any(key == name for key, _ in self._pairs)

    def all(self, name: str) -> list[str]:
        """Give all values of a field, in the order of the page."""
        return [value.strip() for key, value in self._pairs if key == name]


EMPTY = Form([])


def read_version(text: str) -> int:
    """Read the number of a version; 0 for what no page of ours can have sent."""
    return int(text) if VERSION.fullmatch(text) else 0


async def read_form(request: AnyRequest) -> Form:
    """Read what a page sent; raise `NoForm` for whatever no page of ours can have sent."""
    if request.content_type[0] != KIND:
        raise NoForm
    try:
        pairs = parse_qsl(
            (await request.body()).decode(),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=FIELDS_AT_MOST,
        )
    except ValueError:
        raise NoForm from None
    if any(NUL in part for pair in pairs for part in pair):
        raise NoForm
    return Form([(name, value.replace("\r\n", "\n")) for name, value in pairs])
